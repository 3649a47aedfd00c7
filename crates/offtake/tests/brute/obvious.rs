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
    kinds: u64,
    /// The class of nodes on which it runs, or ran last.
    on: usize,
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
    /// By class of nodes.
    gpus: Vec<i64>,
    now: i64,
    jobs: Vec<One>,
    /// By account: decayed GPU-seconds.
    usage: [f64; 3],
    /// By job: the earliest start promised so far, where it was promised one.
    pub promised: Vec<Option<i64>>,
    /// By job: on which class of nodes.
    promised_on: Vec<usize>,
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
            kinds: it.kinds,
            on: 0,
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
            gpus: trace.gpus.clone(),
            now: 0,
            promised_on: vec![0; jobs.len()],
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

    fn free(&self, class: usize) -> i64 {
        let here = |it: &&One| it.since.is_some() && it.on == class;
        self.gpus[class] - self.jobs.iter().filter(here).map(|it| it.gpus).sum::<i64>()
    }

    /// Classes of nodes that will do for one.
    fn classes(&self, nth: usize) -> Vec<usize> {
        let kinds = self.jobs[nth].kinds;
        let will_do = |it: &usize| kinds == 0 || kinds >> it & 1 == 1;
        (0..self.gpus.len()).filter(will_do).collect()
    }

    /// The first class of nodes that will do and has room.
    fn place(&self, nth: usize) -> Option<usize> {
        let has_room = |it: &usize| self.jobs[nth].gpus <= self.free(*it);
        self.classes(nth).into_iter().find(has_room)
    }

    fn waiting(&self) -> Vec<usize> {
        let waits = |it: &One| it.came && it.since.is_none() && it.end.is_none();
        (0..self.jobs.len()).filter(|it| waits(&self.jobs[*it])).collect()
    }

    fn start(&mut self, nth: usize, class: usize) {
        let now = self.now;
        assert!(self.jobs[nth].gpus <= self.free(class));
        self.jobs[nth].on = class;
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
                    if let Some(class) = self.place(nth) {
                        self.start(nth, class);
                    }
                }
            }
            Rule::Easy => self.easy(),
            Rule::Conservative => self.conservative(),
            Rule::Preempt { minimum_run } => while self.preempt(minimum_run) {},
            Rule::FairShare { .. } => self.fair_share(),
            Rule::Attained { promote } => while self.attained(promote) {},
        }
    }

    fn in_turn(&mut self, line: Vec<usize>) {
        for nth in line {
            let Some(class) = self.place(nth) else { break };
            self.start(nth, class);
        }
    }

    fn easy(&mut self) {
        self.in_turn(self.waiting());
        let line = self.waiting();
        let Some(&head) = line.first() else { return };
        let expected = |it: &One| (it.since.unwrap() + it.walltime).max(self.now + SOON);
        let mut at = self.now;
        let classes = self.classes(head);
        let (shadow, on, mut extra) = loop {
            at += 1;
            let over = |class: usize| {
                let here = self.jobs.iter().filter(|it| it.since.is_some() && it.on == class);
                let back = here.filter(|it| expected(it) <= at).map(|it| it.gpus);
                self.free(class) + back.sum::<i64>() - self.jobs[head].gpus
            };
            if let Some(class) = classes.iter().find(|it| over(**it) >= 0) {
                break (at, *class, over(*class));
            }
        };
        self.first_promise[head].get_or_insert(shadow);
        for &nth in &line[1..] {
            let (gpus, ends) = (self.jobs[nth].gpus, self.now + self.jobs[nth].walltime);
            for class in self.classes(nth) {
                if gpus > self.free(class) || class == on && ends > shadow && gpus > extra {
                    continue;
                }
                if class == on && ends > shadow {
                    extra -= gpus;
                }
                self.start(nth, class);
                break;
            }
        }
    }

    /// By class: free GPUs in each second from now on, as promised so far.
    fn promised_free(&self) -> Vec<Vec<i64>> {
        let mut free: Vec<Vec<i64>> = self.gpus.iter().map(|it| vec![*it; 4_000]).collect();
        for (nth, job) in self.jobs.iter().enumerate() {
            if let Some(since) = job.since {
                let until = (since + job.walltime).max(self.now + SOON);
                self.take(&mut free[job.on], self.now, until, job.gpus);
            } else if let Some(at) = self.promised[nth] {
                self.take(&mut free[self.promised_on[nth]], at, at + job.walltime, job.gpus);
            }
        }
        free
    }

    fn take(&self, free: &mut [i64], from: i64, until: i64, gpus: i64) {
        for at in from.max(self.now)..until {
            free[(at - self.now) as usize] -= gpus;
        }
    }

    fn promise(&mut self, nth: usize, free: &mut [Vec<i64>]) {
        let (at, class) = self.earliest(nth, free);
        let job = &self.jobs[nth];
        self.take(&mut free[class], at, at + job.walltime, job.gpus);
        (self.promised[nth], self.promised_on[nth]) = (Some(at), class);
        self.first_promise[nth].get_or_insert(at);
    }

    /// Where it can be done soonest; of several at once, where it was promised before, else the first.
    fn earliest(&self, nth: usize, free: &[Vec<i64>]) -> (i64, usize) {
        let job = &self.jobs[nth];
        let on = |class: usize| {
            let fits =
                |at: &i64| (*at..at + job.walltime).all(|it| free[class][it as usize] >= job.gpus);
            let last = 4_000 - job.walltime;
            Some((self.now + (0..last).find(fits)?, class))
        };
        let order = |it: &(i64, usize)| (it.0, it.1 != self.promised_on[nth], it.1);
        self.classes(nth).into_iter().filter_map(on).min_by_key(order).unwrap()
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
                let until = at + self.jobs[nth].walltime;
                self.take(&mut free[self.promised_on[nth]], at, until, -self.jobs[nth].gpus);
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
            let class = self.promised_on[nth];
            if self.promised[nth] <= Some(self.now) && self.jobs[nth].gpus <= self.free(class) {
                self.start(nth, class);
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
        for class in self.classes(head) {
            let mut victims: Vec<usize> = (0..self.jobs.len())
                .filter(|it| self.jobs[*it].since.is_some_and(|s| s + minimum_run <= self.now))
                .filter(|it| self.jobs[*it].priority < priority && self.jobs[*it].on == class)
                .collect();
            victims.sort_by_key(|it| {
                let job = &self.jobs[*it];
                (job.priority, -job.since.unwrap(), std::cmp::Reverse(*it))
            });
            let mut free = self.free(class);
            let enough = victims.iter().position(|it| {
                free += self.jobs[*it].gpus;
                free >= gpus
            });
            if let Some(last) = enough {
                victims[..=last].iter().for_each(|it| self.jobs[*it].since = None);
                return true;
            }
        }
        false
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
                Some(nth) if self.place(nth).is_some() => self.start(nth, self.place(nth).unwrap()),
                _ => return,
            }
        }
    }

    /// Whether somebody was stopped, so that all is looked at again.
    fn attained(&mut self, promote: Option<i64>) -> bool {
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
        let mut left = self.gpus.clone();
        let mut unserved = Vec::new();
        for nth in all {
            let (gpus, runs) = (self.jobs[nth].gpus, self.jobs[nth].since.is_some());
            let classes = if runs { vec![self.jobs[nth].on] } else { self.classes(nth) };
            let has_left: Vec<usize> = classes.into_iter().filter(|it| gpus <= left[*it]).collect();
            let now = has_left.iter().copied().find(|it| runs || gpus <= self.free(*it));
            match now.or(has_left.first().copied()) {
                Some(class) => left[class] -= gpus,
                None if runs => unserved.push(nth),
                None => {}
            }
            if let Some(class) = now.filter(|_| !runs) {
                self.start(nth, class);
            }
        }
        for nth in &unserved {
            (self.jobs[*nth].since, self.jobs[*nth].waits) = (None, 0);
        }
        !unserved.is_empty()
    }
}
