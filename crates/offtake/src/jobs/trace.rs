//! Jobs that were asked for once, laid on another calendar: from a midnight on, again and again.

use std::sync::Arc;

use super::job::Job;
use crate::time::{Instant, Span};

/// Whole days of jobs, over and over: the hour of the day at which a job is asked for stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trace {
    /// In order; submissions count from the first midnight.
    jobs: Vec<Job>,
    /// GPU-milliseconds that are asked for in each hour.
    hours: Vec<i64>,
}

impl Trace {
    /// The days from that of the first job to that of the last, if there is any job.
    pub fn of(mut jobs: Vec<Job>) -> Option<Trace> {
        jobs.sort_by_key(|it| (it.submit, it.nth));
        let day = |it: &Job| it.submit.millis.div_euclid(Span::DAY.millis);
        let (first, last) = (day(jobs.first()?), day(jobs.last()?));
        let mut hours = vec![0_i64; 24 * (1 + last - first) as usize];
        for job in &mut jobs {
            job.submit.millis -= first * Span::DAY.millis;
            let hour = &mut hours[(job.submit.millis / Span::HOUR.millis) as usize];
            *hour = hour.saturating_add(job.gpus * job.runtime.millis);
        }
        Some(Trace { jobs, hours })
    }

    /// From one time to the next.
    fn lasts(&self) -> Span {
        Span { millis: self.hours.len() as i64 * Span::HOUR.millis }
    }

    /// Jobs a day, on the mean.
    pub fn per_day(&self) -> f64 {
        self.jobs.len() as f64 / (self.lasts().hours() / 24.0)
    }

    /// GPUs that an hour's jobs ask for, on the mean.
    pub fn gpus_per_hour(&self) -> f64 {
        let gpus: f64 = self.jobs.iter().map(|it| it.gpus as f64).sum();
        gpus / self.lasts().hours()
    }

    /// GPU-hours that are asked for in an hour, on the mean.
    pub fn gpu_hours_per_hour(&self) -> f64 {
        let millis: f64 = self.hours.iter().map(|it| *it as f64).sum();
        millis / Span::HOUR.millis as f64 / self.hours.len() as f64
    }

    /// GPU-milliseconds that are asked for in the hour that begins so long after the first midnight.
    #[inline(never)]
    pub fn asked_in(&self, since: Span) -> i64 {
        let hour = since.millis.div_euclid(Span::HOUR.millis);
        self.hours[hour.rem_euclid(self.hours.len() as i64) as usize]
    }

    /// Jobs from a moment on, without end, where the first midnight is `began`.
    pub fn jobs(self: Arc<Self>, began: Instant, from: Instant) -> impl Iterator<Item = Job> {
        let lasts = self.lasts().millis;
        let round = (from - began).millis.div_euclid(lasts);
        let mut midnight = Instant { millis: began.millis + round * lasts };
        let mut next = self.jobs.partition_point(|it| it.submit.millis < (from - midnight).millis);
        (0..).map(move |nth| {
            if next == self.jobs.len() {
                next = 0;
                midnight.millis += lasts;
            }
            let job = &self.jobs[next];
            next += 1;
            Job {
                nth,
                submit: Instant { millis: midnight.millis + job.submit.millis },
                ..job.clone()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = Span::HOUR.millis;

    fn job(nth: u64, hour: i64, gpus: i64) -> Job {
        let runtime = Span { millis: 2 * HOUR };
        Job { nth, submit: Instant { millis: hour * HOUR }, gpus, runtime, ..Job::default() }
    }

    /// The evening of one day and the morning of the next, as days since 1970 count them.
    fn trace() -> Arc<Trace> {
        let jobs =
            vec![job(0, 24 * 365 + 30, 4), job(1, 24 * 365 + 20, 8), job(2, 24 * 365 + 30, 1)];
        Arc::new(Trace::of(jobs).expect("there are jobs"))
    }

    #[test]
    fn a_trace_comes_again_after_whole_days() {
        let came = |from: i64| {
            let [began, from] = [240, from].map(|it| Instant { millis: it * HOUR });
            let jobs = trace().jobs(began, from).take(4);
            jobs.map(|it| (it.submit.millis / HOUR, it.gpus)).collect::<Vec<_>>()
        };
        assert_eq!(came(240), [(260, 8), (270, 4), (270, 1), (308, 8)]);
        assert_eq!(came(261), [(270, 4), (270, 1), (308, 8), (318, 4)]);
        let later = came(240).into_iter().map(|(at, gpus)| (at + 96, gpus));
        assert_eq!(came(240 + 96), later.collect::<Vec<_>>());
    }

    #[test]
    fn every_hour_asks_for_the_gpu_time_of_the_jobs_submitted_in_it() {
        let trace = trace();
        let asked = |hour: i64| trace.asked_in(Span { millis: hour * HOUR }) / HOUR;
        assert_eq!([19, 20, 21, 30, 68, 78].map(asked), [0, 16, 0, 10, 16, 10]);
        assert_eq!(trace.gpu_hours_per_hour(), 26.0 / 48.0);
        assert_eq!((trace.per_day(), trace.gpus_per_hour()), (1.5, 13.0 / 48.0));
    }
}
