//! Fair share: whoever used least lately goes first, where use is forgotten by half in every
//! half-life (as in Slurm's multifactor priority, with equal shares).

use std::collections::VecDeque;

use super::{Ask, Decision, Decisions, News, Policy, Snapshot};
use crate::time::{Instant, Span};

/// Starts the next of the account that used least lately; it is not overtaken.
#[derive(Clone, Debug)]
pub struct FairShare {
    half_life: Span,
    accounts: Vec<Account>,
    free: Vec<i64>,
}

#[derive(Clone, Debug, Default)]
struct Account {
    usage: Usage,
    line: VecDeque<usize>,
}

/// What an account used, the less the longer ago: GPU-milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Usage {
    /// GPU-milliseconds as of `at`.
    pub used: f64,
    /// GPUs held since `at`.
    pub holds: i64,
    at: Instant,
}

impl Usage {
    /// Moves on to a moment: `u 2^(-t/H) + g H / ln 2 (1 - 2^(-t/H))`.
    pub fn until(&mut self, now: Instant, half_life: Span) {
        let lives = (now - self.at).millis as f64 / half_life.millis as f64;
        let kept = libm::exp2(-lives);
        let grown = -libm::expm1(-lives * std::f64::consts::LN_2);
        let steady = self.holds as f64 * half_life.millis as f64 / std::f64::consts::LN_2;
        self.used = self.used * kept + steady * grown;
        self.at = now;
    }
}

impl FairShare {
    /// With use forgotten by half in so long.
    pub fn with_half_life(half_life: Span) -> Self {
        Self { half_life, accounts: Vec::new(), free: Vec::new() }
    }

    fn account(&mut self, ask: &Ask) -> &mut Account {
        let nth = ask.account as usize;
        if self.accounts.len() <= nth {
            self.accounts.resize_with(nth + 1, Account::default);
        }
        &mut self.accounts[nth]
    }

    fn joins(&mut self, name: usize, asks: &[Ask]) {
        let line = &mut self.account(&asks[name]).line;
        let place = line.partition_point(|it| asks[*it].order < asks[name].order);
        line.insert(place, name);
    }

    fn holds(&mut self, ask: &Ask, gpus: i64, now: Instant) {
        let half_life = self.half_life;
        let usage = &mut self.account(ask).usage;
        usage.until(now, half_life);
        usage.holds += gpus;
    }

    /// The next to start: of the account that used least, then the first to arrive.
    fn next(&self, asks: &[Ask]) -> Option<usize> {
        let heads = self.accounts.iter().filter_map(|it| Some((it.usage.used, *it.line.front()?)));
        let first = |a: &(f64, usize), b: &(f64, usize)| {
            a.0.total_cmp(&b.0).then(asks[a.1].order.cmp(&asks[b.1].order))
        };
        heads.min_by(first).map(|it| it.1)
    }
}

impl Policy for FairShare {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        for news in seen.news {
            if let News::Left(name) | News::Back(name) = *news {
                self.holds(&seen.asks[name], -seen.asks[name].most, seen.now);
            }
            if let News::Came(name) | News::Back(name) = *news {
                self.joins(name, seen.asks);
            }
        }
        for account in self.accounts.iter_mut().filter(|it| !it.line.is_empty()) {
            account.usage.until(seen.now, self.half_life);
        }
        seen.free.clone_into(&mut self.free);
        while let Some(name) = self.next(seen.asks) {
            let ask = &seen.asks[name];
            let Some(class) = ask.place(&self.free) else { break };
            self.free[class] -= ask.most;
            self.account(ask).line.pop_front();
            self.holds(ask, ask.most, seen.now);
            decisions.0.push(Decision::Start(name, ask.most, class));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constant_use_comes_near_its_half_life_over_the_logarithm_of_two() {
        let half_life = Span { millis: 5_000 };
        for time in [0, 1, 700, 5_000, 123_456] {
            let mut usage = Usage { used: 0.0, holds: 8, at: Instant::default() };
            usage.until(Instant { millis: time }, half_life);
            let h = half_life.millis as f64;
            let known = 8.0 * h / libm::log(2.0) * (1.0 - libm::pow(0.5, time as f64 / h));
            assert!((usage.used - known).abs() <= 1e-12 * known.max(1.0), "{time}");
        }
    }

    #[test]
    fn use_reckoned_in_pieces_is_use_reckoned_at_once() {
        let half_life = Span { millis: 5_000 };
        let mut once = Usage { used: 3e4, holds: 8, at: Instant::default() };
        let mut pieces = once;
        once.until(Instant { millis: 9_000 }, half_life);
        for millis in [1, 17, 4_000, 9_000] {
            pieces.until(Instant { millis }, half_life);
        }
        assert!((once.used - pieces.used).abs() < 1e-9 * once.used);
    }
}
