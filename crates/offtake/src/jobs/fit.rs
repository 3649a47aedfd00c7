//! The shape of a trace.

mod batches;
mod spells;
mod swings;
mod week;

use std::collections::BTreeMap;

use super::curve::{Curve, rounded};
use super::job::Job;
use super::shape::{Batches, Kind, Shape, Told, Walltime};
use crate::chance::quantile;
use crate::time::{Instant, Span};
use batches::{Found, bin};
use spells::Spells;
use week::Week;

/// What is remembered of a job.
#[derive(Clone, Copy, Debug)]
struct Came {
    at: Instant,
    gpus: i64,
    runtime: f64,
    walltime: Option<f64>,
    account: u32,
    batch: usize,
}

impl Shape {
    /// The shape of some jobs, if there are any.
    pub fn of(jobs: impl IntoIterator<Item = Job>) -> Option<Shape> {
        let mut all: Vec<Came> = jobs.into_iter().map(Came::of).collect();
        all.sort_by_key(|it| it.at);
        let (first, last) = (all.first()?.at, all.last()?.at);
        let batches = batches::find(&mut all);
        let days = ((last - first).hours() / 24.0).max(1.0 / 24.0);
        let week = Week::of(batches.iter().map(|it| it.first), last - first);
        let groups = groups(&all, &batches);
        let spells = Spells::of(first, last);
        let swing = swings::swing(batches.iter().map(|it| it.first), &week, spells);
        let kinds = groups.iter().map(|jobs| kind(jobs, &batches, spells)).collect();
        Some(Shape {
            told: Told::default(),
            per_day: rounded(all.len() as f64 / days),
            hours: week.hours,
            days: week.days,
            spell: spells.hours as u64,
            swings: swing.into_iter().collect(),
            kinds,
        })
    }
}

impl Came {
    fn of(job: Job) -> Self {
        Self {
            at: job.submit,
            gpus: job.gpus,
            runtime: job.runtime.seconds(),
            walltime: job.walltime.map(Span::seconds),
            account: job.account,
            batch: 0,
        }
    }
}

/// A kind of its own needs so many jobs, or so much of all GPU-time: quantiles of fewer say little.
const ENOUGH_JOBS: usize = 30;
const ENOUGH_TIME: f64 = 0.01;

/// Kinds by size, then by company. What is rare joins its neighbour: first other company of its
/// size, then other rare sizes.
fn groups<'a>(all: &'a [Came], batches: &[Found]) -> Vec<Vec<&'a Came>> {
    let mut cells: BTreeMap<(i64, usize), Vec<&Came>> = BTreeMap::new();
    for it in all {
        cells.entry((it.gpus, bin(batches[it.batch].jobs))).or_default().push(it);
    }
    let time = |jobs: &[&Came]| jobs.iter().map(|it| it.gpus as f64 * it.runtime).sum::<f64>();
    let whole: f64 = all.iter().map(|it| it.gpus as f64 * it.runtime).sum();
    let enough = |jobs: &[&Came]| jobs.len() >= ENOUGH_JOBS || time(jobs) >= ENOUGH_TIME * whole;
    let mut found: Vec<Vec<&Came>> = Vec::new();
    let mut rare: Vec<&Came> = Vec::new();
    let mut cells = cells.into_iter().peekable();
    while let Some(((gpus, _), mut jobs)) = cells.next() {
        let mut own: Vec<Vec<&Came>> = Vec::new();
        loop {
            let more = cells.next_if(|it| it.0.0 == gpus);
            match more {
                Some((_, next)) if enough(&jobs) && enough(&next) => {
                    own.push(std::mem::replace(&mut jobs, next));
                }
                Some((_, next)) => jobs.extend(next),
                None => break,
            }
        }
        if own.is_empty() && !enough(&jobs) {
            rare.extend(jobs);
            if enough(&rare) {
                found.push(std::mem::take(&mut rare));
            }
            continue;
        }
        own.push(jobs);
        found.extend(own);
    }
    found.extend((!rare.is_empty()).then_some(rare));
    found.sort_by_key(|it| it.iter().map(|it| it.gpus).min());
    found
}

fn kind(jobs: &[&Came], batches: &[Found], spells: Spells) -> Kind {
    let mut gpus: BTreeMap<i64, u64> = BTreeMap::new();
    jobs.iter().for_each(|it| *gpus.entry(it.gpus).or_default() += 1);
    let count = jobs.len() as f64;
    let mean_gpus = jobs.iter().map(|it| it.gpus as f64).sum::<f64>() / count;
    let gpu_time = jobs.iter().map(|it| it.gpus as f64 * it.runtime).sum::<f64>() / count;
    let runtimes = sorted(jobs.iter().map(|it| it.runtime));
    let scores = scores(jobs, |it| it.runtime);
    // What the kind takes is kept, also where its sizes differ.
    let runtime = Curve::fine(&runtimes, 1.0, gpu_time / mean_gpus);
    let together = together(jobs, batches, &scores);
    Kind {
        gpus: gpus.into_iter().collect(),
        swing: None,
        spells: spells.levels(jobs, mean_gpus, &runtime),
        batches: together,
        runtime,
        walltime: walltime(jobs, &scores),
    }
}

fn together(jobs: &[&Came], batches: &[Found], scores: &[f64]) -> Batches {
    // Of each batch: jobs, the sum of their scores, and of their squares.
    let mut own: BTreeMap<usize, (f64, f64, f64)> = BTreeMap::new();
    for (it, score) in jobs.iter().zip(scores) {
        let sums = own.entry(it.batch).or_default();
        *sums = (sums.0 + 1.0, sums.1 + score, sums.2 + score * score);
    }
    let sizes = sorted(own.values().map(|it| it.0));
    let mean = jobs.len() as f64 / own.len() as f64;
    // The mean product of two of one batch, every job counting alike.
    let (mut alike, mut of) = (0.0, 0.0);
    for (n, sum, squares) in own.values().filter(|it| it.0 > 1.0) {
        alike += (sum * sum - squares) / (n - 1.0);
        of += n;
    }
    let took: f64 = own.keys().map(|it| batches[*it].took().seconds()).sum();
    let gaps = (jobs.len() - own.len()).max(1) as f64;
    Batches {
        count: own.len() as u64,
        of: Curve::coarse(&sizes, 1.0, mean),
        apart: rounded(took / gaps),
        alike: rounded((alike / f64::max(of, 1.0)).clamp(0.0, 0.99)),
    }
}

/// Nearly all must have told one: a law of the others would be made up.
fn walltime(jobs: &[&Came], scores: &[f64]) -> Option<Walltime> {
    let told = |it: &&Came| it.walltime.map(|wall| wall / it.runtime.max(1.0));
    let mut ratios = Vec::with_capacity(jobs.len());
    let mut both = Vec::with_capacity(jobs.len());
    for (it, score) in jobs.iter().zip(scores) {
        if let Some(ratio) = told(it) {
            ratios.push(ratio);
            both.push((ratio, *score));
        }
    }
    if ratios.len() * 100 < jobs.len() * 99 || ratios.is_empty() {
        return None;
    }
    let own = normal(&ratios);
    let product = own.iter().zip(&both).map(|(a, (_, b))| a * b).sum::<f64>();
    let square = own.iter().map(|it| it * it).sum::<f64>().max(1e-9);
    let ratios = sorted(ratios.into_iter());
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    Some(Walltime {
        over: Curve::fine(&ratios, 1e-3, mean),
        with: rounded((product / square).clamp(-0.99, 0.99)),
    })
}

fn scores(jobs: &[&Came], of: impl Fn(&Came) -> f64) -> Vec<f64> {
    normal(&jobs.iter().map(|it| of(it)).collect::<Vec<_>>())
}

/// Normal scores: where each value would stand, were they normal. Equal values share a score.
fn normal(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut scores = vec![0.0; values.len()];
    for same in order.chunk_by(|a, b| values[*a] == values[*b]) {
        let first = order.partition_point(|it| values[*it] < values[same[0]]);
        let middle = first as f64 + same.len() as f64 / 2.0;
        let score = quantile(middle / values.len() as f64);
        same.iter().for_each(|it| scores[*it] = score);
    }
    scores
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut all: Vec<f64> = values.collect();
    all.sort_by(f64::total_cmp);
    all
}
