//! How a job saves its work, and what is left of it when it is stopped.

use crate::time::Span;

/// How jobs checkpoint and restart. With none of it, a job that is stopped begins anew, at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rhythm {
    /// Work between two checkpoints; without, nothing is ever saved.
    pub checkpoint: Option<Span>,
    /// How long a checkpoint blocks the work.
    pub write: Span,
    /// From getting GPUs again to working again.
    pub restart: Span,
    /// What a job that is told to stop is given to save its work; without, it loses what it did
    /// since its last checkpoint.
    pub grace: Span,
}

/// A stretch of time for which a job holds its GPUs: how it was spent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stint {
    /// Work that is kept.
    pub kept: Span,
    /// Work that was undone.
    pub undone: Span,
    /// Loading after a stop.
    pub restart: Span,
    /// Blocked by checkpoints.
    pub writing: Span,
}

impl Stint {
    /// While the GPUs worked.
    pub fn worked(&self) -> Span {
        self.kept + self.undone
    }

    /// While they were held and did not.
    pub fn stalled(&self) -> Span {
        self.restart + self.writing
    }

    /// What was for nothing: undone work and restarts.
    pub fn lost(&self) -> Span {
        self.undone + self.restart
    }
}

impl Rhythm {
    /// The stint that ends a job with so much work left. No checkpoint is written at the end.
    pub fn last(&self, left: Span, again: bool) -> Stint {
        let writes = self.checkpoint.map_or(0, |it| (left.millis - 1).max(0) / it.millis);
        Stint {
            kept: left,
            undone: Span::default(),
            restart: self.restart_of(again),
            writing: Span { millis: writes * self.write.millis },
        }
    }

    /// The stint that was broken off after some time: complete checkpoints are kept.
    pub fn broken(&self, took: Span, again: bool) -> Stint {
        let restart = self.restart_of(again).min(took);
        let rest = took - restart;
        let cycle = |it: Span| rest.millis / (it.millis + self.write.millis);
        let saves = self.checkpoint.map_or(0, cycle);
        let kept = self.checkpoint.map_or(0, |it| saves * it.millis);
        let writing = saves * self.write.millis;
        // Time in a write that was not completed counts with the work it would have saved.
        let undone = rest.millis - kept - writing;
        let span = |millis| Span { millis };
        Stint { kept: span(kept), undone: span(undone), restart, writing: span(writing) }
    }

    /// The stint that was stopped with notice: all work is saved at its end.
    pub fn saved(&self, took: Span, again: bool) -> Stint {
        let broken = self.broken(took, again);
        let writing = self.grace.min(broken.kept + broken.undone);
        let kept = broken.kept + broken.undone - writing;
        Stint { kept, undone: Span::default(), writing: broken.writing + writing, ..broken }
    }

    fn restart_of(&self, again: bool) -> Span {
        if again { self.restart } else { Span::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn s(seconds: i64) -> Span {
        Span { millis: seconds * 1000 }
    }

    const RHYTHM: Rhythm =
        Rhythm { checkpoint: Some(s(100)), write: s(5), restart: s(30), grace: s(20) };

    #[test]
    fn a_broken_stint_keeps_complete_checkpoints_and_loses_the_rest() {
        let stint = RHYTHM.broken(s(350), true);
        assert_eq!(stint, Stint { kept: s(300), undone: s(5), restart: s(30), writing: s(15) });
        assert_eq!(RHYTHM.broken(s(20), true).lost(), s(20));
        assert_eq!(Rhythm::default().broken(s(350), true).lost(), s(350));
    }

    #[test]
    fn a_stint_stopped_with_notice_works_until_the_notice_and_then_saves() {
        let stint = RHYTHM.saved(s(350), true);
        assert_eq!(stint, Stint { kept: s(285), undone: s(0), restart: s(30), writing: s(35) });
    }

    #[test]
    fn the_last_stint_writes_no_checkpoint_at_its_end() {
        assert_eq!(RHYTHM.last(s(300), false).writing, s(10));
        assert_eq!(RHYTHM.last(s(301), false).writing, s(15));
        assert_eq!(RHYTHM.last(s(0), true).stalled(), s(30));
    }
}
