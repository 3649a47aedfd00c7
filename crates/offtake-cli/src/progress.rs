//! How far is long work, and how long will it still take? A line on the terminal, once it has lasted a second.

use std::sync::Once;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::paint;

/// Work that is sooner done than read about is not told of.
const SOON: Duration = Duration::from_secs(1);

/// Whether somebody wants to be told how far work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// On the terminal.
    Aloud,
    /// Nobody does.
    Quiet,
}

impl Telling {
    /// As a verb's `--quiet` says it.
    pub fn unless(quiet: bool) -> Self {
        if quiet || paint::is_dumb() { Self::Quiet } else { Self::Aloud }
    }

    /// So many steps of work, and what they are called: `futures`.
    pub fn of(self, what: &str, steps: usize) -> Progress {
        let steps = steps as u64;
        let bar = match self {
            Self::Aloud => ProgressBar::with_draw_target(Some(steps), ProgressDrawTarget::hidden()),
            Self::Quiet => ProgressBar::hidden(),
        };
        let line = format!("{{human_pos}} of {{human_len}} {what}  {{wide_bar}}  {{eta}} left");
        let style = ProgressStyle::with_template(&line);
        let bar = bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Progress { telling: self, bar, begun: Instant::now(), shown: Once::new() }
    }
}

/// Work of which the number of steps is known.
pub struct Progress {
    telling: Telling,
    bar: ProgressBar,
    begun: Instant,
    shown: Once,
}

impl Progress {
    /// One more step is done; from any thread.
    pub fn step(&self) {
        if self.telling == Telling::Aloud && self.begun.elapsed() > SOON {
            let show = || self.bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
            self.shown.call_once(show);
        }
        self.bar.inc(1);
    }

    /// As many steps anew.
    pub fn again(&self, steps: u64) {
        self.bar.reset();
        self.bar.set_length(steps);
    }

    /// The line is gone.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.finish();
    }
}
