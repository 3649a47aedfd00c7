//! Figures of workloads: what runs, how often it breaks, what it serves and at what cost.

use super::Value;
use super::ancestry::Stage;
use super::look::{Look, ratio};
use super::table::{Spec, deal_of_work, fleet_of_work, maybe, number, site_of_fleet, spec};
use crate::engine::Rhythm;
use crate::scenario::WorkKind;
use crate::time::Span;
use crate::units::to_f64;

pub(super) static WORK: [Spec; 26] = [
    spec!(
        "gpu_hours",
        "GPU-hours used",
        "GPU-hour",
        simulated,
        "allocated, lost work and restarts included",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| number(look.work_hours(w))
    ),
    spec!(
        "runs_done",
        "runs or jobs done",
        "count",
        simulated,
        "runs whose FLOP are reached; for jobs, GPU-time over the mean job's",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| match look.kind(w) {
            WorkKind::Service(_) => None,
            WorkKind::Training(_) => {
                let runs = &look.played.marks.runs[w];
                number(runs.iter().filter(|it| it.1.is_some()).count() as f64)
            }
            WorkKind::Jobs(it) => maybe(ratio(look.work_hours(w), it.gpus * 24.0 / it.per_day)),
        }
    ),
    spec!(
        "mean_wait",
        "mean wait of a job for its GPUs",
        "s",
        simulated,
        "start less submit, over the jobs of the detail that started",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| number(look.played.marks.jobs[w].as_ref()?.waits.mean())
    ),
    spec!(
        "p95_wait",
        "wait that 95 of 100 jobs stay below",
        "s",
        simulated,
        "the same, in whole seconds",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| number(look.played.marks.jobs[w].as_ref()?.waits.at(0.95))
    ),
    spec!(
        "jobs_done",
        "jobs done one by one",
        "count",
        simulated,
        "jobs of the detail that ended in it",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| number(look.played.marks.jobs[w].as_ref()?.done as f64)
    ),
    spec!(
        "jobs_stopped",
        "times a job was stopped for other work",
        "count",
        simulated,
        "jobs of the detail whose GPUs were wanted for training or services",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| number(look.played.marks.jobs[w].as_ref()?.stops as f64)
    ),
    spec!(
        "jobs_interrupted",
        "times a job was broken off by a failure",
        "count",
        simulated,
        "jobs of the detail on nodes that failed",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| number(look.played.marks.jobs[w].as_ref()?.interruptions as f64)
    ),
    spec!(
        "runs_due",
        "runs that fell due",
        "count",
        derived,
        "runs whose day, start + n x every, lies within the horizon, whether or not they could begin",
        |_, w| vec![Stage::Runs(w)],
        |look, w| training(look, w, |it| {
            let left = (look.case.to - look.case.works[w].start).millis;
            let later = |every: Span| (left - 1) / every.millis;
            let runs = if left > 0 { 1 + it.every.map_or(0, later) } else { 0 };
            Some(runs as f64)
        })
    ),
    spec!(
        "interruptions",
        "interruptions",
        "count",
        simulated,
        "failures that hit the gang",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| training(look, w, |_| Some(look.played.marks.interruptions[w] as f64))
    ),
    spec!(
        "interruptions_expected",
        "interruptions to be expected",
        "count",
        derived,
        "hours the gang held its GPUs / mean time between interruptions",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| training(look, w, |t| {
            Some(look.work_hours(w) / t.gpus as f64 / (rhythm(look, w, t).between / 3_600.0))
        })
    ),
    spec!(
        "time_between_interruptions",
        "mean time between interruptions",
        "hour",
        derived,
        "1 / (nodes of the gang x failures per node and hour)",
        |_, w| vec![Stage::Rhythm(w)],
        |look, w| training(look, w, |t| Some(rhythm(look, w, t).between / 3_600.0)
            .filter(|it| it.is_finite()))
    ),
    spec!(
        "checkpoint_interval",
        "work between two checkpoints",
        "s",
        derived,
        "as written, or Young's sqrt(2 x stall x mean time between interruptions)",
        |_, w| vec![Stage::Rhythm(w)],
        |look, w| training(look, w, |t| Some(rhythm(look, w, t).interval))
    ),
    spec!(
        "effective",
        "share of its time that trained",
        "share",
        simulated,
        "work kept by checkpoints / time held",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| training(look, w, |_| {
            let good = look.total(look.played.books.works[w].good) / 3.6e6;
            ratio(good, look.work_hours(w))
        })
    ),
    spec!(
        "effective_expected",
        "share of its time that should train",
        "share",
        derived,
        "tau / (M e^((R + w) / M) (e^((tau + d) / M) - 1)), by renewal",
        |_, w| vec![Stage::Rhythm(w)],
        |look, w| training(look, w, |t| Some(rhythm(look, w, t).effective()))
    ),
    spec!(
        "effective_linear",
        "the same by the linear formula, which fails at scale",
        "share",
        derived,
        "(1 - (R + tau / 2) / M) / (1 + d / tau)",
        |_, w| vec![Stage::Rhythm(w)],
        |look, w| training(look, w, |t| Some(rhythm(look, w, t).effective_linear()))
    ),
    spec!(
        "tokens_served",
        "output tokens served",
        "output tokens",
        simulated,
        "what capacity and demand allow, hour by hour",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| service(look, w, |_| Some(look.total(look.played.books.works[w].served)))
    ),
    spec!(
        "tokens_unserved",
        "output tokens asked for and not served",
        "output tokens",
        simulated,
        "demand - served",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| service(look, w, |_| Some(look.total(look.played.books.works[w].unserved)))
    ),
    spec!(
        "replicas",
        "replicas held, on the mean",
        "count",
        simulated,
        "GPU-hours used / GPUs of a replica / hours played",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| service(look, w, |it| {
            ratio(look.work_hours(w) / it.replica as f64, (look.case.to - look.case.from).hours())
        }),
    ),
    spec!(
        "throughput_per_gpu",
        "output tokens a second of one GPU at the start, at the model's stated latency",
        "tokens/s per GPU",
        reported,
        "as the model's row has it for the fleet's accelerator",
        |_, w| vec![Stage::Throughput(w)],
        |look, w| service(look, w, |it| Some(it.throughput)),
    ),
    spec!(
        "unserved_share",
        "share of the demand that was not served",
        "share",
        simulated,
        "unserved / asked",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| service(look, w, |_| {
            let books = look.played.books.works[w];
            ratio(look.total(books.unserved), -look.total(books.asked))
        })
    ),
    spec!(
        "cost_per_million_tokens",
        "rent for a million output tokens",
        "USD",
        simulated,
        "GPU-hours x price of a GPU-hour / tokens served",
        |s, w| match deal_of_work(s, w) {
            Some(d) => vec![Stage::Work(fleet_of_work(s, w)), Stage::Price(d), Stage::Bill(d)],
            None => vec![Stage::Work(fleet_of_work(s, w))],
        },
        |look, w| service(look, w, |_| {
            let deal = look.case.deal_of(look.case.works[w].fleet)?;
            let cost = look.work_hours(w) * look.price_per_hour(deal)?;
            ratio(cost, look.total(look.played.books.works[w].served) / 1e6)
        })
    ),
    spec!(
        "energy_per_million_tokens",
        "energy for a million output tokens",
        "MWh",
        simulated,
        "GPU-hours x IT power at its draw x PUE / tokens served",
        |s, w| vec![
            Stage::Work(fleet_of_work(s, w)),
            Stage::Energy(site_of_fleet(s, fleet_of_work(s, w))),
            Stage::Meter(site_of_fleet(s, fleet_of_work(s, w)))
        ],
        |look, w| service(look, w, |_| {
            let work = &look.case.works[w];
            let fleet = &look.case.fleets[work.fleet];
            let watts = (fleet.watts_full * work.draw).max(fleet.watts_idle);
            let pue = to_f64(look.case.sites[fleet.site].pue_mean);
            let mwh = look.work_hours(w) * watts * pue / 1e6;
            ratio(mwh, look.total(look.played.books.works[w].served) / 1e6)
        })
    ),
    spec!(
        "sales_memo",
        "what the tokens would sell for, a memo beside revenue",
        "USD",
        simulated,
        "tokens served x price of a token",
        |s, w| vec![Stage::Work(fleet_of_work(s, w)), Stage::TokenPrice(w)],
        |look, w| service(look, w, |it| {
            let served = look.played.ledger.balance(look.played.books.works[w].served);
            Some(it.price?.charge(served).dollars())
        })
    ),
    spec!(
        "lost_gpu_hours",
        "GPU-hours that failures undid, restarts included",
        "GPU-hour",
        simulated,
        "work since the last complete checkpoint, restart; of jobs one by one also where they were \
         stopped for other work",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| {
            let lost = look.total(look.played.books.works[w].lost) / 3.6e6;
            match look.kind(w) {
                WorkKind::Training(_) => number(lost),
                _ => look.played.marks.jobs[w].as_ref().and_then(|_| number(lost)),
            }
        }
    ),
    spec!(
        "checkpoint_gpu_hours",
        "GPU-hours that checkpoints blocked",
        "GPU-hour",
        simulated,
        "completed checkpoints x stall x gang",
        |s, w| vec![Stage::Work(fleet_of_work(s, w))],
        |look, w| training(look, w, |_| Some(look.total(look.played.books.works[w].stall) / 3.6e6))
    ),
    spec!(
        "mfu",
        "model FLOP utilisation of the gang",
        "share",
        derived,
        "value x (gang / at)^-falls",
        |_, w| vec![Stage::Rhythm(w)],
        |look, w| training(look, w, |t| Some(t.mfu)),
    ),
];

fn training(
    look: &Look<'_>,
    work: usize,
    of: impl Fn(&crate::scenario::Training) -> Option<f64>,
) -> Option<Value> {
    match look.kind(work) {
        WorkKind::Training(it) => maybe(of(it)),
        _ => None,
    }
}

fn service(
    look: &Look<'_>,
    work: usize,
    of: impl Fn(&crate::scenario::Service) -> Option<f64>,
) -> Option<Value> {
    match look.kind(work) {
        WorkKind::Service(it) => maybe(of(it)),
        _ => None,
    }
}

fn rhythm(look: &Look<'_>, work: usize, it: &crate::scenario::Training) -> Rhythm {
    Rhythm::of(it, &look.case.fleets[look.case.works[work].fleet])
}
