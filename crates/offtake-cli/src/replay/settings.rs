//! How jobs save their work, what policies are told, what is announced.

use clap::Args;
use offtake::policy::{self, Ahead};
use offtake::pool::{Rhythm, Watts};
use offtake::time::{Instant, Span};
use offtake::units::{Dim, Quantity};

use crate::exit::Stop;

/// How jobs run, break off and make room.
#[derive(Args)]
pub struct SettingsArgs {
    /// Jobs save their work so often, such as "1 h"; without, what is stopped begins anew.
    #[arg(long, value_name = "TIME")]
    checkpoint: Option<String>,
    /// Saving blocks a job for so long.
    #[arg(long, value_name = "TIME", default_value = "0 s")]
    checkpoint_write: String,
    /// A job that was stopped loads for so long when it starts again.
    #[arg(long, value_name = "TIME", default_value = "0 s")]
    restart: String,
    /// A job that is told to stop has so long to save its work.
    #[arg(long, value_name = "TIME", default_value = "0 s")]
    grace: String,
    /// priority: whoever was started is left alone for so long.
    #[arg(long, value_name = "TIME", default_value = "0 s")]
    minimum_run: String,
    /// fairshare: use is forgotten by half in so long.
    #[arg(long, value_name = "TIME", default_value = "7 days")]
    half_life: String,
    /// las: GPU-hours from which on a job is at the next level.
    #[arg(long, value_name = "HOURS", value_delimiter = ',', default_value = "1,10")]
    levels: Vec<f64>,
    /// las: back to the first level after waiting so many times as long as it ran.
    #[arg(long, value_name = "TIMES")]
    promote: Option<f64>,
    /// GPUs that others will want for a while, such as 512@86400..172800 in seconds of the trace or
    /// 512@2017-11-01..2017-11-08; may be given again.
    #[arg(long, value_name = "GPUS@FROM..UNTIL")]
    keep: Vec<String>,
    /// IT watts of a GPU at work and of one that is idle, such as 700,120: tells the energy.
    #[arg(long, value_name = "FULL,IDLE")]
    watts: Option<String>,
}

/// The same, understood.
pub struct Settings {
    /// How jobs save their work.
    pub rhythm: Rhythm,
    /// What policies are told.
    pub policy: policy::Settings,
    /// What is announced.
    pub ahead: Vec<Ahead>,
    /// What a GPU draws, where it was said.
    pub watts: Option<Watts>,
}

impl SettingsArgs {
    /// Reads all of it.
    pub fn read(&self) -> Result<Settings, Stop> {
        let rhythm = Rhythm {
            checkpoint: self.checkpoint.as_deref().map(|it| some("checkpoint", it)).transpose()?,
            write: span("checkpoint-write", &self.checkpoint_write)?,
            restart: span("restart", &self.restart)?,
            grace: span("grace", &self.grace)?,
        };
        let policy = policy::Settings {
            minimum_run: span("minimum-run", &self.minimum_run)?,
            half_life: some("half-life", &self.half_life)?,
            levels: levels(&self.levels)?,
            promote: self.promote.map(promote).transpose()?,
        };
        let ahead = self.keep.iter().map(|it| keep(it)).collect::<Result<_, _>>()?;
        let watts = self.watts.as_deref().map(watts).transpose()?;
        Ok(Settings { rhythm, policy, ahead, watts })
    }
}

/// A length of time; a bare number is one of seconds.
pub fn span(name: &str, text: &str) -> Result<Span, Stop> {
    time(text).map_err(|why| Stop::wrong(format!("--{name}: {why}")))
}

/// The same, with nothing said of where it stands.
pub fn time(text: &str) -> Result<Span, String> {
    const MOST: f64 = 1e9;
    let seconds = match text.trim().parse::<f64>() {
        Ok(seconds) => Some(seconds),
        Err(_) => {
            Quantity::parse(text).ok().filter(|it| it.dim == Dim::TIME).map(|it| it.in_unit("s"))
        }
    };
    match seconds {
        Some(it) if (0.0..=MOST).contains(&it) => Ok(Span { millis: (it * 1e3).round() as i64 }),
        _ => Err(format!("`{text}` is no length of time; write \"30 min\", \"2 h\" or seconds")),
    }
}

fn some(name: &str, text: &str) -> Result<Span, Stop> {
    match span(name, text)? {
        it if it.millis > 0 => Ok(it),
        _ => Err(Stop::wrong(format!("--{name}: must be longer than nothing"))),
    }
}

fn levels(hours: &[f64]) -> Result<Vec<Span>, Stop> {
    if hours.iter().all(|it| (0.0..1e9).contains(it)) && hours.is_sorted() {
        let millis = |it: &f64| (it * Span::HOUR.millis as f64).round() as i64;
        return Ok(hours.iter().map(|it| Span { millis: millis(it) }).collect());
    }
    Err(Stop::wrong("--levels: must be GPU-hours, rising"))
}

fn promote(times: f64) -> Result<f64, Stop> {
    if times > 0.0 && times.is_finite() {
        return Ok(times);
    }
    Err(Stop::wrong("--promote: must be above zero"))
}

fn watts(text: &str) -> Result<Watts, Stop> {
    let both = text.split_once(',').and_then(|(full, idle)| {
        Some(Watts { full: full.trim().parse().ok()?, idle: idle.trim().parse().ok()? })
    });
    both.filter(|it| believable(*it))
        .ok_or_else(|| Stop::wrong("--watts: must be two whole numbers, such as 700,120"))
}

/// Whether a GPU may draw so much.
pub fn believable(it: Watts) -> bool {
    0 <= it.idle && it.idle <= it.full && it.full <= 1_000_000
}

fn keep(text: &str) -> Result<Ahead, Stop> {
    let parts = || {
        let (gpus, when) = text.split_once('@')?;
        let (from, until) = when.split_once("..")?;
        Some(Ahead { gpus: gpus.parse().ok()?, from: moment(from)?, until: moment(until)? })
    };
    parts().filter(|it| it.gpus > 0 && it.from < it.until).ok_or_else(|| {
        Stop::wrong(format!(
            "--keep: `{text}` does not read GPUS@FROM..UNTIL, such as 512@86400..172800 or \
             512@2017-11-01..2017-11-08"
        ))
    })
}

/// Seconds of the trace, or the beginning of a day.
pub fn moment(text: &str) -> Option<Instant> {
    match text.parse::<i64>() {
        Ok(seconds) => Some(Instant { millis: seconds.checked_mul(1000)? }),
        Err(_) => Some(Instant::start_of(text.parse().ok()?)),
    }
}
