//! Schedulers that anybody can follow: second by second, everything looked at anew.

use crate::Trace;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rule {
    Fifo,
    Shortest,
    FirstFit,
    Easy,
    Conservative,
    Preempt { minimum_run: i64 },
    FairShare { half_life: i64 },
    Attained { promote: Option<i64> },
}

#[derive(Clone, Debug)]
struct One {
    submit: i64,
    gpus: i64,
    left: i64,
    walltime: i64,
    priority: i64,
    account: usize,
    came: bool,
    first_start: Option<i64>,
    /// When it started this time.
    since: Option<i64>,
    end: Option<i64>,
    /// Seconds run and waited since it last ran, for least attained service.
    attained: i64,
    ran: i64,
    waits: i64,
}

/// What an obvious scheduler did.
pub struct Obvious {
    rule: Rule,
    gpus: i64,
    now: i64,
    jobs: Vec<One>,
    /// By account: decayed GPU-seconds.
    usage: [f64; 3],
    /// By job: the earliest start promised so far, where it was promised one.
    pub promised: Vec<Option<i64>>,
    /// By job: its first promise.
    pub first_promise: Vec<Option<i64>>,
    /// By job: first start and end.
    pub spans: Vec<(i64, i64)>,
}

const SOON: i64 = 1;
const LEVELS: [i64; 2] = [16, 80];

impl Obvious {
    pub fn play(trace: &Trace, rule: Rule) -> Obvious {
        let jobs = trace.jobs.iter().map(|it| One {
            submit: it.submit.millis / 1000,
            gpus: it.gpus,
            left: it.runtime.millis / 1000,
            walltime: it.walltime.unwrap().millis / 1000,
            priority: it.priority,
            account: it.account as usize,
            came: false,
            first_start: None,
            since: None,
            end: None,
            attained: 0,
            ran: 0,
            waits: 0,
        });
        let jobs: Vec<One> = jobs.collect();
        let none = vec![None; jobs.len()];
        let mut it = Obvious {
            rule,
            gpus: trace.gpus,
            now: 0,
            jobs,
            usage: [0.0; 3],
            promised: none.clone(),
            first_promise: none,
            spans: Vec::new(),
        };
        while it.jobs.iter().any(|job| job.end.is_none()) {
            while it.moment() {}
            it.second();
            assert!(it.now < 100_000, "nobody starts any more: {:?} {:?}", it.jobs, it.promised);
        }
        it.spans = it.jobs.iter().map(|job| (job.first_start.unwrap(), job.end.unwrap())).collect();
        it
    }

    /// What happens at this second; whether anything did.
    fn moment(&mut self) -> bool {
        let now = self.now;
        let mut ended = Vec::new();
        for (nth, job) in self.jobs.iter_mut().enumerate() {
            if job.since.is_some() && job.left == 0 {
                job.end = Some(now);
                ended.push(nth);
            }
        }
        let mut came = Vec::new();
        for (nth, job) in self.jobs.iter_mut().enumerate() {
            if !job.came && job.submit == now {
                job.came = true;
                came.push(nth);
            }
        }
        self.end_for_conservative(&ended);
        for nth in &ended {
            self.jobs[*nth].since = None;
        }
        let happened = !ended.is_empty() || !came.is_empty();
        if happened || self.looks_always() {
            self.pass();
        }
        happened || self.jobs.iter().any(|it| it.since.is_some() && it.left == 0)
    }

    /// These act on the clock too, not only on what happens.
    fn looks_always(&self) -> bool {
        match self.rule {
            Rule::Attained { .. } | Rule::Preempt { minimum_run: 1.. } => true,
            Rule::Conservative => self.promised.contains(&Some(self.now)),
            _ => false,
        }
    }

    /// A second goes by.
    fn second(&mut self) {
        if let Rule::FairShare { half_life } = self.rule {
            for (account, usage) in self.usage.iter_mut().enumerate() {
                let mine = |it: &&One| it.since.is_some() && it.account == account;
                let held: i64 = self.jobs.iter().filter(mine).map(|it| it.gpus).sum();
                let kept = 0.5_f64.powf(1.0 / half_life as f64);
                let life = half_life as f64 / 2_f64.ln();
                *usage = *usage * kept + held as f64 * life * (1.0 - kept);
            }
        }
        for job in &mut self.jobs {
            if job.since.is_some() {
                job.left -= 1;
                job.attained += job.gpus;
                job.ran += 1;
                job.waits = 0;
            } else {
                job.waits += 1;
            }
        }
        self.now += 1;
    }

    fn free(&self) -> i64 {
        self.gpus - self.jobs.iter().filter(|it| it.since.is_some()).map(|it| it.gpus).sum::<i64>()
    }

    fn waiting(&self) -> Vec<usize> {
        let waits = |it: &One| it.came && it.since.is_none() && it.end.is_none();
        (0..self.jobs.len()).filter(|it| waits(&self.jobs[*it])).collect()
    }

    fn start(&mut self, nth: usize) {
        let now = self.now;
        assert!(self.jobs[nth].gpus <= self.free());
        self.jobs[nth].since = Some(now);
        self.jobs[nth].first_start.get_or_insert(now);
    }

    fn pass(&mut self) {
        match self.rule {
            Rule::Fifo => self.in_turn(self.waiting()),
            Rule::Shortest => {
                let mut line = self.waiting();
                line.sort_by_key(|it| (self.jobs[*it].walltime, *it));
                self.in_turn(line);
            }
            Rule::FirstFit => {
                for nth in self.waiting() {
                    if self.jobs[nth].gpus <= self.free() {
                        self.start(nth);
                    }
                }
            }
            Rule::Easy => self.easy(),
            Rule::Conservative => self.conservative(),
            Rule::Preempt { minimum_run } => while self.preempt(minimum_run) {},
            Rule::FairShare { .. } => self.fair_share(),
            Rule::Attained { promote } => self.attained(promote),
        }
    }

    fn in_turn(&mut self, line: Vec<usize>) {
        for nth in line {
            if self.jobs[nth].gpus > self.free() {
                break;
            }
            self.start(nth);
        }
    }

    fn easy(&mut self) {
        self.in_turn(self.waiting());
        let line = self.waiting();
        let Some(&head) = line.first() else { return };
        let expected = |it: &One| (it.since.unwrap() + it.walltime).max(self.now + SOON);
        let mut at = self.now;
        let (shadow, mut extra) = loop {
            at += 1;
            let back = self.jobs.iter().filter(|it| it.since.is_some() && expected(it) <= at);
            let free = self.free() + back.map(|it| it.gpus).sum::<i64>();
            if free >= self.jobs[head].gpus {
                break (at, free - self.jobs[head].gpus);
            }
        };
        self.first_promise[head].get_or_insert(shadow);
        for &nth in &line[1..] {
            let (gpus, ends) = (self.jobs[nth].gpus, self.now + self.jobs[nth].walltime);
            if gpus > self.free() {
                continue;
            }
            if ends <= shadow {
                self.start(nth);
            } else if gpus <= extra {
                extra -= gpus;
                self.start(nth);
            }
        }
    }

    /// Free GPUs in each second from now on, as promised so far.
    fn promised_free(&self) -> Vec<i64> {
        let mut free = vec![self.gpus; 4_000];
        for (nth, job) in self.jobs.iter().enumerate() {
            if let Some(since) = job.since {
                let until = (since + job.walltime).max(self.now + SOON);
                self.take(&mut free, self.now, until, job.gpus);
            } else if let Some(at) = self.promised[nth] {
                self.take(&mut free, at, at + job.walltime, job.gpus);
            }
        }
        free
    }

    fn take(&self, free: &mut [i64], from: i64, until: i64, gpus: i64) {
        for at in from.max(self.now)..until {
            free[(at - self.now) as usize] -= gpus;
        }
    }

    fn promise(&mut self, nth: usize, free: &mut [i64]) {
        let job = &self.jobs[nth];
        let fits = |at: &i64| (*at..at + job.walltime).all(|it| free[it as usize] >= job.gpus);
        let at = self.now + (0..).find(fits).unwrap();
        self.take(free, at, at + job.walltime, job.gpus);
        self.promised[nth] = Some(at);
        self.first_promise[nth].get_or_insert(at);
    }

    /// Those that ended free their promises; for each that lay beyond now, all who wait are
    /// promised anew in turn.
    fn end_for_conservative(&mut self, ended: &[usize]) {
        if self.rule != Rule::Conservative {
            return;
        }
        let until = |it: &One| it.since.unwrap() + it.walltime;
        let (late, early): (Vec<usize>, Vec<usize>) =
            ended.iter().partition(|it| until(&self.jobs[**it]) <= self.now);
        late.iter().for_each(|it| self.jobs[*it].since = None);
        for nth in early {
            self.jobs[nth].since = None;
            self.promise_anew();
        }
    }

    fn promise_anew(&mut self) {
        let mut free = self.promised_free();
        for nth in self.waiting() {
            if let Some(at) = self.promised[nth] {
                let job = &self.jobs[nth];
                self.take(&mut free, at, at + job.walltime, -job.gpus);
                self.promise(nth, &mut free);
            }
        }
    }

    fn conservative(&mut self) {
        for nth in self.waiting() {
            if self.promised[nth].is_none() {
                let mut free = self.promised_free();
                self.promise(nth, &mut free);
            }
        }
        let over = |it: &One| it.since.is_some_and(|since| since + it.walltime <= self.now);
        if self.jobs.iter().any(over) {
            self.promise_anew();
        }
        for nth in self.waiting() {
            if self.promised[nth] <= Some(self.now) && self.jobs[nth].gpus <= self.free() {
                self.start(nth);
                self.promised[nth] = None;
            }
        }
    }

    /// Whether somebody was stopped, so that all is looked at again.
    fn preempt(&mut self, minimum_run: i64) -> bool {
        let mut line = self.waiting();
        line.sort_by_key(|it| (-self.jobs[*it].priority, *it));
        self.in_turn(line.clone());
        let Some(head) = line.into_iter().find(|it| self.jobs[*it].since.is_none()) else {
            return false;
        };
        let (gpus, priority) = (self.jobs[head].gpus, self.jobs[head].priority);
        let mut victims: Vec<usize> = (0..self.jobs.len())
            .filter(|it| self.jobs[*it].since.is_some_and(|s| s + minimum_run <= self.now))
            .filter(|it| self.jobs[*it].priority < priority)
            .collect();
        victims.sort_by_key(|it| {
            let job = &self.jobs[*it];
            (job.priority, -job.since.unwrap(), std::cmp::Reverse(*it))
        });
        let mut free = self.free();
        let enough = victims.iter().position(|it| {
            free += self.jobs[*it].gpus;
            free >= gpus
        });
        let Some(last) = enough else { return false };
        for nth in &victims[..=last] {
            self.jobs[*nth].since = None;
        }
        true
    }

    fn fair_share(&mut self) {
        loop {
            let line = self.waiting();
            let key = |it: &usize| (self.usage[self.jobs[*it].account], *it);
            let first = line.into_iter().min_by(|a, b| {
                let (a, b) = (key(a), key(b));
                a.0.total_cmp(&b.0).then(a.1.cmp(&b.1))
            });
            match first {
                Some(nth) if self.jobs[nth].gpus <= self.free() => self.start(nth),
                _ => return,
            }
        }
    }

    fn attained(&mut self, promote: Option<i64>) {
        for job in self.jobs.iter_mut().filter(|it| it.came && it.since.is_none()) {
            if promote.is_some_and(|k| job.ran > 0 && job.waits >= k * job.ran) {
                (job.attained, job.ran, job.waits) = (0, 0, 0);
            }
        }
        let level = |it: &One| LEVELS.iter().filter(|at| **at <= it.attained).count();
        let present = |it: &One| it.came && it.end.is_none();
        let mut all: Vec<usize> =
            (0..self.jobs.len()).filter(|it| present(&self.jobs[*it])).collect();
        all.sort_by_key(|it| (level(&self.jobs[*it]), *it));
        let mut left = self.gpus;
        let wanted: Vec<usize> = all
            .iter()
            .copied()
            .filter(|it| {
                let fits = self.jobs[*it].gpus <= left;
                left -= if fits { self.jobs[*it].gpus } else { 0 };
                fits
            })
            .collect();
        for nth in &all {
            if !wanted.contains(nth) && self.jobs[*nth].since.take().is_some() {
                self.jobs[*nth].waits = 0;
            }
        }
        for nth in wanted {
            if self.jobs[nth].since.is_none() {
                self.start(nth);
            }
        }
    }
}
