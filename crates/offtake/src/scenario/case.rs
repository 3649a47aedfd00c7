//! From a scenario and a draw to the case that the engine plays: every field read once, typed.

pub(super) mod clauses;
mod deal;
mod debt;
pub(super) mod plant;

use std::sync::Arc;

use self::deal::{deal, pledge};
use self::debt::debt;
use self::plant::plant;
use super::check::Scenario;
use super::draw::{Draw, Drawn};
use super::inputs::InputId;
use super::library;
use super::nouns::{
    Case, Cause, Detail, Fleet, Jobs, Party, Service, Site, Training, Week, Work, WorkKind,
};
use super::row::{Cell, PathKey, Row, RowId};
use crate::jobs;
use crate::time::{Date, Instant, Span};
use crate::units::{Exact, Money, Power, Price, Share, to_f64};

/// Reads the cells of a row at one draw: what did not read is not there. Past `check` what is
/// required is.
pub(super) struct Cells<'a> {
    pub scenario: &'a Scenario,
    draw: &'a Draw,
    pub row: &'a Row,
}

impl<'a> Cells<'a> {
    pub fn of(scenario: &'a Scenario, draw: &'a Draw, id: RowId) -> Self {
        Self { scenario, draw, row: scenario.row(id) }
    }

    /// The row that a name points to.
    pub fn to(&self, key: &str) -> Option<Cells<'a>> {
        Some(Cells::of(self.scenario, self.draw, self.row.target(key)?))
    }

    fn number(&self, id: InputId) -> Exact {
        match self.draw.get(id) {
            Drawn::Number(it) => it,
            other => panic!("{other:?} is no number"),
        }
    }

    pub fn exact(&self, key: &str) -> Option<Exact> {
        match self.row.cells.get(key)? {
            Cell::Number(id) => Some(self.number(*id)),
            _ => None,
        }
    }

    /// A number of base units, rounded to a whole one.
    pub fn rounded(&self, key: &str) -> Option<i64> {
        self.exact(key).map(|it| it.round().to_integer() as i64)
    }

    fn must(&self, key: &str) -> Exact {
        self.exact(key).unwrap_or_else(|| panic!("check has seen {}.{key}", self.row.path))
    }

    fn float(&self, key: &str) -> f64 {
        to_f64(self.must(key))
    }

    fn whole(&self, key: &str) -> i64 {
        self.rounded(key).unwrap_or_else(|| panic!("check has seen {}.{key}", self.row.path))
    }

    fn span(&self, key: &str) -> Span {
        Span { millis: self.whole(key) }
    }

    fn money(&self, key: &str) -> Option<Money> {
        self.exact(key).map(|it| Money { micros: it.round().to_integer() })
    }

    pub fn date(&self, key: &str) -> Option<Date> {
        match self.draw.get(self.row.input(key)?) {
            Drawn::Date(date) => Some(date),
            _ => None,
        }
    }

    /// The moment at which a day begins.
    pub fn moment(&self, key: &str) -> Option<Instant> {
        self.date(key).map(Instant::start_of)
    }

    pub fn months(&self, key: &str) -> Option<f64> {
        self.exact(key).map(|it| to_f64(it) / MONTH_MILLIS)
    }

    /// How many GPUs a fleet promises: as counted, or in as many racks as its power carries.
    pub fn gpus_of_fleet(&self) -> Option<i64> {
        if !self.row.says("power") {
            return self.rounded("count");
        }
        let (rack, site) = (self.to("model")?, self.to("site")?);
        let per_rack = rack.rounded("gpus")?.max(1);
        let [watts, of_gpu, pue] =
            [self.exact("power")?, rack.exact("power")?, site.exact("pue.peak")?].map(to_f64);
        let racks = watts / (of_gpu * pue * per_rack as f64);
        Some((racks as i64).max(1) * per_rack)
    }

    /// The first moment after a deal's promised term.
    pub fn end(&self) -> Option<Instant> {
        Some(self.moment("start")?.plus_months(self.months("term")?))
    }

    fn path(&self, key: &str) -> Vec<(PathKey, Exact)> {
        match self.row.cells.get(key) {
            Some(Cell::Path(points)) => {
                points.iter().map(|(at, id)| (*at, self.number(*id))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// How many GPUs stand at the end of some days, where a path or a schedule tells it, each
    /// with its input.
    pub fn stands(
        &self,
        key: &str,
        gpus_of: impl Fn(f64) -> f64,
    ) -> Vec<((Instant, i64), InputId)> {
        let Some(Cell::Path(points)) = self.row.cells.get(key) else { return Vec::new() };
        let point = |(at, id): &(PathKey, InputId)| {
            let PathKey::From(day) = at else { return None };
            let told = to_f64(self.number(*id));
            let gpus = if is_power(self, *id) { gpus_of(told) } else { told };
            Some(((Instant::start_of(*day) + Span::DAY, gpus as i64), *id))
        };
        points.iter().filter_map(point).collect()
    }

    fn by_year(&self, key: &str) -> Vec<(i16, Exact)> {
        let start = self.scenario.from.month().year();
        let year = |at: PathKey| if let PathKey::From(date) = at { date.year() } else { start };
        self.path(key).into_iter().map(|(at, it)| (year(at), it)).collect()
    }

    fn money_by_year(&self, key: &str) -> Vec<(i16, Money)> {
        let money = |it: Exact| Money { micros: it.round().to_integer() };
        self.by_year(key).into_iter().map(|(year, it)| (year, money(it))).collect()
    }

    pub fn map(&self, key: &str) -> Vec<(String, Exact)> {
        match self.row.cells.get(key) {
            Some(Cell::Map(points)) => {
                points.iter().map(|(name, id)| (name.clone(), self.number(*id))).collect()
            }
            _ => Vec::new(),
        }
    }

    fn growth(&self, key: &str) -> f64 {
        self.float(key) * YEAR_MILLIS
    }

    fn hours(&self, key: &str) -> [f64; 24] {
        match self.row.cells.get(key) {
            Some(Cell::Hours(hours)) => **hours,
            _ => [1.0; 24],
        }
    }
}

const YEAR_MILLIS: f64 = 8_760.0 * 3.6e6;
const HOUR_MILLIS: f64 = 3.6e6;
const MONTH_MILLIS: f64 = 730.0 * HOUR_MILLIS;
/// Dense 16-bit peak of an H100 SXM, FLOP per second: NVIDIA's data sheet.
const H100_FLOPS: f64 = 989e12;

impl Case {
    /// The nouns of a scenario at one draw.
    pub fn of(scenario: &Scenario, draw: &Draw) -> Case {
        let cells = |id: &RowId| Cells::of(scenario, draw, *id);
        let fleets: Vec<Fleet> = scenario.fleets.iter().map(|id| fleet(&cells(id))).collect();
        Case {
            from: scenario.from,
            to: scenario.to,
            seed: scenario.seed,
            luck: draw.luck(),
            parties: scenario.parties.iter().map(|id| party(&cells(id))).collect(),
            sites: scenario.sites.iter().map(|id| site(&cells(id))).collect(),
            deals: scenario.deals.iter().map(|id| deal(&cells(id), &fleets)).collect(),
            pledges: scenario.pledges.iter().map(|id| pledge(&cells(id))).collect(),
            works: scenario.works.iter().map(|id| work(&cells(id), &fleets)).collect(),
            plants: scenario.plants.iter().map(|id| plant(&cells(id))).collect(),
            debts: scenario.debts.iter().map(|id| debt(&cells(id))).collect(),
            fleets,
        }
    }

    /// The same without jobs one by one, for plays of which there are many.
    pub fn without_detail(mut self) -> Case {
        for work in &mut self.works {
            if let WorkKind::Jobs(jobs) = &mut work.kind {
                jobs.detail = None;
            }
        }
        self
    }

    /// The most GPUs that a fleet may ever offer: spares and options included.
    pub fn most_gpus(&self, fleet: usize) -> i64 {
        let deals = self.deals.iter().filter(|it| it.fleet == fleet);
        let more: i64 = deals.filter_map(|it| it.expansion).map(|it| it.1).sum();
        self.fleets[fleet].gpus + self.fleets[fleet].spares + more
    }

    /// The deal that delivers a fleet; a fleet that no deal delivers stands from the start.
    pub fn deal_of(&self, fleet: usize) -> Option<usize> {
        self.deals.iter().position(|it| it.fleet == fleet)
    }
}

fn index(all: &[RowId], cells: &Cells<'_>, key: &str) -> usize {
    let target =
        cells.row.target(key).unwrap_or_else(|| panic!("check has seen {}.{key}", cells.row.path));
    all.iter()
        .position(|it| *it == target)
        .unwrap_or_else(|| panic!("{key} names a noun of the file"))
}

fn party(cells: &Cells<'_>) -> Party {
    Party {
        name: cells.row.name.clone(),
        cash: cells.money("cash"),
        revenue: cells.money_by_year("revenue"),
        revenue_after: cells.growth("revenue_after"),
        margin: cells.by_year("margin"),
        other_compute: cells.money_by_year("other_compute"),
        funding: cells.money_by_year("funding"),
        tax: cells.exact("tax").map(Share),
        valuation: cells.money("valuation"),
    }
}

fn site(cells: &Cells<'_>) -> Site {
    let region = cells.to("region").expect("check has seen the region");
    Site {
        name: cells.row.name.clone(),
        limit: Power { watts: cells.whole("power.limit") },
        ready: cells.moment("power.ready").unwrap_or(cells.scenario.from),
        pue_mean: cells.must("pue.mean"),
        pue_peak: cells.must("pue.peak"),
        carbon: Share(region.must("carbon")),
        carbon_market: cells.exact("carbon_market").map(Share),
        water: Share(cells.must("water")),
        price: region.exact("price").map(Price),
    }
}

fn fleet(cells: &Cells<'_>) -> Fleet {
    let rack = cells.to("model").expect("check has seen the rack");
    let chip = rack.to("accelerator").expect("check has seen the accelerator");
    let fail = cells.to("fail").expect("check has seen the failures");
    let watts_full = rack.float("power");
    let (per_rack, node) = (rack.whole("gpus").max(1), rack.whole("node").max(1));
    let gpus = cells.gpus_of_fleet().expect("check has seen the size");
    let nodes_of_rate = node as f64 / fail.float("node");
    let causes = |key: &str, takes_node: bool| {
        let cause = move |(name, rate): (String, Exact)| Cause {
            name,
            per_node_hour: to_f64(rate) * HOUR_MILLIS * nodes_of_rate,
            takes_node,
        };
        fail.map(key).into_iter().map(cause)
    };
    let flops = |key: &str| chip.exact(key).map(|it| to_f64(it) * 1e3);
    Fleet {
        name: cells.row.name.clone(),
        site: index(&cells.scenario.sites, cells, "site"),
        gpus,
        spares: Share(cells.must("spares")).of(i128::from(gpus)) as i64 / node * node,
        rack: per_rack,
        node,
        watts_full,
        watts_idle: watts_full * rack.float("power_idle"),
        flops: [flops("bf16"), flops("fp8"), flops("fp4")],
        h100e: flops("bf16").map(|it| it / H100_FLOPS),
        causes: causes("hardware", true).chain(causes("other", false)).collect(),
        repair: cells.span("repair"),
        owner_cost: cells.exact("owner_cost").map(Price),
        load: cells.exact("load").map(to_f64),
    }
}

fn is_power(cells: &Cells<'_>, id: InputId) -> bool {
    use super::inputs::InputValue;
    let value = cells.scenario.inputs.get(id).value;
    matches!(value, InputValue::Number { dim: crate::units::Dim::POWER, .. })
}

fn work(cells: &Cells<'_>, fleets: &[Fleet]) -> Work {
    let fleet = match cells.row.target("fleet") {
        Some(_) => index(&cells.scenario.fleets, cells, "fleet"),
        None => 0,
    };
    Work {
        name: cells.row.name.clone(),
        fleet,
        priority: cells.row.whole("priority").unwrap_or(0),
        draw: cells.float("draw"),
        start: cells.moment("start").unwrap_or(cells.scenario.from).max(cells.scenario.from),
        kind: match cells.row.noun.name {
            "training" => WorkKind::Training(training(cells, &fleets[fleet])),
            "service" => WorkKind::Service(service(cells, fleet)),
            _ => WorkKind::Jobs(jobs(cells)),
        },
    }
}

fn training(cells: &Cells<'_>, fleet: &Fleet) -> Training {
    let mfu = cells.to("mfu").expect("check has seen the MFU");
    let gpus = cells.whole("gpus").max(1);
    let scale = gpus as f64 / mfu.float("at");
    let share = mfu.float("value") * libm::pow(scale, -mfu.float("falls"));
    let precision =
        ["bf16", "fp8", "fp4"].iter().position(|it| cells.row.word("precision") == Some(it));
    let flops = fleet.flops[precision.unwrap_or(0)].expect("check has seen the peak");
    let write = cells.span("checkpoint.write");
    let stall = cells.exact("checkpoint.stall").map_or(write, |_| cells.span("checkpoint.stall"));
    let restart = ["restart.detect", "restart.reschedule", "restart.load"];
    Training {
        compute: cells.float("compute"),
        growth: cells.growth("growth"),
        gpus,
        every: cells.exact("every").map(|_| cells.span("every")),
        mfu: share,
        speed: gpus as f64 * flops * share,
        interval: cells.exact("checkpoint.every").map(|_| cells.span("checkpoint.every")),
        stall,
        background: Span { millis: (write.millis - stall.millis).max(0) },
        restart: Span { millis: restart.iter().map(|key| cells.span(key).millis).sum() },
    }
}

fn service(cells: &Cells<'_>, fleet: usize) -> Service {
    let model = cells.to("model").expect("check has seen the model");
    let chip = accelerator(cells.scenario, fleet);
    let throughput = model.map("throughput").into_iter().find(|(name, _)| name == chip);
    let ours = cells.float("demand.output") * cells.float("demand.share") * 1e3;
    let from = cells.scenario.from;
    let moment =
        |at: PathKey| if let PathKey::From(date) = at { Instant::start_of(date) } else { from };
    Service {
        demand: cells
            .path("demand")
            .into_iter()
            .map(|(at, it)| (moment(at), to_f64(it) * ours))
            .collect(),
        growth: cells.growth("demand.growth"),
        throughput: to_f64(throughput.expect("check has seen the throughput").1) * 1e3,
        improves: cells.growth("improves"),
        replica: model.whole("replica").max(1),
        week: week(cells.to("daily")),
        peak: cells.float("peak"),
        price: cells.exact("price").map(Price),
    }
}

/// The name of a fleet's accelerator, by which throughput is told.
pub fn accelerator(scenario: &Scenario, fleet: usize) -> &str {
    let rack = scenario.row(scenario.fleets[fleet]).target("model");
    let chip = rack.and_then(|it| scenario.row(it).target("accelerator"));
    chip.map_or("", |it| &scenario.row(it).name)
}

fn jobs(cells: &Cells<'_>) -> Jobs {
    if let Some(trace) = cells.row.trace("trace") {
        return Jobs {
            gpus: trace.gpu_hours_per_hour(),
            per_day: trace.per_day(),
            growth: 0.0,
            week: Week::EVEN,
            trace: Some(Arc::clone(trace)),
            shape: None,
            detail: detail(cells),
        };
    }
    let per_day = match cells.scenario.inputs.get(cells.row.input("per_day").expect("seen")).value {
        super::inputs::InputValue::Number { dim: crate::units::Dim::JOB_RATE, .. } => {
            cells.float("per_day") * 24.0 * HOUR_MILLIS
        }
        _ => cells.float("per_day"),
    };
    let detail = detail(cells);
    Jobs {
        gpus: per_day / 24.0 * hours_of_one(cells),
        per_day,
        growth: cells.growth("growth"),
        week: week(cells.to("daily")),
        trace: None,
        shape: detail.as_ref().and_then(|_| shape(cells)).map(Box::new),
        detail,
    }
}

/// GPU-hours of a job, on the mean.
fn hours_of_one(cells: &Cells<'_>) -> f64 {
    match cells.row.shape("like") {
        Some(shape) => shape.gpu_hours(),
        None => {
            let like = cells.to("like").expect("check has seen what jobs are like");
            like.float("gpu_time") / HOUR_MILLIS
        }
    }
}

/// What jobs are like one by one: that of a row is stretched to the row's mean.
fn shape(cells: &Cells<'_>) -> Option<jobs::Shape> {
    if let Some(shape) = cells.row.shape("like") {
        return Some(shape.clone());
    }
    let shape = library::shape_called(cells.to("like")?.row.text("shape")?)?;
    Some(shape.stretched_to(hours_of_one(cells)))
}

fn detail(cells: &Cells<'_>) -> Option<Detail> {
    let from = cells.moment("detail.from")?;
    Some(Detail {
        // No job comes before the work begins.
        from: cells.moment("start").map_or(from, |it| it.max(from)),
        to: from + cells.span("detail.for"),
        policy: cells.row.word("detail.policy").unwrap_or("fifo"),
        checkpoint: cells.exact("detail.checkpoint").map(|_| cells.span("detail.checkpoint")),
        restart: cells
            .exact("detail.restart")
            .map_or(Span::default(), |_| cells.span("detail.restart")),
    })
}

/// Scales a shape so that the mean over the week is 1.
fn week(shape: Option<Cells<'_>>) -> Week {
    let Some(shape) = shape else { return Week::EVEN };
    let (mut weekday, mut weekend) = (shape.hours("weekday"), shape.hours("weekend"));
    let mean = |hours: &[f64; 24]| hours.iter().sum::<f64>() / 24.0;
    let level = shape.float("weekend_level");
    let whole = (5.0 + 2.0 * level) / 7.0;
    let (of_day, of_end) = (mean(&weekday) * whole, mean(&weekend) * whole / level);
    weekday.iter_mut().for_each(|it| *it /= of_day);
    weekend.iter_mut().for_each(|it| *it /= of_end);
    Week { weekday, weekend }
}
