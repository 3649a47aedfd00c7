//! What is still to come for the nodes of a pool: for every cause its next moment, never one for
//! every node.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::ops::Range;

use super::breaks::{Breaks, Cause, Outage, Works, Youth, share};
use crate::chance::Stream;
use crate::time::{Instant, Span};

/// What is still to come.
#[derive(Clone, Debug, Default)]
pub struct Fates {
    /// What happens by chance, cause by cause.
    chances: Vec<Chance>,
    /// What has a date, the latest first.
    dated: Vec<(Instant, Strike)>,
    /// When nodes come back; what was put off has a later one by then.
    repairs: BinaryHeap<Reverse<(Instant, u32)>>,
    /// By node: when it is back.
    back: Vec<Instant>,
    /// Nodes that drain, and how long they are then worked on.
    draining: BTreeMap<u32, Span>,
    soonest: Option<Instant>,
    begun: bool,
}

/// Nodes that are struck at one moment.
#[derive(Clone, Debug)]
pub struct Strike {
    /// By which cause, as [`Breaks::names`] counts; without, it was planned.
    pub cause: Option<usize>,
    /// Whom.
    pub nodes: Range<u32>,
    /// How long they are away, if they are.
    pub lasts: Option<Span>,
    /// Whether what is down already stays down for the longer of both.
    pub whole: bool,
    /// Which of them, where not all.
    some: Option<(Stream, f64)>,
}

impl Strike {
    /// Whether a node is among them.
    pub fn hits(&self, node: u32) -> bool {
        self.some.is_none_or(|(luck, part)| share(luck.block(node.into())[0]) < part)
    }
}

/// The next moments of one cause: a Poisson process at the rate of its likeliest victims, of
/// which some are let off (thinning: Lewis and Shedler, 1979). Nothing that happens to the nodes
/// moves it, so one cause says nothing of another's luck.
#[derive(Clone, Debug)]
struct Chance {
    cause: Cause,
    number: usize,
    luck: Stream,
    lemons: Stream,
    groups: u32,
    /// When its clock began.
    began: Instant,
    /// How often in an hour, all groups together, when settled.
    rate: f64,
    /// Hours of settled nodes until the next one.
    passed: f64,
    nth: u64,
    next: Instant,
}

impl Chance {
    fn new(breaks: &Breaks, number: usize, nodes: u32, now: Instant) -> Option<Self> {
        let mut cause = breaks.causes[number].clone();
        cause.nodes.end = cause.nodes.end.min(nodes);
        let groups = (cause.nodes.len() as u32).div_ceil(cause.together.max(1));
        let factor = cause.lemons.map_or(1.0, |it| it.factor.max(1.0));
        let rate = cause.per_hour * f64::from(groups) * factor;
        if rate <= 0.0 {
            return None;
        }
        let began = cause.youth.map_or(now, |it| it.began);
        let mut it = Self {
            number,
            luck: breaks.luck(&cause.name),
            lemons: breaks.luck(&format!("{}.lemons", cause.name)),
            groups,
            began,
            rate,
            passed: cause.youth.map_or(0.0, |it| it.hazard((now - began).hours())),
            nth: 0,
            next: now,
            cause,
        };
        it.draws();
        Some(it)
    }

    /// The next moment.
    fn draws(&mut self) {
        self.passed -= libm::log(share(self.luck.block(self.nth)[0])) / self.rate;
        let age = |it: Youth| it.age(self.passed);
        let hours = self.cause.youth.map_or(self.passed, age);
        let millis = (hours * Span::HOUR.millis as f64).min(Span::FOREVER.millis as f64);
        self.next = self.began + Span { millis: millis.ceil() as i64 };
    }

    /// Whom this moment strikes, and moves on to the next.
    fn strikes(&mut self) -> Option<Strike> {
        let [_, who, spared, repair] = self.luck.block(self.nth);
        self.nth += 1;
        self.draws();
        let group = ((u64::from(who) * u64::from(self.groups)) >> 32) as u32;
        if let Some(lemons) = self.cause.lemons {
            let is_lemon = share(self.lemons.block(group.into())[0]) < lemons.share;
            if !is_lemon && share(spared) * lemons.factor > 1.0 {
                return None;
            }
        }
        let size = self.cause.together.max(1);
        let first = self.cause.nodes.start + group * size;
        Some(Strike {
            cause: Some(self.number),
            nodes: first..(first + size).min(self.cause.nodes.end),
            lasts: self.cause.repair.map(|it| it.at(repair)),
            whole: size > 1,
            some: None,
        })
    }
}

impl Fates {
    /// Begins to count at a pool's first moment.
    pub fn begin(&mut self, breaks: &Breaks, nodes: u32, now: Instant) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let chance = |number| Chance::new(breaks, number, nodes, now);
        self.chances = (0..breaks.causes.len()).filter_map(chance).collect();
        self.back = vec![Instant { millis: i64::MIN }; nodes as usize];
        // What began before the pool did is played as far as it is still to come.
        let rest = |from: Instant, lasts: Span| (from.max(now), from + lasts - from.max(now));
        let outage = |(nth, it): (usize, &Outage)| {
            let (at, lasts) = rest(it.from, it.lasts);
            let strike = Strike {
                cause: Some(breaks.causes.len() + nth),
                nodes: it.nodes.start..it.nodes.end.min(nodes),
                lasts: Some(lasts),
                whole: true,
                some: (it.share < 1.0).then(|| (breaks.luck(&it.name), it.share)),
            };
            (at, strike)
        };
        let works = |it: &Works| {
            let (at, lasts) = rest(it.from, it.lasts);
            let nodes = it.nodes.start..it.nodes.end.min(nodes);
            (at, Strike { cause: None, nodes, lasts: Some(lasts), whole: false, some: None })
        };
        self.dated = breaks.outages.iter().enumerate().map(outage).collect();
        self.dated.extend(breaks.works.iter().map(works));
        self.dated.retain(|it| it.1.lasts > Some(Span::default()));
        self.dated.reverse();
        self.dated.sort_by_key(|it| Reverse(it.0));
        self.looks_ahead();
    }

    /// When something happens next.
    pub fn next(&self) -> Option<Instant> {
        self.soonest
    }

    /// The next node that is back by now.
    pub fn mended(&mut self, now: Instant) -> Option<u32> {
        while let Some(&Reverse((at, node))) = self.repairs.peek()
            && at <= now
        {
            self.repairs.pop();
            if self.back[node as usize] == at {
                return Some(node);
            }
        }
        None
    }

    /// What strikes by now: what has a date, then the causes in their order.
    pub fn strikes(&mut self, now: Instant) -> Option<Strike> {
        if self.dated.last().is_some_and(|it| it.0 <= now) {
            return self.dated.pop().map(|it| it.1);
        }
        for chance in &mut self.chances {
            while chance.next <= now {
                let strike = chance.strikes();
                if strike.is_some() {
                    return strike;
                }
            }
        }
        None
    }

    /// A node is away until then, or longer if it is so already.
    pub fn away(&mut self, node: u32, until: Instant) {
        let back = &mut self.back[node as usize];
        if *back < until {
            *back = until;
            self.repairs.push(Reverse((until, node)));
        }
    }

    /// A node drains, to be worked on for so long.
    pub fn drains(&mut self, node: u32, works: Span) {
        self.draining.insert(node, works);
    }

    /// A node drains no more: how long it was to be worked on.
    pub fn drained(&mut self, node: u32) -> Option<Span> {
        self.draining.remove(&node)
    }

    /// What is due is done: when comes the next?
    pub fn looks_ahead(&mut self) {
        let chance = self.chances.iter().map(|it| it.next).min();
        let repair = self.repairs.peek().map(|it| it.0.0);
        let dated = self.dated.last().map(|it| it.0);
        self.soonest = [chance, repair, dated].into_iter().flatten().min();
    }
}
