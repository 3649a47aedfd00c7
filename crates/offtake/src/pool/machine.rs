//! The shape of a machine, and who sits where: GPUs in nodes, nodes in NVLink domains.

use super::place::{Rooms, Seats, Set};

/// The shape of a machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// GPUs of a node, at most 255.
    pub node: i64,
    /// Nodes of an NVLink domain.
    pub domain: i64,
    /// Nodes beyond those of the pool, running but used by nobody until another is down: with `n`
    /// of them the pool stays whole until more than `n` are down.
    pub spares: i64,
    /// Which room is taken first.
    pub fill: Fill,
}

impl Default for Shape {
    /// Every GPU a node and a domain of its own: only counts matter.
    fn default() -> Self {
        Self { node: 1, domain: 1, spares: 0, fill: Fill::Pack }
    }
}

/// Which room is taken first, of several in which a gang stays together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fill {
    /// The least that is enough: large rooms stay whole.
    #[default]
    Pack,
    /// The largest: neighbours are few.
    Spread,
}

/// Nodes in a row, of one domain, on each of which a job holds so many GPUs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first.
    pub node: u32,
    /// How many.
    pub nodes: u32,
    /// GPUs on each.
    pub gpus: u32,
}

/// How far gangs were torn apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scatter {
    /// Starts of gangs that fit one node.
    pub node_sized: u64,
    /// Of them, on more than one.
    pub off_node: u64,
    /// Starts of gangs that fit one domain.
    pub domain_sized: u64,
    /// Of them, in more than one.
    pub off_domain: u64,
    /// All starts.
    pub starts: u64,
    /// Domains that they were in.
    pub domains: u64,
    /// The fewest that they could have been in.
    pub fewest: u64,
}

impl Scatter {
    /// Together with another.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            node_sized: self.node_sized + other.node_sized,
            off_node: self.off_node + other.off_node,
            domain_sized: self.domain_sized + other.domain_sized,
            off_domain: self.off_domain + other.off_domain,
            starts: self.starts + other.starts,
            domains: self.domains + other.domains,
            fewest: self.fewest + other.fewest,
        }
    }

    /// The share of starts in more than one domain, of those that fit one.
    pub fn split(&self) -> f64 {
        self.off_domain as f64 / self.domain_sized.max(1) as f64
    }

    /// Mean domains of a gang against the fewest possible; at least 1.
    pub fn spread(&self) -> f64 {
        self.domains as f64 / self.fewest.max(1) as f64
    }
}

/// GPUs by what they are good for now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stock {
    /// Free to be held.
    pub free: i64,
    /// Healthy, and neither held nor to be had: spares, and what drains.
    pub aside: i64,
    /// In repair.
    pub down: i64,
}

impl Stock {
    /// Together with another.
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            free: self.free + other.free,
            aside: self.aside + other.aside,
            down: self.down + other.down,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Serves,
    /// Healthy, but takes nothing new.
    Drains,
    /// A spare.
    Rests,
    Down,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    /// What can be had of it.
    free: u8,
    used: u8,
    state: State,
}

/// Who sits where.
#[derive(Clone, Debug)]
pub struct Machine {
    shape: Shape,
    /// GPUs of the pool; the last of its nodes may have fewer than the others.
    gpus: i64,
    /// Nodes of the pool, and those that serve or drain now.
    wanted: usize,
    serving: usize,
    draining: usize,
    nodes: Vec<Node>,
    /// By node and place on it.
    owners: Vec<u32>,
    rooms: Rooms,
    seats: Seats,
    resting: Set,
    stock: Stock,
    scatter: Scatter,
    /// Nodes that drained, and hold nobody any more.
    emptied: Vec<u32>,
}

const NOBODY: u32 = u32::MAX;

/// The name of who has what is wanted for something else.
pub const GUEST: usize = u32::MAX as usize - 1;

impl Machine {
    /// A machine of which nobody has anything.
    pub fn new(gpus: i64, shape: Shape) -> Self {
        assert!((1..256).contains(&shape.node), "a node has 1 to 255 GPUs");
        assert!(shape.domain > 0 && shape.spares >= 0, "a domain has nodes");
        let wanted = (gpus as usize).div_ceil(shape.node as usize);
        let all = wanted + shape.spares as usize;
        let domains = all.div_ceil(shape.domain as usize);
        let mut it = Self {
            shape,
            gpus,
            wanted,
            serving: 0,
            draining: 0,
            nodes: vec![Node { free: 0, used: 0, state: State::Down }; all],
            owners: vec![NOBODY; all * shape.node as usize],
            rooms: Rooms::of(domains, (shape.node * shape.domain) as usize),
            seats: Seats::of(domains, shape.node as usize),
            resting: Set::of(all),
            stock: Stock::default(),
            scatter: Scatter::default(),
            emptied: Vec::new(),
        };
        it.stock.down = (0..all as u32).map(|node| it.size(node)).sum();
        (0..all as u32).for_each(|node| it.mends(node));
        it
    }

    /// Nodes, spares among them.
    pub fn len(&self) -> u32 {
        self.nodes.len() as u32
    }

    /// GPUs by what they are good for now.
    pub fn stock(&self) -> Stock {
        self.stock
    }

    /// How far gangs were torn apart so far.
    pub fn scatter(&self) -> Scatter {
        self.scatter
    }

    /// Whether it is in repair.
    pub fn is_down(&self, node: u32) -> bool {
        self.nodes[node as usize].state == State::Down
    }

    /// What can be had of a node.
    #[cfg(test)]
    pub fn free_on(&self, node: u32) -> i64 {
        self.nodes[node as usize].free.into()
    }

    /// Whether any job holds GPUs of it.
    pub fn is_used(&self, node: u32) -> bool {
        self.nodes[node as usize].used > 0
    }

    /// Who holds GPUs of a node.
    pub fn on(&self, node: u32, names: &mut Vec<usize>) {
        names.clear();
        for owner in &self.owners[self.seats_of(node, 1)] {
            let name = *owner as usize;
            if *owner != NOBODY && !names.contains(&name) {
                names.push(name);
            }
        }
    }

    /// The node of each GPU that the guest does not hold.
    pub fn nodes_beside_the_guest(&self) -> impl Iterator<Item = u32> {
        let others = self.owners.iter().enumerate().filter(|it| *it.1 != GUEST as u32);
        others.map(|(seat, _)| (seat / self.shape.node as usize) as u32)
    }

    /// A job gets GPUs: on one node if one has room, else in the fewest domains, and there on the
    /// fewest nodes.
    pub fn take(&mut self, name: usize, gpus: i64, places: &mut Vec<Stretch>) {
        places.clear();
        let mut domains = 0;
        if gpus > 0
            && gpus <= self.shape.node
            && let Some(node) = self.seat(gpus as u8)
        {
            let domain = self.domain(node);
            self.sits(Stretch { node, nodes: 1, gpus: gpus as u32 }, name as u32, places);
            self.rooms.set(domain, self.rooms.free(domain) - gpus as u32);
            domains = 1;
        } else {
            let mut left = gpus as u32;
            while left > 0 {
                let domain = self.room(left);
                left -= self.take_in(domain, left, name as u32, places);
                domains += 1;
            }
        }
        self.stock.free -= gpus;
        if name != GUEST {
            self.notes(gpus, domains, places);
        }
    }

    /// A job gives GPUs back: what drains is not free after it.
    pub fn give(&mut self, name: usize, it: Stretch) {
        let domain = self.domain(it.node);
        let free = if self.draining == 0 && i64::from(it.gpus) == self.shape.node {
            self.gives_whole(&it, domain)
        } else {
            (it.node..it.node + it.nodes)
                .map(|node| self.gives_part(node, domain, it.gpus as u8, name as u32))
                .sum()
        };
        self.stock.free += i64::from(free);
        self.rooms.set(domain, self.rooms.free(domain) + free);
    }

    /// Whole nodes at once: nearly all that large jobs hold.
    fn gives_whole(&mut self, it: &Stretch, domain: usize) -> u32 {
        let (first, last) = (it.node, it.node + it.nodes - 1);
        let seats = self.seats_of(first, it.nodes);
        self.owners[seats].fill(NOBODY);
        let gpus = it.gpus as u8;
        let free = Node { free: gpus, used: 0, state: State::Serves };
        self.nodes[first as usize..=last as usize].fill(free);
        self.seats.leaves(domain, 0, it.nodes);
        self.seats.joins(domain, gpus, it.nodes);
        it.nodes * it.gpus
    }

    fn gives_part(&mut self, node: u32, domain: usize, gpus: u8, name: u32) -> u32 {
        let seats = self.seats_of(node, 1);
        self.owners[seats].iter_mut().filter(|it| **it == name).for_each(|it| *it = NOBODY);
        let at = &mut self.nodes[node as usize];
        at.used -= gpus;
        if at.state == State::Serves {
            self.seats.leaves(domain, at.free, 1);
            at.free += gpus;
            self.seats.joins(domain, at.free, 1);
            return gpus.into();
        }
        self.stock.aside += i64::from(gpus);
        if at.used == 0 {
            self.emptied.push(node);
        }
        0
    }

    /// A node that drained and holds nobody any more, told once.
    pub fn emptied(&mut self) -> Option<u32> {
        self.emptied.pop()
    }

    /// A node takes nothing new from now on.
    pub fn drains(&mut self, node: u32) {
        let at = self.nodes[node as usize];
        if at.state == State::Rests {
            // It serves for a moment, so that it can fall as any other.
            self.resting.remove(node as usize);
            self.serving += 1;
        }
        if at.state == State::Serves {
            let domain = self.domain(node);
            self.seats.leaves(domain, at.free, 1);
            self.rooms.set(domain, self.rooms.free(domain) - u32::from(at.free));
            self.stock.free -= i64::from(at.free);
            self.stock.aside += i64::from(at.free);
        }
        self.draining += usize::from(at.state != State::Drains);
        self.nodes[node as usize] = Node { free: 0, state: State::Drains, ..at };
    }

    /// A node that drained and is empty goes into repair; a spare takes its place.
    pub fn falls(&mut self, node: u32) {
        let at = &mut self.nodes[node as usize];
        assert!(at.state == State::Drains && at.used == 0, "a node falls when it is empty");
        at.state = State::Down;
        self.stock.aside -= self.size(node);
        self.stock.down += self.size(node);
        self.serving -= 1;
        self.draining -= 1;
        if self.serving < self.wanted
            && let Some(spare) = self.resting.next(0)
        {
            self.resting.remove(spare);
            self.stock.aside -= self.size(spare as u32);
            self.serves(spare as u32);
        }
    }

    /// A node comes back from repair; it rests where enough others serve.
    pub fn mends(&mut self, node: u32) {
        self.stock.down -= self.size(node);
        if self.serving < self.wanted {
            self.serves(node);
            return;
        }
        self.nodes[node as usize].state = State::Rests;
        self.resting.insert(node as usize);
        self.stock.aside += self.size(node);
    }

    fn serves(&mut self, node: u32) {
        let (size, domain) = (self.size(node), self.domain(node));
        self.nodes[node as usize] = Node { free: size as u8, used: 0, state: State::Serves };
        self.serving += 1;
        self.stock.free += size;
        self.seats.joins(domain, size as u8, 1);
        self.rooms.set(domain, self.rooms.free(domain) + size as u32);
    }

    fn size(&self, node: u32) -> i64 {
        if node as usize + 1 == self.wanted {
            self.gpus - self.shape.node * (self.wanted as i64 - 1)
        } else {
            self.shape.node
        }
    }

    fn domain(&self, node: u32) -> usize {
        node as usize / self.shape.domain as usize
    }

    fn nodes_of(&self, domain: usize) -> std::ops::Range<usize> {
        let first = domain * self.shape.domain as usize;
        first..(first + self.shape.domain as usize).min(self.nodes.len())
    }

    fn seats_of(&self, first: u32, nodes: u32) -> std::ops::Range<usize> {
        let (first, size) = (first as usize, self.shape.node as usize);
        first * size..(first + nodes as usize) * size
    }

    /// The domain that a gang goes to, or the largest part of one that fits none.
    fn room(&self, gpus: u32) -> usize {
        let least = match self.shape.fill {
            Fill::Pack if i64::from(gpus) <= self.shape.node * self.shape.domain => {
                self.rooms.least(gpus)
            }
            _ => None,
        };
        least.unwrap_or_else(|| self.rooms.most())
    }

    /// The node that has room for all of a small job.
    fn seat(&self, gpus: u8) -> Option<u32> {
        let most = self.shape.node as u8;
        let (domain, free) = match self.shape.fill {
            Fill::Pack => (gpus..=most).find_map(|it| Some((self.seats.first(it)?, it)))?,
            Fill::Spread => {
                let roomiest = self.rooms.most();
                let free = self.seats.most(roomiest);
                if free >= gpus {
                    (roomiest, free)
                } else {
                    (gpus..=most).rev().find_map(|it| Some((self.seats.first(it)?, it)))?
                }
            }
        };
        self.nodes_of(domain).find(|it| self.nodes[*it].free == free).map(|it| it as u32)
    }

    /// Takes what is free of a domain, as far as it is wanted, on the fewest nodes.
    fn take_in(&mut self, domain: usize, want: u32, name: u32, places: &mut Vec<Stretch>) -> u32 {
        let free = self.rooms.free(domain);
        let takes = want.min(free);
        let nodes = self.nodes_of(domain);
        let (mut left, mut at, mut level) = (takes, nodes.start, 0);
        while left > 0 {
            let next = self.seats.best(domain, left.min(self.shape.node as u32) as u8);
            if next != level {
                (at, level) = (nodes.start, next);
            }
            while self.nodes[at].free != level {
                at += 1;
            }
            let gpus = left.min(level.into());
            let alike = self.nodes[at..nodes.end].iter().take_while(|it| it.free == level);
            let row = alike.take((left / gpus) as usize).count() as u32;
            self.sits(Stretch { node: at as u32, nodes: row, gpus }, name, places);
            left -= row * gpus;
        }
        self.rooms.set(domain, free - takes);
        takes
    }

    /// A job sits down on nodes in a row of which equally many GPUs are free.
    fn sits(&mut self, it: Stretch, name: u32, places: &mut Vec<Stretch>) {
        let (first, last, gpus) = (it.node, it.node + it.nodes - 1, it.gpus as u8);
        if i64::from(it.gpus) == self.shape.node {
            let seats = self.seats_of(first, it.nodes);
            self.owners[seats].fill(name);
        } else {
            for node in first..=last {
                let seats = self.seats_of(node, 1);
                let vacant = self.owners[seats].iter_mut().filter(|it| **it == NOBODY);
                vacant.take(gpus.into()).for_each(|it| *it = name);
            }
        }
        let (domain, free) = (self.domain(first), self.nodes[first as usize].free);
        for node in &mut self.nodes[first as usize..=last as usize] {
            node.free -= gpus;
            node.used += gpus;
        }
        self.seats.leaves(domain, free, it.nodes);
        self.seats.joins(domain, free - gpus, it.nodes);
        places.push(it);
    }

    fn notes(&mut self, gpus: i64, domains: u64, places: &[Stretch]) {
        let domain = self.shape.node * self.shape.domain;
        let it = &mut self.scatter;
        it.starts += 1;
        it.domains += domains;
        it.fewest += (gpus as u64).div_ceil(domain as u64);
        if gpus <= self.shape.node {
            it.node_sized += 1;
            it.off_node += u64::from(places.len() > 1 || places[0].nodes > 1);
        }
        if gpus <= domain {
            it.domain_sized += 1;
            it.off_domain += u64::from(domains > 1);
        }
    }
}
