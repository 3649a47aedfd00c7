//! The machines of a pool: each has nodes of one class, and all nodes are numbered in a row.

use super::machine::{Machine, Scatter, Shape, Stock, Stretch};

/// Nodes of one class: alike in size, model and network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Class {
    /// GPUs of all of them.
    pub gpus: i64,
    /// How they hang together.
    pub shape: Shape,
    /// Their kind of accelerator: its bit in what jobs accept. Several classes may have one.
    pub kind: u32,
}

/// What is held of each class.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// All its GPUs.
    pub sizes: Vec<i64>,
    /// Those that jobs hold.
    pub held: Vec<i64>,
    /// GPU-milliseconds of work that was kept.
    pub kept: Vec<i128>,
    /// Those that were up when the policy last looked.
    pub up: Vec<i64>,
    /// Those of them that were free.
    pub free: Vec<i64>,
}

impl Parts {
    /// Nothing is held.
    pub fn of(sizes: Vec<i64>) -> Self {
        let none = vec![0; sizes.len()];
        let kept = vec![0; sizes.len()];
        Self { held: none.clone(), kept, up: none.clone(), free: none, sizes }
    }

    /// The policy looks.
    pub fn looks(&mut self, free: impl Fn(usize) -> i64) {
        for class in 0..self.sizes.len() {
            self.free[class] = free(class);
            self.up[class] = self.free[class] + self.held[class];
        }
    }
}

/// The machines of a pool, by class.
#[derive(Clone, Debug)]
pub struct Hall {
    /// With the number of their first node.
    machines: Vec<(u32, Machine)>,
}

impl Hall {
    /// Machines of which nobody has anything.
    pub fn new(classes: &[Class]) -> Self {
        let mut first = 0;
        let machine = |it: &Class| {
            let machine = Machine::new(it.gpus, it.shape);
            first += machine.len();
            (first - machine.len(), machine)
        };
        Self { machines: classes.iter().map(machine).collect() }
    }

    /// Nodes, spares among them: of each class they have the last numbers.
    pub fn len(&self) -> u32 {
        self.machines.iter().map(|it| it.1.len()).sum()
    }

    /// GPUs of all classes by what they are good for now.
    pub fn stock(&self) -> Stock {
        self.machines.iter().fold(Stock::default(), |all, it| all.and(it.1.stock()))
    }

    /// GPUs of a class that are free to be held.
    pub fn free(&self, class: usize) -> i64 {
        self.machines[class].1.stock().free
    }

    /// How far gangs were torn apart so far.
    pub fn scatter(&self) -> Scatter {
        self.machines.iter().fold(Scatter::default(), |all, it| all.and(it.1.scatter()))
    }

    /// Whether a node is in repair.
    pub fn is_down(&self, node: u32) -> bool {
        let (class, here) = self.find(node);
        self.machines[class].1.is_down(here)
    }

    /// Whether any job holds GPUs of a node.
    pub fn is_used(&self, node: u32) -> bool {
        let (class, here) = self.find(node);
        self.machines[class].1.is_used(here)
    }

    /// The node of the nth GPU that the guest does not hold.
    pub fn node_beside_the_guest(&self, nth: i64) -> Option<u32> {
        let machines = self.machines.iter();
        let mut all = machines.flat_map(|(first, machine)| {
            machine.nodes_beside_the_guest().map(move |it| first + it)
        });
        all.nth(nth as usize)
    }

    /// Who holds GPUs of a node.
    pub fn on(&self, node: u32, names: &mut Vec<usize>) {
        let (class, here) = self.find(node);
        self.machines[class].1.on(here, names);
    }

    /// A job gets GPUs of a class.
    pub fn take(&mut self, class: usize, name: usize, gpus: i64, places: &mut Vec<Stretch>) {
        let (first, machine) = &mut self.machines[class];
        machine.take(name, gpus, places);
        places.iter_mut().for_each(|it| it.node += *first);
    }

    /// A job gives GPUs of a class back.
    pub fn give(&mut self, class: usize, name: usize, places: &[Stretch]) {
        let (first, machine) = &mut self.machines[class];
        for it in places {
            machine.give(name, Stretch { node: it.node - *first, ..*it });
        }
    }

    /// A node that drained and holds nobody any more, told once.
    pub fn emptied(&mut self) -> Option<u32> {
        self.machines.iter_mut().find_map(|(first, it)| Some(it.emptied()? + *first))
    }

    /// A node takes nothing new from now on.
    pub fn drains(&mut self, node: u32) {
        let (class, here) = self.find(node);
        self.machines[class].1.drains(here);
    }

    /// A node that drained and is empty goes into repair; a spare of its class takes its place.
    pub fn falls(&mut self, node: u32) {
        let (class, here) = self.find(node);
        self.machines[class].1.falls(here);
    }

    /// A node comes back from repair.
    pub fn mends(&mut self, node: u32) {
        let (class, here) = self.find(node);
        self.machines[class].1.mends(here);
    }

    /// The class of a node, and its number in it.
    fn find(&self, node: u32) -> (usize, u32) {
        let class = self.machines.partition_point(|it| it.0 <= node) - 1;
        (class, node - self.machines[class].0)
    }
}
