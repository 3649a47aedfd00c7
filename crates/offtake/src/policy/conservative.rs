//! Conservative backfill: everybody who waits has a reservation, made in order of arrival, and
//! nobody may delay one (Mu'alem and Feitelson, TPDS 12(6), 2001).
//!
//! Where a job ends early, all who wait are reserved anew, in order of arrival and one at a time:
//! each gives its reservation back and takes the earliest that there is, which is never later.
//! This is the variant of the simulator pyss. Only those are asked whom a [`Gap`] can bring forward.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::line::{Least, Line};
use super::profile::{Profile, Run};
use super::{Ask, Decision, Decisions, News, Policy, Snapshot};
use crate::time::{Instant, Span};

/// Starts everybody at its reservation.
#[derive(Clone, Debug, Default)]
pub struct Conservative {
    /// By class of nodes.
    profiles: Vec<Profile>,
    gpus: Vec<i64>,
    /// Who waits, by what they ask for.
    lines: BTreeMap<Wish, Line<Promise>>,
    /// Who waits, by when it is to start.
    due: BTreeSet<(Instant, u64, usize)>,
    /// By name: where and when; never, where the machine is too small for it.
    reserved: Vec<Reserved>,
    /// What came free behind somebody's back, who is asked next time.
    gaps: Vec<Gap>,
    /// Where more may be promised than there is: somebody outran its walltime.
    crowds: Vec<Gap>,
    /// Who runs, by when its walltime is over.
    running: BTreeSet<(Instant, usize)>,
    /// By name: that moment.
    until: Vec<Instant>,
    /// Who outran it.
    late: BTreeSet<usize>,
}

/// GPUs, and the classes of nodes that will do.
type Wish = (i64, u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reserved {
    at: Instant,
    class: usize,
}

impl Reserved {
    /// The order of choice: the soonest, then where it was before, then the first class.
    fn against(self, was: Reserved) -> (Instant, bool, usize) {
        (self.at, self.class != was.class, self.class)
    }
}

const NEVER: Reserved = Reserved { at: Instant::NEVER, class: 0 };

/// One who may be brought forward: order of arrival, name, and by which gap.
type Offer = Reverse<(u64, usize, Option<(usize, Wish)>)>;

/// What outran its walltime is taken to end after this.
const SOON: Span = Span { millis: 1_000 };

impl Policy for Conservative {
    fn decide(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        self.profiles.iter_mut().for_each(|it| it.forget(seen.now));
        if seen.gpus != self.gpus {
            self.measure_anew(seen);
        }
        let over = self.over(seen);
        let outrun = self.outrun(seen);
        for name in over {
            self.ends(name, seen);
        }
        for news in seen.news {
            if let News::Came(name) | News::Back(name) = *news {
                self.joins(name, seen);
            }
        }
        if outrun {
            self.compress(seen);
        }
        self.start(seen, decisions);
        let ahead = (Instant { millis: seen.now.millis + 1 }, 0, 0)..(Instant::NEVER, 0, 0);
        decisions.0.extend(self.due.range(ahead).next().map(|it| Decision::Wake(it.0)));
    }
}

impl Conservative {
    /// The earliest room there is for one; of several at once, that on the class of nodes where it was
    /// promised one before, else on the first.
    fn earliest(&self, ask: &Ask, was: Reserved, now: Instant) -> Reserved {
        let of = |class: usize| {
            let at = self.profiles[class].earliest(ask.most, ask.limit(), now)?;
            Some(Reserved { at, class })
        };
        let classes = (0..self.profiles.len()).filter(|it| ask.accepts(*it));
        classes.filter_map(of).min_by_key(|it| it.against(was)).unwrap_or(NEVER)
    }

    /// What comes back has its old place in the line.
    fn joins(&mut self, name: usize, seen: &Snapshot<'_>) {
        let ask = &seen.asks[name];
        if self.reserved.len() <= name {
            self.reserved.resize(name + 1, NEVER);
        }
        self.reserved[name] = NEVER;
        let line = self.lines.entry((ask.most, ask.classes)).or_default();
        line.join(name, ask.order, Promise::of(NEVER.at, ask.limit()));
        self.reserves(name, self.earliest(ask, NEVER, seen.now), ask);
    }

    /// What is over now, in order of arrival. What ended at its walltime or later is forgotten at
    /// once: it had taken nothing beyond now.
    fn over(&mut self, seen: &Snapshot<'_>) -> Vec<usize> {
        let mut over = Vec::new();
        for news in seen.news {
            if let News::Left(name) | News::Back(name) = *news {
                self.late.remove(&name);
                if self.until[name] <= seen.now {
                    self.running.remove(&(self.until[name], name));
                } else {
                    over.push(name);
                }
            }
        }
        over.sort_by_key(|name| seen.asks[*name].order);
        over
    }

    /// What ends early gives back what it had taken beyond now.
    fn ends(&mut self, name: usize, seen: &Snapshot<'_>) {
        let (until, ask) = (self.until[name], &seen.asks[name]);
        self.running.remove(&(until, name));
        self.profiles[ask.on].take(seen.now, until, -ask.most);
        self.gaps.push(Gap { class: ask.on, from: seen.now, until, before: u64::MAX });
        self.compress(seen);
    }

    /// Everybody who waits and can start sooner is reserved anew, one at a time, in order of arrival.
    /// Who moves leaves a gap to those after it, and next time to those before it.
    fn compress(&mut self, seen: &Snapshot<'_>) {
        let mut gaps = std::mem::take(&mut self.gaps);
        let mut offers = self.crowded_out(seen);
        for nth in 0..gaps.len() {
            self.offer(&gaps, nth, 0, seen, &mut offers);
        }
        let mut by = Vec::new();
        while let Some(&Reverse((order, name, _))) = offers.peek() {
            by.clear();
            while offers.peek().is_some_and(|it| it.0.0 == order) {
                by.extend(offers.pop().map(|it| it.0.2));
            }
            if let Some(gap) = self.brought_forward(name, &gaps, &by, seen) {
                gaps.push(Gap { before: u64::MAX, ..gap });
                self.offer(&gaps, gaps.len() - 1, order + 1, seen, &mut offers);
                self.gaps.push(gap);
            }
            for (nth, wish) in by.iter().flatten() {
                let next = self.first_for(&gaps[*nth], *wish, order + 1, seen);
                offers.extend(next.map(|it| Reverse((it.0, it.1, Some((*nth, *wish))))));
            }
        }
    }

    /// Who cannot start when it was promised to, as others outran their walltimes.
    fn crowded_out(&mut self, seen: &Snapshot<'_>) -> BinaryHeap<Offer> {
        let Self { crowds, profiles, due, reserved, .. } = self;
        crowds.retain(|it| profiles[it.class].least(it.from, it.until) < 0);
        let overdue = due.range(..(seen.now, 0, 0)).map(|it| Reverse((it.1, it.2, None)));
        let mut offers: BinaryHeap<Offer> = overdue.collect();
        for crowd in crowds.iter() {
            let within = due.range((seen.now, 0, 0)..(crowd.until, 0, 0)).filter(|it| {
                let until = it.0 + seen.asks[it.2].limit();
                reserved[it.2].class == crowd.class && until > crowd.from
            });
            offers.extend(within.map(|it| Reverse((it.1, it.2, None))));
        }
        offers
    }

    /// A gap is offered to the first, from one on, of all who want no more than is free in it.
    fn offer(
        &self,
        gaps: &[Gap],
        nth: usize,
        from: u64,
        seen: &Snapshot<'_>,
        offers: &mut BinaryHeap<Offer>,
    ) {
        let gap = &gaps[nth];
        let most = self.profiles[gap.class].most(gap.from, gap.until);
        for wish in self.lines.range(..=(most, u64::MAX)).map(|it| *it.0) {
            if wish.1 == 0 || wish.1 >> gap.class & 1 == 1 {
                let next = self.first_for(gap, wish, from, seen);
                offers.extend(next.map(|it| Reverse((it.0, it.1, Some((nth, wish))))));
            }
        }
    }

    /// The first, from one on, whom a gap brings forward: its order, its name, and to when.
    fn first_for(
        &self,
        gap: &Gap,
        wish: Wish,
        from: u64,
        seen: &Snapshot<'_>,
    ) -> Option<(u64, usize, Reserved)> {
        let mut first: Option<(u64, usize, Reserved)> = None;
        let mut after = gap.from.max(seen.now);
        while after < gap.until
            && let Some(run) = self.profiles[gap.class].run(after, wish.0)
            && run.from < gap.until
        {
            if let Some(name) = self.next_in(&run, gap.class, wish, from, seen)
                && seen.asks[name].order < first.map_or(gap.before, |it| it.0)
            {
                let to = Reserved { at: run.from, class: gap.class };
                first = Some((seen.asks[name].order, name, to));
            }
            after = run.until;
        }
        first
    }

    /// The first, from one on, who could start sooner in a run of free GPUs.
    fn next_in(
        &self,
        run: &Run,
        class: usize,
        wish: Wish,
        from: u64,
        seen: &Snapshot<'_>,
    ) -> Option<usize> {
        let line = &self.lines[&wish];
        let mut place = line.place_of(from);
        loop {
            let (at, name) = line.next(place, |it| it.gains(run))?;
            // Its own reservation is no obstacle, where that is on the same nodes.
            let here = self.reserved[name].class == class;
            if here || run.from + seen.asks[name].limit() <= run.until {
                return Some(name);
            }
            place = at + 1;
        }
    }

    /// One takes the earliest that gaps let it have, and leaves a gap where it was. Whom others have
    /// crowded out takes the earliest that there is.
    fn brought_forward(
        &mut self,
        name: usize,
        gaps: &[Gap],
        by: &[Option<(usize, Wish)>],
        seen: &Snapshot<'_>,
    ) -> Option<Gap> {
        let (ask, was) = (&seen.asks[name], self.reserved[name]);
        let until = if was.at < Instant::NEVER { was.at + ask.limit() } else { was.at };
        let crowded = by.contains(&None)
            && (was.at < seen.now || self.profiles[was.class].least(was.at, until) < 0);
        let gains = by.iter().flatten().filter_map(|(nth, wish)| {
            self.first_for(&gaps[*nth], *wish, ask.order, seen).filter(|it| it.1 == name)
        });
        let sooner = gains.map(|it| it.2).min_by_key(|it| it.against(was));
        let sooner = sooner.filter(|it| it.at < was.at);
        if sooner.is_none() && !crowded {
            return None;
        }
        self.profiles[was.class].take(was.at, until, -ask.most);
        let earliest = || self.earliest(ask, was, seen.now);
        let to = sooner.filter(|_| !crowded).unwrap_or_else(earliest);
        self.reserves(name, to, ask);
        let kept = !crowded && to.class == was.class;
        let from = if kept { was.at.max(to.at + ask.limit()) } else { was.at };
        Some(Gap { class: was.class, from, until, before: ask.order })
    }

    /// One that waits is promised a place in time.
    fn reserves(&mut self, name: usize, to: Reserved, ask: &Ask) {
        if to.at < Instant::NEVER {
            self.profiles[to.class].take(to.at, to.at + ask.limit(), ask.most);
        }
        let was = std::mem::replace(&mut self.reserved[name], to);
        self.due.remove(&(was.at, ask.order, name));
        self.due.insert((to.at, ask.order, name));
        if let Some(line) = self.lines.get_mut(&(ask.most, ask.classes)) {
            line.change(line.place_of(ask.order), Promise::of(to.at, ask.limit()));
        }
    }

    /// What runs beyond its walltime still holds its GPUs. Says whether anything does.
    fn outrun(&mut self, seen: &Snapshot<'_>) -> bool {
        while let Some(&(until, name)) = self.running.first()
            && until <= seen.now
        {
            self.running.pop_first();
            self.runs(name, seen.now + SOON);
            let ask = &seen.asks[name];
            self.late.insert(name);
            self.crowds_out(ask, ask.on, (seen.now, seen.now + SOON));
        }
        !self.late.is_empty()
    }

    /// One holds its GPUs for longer than it was promised them, whoever else was.
    fn crowds_out(&mut self, ask: &Ask, class: usize, (from, until): (Instant, Instant)) {
        self.profiles[class].take(from, until, ask.most);
        if from < until {
            self.crowds.push(Gap { class, from, until, before: u64::MAX });
        }
    }

    fn runs(&mut self, name: usize, until: Instant) {
        if self.until.len() <= name {
            self.until.resize(name + 1, Instant::default());
        }
        self.until[name] = until;
        self.running.insert((until, name));
    }

    fn start(&mut self, seen: &Snapshot<'_>, decisions: &mut Decisions) {
        let due = self.due.range(..=(seen.now, u64::MAX, usize::MAX));
        let mut due: Vec<(u64, usize)> = due.map(|it| (it.1, it.2)).collect();
        due.sort_unstable();
        let mut free = seen.free.to_vec();
        for (order, name) in due {
            let (ask, Reserved { at, class }) = (&seen.asks[name], self.reserved[name]);
            if ask.most > free[class] {
                continue;
            }
            free[class] -= ask.most;
            self.due.remove(&(at, order, name));
            if let Some(line) = self.lines.get_mut(&(ask.most, ask.classes)) {
                line.leave(line.place_of(order));
                line.close_up();
            }
            // Whoever had to wait for one that outran its walltime takes its whole time from now.
            let until = seen.now + ask.limit();
            self.crowds_out(ask, class, (at + ask.limit(), until));
            self.runs(name, until);
            decisions.0.push(Decision::Start(name, ask.most, class));
        }
    }

    /// The machine has another size: all promises are made anew, of those who run first.
    fn measure_anew(&mut self, seen: &Snapshot<'_>) {
        seen.gpus.clone_into(&mut self.gpus);
        self.profiles = seen.gpus.iter().map(|it| Profile::of(seen.now, *it)).collect();
        for (until, name) in &self.running {
            let ask = &seen.asks[*name];
            self.profiles[ask.on].take(seen.now, *until, ask.most);
        }
        (self.gaps, self.crowds) = (Vec::new(), Vec::new());
        let mut waiting: Vec<(u64, usize)> = self.due.iter().map(|it| (it.1, it.2)).collect();
        waiting.sort_unstable();
        for (_, name) in waiting {
            let ask = &seen.asks[name];
            self.reserves(name, self.earliest(ask, NEVER, seen.now), ask);
        }
    }
}

/// GPUs that came free for a while on nodes of a class, and who of those that wait has not been
/// asked yet whether they bring it forward.
#[derive(Clone, Copy, Debug)]
struct Gap {
    class: usize,
    from: Instant,
    until: Instant,
    /// Who came before, in order of arrival.
    before: u64,
}

/// What is known of those who are promised a place in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Promise {
    soonest: Instant,
    latest: Instant,
    /// The shortest.
    walltime: Span,
}

impl Promise {
    fn of(at: Instant, walltime: Span) -> Self {
        Promise { soonest: at, latest: at, walltime }
    }

    /// Whether a run of free GPUs brings it forward: it lasts as long as the job does, or until the
    /// job's own reservation begins.
    fn gains(&self, run: &Run) -> bool {
        let lasts = run.from + self.walltime <= run.until || self.soonest <= run.until;
        run.from < self.latest && lasts
    }
}

impl Least for Promise {
    const NOBODY: Self = Promise {
        soonest: Instant::NEVER,
        latest: Instant { millis: i64::MIN },
        walltime: Span::FOREVER,
    };

    fn and(self, other: Self) -> Self {
        Promise {
            soonest: self.soonest.min(other.soonest),
            latest: self.latest.max(other.latest),
            walltime: self.walltime.min(other.walltime),
        }
    }
}
