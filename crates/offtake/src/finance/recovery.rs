//! What a lender gets back when the cash that was promised does not come: what is not paid when it is due bears the
//! loan's own interest, and is paid as soon as there is cash.

/// A loan from some period on, with its schedule, and the cash that comes instead.
#[derive(Clone, Copy, Debug)]
pub struct Stress<'a> {
    /// Owed when the first period begins.
    pub owed: f64,
    /// Of a period.
    pub rate: f64,
    /// What was to be owed at the end of each period; nothing after the last.
    pub schedule: &'a [f64],
    /// Cash of each period; below nothing counts as nothing. As long as the lender waits.
    pub cash: &'a [f64],
    /// Held for the lender when it begins: spent first.
    pub held: f64,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recovery {
    /// Owed when the lender waits no longer.
    pub left: f64,
    /// What the payments were worth when it began, over what was owed then.
    pub share: f64,
}

impl Stress<'_> {
    /// Plays it to the last period.
    pub fn plays(&self) -> Recovery {
        let (mut owed, mut held, mut worth, mut v) = (self.owed, self.held, 0.0, 1.0);
        for (at, cash) in self.cash.iter().enumerate() {
            v /= 1.0 + self.rate;
            let grown = owed * (1.0 + self.rate);
            let due = (grown - self.schedule.get(at).copied().unwrap_or(0.0)).max(0.0);
            let (there, cash) = (held + cash.max(0.0), cash.max(0.0));
            let paid = due.min(there);
            held -= (paid - cash).max(0.0);
            owed = if paid >= grown { 0.0 } else { grown - paid };
            worth += paid * v;
        }
        let share = if self.owed > 0.0 { worth / self.owed } else { 1.0 };
        Recovery { left: owed, share }
    }
}

/// The least number from nothing up to a most at which something holds that holds at every larger one too, to a
/// millionth of the most; nothing where it does not hold at the most.
pub fn least_that_holds(most: f64, holds: impl Fn(f64) -> bool) -> Option<f64> {
    if !holds(most) || holds(0.0) {
        return holds(most).then_some(0.0);
    }
    let (mut fails, mut least) = (0.0, most);
    while least - fails > most * 1e-6 {
        let middle = (fails + least) / 2.0;
        *(if holds(middle) { &mut least } else { &mut fails }) = middle;
    }
    Some(least)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEDULE: [f64; 3] = [70.0, 40.0, 0.0];

    fn plays(cash: &[f64], held: f64) -> Recovery {
        Stress { owed: 100.0, rate: 0.1, schedule: &SCHEDULE, cash, held }.plays()
    }

    #[test]
    fn who_pays_all_when_it_is_due_gives_back_all() {
        let it = plays(&[40.0, 37.0, 44.0], 0.0);
        assert!(it.left.abs() < 1e-12 && (it.share - 1.0).abs() < 1e-12, "{it:?}");
    }

    #[test]
    fn what_is_late_bears_interest_and_is_worth_as_much() {
        // 40 are missing in the first period and come with a tenth more in the second.
        let it = plays(&[0.0, 37.0 + 44.0, 44.0], 0.0);
        assert!(it.left.abs() < 1e-9 && (it.share - 1.0).abs() < 1e-12, "{it:?}");
    }

    #[test]
    fn what_is_held_is_spent_before_anything_is_late() {
        let it = plays(&[0.0, 37.0, 44.0], 40.0);
        assert!(it.left.abs() < 1e-12, "{it:?}");
        let it = plays(&[-7.0, 0.0, 0.0], 20.0);
        assert!((it.share - 20.0 / 1.1 / 100.0).abs() < 1e-12, "{it:?}");
        assert!((it.left - 110.0 * 1.21 + 20.0 * 1.21).abs() < 1e-9, "{it:?}");
    }
}
