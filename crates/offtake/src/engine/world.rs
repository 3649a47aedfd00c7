//! The state of a play at one moment. It changes only in `step`.

use super::agenda::{Agenda, Event};
use super::books::{Books, WorkBooks};
use super::debt::{DebtMarks, DebtState};
use super::detail::Seen;
use super::failures::Failures;
use super::jobs::Backlog;
use super::plant::PlantState;
use super::services::Serving;
use super::steady::Steady;
use super::tax::{Taxed, taxed};
use super::training::Campaign;
use super::unpaid::{Arrears, Standing};
use crate::ledger::Ledger;
use crate::policy::{Ask, ByPriority, Decisions};
use crate::scenario::{Case, Fleet, Work, WorkKind};
use crate::terms;
use crate::time::{Instant, Month, Span};

/// A fleet at one moment, in GPUs.
#[derive(Debug)]
pub struct FleetState {
    /// Landed for the buyer, spares apart.
    pub landed: i64,
    /// Landed spares.
    pub spares: i64,
    /// Under power: of what landed, spares included.
    pub powered: i64,
    /// In repair.
    pub in_repair: i64,
    /// What is in repair, by when it comes back.
    pub repairs: Repairs,
    /// Installed, powered, healthy and offered.
    pub delivered: i64,
    /// The deal that delivers it.
    pub deal: Option<usize>,
    /// What its work asks for and holds, in the order of `slots`: what a policy sees.
    pub asks: Vec<Ask>,
    /// The work that runs here.
    pub slots: Vec<Slot>,
    /// Whether jobs of it are played one by one for a while.
    pub has_detail: bool,
    /// GPU-hours of the month outside what is delivered.
    pub beside: Beside,
    /// Held by gangs.
    pub in_gangs: i64,
    /// In repair when the month began: what its luck reckons with.
    pub repair_share: i64,
    /// The luck of its nodes outside gangs.
    pub failures: Failures,
    /// Who gets what.
    pub policy: ByPriority,
    /// IT power of one of its GPUs over that of its first rack: 1 unless what still comes is another.
    pub draw: f64,
    /// Its meters, where it is metered by the month.
    pub steady: Option<Steady>,
}

/// GPUs in repair: a ring of hours, in which each hour's place is that of the hour whose GPUs come
/// back when its own leave.
#[derive(Debug)]
pub struct Repairs {
    ring: Vec<i64>,
    place: usize,
}

impl Repairs {
    /// Repairs that take so long, in whole hours.
    pub fn taking(time: Span) -> Self {
        let hours = (time.millis + Span::HOUR.millis - 1) / Span::HOUR.millis;
        Self { ring: vec![0; hours as usize], place: 0 }
    }

    /// In the hour that is over some GPUs left: comes back with those that are mended now.
    pub fn swap(&mut self, gpus: i64) -> i64 {
        let Some(there) = self.ring.get_mut(self.place) else { return gpus };
        let mended = std::mem::replace(there, gpus);
        self.place = if self.place + 1 == self.ring.len() { 0 } else { self.place + 1 };
        mended
    }

    /// Nothing is in repair any more.
    pub fn clear(&mut self) {
        self.ring.fill(0);
    }
}

/// GPU-hours that stand beside what is delivered, since the month began.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside {
    /// Healthy, under power, not promised.
    pub spare: i64,
    /// In repair.
    pub repair: i64,
    /// Without power.
    pub dark: i64,
}

/// A piece of work where it runs.
#[derive(Debug)]
pub struct Slot {
    /// Its index in the case.
    pub work: usize,
    /// IT watts of one of its GPUs.
    pub watts: f64,
    /// Its accounts.
    pub books: WorkBooks,
    /// What it did since that was last written down.
    pub did: Did,
    /// What it remembers.
    pub state: WorkState,
}

/// What a piece of work did in some hours: GPU-milliseconds and tokens.
#[derive(Clone, Copy, Debug, Default)]
pub struct Did {
    /// GPU-time that counted.
    pub good: i64,
    /// GPU-time blocked by checkpoints.
    pub stall: i64,
    /// GPU-time that failures undid.
    pub lost: i64,
    /// Tokens served.
    pub served: i64,
    /// Tokens not served.
    pub unserved: i64,
    /// Interruptions.
    pub interruptions: i64,
}

/// What a piece of work remembers. Its kind is a word of its own, as every hour looks at it thrice.
#[derive(Debug)]
#[repr(u8)]
#[expect(clippy::large_enum_variant, reason = "there are few, and every hour reads them")]
pub enum WorkState {
    /// A training campaign.
    Training(Campaign, Failures),
    /// A service.
    Service(Serving),
    /// A load of jobs.
    Jobs(Backlog),
}

/// A deal at one moment.
#[derive(Debug)]
pub struct DealState {
    /// The promised calendar.
    pub promised: Vec<terms::Step>,
    /// The calendar as played.
    pub tranches: Vec<terms::Step>,
    /// What it charges.
    pub tariff: terms::Tariff,
    /// What was charged so far.
    pub account: terms::Account,
    /// The month that runs.
    pub period: terms::Period,
    /// GPUs that an exercised option adds.
    pub added: i64,
    /// Whether its term has begun and not ended.
    pub runs: bool,
}

/// What a play noticed that is no amount: dates and peaks and counts.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// By fleet: the most GPUs delivered at once.
    pub delivered_peak: Vec<i64>,
    /// By fleet: when all that is promised was landed and under power.
    pub full_at: Vec<Option<Instant>>,
    /// By fleet: failures of all nodes under power.
    pub failures: Vec<i64>,
    /// By work: interruptions.
    pub interruptions: Vec<i64>,
    /// By work: when each run began and ended.
    pub runs: Vec<Vec<(Instant, Option<Instant>)>>,
    /// By work: what came of jobs that were played one by one.
    pub jobs: Vec<Option<Seen>>,
    /// By deal: the lowest uptime of a month, where the seller gives something back for it.
    pub uptime_min: Vec<Option<f64>>,
    /// By site: the highest IT power of an hour, in watts.
    pub it_watts_peak: Vec<i64>,
    /// By debt: what was noticed of it.
    pub debts: Vec<DebtMarks>,
    /// By deal, then by pledge: what stayed unpaid.
    pub arrears: Vec<Arrears>,
}

impl Marks {
    /// A run has its gang since a moment; one that is on or was only stopped goes on.
    #[cold]
    pub fn run_begins(&mut self, work: usize, now: Instant) {
        if self.runs[work].last().is_none_or(|it| it.1.is_some()) {
            self.runs[work].push((now, None));
        }
    }

    /// A run has reached its FLOP.
    #[cold]
    pub fn run_ends(&mut self, work: usize, now: Instant) {
        if let Some(run) = self.runs[work].last_mut() {
            run.1 = Some(now);
        }
    }
}

/// The state of a play at one moment.
#[derive(Debug)]
pub struct World<'c> {
    /// What is played.
    pub case: &'c Case,
    /// What is still to come.
    pub agenda: Agenda,
    /// By index, as in the case.
    pub fleets: Vec<FleetState>,
    /// By index.
    pub deals: Vec<DealState>,
    /// By index.
    pub pledges: Vec<terms::Pledged>,
    /// By index.
    pub plants: Vec<PlantState<'c>>,
    /// By index.
    pub debts: Vec<DebtState>,
    /// Parties that pay tax.
    pub taxed: Vec<Taxed>,
    /// By deal, then by pledge: how it stands with what is owed.
    pub standings: Vec<Standing>,
    /// By party: whether it pays no more than it has.
    pub ends_with_cash: Vec<bool>,
    /// By party: unpaid for compute outside the deals when the last month closed.
    pub other_arrears: Vec<i128>,
    /// By site: its fleets, in the order of the file.
    pub fleets_at: Vec<Vec<usize>>,
    /// Fleets whose work changes by the hour.
    pub hourly: Vec<usize>,
    /// By site: IT watts of its fleets that are metered by the month.
    pub steady_watts: Vec<i64>,
    /// By index: whether power is there.
    pub sites_ready: Vec<bool>,
    /// By index: IT watts of its fleets, hour by hour since the last event.
    pub it_watts: Vec<Vec<i64>>,
    /// The accounts, by number.
    pub accounts: Books,
    /// What happened.
    pub ledger: Ledger,
    /// What was noticed.
    pub marks: Marks,
    /// The month that runs.
    pub month: Month,
    /// Used again at every decision.
    pub decisions: Decisions,
}

impl<'c> World<'c> {
    /// The world as it is before the first moment.
    pub fn new(case: &'c Case, keeps_movements: bool) -> Self {
        let mut ledger = Ledger::new(keeps_movements);
        let accounts = Books::open(case, &mut ledger);
        let plants: Vec<_> = case.plants.iter().map(|it| PlantState::new(case, it)).collect();
        let mut debts = Vec::new();
        for it in &case.debts {
            debts.push(DebtState::new(case, it, &plants, &debts));
        }
        let marks = Marks {
            delivered_peak: vec![0; case.fleets.len()],
            full_at: vec![None; case.fleets.len()],
            failures: vec![0; case.fleets.len()],
            interruptions: vec![0; case.works.len()],
            runs: vec![Vec::new(); case.works.len()],
            jobs: vec![None; case.works.len()],
            uptime_min: vec![None; case.deals.len()],
            it_watts_peak: vec![0; case.sites.len()],
            debts: debts.iter().map(DebtMarks::of).collect(),
            arrears: vec![Arrears::default(); case.contracts().count()],
        };
        let mut world = World {
            case,
            agenda: Agenda::default(),
            fleets: (0..case.fleets.len()).map(|i| fleet(case, i, &accounts)).collect(),
            deals: case.deals.iter().map(|it| deal(case, it)).collect(),
            pledges: case.pledges.iter().map(|it| terms::Pledged::of(case, it)).collect(),
            plants,
            debts,
            taxed: taxed(case, &accounts),
            standings: vec![Standing::default(); case.contracts().count()],
            ends_with_cash: case.ends_with_cash(),
            other_arrears: vec![0; case.parties.len()],
            fleets_at: (0..case.sites.len())
                .map(|s| (0..case.fleets.len()).filter(|i| case.fleets[*i].site == s).collect())
                .collect(),
            hourly: (0..case.fleets.len()).filter(|i| case.fleets[*i].load.is_none()).collect(),
            steady_watts: vec![0; case.sites.len()],
            sites_ready: vec![false; case.sites.len()],
            it_watts: vec![Vec::new(); case.sites.len()],
            accounts,
            ledger,
            marks,
            month: case.from.month(),
            decisions: Decisions::default(),
        };
        world.schedule();
        world
    }

    /// The play is over: what came of jobs that were played one by one is noted.
    pub fn sees_jobs(&mut self) {
        for slot in self.fleets.iter().flat_map(|it| &it.slots) {
            if let WorkState::Jobs(backlog) = &slot.state {
                self.marks.jobs[slot.work] = backlog.seen().cloned();
            }
        }
    }

    fn schedule(&mut self) {
        let case = self.case;
        for (i, site) in case.sites.iter().enumerate() {
            self.agenda.add(site.ready.max(case.from), Event::SiteReady(i));
        }
        for (i, deal) in case.deals.iter().enumerate() {
            self.agenda.add(deal.start.max(case.from), Event::DealStarts(i));
            self.agenda.add(deal.end_played, Event::DealEnds(i));
            if let Some(first) = self.deals[i].tranches.first() {
                self.agenda.add(first.at.max(case.from), Event::TrancheLands(i, 0));
            }
            if let Some((on, gpus)) = deal.expansion {
                self.agenda.add(on.max(deal.start).max(case.from), Event::OptionExercised(i, gpus));
            }
        }
        self.agenda.add(case.from.month().end().min(case.to), Event::MonthCloses);
    }
}

fn fleet(case: &Case, index: usize, books: &Books) -> FleetState {
    let fleet = &case.fleets[index];
    let here = || (0..case.works.len()).filter(|i| case.works[*i].fleet == index);
    let asks = here().map(|i| {
        let work = &case.works[i];
        let stoppable = matches!(work.kind, WorkKind::Training(_));
        Ask { priority: work.priority, stoppable, ..Ask::default() }
    });
    // A fleet that no deal delivers stands from the start.
    let deal = case.deal_of(index);
    let stands = deal.is_none();
    FleetState {
        landed: if stands { fleet.gpus } else { 0 },
        spares: if stands { fleet.spares } else { 0 },
        powered: 0,
        in_repair: 0,
        repairs: Repairs::taking(fleet.repair),
        delivered: 0,
        asks: asks.collect(),
        has_detail: here().any(|i| case.works[i].has_detail()),
        beside: Beside::default(),
        slots: here().map(|i| slot(case, i, books.works[i])).collect(),
        deal,
        in_gangs: 0,
        repair_share: 0,
        failures: Failures::new(
            |purpose| case.stream(&format!("fleet.{}", fleet.name), purpose),
            fleet,
        ),
        policy: ByPriority::default(),
        draw: 1.0,
        steady: fleet.load.map(|load| Steady::new(case, fleet, load)),
    }
}

fn slot(case: &Case, index: usize, books: WorkBooks) -> Slot {
    let work = &case.works[index];
    let fleet = &case.fleets[work.fleet];
    let watts = (fleet.watts_full * work.draw).max(fleet.watts_idle);
    Slot { work: index, watts, books, did: Did::default(), state: remembers(case, work, fleet) }
}

fn remembers(case: &Case, work: &Work, fleet: &Fleet) -> WorkState {
    match &work.kind {
        WorkKind::Training(it) => WorkState::Training(
            Campaign::new(it, fleet, work.start),
            Failures::new(
                |purpose| case.stream(&format!("workload.{}", work.name), purpose),
                fleet,
            ),
        ),
        WorkKind::Service(it) => WorkState::Service(Serving::new(it, work.start)),
        WorkKind::Jobs(it) => WorkState::Jobs(Backlog::new(case, work, it)),
    }
}

fn deal(case: &Case, deal: &crate::scenario::Deal) -> DealState {
    DealState {
        promised: terms::tranches(&deal.promised),
        tranches: terms::tranches(&deal.played),
        tariff: terms::Tariff::of(deal, &case.fleets[deal.fleet]),
        account: terms::Account::default(),
        period: terms::Period::default(),
        added: 0,
        runs: false,
    }
}
