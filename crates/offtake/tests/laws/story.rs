//! Small scenarios that nobody wrote: what one is made of, its text, and how it is drawn.

use std::fmt::Write;

use offtake::time::{Instant, Span};
use proptest::prelude::*;

use crate::build::Build;
use crate::clauses::Clause;

#[derive(Clone, Debug)]
pub struct Place {
    /// Kilowatts at the meter for each 100 that all of its fleets want.
    pub power_per_cent: u32,
    /// Days after the first day.
    pub ready: Option<u32>,
    pub pue: (u32, u32),
}

#[derive(Clone, Debug)]
pub struct Stand {
    pub racks: u32,
    pub model: usize,
    pub fail: &'static str,
    pub spares: u32,
    pub repair_hours: u32,
    pub deal: Option<Promise>,
    /// Per cent of it that work at any time, where no task says what runs.
    pub load: Option<u32>,
    /// Whether its size is told by the power that it draws.
    pub by_power: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Tag {
    Solve,
    /// Cents a GPU-hour.
    PerGpu(u32),
    /// Dollars a MW-month.
    PerPower(u32),
    /// Dollars a month.
    Fixed(u32),
}

impl Tag {
    /// As it is written, or so many per cent of it.
    pub fn text(self, per_cent: u32) -> String {
        let scaled = |it: u32| f64::from(it) * f64::from(per_cent) / 100.0;
        match self {
            Tag::Solve => "solve".to_owned(),
            Tag::PerGpu(cents) => format!("{:.4} USD/GPU-hour [assumed]", scaled(cents) / 100.0),
            Tag::PerPower(dollars) => format!("{:.2} USD/MW-month [assumed]", scaled(dollars)),
            Tag::Fixed(dollars) => format!("{:.2} USD/month [assumed]", scaled(dollars)),
        }
    }
}

#[derive(Clone, Debug)]
pub struct Promise {
    /// Days after the first day, or before it.
    pub start: i32,
    pub months: u32,
    /// Thousands of dollars.
    pub total: u32,
    pub pays_as_it_goes: bool,
    pub take: u32,
    pub true_up: bool,
    pub price: Tag,
    pub prepay: u32,
    pub prepay_first: bool,
    pub extends: bool,
    /// Hundredths of a month.
    pub slip: u32,
    /// Racks on the first day, as a share of all.
    pub first: u32,
    /// Days from the start, as a share of the term.
    pub ramp: Option<u32>,
    pub shape: &'static str,
    pub every_hours: u32,
    /// Racks more, and when, as a share of the term.
    pub expand: Option<(u32, u32)>,
    /// What else it says.
    pub clauses: Vec<Clause>,
}

/// A deal without a fleet.
#[derive(Clone, Debug)]
pub struct Vow {
    /// Thousands of dollars, where it is public.
    pub total: Option<u32>,
    pub layer: &'static str,
    pub paid: Option<&'static str>,
    /// Days after the first day, or before it.
    pub start: i32,
    pub months: u32,
    pub megawatts: Option<u32>,
    /// Days from the start, as a share of the term.
    pub full: Option<u32>,
    pub shape: &'static str,
    pub every_hours: u32,
    /// Hundredths of a month.
    pub slip: u32,
}

#[derive(Clone, Debug)]
pub struct Task {
    pub kind: usize,
    pub fleet: usize,
    pub priority: i32,
    pub draw: u32,
    /// Days after the first day.
    pub start: Option<u32>,
    /// How much it wants, as a share of its fleet.
    pub size: u32,
    pub detail: u32,
}

#[derive(Clone, Debug)]
pub struct Story {
    pub seed: u32,
    /// Days since the first of January 2026.
    pub from: u32,
    pub days: u32,
    pub places: Vec<Place>,
    pub stands: Vec<(usize, Stand)>,
    pub tasks: Vec<Task>,
    pub vows: Vec<Vow>,
    pub builds: Vec<Build>,
    /// Per cent of profit that both parties pay as tax.
    pub tax: Option<u32>,
}

/// Racks that know each other's chips: GPUs of a rack, IT watts of a GPU.
const RACKS: [(&str, u32, f64); 2] =
    [("catalogue:rack/gb300-nvl72", 72, 2_190.0), ("small", 8, 1_000.0)];

const OWN_ROWS: &str = r#"
[rack.small]
title = "a server"
source = "assumed"
grade = "D"
as_of = 2025-01-01
accelerator = "catalogue:accelerator/h100"
gpus = "8 GPU"
node = "8 GPU"
power = "1 kW IT per GPU"
power_idle = "25 %"

[failures.none]
title = "nothing ever fails"
source = "assumed"
grade = "D"
as_of = 2025-01-01
node = "8 GPU"

[failures.often]
title = "a bad batch"
source = "assumed"
grade = "D"
as_of = 2025-01-01
node = "8 GPU"
hardware.all = "60 per 1000 node-days"
other.all = "40 per 1000 node-days"
"#;

impl Story {
    pub fn text(&self) -> String {
        let mut text = String::new();
        let t = &mut text;
        let day = |days: i64| (first_of_2026() + Span { millis: days * Span::DAY.millis }).date();
        let from = i64::from(self.from);
        put(t, "offtake = 1\nname = \"nobody wrote this\"\nas_of = 2025-12-31");
        let to = day(from + i64::from(self.days));
        put(t, &format!("horizon = {{ from = {}, to = {to} }}\nseed = {}", day(from), self.seed));
        let tax = self.tax.map_or(String::new(), |it| format!("\ntax = \"{it} % [assumed]\""));
        for (name, cash) in [("buyer", "5 bn USD"), ("seller", "1 M USD")] {
            put(t, &format!("[party.{name}]\ncash = \"{cash} [assumed]\"{tax}"));
        }
        put(t, OWN_ROWS);
        for (i, place) in self.places.iter().enumerate() {
            let here = self.stands.iter().filter(|it| it.0 == i);
            let wanted: f64 = here
                .map(|(_, it)| {
                    f64::from(it.gpus()) * RACKS[it.model].2 * (1.0 + f64::from(it.spares) / 100.0)
                })
                .sum();
            let (mean, peak) = place.pue;
            let watts = (wanted * f64::from(peak) / 100.0 * f64::from(place.power_per_cent)
                / 100.0)
                .ceil()
                .max(1.0);
            put(t, &format!("[site.s{i}]\nregion = \"catalogue:region/us\""));
            let ready = place
                .ready
                .map_or(String::new(), |it| format!(", ready = {}", day(from + i64::from(it))));
            put(t, &format!("power = {{ limit = \"{watts:.0} W facility [assumed]\"{ready} }}"));
            put(
                t,
                &format!(
                    "pue = {{ mean = \"{} [assumed]\", peak = \"{} [assumed]\" }}",
                    f64::from(mean) / 100.0,
                    f64::from(peak) / 100.0
                ),
            );
        }
        for (i, (site, it)) in self.stands.iter().enumerate() {
            let size = it.size(self.places[*site].pue.1);
            put(
                t,
                &format!("[fleet.f{i}]\nsite = \"s{site}\"\nmodel = \"{}\"\n{size}", it.rack().0),
            );
            if let Some(load) = it.load {
                put(t, &format!("load = \"{load} % [assumed]\""));
            }
            put(
                t,
                &format!(
                    "fail = \"{}\"\nspares = \"{} % [assumed]\"\nrepair = \"{} h [assumed]\"",
                    it.fail, it.spares, it.repair_hours
                ),
            );
            if let Some(deal) = &it.deal {
                deal.write(t, i, it, &|days| day(from + days).to_string());
            }
        }
        for (i, it) in self.tasks.iter().enumerate() {
            it.write(t, i, &self.stands[it.fleet].1, &|days| day(from + days).to_string());
        }
        for (i, it) in self.vows.iter().enumerate() {
            it.write(t, i, &|days| day(from + days).to_string());
        }
        let deals = self.deals();
        for (i, it) in self.builds.iter().enumerate().filter(|_| !deals.is_empty()) {
            put(t, &it.text(i, &deals, &|days| day(from + days).to_string()));
        }
        text
    }

    /// The names of its deals, and whether each has a fleet, and a power.
    fn deals(&self) -> Vec<(String, bool, bool)> {
        let stands = self.stands.iter().enumerate().filter(|it| it.1.1.deal.is_some());
        let vows = self.vows.iter().enumerate();
        let vows = vows.map(|(i, it)| (format!("p{i}"), false, it.megawatts.is_some()));
        stands.map(|(i, _)| (format!("d{i}"), true, true)).chain(vows).collect()
    }
}

impl Stand {
    fn rack(&self) -> (&'static str, u32, f64) {
        RACKS[self.model]
    }

    pub fn gpus(&self) -> u32 {
        self.racks * self.rack().1
    }

    /// Its size as a line: in GPUs, or in watts that carry so many racks and half of one more.
    fn size(&self, pue_peak: u32) -> String {
        if !self.by_power {
            return format!("count = \"{} GPU [assumed]\"", self.gpus());
        }
        let (_, per_rack, watts) = self.rack();
        let racks = f64::from(self.racks) + 0.5;
        let watts = racks * f64::from(per_rack) * watts * f64::from(pue_peak) / 100.0;
        format!("power = \"{watts:.0} W facility [assumed]\"")
    }
}

impl Vow {
    fn write(&self, t: &mut String, i: usize, day: &dyn Fn(i64) -> String) {
        let start = i64::from(self.start);
        put(t, &format!("[deal.p{i}]\nbuyer = \"buyer\"\nseller = \"seller\""));
        put(t, &format!("layer = \"{}\"\nstart = {}", self.layer, day(start)));
        put(t, &format!("term = \"{} months [assumed]\"", self.months));
        if let Some(total) = self.total {
            put(t, &format!("total = \"{total}000 USD [assumed]\""));
        }
        if let Some(paid) = self.paid {
            put(t, &format!("paid = \"{paid}\""));
        }
        if let Some(megawatts) = self.megawatts {
            put(t, &format!("deliver.power = \"{megawatts} MW facility [assumed]\""));
        }
        if let Some(share) = self.full {
            let days = i64::from(self.months) * 28 * i64::from(share) / 100;
            put(t, &format!("deliver.full = {}", day(start + days)));
        }
        let (whole, part) = (self.slip / 100, self.slip % 100);
        put(t, &format!("deliver.shape = \"{}\"", self.shape));
        put(t, &format!("deliver.every = \"{} h [assumed]\"", self.every_hours));
        put(t, &format!("deliver.slip = \"{whole}.{part:02} months [assumed]\""));
    }
}

impl Promise {
    fn term_days(&self) -> i64 {
        i64::from(self.months) * 28
    }

    fn write(&self, t: &mut String, i: usize, stand: &Stand, day: &dyn Fn(i64) -> String) {
        let start = i64::from(self.start);
        put(
            t,
            &format!(
                "[deal.d{i}]\nbuyer = \"buyer\"\nseller = \"seller\"\nlayer = \"rent\"\ntotal = \"{}000 USD [assumed]\"",
                self.total
            ),
        );
        put(t, &format!("term = \"{} months [assumed]\"\nstart = {}", self.months, day(start)));
        let kind = if self.pays_as_it_goes { "pay-as-you-go" } else { "take-or-pay" };
        let true_up = if self.true_up { "yearly" } else { "none" };
        put(
            t,
            &format!(
                "kind = \"{kind} [assumed]\"\ntake = \"{} % [assumed]\"\ntrue_up = \"{true_up}\"",
                self.take
            ),
        );
        let price = self.price.text(100);
        let draw = if self.prepay_first { "first" } else { "even" };
        let late = if self.extends { "extend" } else { "lose" };
        put(
            t,
            &format!(
                "price = \"{price}\"\nprepay = \"{} % [assumed]\"\nprepay_draw = \"{draw}\"\non_late = \"{late}\"",
                // What was prepaid before the horizon is refused.
                if self.start < 0 { 0 } else { self.prepay }
            ),
        );
        for line in self.clauses.iter().filter_map(|it| it.line(self, day)) {
            put(t, &line);
        }
        let rack = RACKS[stand.model].1;
        let first = stand.racks * self.first / 100 * rack;
        put(
            t,
            &format!(
                "[deal.d{i}.deliver]\nfleet = \"f{i}\"\nfirst = \"{first} GPU [assumed]\"\nshape = \"{}\"",
                self.shape
            ),
        );
        put(
            t,
            &format!(
                "every = \"{} h [assumed]\"\nslip = \"{}.{:02} months [assumed]\"",
                self.every_hours,
                self.slip / 100,
                self.slip % 100
            ),
        );
        if let Some(ramp) = self.ramp {
            put(t, &format!("full = {}", day(start + self.term_days() * i64::from(ramp) / 100)));
        }
        if let Some((racks, when)) = self.expand {
            let on = day(start + self.term_days() * i64::from(when) / 100);
            put(
                t,
                &format!(
                    "[deal.d{i}.expand]\nfrom = {on}\non = {on}\ngpus = \"{} GPU [assumed]\"\noption = \"buyer\"",
                    racks * rack
                ),
            );
        }
    }
}

impl Task {
    fn write(&self, t: &mut String, i: usize, stand: &Stand, day: &dyn Fn(i64) -> String) {
        let gpus = f64::from(stand.gpus());
        let (size, detail) = (f64::from(self.size) / 100.0, self.detail);
        put(
            t,
            &format!(
                "[workload.w{i}]\nfleet = \"f{}\"\npriority = {}\ndraw = \"{} % [assumed]\"",
                self.fleet, self.priority, self.draw
            ),
        );
        if let Some(start) = self.start {
            put(t, &format!("start = {}", day(i64::from(start))));
        }
        match self.kind {
            0 => {
                let gang = ((gpus * size).floor() as u32).clamp(1, stand.gpus());
                // A run of some days at some 40 % of the peak.
                let compute = f64::from(gang) * 4e14 * 86_400.0 * f64::from(1 + detail % 40);
                put(
                    t,
                    &format!(
                        "kind = \"training\"\ngpus = \"{gang} GPU [assumed]\"\ncompute = \"{compute:e} FLOP [assumed]\"\nmfu = \"catalogue:mfu/llama3\""
                    ),
                );
                if detail % 3 > 0 {
                    put(
                        t,
                        &format!(
                            "every = \"{} days [assumed]\"\ngrowth = \"50 %/year [assumed]\"",
                            1 + detail % 50
                        ),
                    );
                }
                if detail % 2 > 0 {
                    put(
                        t,
                        "checkpoint = { write = \"120 s [assumed]\", stall = \"10 s [assumed]\", every = \"30 min [assumed]\" }",
                    );
                }
            }
            1 => {
                let rate = gpus * size * if stand.model == 0 { 170.1 } else { 35.2 };
                put(
                    t,
                    &format!(
                        "kind = \"service\"\nmodel = \"catalogue:model/405b-class\"\ndemand = {{ {} = \"{:.1} tokens/s [assumed]\", growth = \"{} %/year [assumed]\" }}\ndaily = \"catalogue:shape/{}\"",
                        &day(0)[..7],
                        rate,
                        detail % 200,
                        if detail % 2 == 0 { "chat" } else { "coding" }
                    ),
                );
                put(
                    t,
                    &format!(
                        "peak = \"{} [assumed]\"\nimproves = \"{} %/year [assumed]\"",
                        1.0 + f64::from(detail % 11) / 10.0,
                        detail % 60
                    ),
                );
            }
            _ => {
                let per_day = (gpus * size * 24.0 / 9.0).ceil();
                put(
                    t,
                    &format!(
                        "kind = \"jobs\"\nlike = \"catalogue:jobs/acme-seren\"\nper_day = \"{per_day} [assumed]\""
                    ),
                );
                if detail % 2 > 0 {
                    put(t, "daily = \"catalogue:shape/coding\"\ngrowth = \"80 %/year [assumed]\"");
                }
            }
        }
    }
}

fn put(text: &mut String, line: &str) {
    writeln!(text, "{line}").expect("writing to text");
}

fn first_of_2026() -> Instant {
    Instant::start_of("2026-01-01".parse().expect("a date"))
}

// How stories are drawn.

fn any_place() -> impl Strategy<Value = Place> {
    let power = prop_oneof![3 => Just(150), 2 => 20..100u32, 1 => Just(100)];
    let ready = prop::option::weighted(0.4, 0..120u32);
    (power, ready, 105..120u32, 120..150u32).prop_map(|(power_per_cent, ready, mean, peak)| Place {
        power_per_cent,
        ready,
        pue: (mean, peak),
    })
}

fn any_price() -> impl Strategy<Value = Tag> {
    prop_oneof![
        2 => Just(Tag::Solve),
        2 => (1..900u32).prop_map(Tag::PerGpu),
        1 => (1_000..3_000_000u32).prop_map(Tag::PerPower),
        1 => (1_000..9_000_000u32).prop_map(Tag::Fixed),
    ]
}

fn any_promise(days: u32) -> impl Strategy<Value = Promise> {
    let money = (1..900_000u32, any_price(), prop_oneof![2 => Just(0), 1 => 1..=100u32]);
    let clauses = (
        any::<bool>(),
        prop_oneof![2 => Just(100), 1 => Just(0), 3 => 0..=100u32],
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    );
    let slip = prop_oneof![2 => Just(0), 1 => (1..6u32).prop_map(|it| it * 100), 2 => 1..500u32];
    let ramp = (
        0..=100u32,
        prop::option::weighted(0.7, 0..95u32),
        prop::sample::select(vec!["linear", "s-curve", "at-once"]),
        prop_oneof![Just(24), Just(1), 2..1_000u32],
        slip,
        prop::option::weighted(0.3, (1..4u32, 1..100u32)),
    );
    let when = (-20..days as i32 - 5, 1..15u32);
    (when, money, clauses, ramp).prop_map(|((start, months), money, clauses, ramp)| Promise {
        start,
        months,
        total: money.0,
        pays_as_it_goes: clauses.0 && clauses.2,
        take: clauses.1,
        true_up: clauses.2,
        price: money.1,
        prepay: money.2,
        prepay_first: clauses.3,
        extends: clauses.4,
        slip: ramp.4,
        first: ramp.0,
        ramp: ramp.1,
        shape: ramp.2,
        every_hours: ramp.3,
        expand: ramp.5,
        clauses: Vec::new(),
    })
}

fn any_stand(days: u32) -> impl Strategy<Value = Stand> {
    let fail = prop::sample::select(vec!["none", "catalogue:failures/llama3", "often", "often"]);
    let deal = prop::option::weighted(0.85, any_promise(days));
    (1..20u32, 0..2usize, fail, 0..30u32, 1..200u32, deal).prop_map(
        |(racks, model, fail, spares, repair_hours, deal)| Stand {
            racks,
            model,
            fail,
            spares,
            repair_hours,
            deal,
            load: None,
            by_power: false,
        },
    )
}

fn any_vow(days: u32) -> impl Strategy<Value = Vow> {
    let layer = prop::sample::select(vec!["rent", "chips", "site", "equity", "loan", "unnamed"]);
    let paid = prop::option::of(prop::sample::select(vec!["over-time", "on-delivery"]));
    let money = (prop::option::weighted(0.9, 1..900_000_000u32), layer, paid);
    let when = (-400..days as i32 + 60, 1..40u32, prop::option::weighted(0.3, 1..9_000u32));
    let ramp = (
        prop::option::weighted(0.8, 0..95u32),
        prop::sample::select(vec!["linear", "s-curve", "at-once"]),
        prop_oneof![Just(24), Just(1), 2..1_000u32],
        prop_oneof![2 => Just(0), 1 => 1..900u32],
    );
    (money, when, ramp).prop_map(|(money, when, ramp)| Vow {
        total: money.0,
        layer: money.1,
        paid: money.2,
        start: when.0,
        months: when.1,
        megawatts: when.2,
        full: ramp.0,
        shape: ramp.1,
        every_hours: ramp.2,
        slip: ramp.3,
    })
}

fn any_task(fleets: usize) -> impl Strategy<Value = Task> {
    let start = prop::option::weighted(0.4, 0..200u32);
    (0..3usize, 0..fleets, -5..40i32, 0..=100u32, start, 1..=130u32, 0..10_000u32).prop_map(
        |(kind, fleet, priority, draw, start, size, detail)| Task {
            kind,
            fleet,
            priority,
            draw,
            start,
            size,
            detail,
        },
    )
}

pub fn any_story() -> impl Strategy<Value = Story> {
    (60..430u32, 0..400u32, 1..4usize, 1..4usize, 0..1_000_000u32).prop_flat_map(
        |(days, from, places, fleets, seed)| {
            let stand = (0..places, any_stand(days));
            (
                prop::collection::vec(any_place(), places),
                prop::collection::vec(stand, fleets),
                prop::collection::vec(any_task(fleets), 0..5),
            )
                .prop_map(move |(places, stands, tasks)| Story {
                    seed,
                    from,
                    days,
                    places,
                    stands,
                    tasks,
                    vows: Vec::new(),
                    builds: Vec::new(),
                    tax: None,
                })
        },
    )
}

/// A story in which some fleets run at a constant load, and some deals have no fleet.
pub fn any_mixed_story() -> impl Strategy<Value = Story> {
    let load = prop::option::weighted(0.6, prop_oneof![4 => 0..=100u32, 1 => Just(100)]);
    // Ten times as long: more is then in repair than there is.
    let longer = prop_oneof![3 => Just(1), 1 => Just(10)];
    let loads = prop::collection::vec((load, any::<bool>(), longer), 4);
    (any_story(), loads).prop_flat_map(|(story, loads)| {
        let vows = prop::collection::vec(any_vow(story.days), 0..4);
        vows.prop_map(move |vows| {
            let mut story = Story { vows, ..story.clone() };
            for ((_, stand), (load, by_power, longer)) in story.stands.iter_mut().zip(&loads) {
                (stand.load, stand.by_power) = (*load, *by_power);
                stand.repair_hours *= longer;
            }
            let stands = &story.stands;
            story.tasks.retain(|it| stands[it.fleet].1.load.is_none());
            story
        })
    })
}

/// Deals without a fleet, and nothing else.
pub fn any_book() -> impl Strategy<Value = Story> {
    (60..900u32, 0..400u32).prop_flat_map(|(days, from)| {
        prop::collection::vec(any_vow(days), 1..5).prop_map(move |vows| Story {
            seed: 1,
            from,
            days,
            places: Vec::new(),
            stands: Vec::new(),
            tasks: Vec::new(),
            vows,
            builds: Vec::new(),
            tax: None,
        })
    })
}

/// A deal without failures, slip or want of power, whose term is played whole.
pub fn any_calm_story() -> impl Strategy<Value = Story> {
    (any_story(), 1..12u32).prop_map(|(mut story, months)| {
        story.days = 430;
        story.places.iter_mut().for_each(|it| {
            it.power_per_cent = 150;
            it.ready = None;
        });
        for (_, stand) in &mut story.stands {
            stand.fail = "none";
            if let Some(deal) = &mut stand.deal {
                deal.start = deal.start.rem_euclid(60);
                deal.months = months;
                deal.slip = 0;
                deal.expand = None;
            }
        }
        story
    })
}
