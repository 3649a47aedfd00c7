//! Who sits where, against an array that knows every GPU.

use proptest::prelude::*;

use super::machine::{Fill, Machine, Shape, Stretch};

/// What may happen to a machine; numbers are taken modulo what there is.
#[derive(Clone, Debug)]
enum Act {
    Take(i64),
    Give(usize),
    Fall(u32),
    Mend(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (1_i64..12).prop_map(Act::Take),
        2 => (1_i64..90).prop_map(Act::Take),
        4 => any::<usize>().prop_map(Act::Give),
        1 => any::<u32>().prop_map(Act::Fall),
        1 => any::<usize>().prop_map(Act::Mend),
    ];
    prop::collection::vec(act, 1..200)
}

/// Every GPU for itself.
struct Plain {
    shape: Shape,
    /// By node: free GPUs of those that serve.
    free: Vec<i64>,
    /// By node: GPUs that jobs hold.
    used: Vec<i64>,
}

impl Plain {
    fn domains(&self) -> Vec<i64> {
        self.free.chunks(self.shape.domain as usize).map(|it| it.iter().sum()).collect()
    }

    /// The fewest domains that so many GPUs can be had in.
    fn fewest(&self, gpus: i64) -> usize {
        let mut rooms = self.domains();
        rooms.sort_by_key(|it| -it);
        let mut had = 0;
        1 + rooms.iter().take_while(|it| (had += **it, had < gpus).1).count()
    }

    fn takes(&mut self, gpus: i64, places: &[Stretch]) {
        let mut nodes = std::collections::BTreeMap::new();
        for it in places {
            for node in it.node..it.node + it.nodes {
                *nodes.entry(node).or_insert(0) += i64::from(it.gpus);
            }
        }
        let domain = |node: &u32| i64::from(*node) / self.shape.domain;
        let domains: std::collections::BTreeSet<i64> = nodes.keys().map(domain).collect();
        assert_eq!(nodes.values().sum::<i64>(), gpus, "a job gets what it asked for");
        assert_eq!(domains.len(), self.fewest(gpus), "in the fewest domains");
        if gpus <= self.shape.node && self.free.iter().any(|it| *it >= gpus) {
            assert_eq!(nodes.len(), 1, "on one node where one has room");
        }
        for (node, gpus) in nodes {
            self.used[node as usize] += gpus;
        }
    }

    fn gives(&mut self, places: &[Stretch]) {
        for it in places {
            let nodes = it.node as usize..(it.node + it.nodes) as usize;
            self.used[nodes].iter_mut().for_each(|used| *used -= i64::from(it.gpus));
        }
    }

    /// Who serves is the machine's own affair; what is free of a node is not held.
    fn looks(&mut self, machine: &Machine) {
        for node in 0..machine.len() {
            let (free, used) = (machine.free_on(node), self.used[node as usize]);
            assert!(free + used <= self.shape.node, "no GPU is used twice");
            assert_eq!(machine.is_used(node), used > 0);
            assert!(!machine.is_down(node) || free + used == 0, "nobody sits on what is down");
            self.free[node as usize] = free;
        }
        assert_eq!(self.free.iter().sum::<i64>(), machine.stock().free);
    }
}

fn plays(shape: Shape, gpus: i64, acts: &[Act]) {
    let mut machine = Machine::new(gpus, shape);
    let nothing = vec![0; machine.len() as usize];
    let mut plain = Plain { shape, free: nothing.clone(), used: nothing };
    plain.looks(&machine);
    let mut jobs: Vec<(usize, i64, Vec<Stretch>)> = Vec::new();
    let mut down: Vec<u32> = Vec::new();
    for (name, act) in acts.iter().enumerate() {
        match *act {
            Act::Take(gpus) if gpus <= machine.stock().free => {
                let mut places = Vec::new();
                machine.take(name, gpus, &mut places);
                plain.takes(gpus, &places);
                jobs.push((name, gpus, places));
            }
            Act::Give(nth) if !jobs.is_empty() => {
                let (name, _, places) = jobs.swap_remove(nth % jobs.len());
                places.iter().for_each(|it| machine.give(name, *it));
                plain.gives(&places);
            }
            Act::Fall(node) if !machine.is_down(node % machine.len()) => {
                let node = node % machine.len();
                machine.drains(node);
                let mut on = Vec::new();
                machine.on(node, &mut on);
                for name in on {
                    let nth = jobs.iter().position(|it| it.0 == name).expect("a job that sits");
                    let (_, _, places) = jobs.swap_remove(nth);
                    places.iter().for_each(|it| machine.give(name, *it));
                    plain.gives(&places);
                }
                machine.falls(node);
                down.push(node);
            }
            Act::Mend(nth) if !down.is_empty() => {
                machine.mends(down.swap_remove(nth % down.len()));
            }
            _ => continue,
        }
        let stock = machine.stock();
        let held: i64 = jobs.iter().map(|it| it.1).sum();
        let all = gpus + shape.spares * shape.node;
        assert_eq!(stock.free + stock.aside + stock.down + held, all, "nothing is lost");
        if down.len() as i64 <= shape.spares && gpus % shape.node == 0 {
            assert_eq!(stock.free + held, gpus, "spares keep the pool whole");
        }
        plain.looks(&machine);
    }
}

proptest! {
    #[test]
    fn gangs_stay_together_where_there_is_room_and_no_gpu_is_used_twice(
        acts in acts(),
        node in 1_i64..9,
        domain in 1_i64..7,
        spares in 0_i64..4,
        gpus in 20_i64..200,
        fill in prop_oneof![Just(Fill::Pack), Just(Fill::Spread)],
    ) {
        plays(Shape { node, domain, spares, fill }, gpus, &acts);
    }
}

#[test]
fn packing_keeps_a_domain_whole_and_spreading_does_not() {
    let starts = |fill| {
        let shape = Shape { node: 4, domain: 2, spares: 0, fill };
        let mut machine = Machine::new(16, shape);
        let mut places = Vec::new();
        machine.take(0, 3, &mut places);
        machine.take(1, 1, &mut places);
        machine.take(2, 4, &mut places);
        machine.take(3, 8, &mut places);
        machine.scatter()
    };
    assert_eq!(starts(Fill::Pack).split(), 0.0);
    assert_eq!(starts(Fill::Spread).split(), 0.25);
    assert_eq!(starts(Fill::Spread).spread(), 1.25);
}
