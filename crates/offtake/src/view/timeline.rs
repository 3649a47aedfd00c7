//! A pool over time as a picture: GPUs held and in repair, and the line of those who wait.

use std::fmt::Write;

use crate::pool::{Hour, Sink};
use crate::time::Span;

/// Gathers hours, and draws them. However long the trace, it keeps at most [`Timeline::STEPS`]
/// steps: neighbours are joined, and of those who wait the most is kept.
#[derive(Clone, Debug, Default)]
pub struct Timeline {
    steps: Vec<Step>,
    /// Hours of a step.
    hours: usize,
    /// Hours in the last step.
    filled: usize,
    from: Option<Hour>,
}

/// Means of GPUs and the most that waited, over some hours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Step {
    held: f64,
    down: f64,
    waiting: f64,
}

const WIDTH: f64 = 960.0;
const LEFT: f64 = 60.0;
const TOP: f64 = 34.0;
const USE: f64 = 180.0;
const GAP: f64 = 40.0;
const QUEUE: f64 = 90.0;

impl Sink for Timeline {
    fn hour(&mut self, hour: &Hour) {
        self.from.get_or_insert(*hour);
        if self.hours == 0 {
            self.hours = 1;
        }
        if self.filled == self.hours || self.steps.is_empty() {
            if self.steps.len() == Self::STEPS {
                self.join();
            }
            self.steps.push(Step::default());
            self.filled = 0;
        }
        let of = |millis: i64| millis as f64 / Span::HOUR.millis as f64;
        let step = self.steps.last_mut().expect("just pushed");
        let (old, new) = (self.filled as f64, self.filled as f64 + 1.0);
        step.held = (step.held * old + of(hour.held)) / new;
        step.down = (step.down * old + of(hour.down)) / new;
        step.waiting = step.waiting.max(of(hour.waiting));
        self.filled += 1;
    }
}

impl Timeline {
    /// The most steps that are kept: about one a pixel.
    pub const STEPS: usize = 1024;

    fn join(&mut self) {
        let two = |pair: &[Step]| Step {
            held: (pair[0].held + pair[1].held) / 2.0,
            down: (pair[0].down + pair[1].down) / 2.0,
            waiting: pair[0].waiting.max(pair[1].waiting),
        };
        self.steps = self.steps.chunks(2).map(two).collect();
        self.hours *= 2;
    }

    /// The picture, as SVG.
    pub fn svg(&self, title: &str, gpus: i64) -> String {
        let height = TOP + USE + GAP + QUEUE + 30.0;
        let mut out = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {} {height}\" role=\"img\" \
             font-family=\"system-ui, sans-serif\" font-size=\"12\" fill=\"#333\">\n<title>{title}</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n\
             <text x=\"{LEFT}\" y=\"20\" font-size=\"14\" font-weight=\"600\">{title}</text>\n",
            LEFT + WIDTH + 20.0,
            title = escaped(title),
        );
        let most = self.steps.iter().map(|it| it.waiting).fold(1.0, f64::max);
        let held = |it: &Step| it.held / gpus as f64;
        self.area(&mut out, TOP, USE, "#2a6f97", &held);
        self.area(&mut out, TOP, USE, "#c1121f", &|it| it.down / gpus as f64);
        let below = TOP + USE + GAP;
        self.area(&mut out, below, QUEUE, "#8a6d3b", &|it| it.waiting / most);
        axis(&mut out, TOP, USE, &format!("{gpus} GPUs"), "held; red: in repair");
        axis(&mut out, below, QUEUE, &format!("{most:.0} jobs"), "waiting, the most in each step");
        self.days(&mut out, below + QUEUE);
        out += "</svg>\n";
        out
    }

    fn area(&self, out: &mut String, top: f64, height: f64, fill: &str, of: &dyn Fn(&Step) -> f64) {
        let (bottom, wide) = (top + height, WIDTH / self.steps.len().max(1) as f64);
        let _ =
            write!(out, "<path fill=\"{fill}\" fill-opacity=\"0.85\" d=\"M{LEFT:.1} {bottom:.1}");
        for (nth, step) in self.steps.iter().enumerate() {
            let y = bottom - height * of(step).clamp(0.0, 1.0);
            let _ = write!(out, "V{y:.1}H{:.1}", LEFT + wide * (nth + 1) as f64);
        }
        let _ = writeln!(out, "V{bottom:.1}Z\"/>");
    }

    /// Marks of whole days below, eight at most.
    fn days(&self, out: &mut String, y: f64) {
        let hours = self.steps.len().saturating_sub(1) * self.hours + self.filled;
        let shown = self.steps.len().max(1) * self.hours.max(1);
        let every = [1, 2, 5, 7, 14, 30, 60, 90, 180, 365, 3_650]
            .into_iter()
            .find(|days| hours <= 8 * 24 * days)
            .unwrap_or(36_500);
        for day in (0..=hours / 24).step_by(every) {
            let x = LEFT + WIDTH * (24 * day) as f64 / shown as f64;
            let _ = writeln!(
                out,
                "<path d=\"M{x:.1} {y:.1}v5\" stroke=\"#777\"/><text x=\"{x:.1}\" y=\"{:.1}\" \
                 text-anchor=\"middle\">day {day}</text>",
                y + 18.0
            );
        }
    }
}

fn axis(out: &mut String, top: f64, height: f64, most: &str, said: &str) {
    let bottom = top + height;
    let _ = writeln!(
        out,
        "<path d=\"M{LEFT} {top}v{height}h{WIDTH}\" fill=\"none\" stroke=\"#777\"/>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{most}</text>\
         <text x=\"{}\" y=\"{bottom}\" text-anchor=\"end\">0</text>\
         <text x=\"{}\" y=\"{}\" text-anchor=\"end\" fill=\"#555\">{said}</text>",
        LEFT - 6.0,
        top + 10.0,
        LEFT - 6.0,
        LEFT + WIDTH,
        top - 5.0,
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
