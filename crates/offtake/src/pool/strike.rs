//! Nodes break and come back in a pool: repairs first, then what strikes.

use super::fate::Strike;
use super::machine::GUEST;
use super::play::Pool;
use super::sink::{Failure, Over, Sink};
use crate::time::Instant;

impl Pool {
    /// Nodes that are mended by now are back, and what is to strike strikes.
    pub(super) fn fates_due(&mut self, now: Instant, sink: &mut impl Sink) {
        let Some(machine) = &mut self.machine else { return };
        self.fates.begin(&self.plan.breaks, machine.len(), now);
        if self.fates.next().is_none_or(|it| now < it) {
            return;
        }
        while let Some(node) = self.fates.mended(now) {
            machine.mends(node);
        }
        self.counts.takes_stock(machine.stock());
        while let Some(strike) = self.fates.strikes(now) {
            match strike.cause {
                Some(cause) => self.strikes(cause, &strike, now, sink),
                None => self.plans(&strike, now),
            }
        }
        self.gives_way(now, sink);
        self.fates.looks_ahead();
    }

    /// Jobs lose what they hold of the nodes, and all else with it.
    fn strikes(&mut self, cause: usize, strike: &Strike, now: Instant, sink: &mut impl Sink) {
        let mut failure = Failure { at: now, cause, nodes: 0, jobs: 0, lasts: strike.lasts };
        for node in strike.nodes.clone().filter(|it| strike.hits(*it)) {
            let Some(machine) = &mut self.machine else { return };
            if machine.is_down(node) {
                if let Some(lasts) = strike.lasts
                    && strike.whole
                {
                    self.fates.away(node, now + lasts);
                }
                continue;
            }
            failure.nodes += 1;
            if strike.lasts.is_some() {
                // What it drained for is done with its repair.
                self.fates.drained(node);
                machine.drains(node);
                self.counts.takes_stock(machine.stock());
            }
            failure.jobs += self.interrupts(node, Over::Broke(cause), now, sink);
            if let Some(lasts) = strike.lasts {
                self.falls(node, now + lasts);
            }
        }
        if failure.nodes > 0 {
            sink.breaks(&failure);
        }
    }

    /// A node fails: that of the nth GPU of those that are granted. Its jobs are broken off. If it is
    /// taken away, the pool has fewer GPUs until it is granted more: comes back with how many.
    pub fn fails(&mut self, nth: i64, takes_node: bool, now: Instant, sink: &mut impl Sink) -> i64 {
        self.goes_on(now, sink);
        if let Some(node) = self.machine.as_ref().and_then(|it| it.node_beside_the_guest(nth)) {
            self.interrupts(node, Over::Broke(0), now, sink);
            self.gives_way(now, sink);
        }
        let node = self.plan.machine.map_or(1, |it| it.node);
        let gone = if takes_node { node.min(self.counts.free) } else { 0 };
        self.offers(-gone, now, sink);
        self.decide(now, sink);
        gone
    }

    fn interrupts(&mut self, node: u32, over: Over, now: Instant, sink: &mut impl Sink) -> u32 {
        let mut names = std::mem::take(&mut self.struck);
        if let Some(machine) = &self.machine {
            machine.on(node, &mut names);
        }
        let mut jobs = 0;
        for &name in &names {
            if name == GUEST {
                // It moves, once all is struck.
                self.guest_leaves(now);
            } else {
                self.breaks(name, over, now, sink);
                jobs += 1;
            }
        }
        self.struck = names;
        jobs
    }

    /// Nodes take nothing new; those that are empty are worked on at once.
    fn plans(&mut self, strike: &Strike, now: Instant) {
        for node in strike.nodes.clone() {
            let Some(machine) = &mut self.machine else { return };
            let Some(lasts) = strike.lasts.filter(|_| !machine.is_down(node)) else { continue };
            machine.drains(node);
            if machine.is_used(node) {
                self.fates.drains(node, lasts);
                self.counts.takes_stock(machine.stock());
            } else {
                self.falls(node, now + lasts);
            }
        }
    }

    /// Nodes that are empty now and were to be worked on.
    pub(super) fn works_begin(&mut self, now: Instant) {
        while let Some(node) = self.machine.as_mut().and_then(|it| it.emptied()) {
            if let Some(lasts) = self.fates.drained(node) {
                self.falls(node, now + lasts);
                self.fates.looks_ahead();
            }
        }
    }

    fn falls(&mut self, node: u32, back: Instant) {
        let Some(machine) = &mut self.machine else { return };
        machine.falls(node);
        self.fates.away(node, back);
        self.counts.takes_stock(machine.stock());
    }
}
