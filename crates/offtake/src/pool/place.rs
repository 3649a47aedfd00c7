//! Where there is room: domains on shelves by what is free of them, so that the best one is found
//! with a look at a few words.

/// Small numbers, of which the next one is found by words of 64.
#[derive(Clone, Debug, Default)]
pub struct Set {
    words: Vec<u64>,
    /// Which words are not empty.
    above: Vec<u64>,
}

impl Set {
    /// None of so many numbers.
    pub fn of(size: usize) -> Self {
        let words = size.div_ceil(64);
        Self { words: vec![0; words], above: vec![0; words.div_ceil(64)] }
    }

    /// Adds one.
    pub fn insert(&mut self, it: usize) {
        self.words[it / 64] |= 1 << (it % 64);
        self.above[it / 4096] |= 1 << (it / 64 % 64);
    }

    /// Takes one away.
    pub fn remove(&mut self, it: usize) {
        let word = &mut self.words[it / 64];
        *word &= !(1 << (it % 64));
        if *word == 0 {
            self.above[it / 4096] &= !(1 << (it / 64 % 64));
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.above.iter().all(|it| *it == 0)
    }

    /// The first at or after a number.
    pub fn next(&self, from: usize) -> Option<usize> {
        if let Some(at) = bit_in(self.words.get(from / 64)?, from % 64) {
            return Some(from / 64 * 64 + at);
        }
        let word = self.next_word(from / 64 + 1)?;
        Some(word * 64 + self.words[word].trailing_zeros() as usize)
    }

    /// The last.
    pub fn last(&self) -> Option<usize> {
        let top = |all: &[u64], nth: usize| nth * 64 + 63 - all[nth].leading_zeros() as usize;
        let above = self.above.iter().rposition(|it| *it != 0)?;
        Some(top(&self.words, top(&self.above, above)))
    }

    fn next_word(&self, from: usize) -> Option<usize> {
        let first = from / 64;
        if let Some(at) = bit_in(self.above.get(first)?, from % 64) {
            return Some(first * 64 + at);
        }
        let nth = (first + 1..self.above.len()).find(|it| self.above[*it] != 0)?;
        Some(nth * 64 + self.above[nth].trailing_zeros() as usize)
    }
}

fn bit_in(word: &u64, from: usize) -> Option<usize> {
    let rest = word & (!0 << from);
    (rest != 0).then(|| rest.trailing_zeros() as usize)
}

/// Domains by how many GPUs are free in them.
#[derive(Clone, Debug, Default)]
pub struct Rooms {
    free: Vec<u32>,
    /// By free GPUs.
    shelves: Vec<Set>,
    /// Shelves that are not empty.
    filled: Set,
}

impl Rooms {
    /// So many domains in which nothing is free, and at most so much ever will be.
    pub fn of(domains: usize, most: usize) -> Self {
        let mut it = Self {
            free: vec![0; domains],
            shelves: vec![Set::of(domains); most + 1],
            filled: Set::of(most + 1),
        };
        (0..domains).for_each(|domain| it.shelves[0].insert(domain));
        it.filled.insert(0);
        it
    }

    /// Free GPUs of a domain.
    pub fn free(&self, domain: usize) -> u32 {
        self.free[domain]
    }

    /// From now on so much is free of it.
    pub fn set(&mut self, domain: usize, free: u32) {
        let was = std::mem::replace(&mut self.free[domain], free) as usize;
        self.shelves[was].remove(domain);
        if self.shelves[was].is_empty() {
            self.filled.remove(was);
        }
        self.shelves[free as usize].insert(domain);
        self.filled.insert(free as usize);
    }

    /// Of those with enough room the one with the least, and of these the first.
    pub fn least(&self, enough: u32) -> Option<usize> {
        self.shelves[self.filled.next(enough as usize)?].next(0)
    }

    /// The one with the most room.
    pub fn most(&self) -> usize {
        let shelf = self.filled.last().expect("every domain stands on a shelf");
        self.shelves[shelf].next(0).expect("this shelf is filled")
    }
}

/// Domains by how many GPUs are free on single nodes of theirs.
#[derive(Clone, Debug, Default)]
pub struct Seats {
    /// By domain and free GPUs: how many of its nodes have so many.
    nodes: Vec<u32>,
    /// By free GPUs: domains with such a node.
    shelves: Vec<Set>,
}

impl Seats {
    /// No nodes in so many domains; a node has at most so many GPUs.
    pub fn of(domains: usize, node: usize) -> Self {
        Self { nodes: vec![0; domains * (node + 1)], shelves: vec![Set::of(domains); node + 1] }
    }

    /// So many nodes have so many free GPUs from now on.
    pub fn joins(&mut self, domain: usize, free: u8, nodes: u32) {
        let at = self.at(domain, free);
        if self.nodes[at] == 0 {
            self.shelves[usize::from(free)].insert(domain);
        }
        self.nodes[at] += nodes;
    }

    /// So many nodes have no longer so many.
    pub fn leaves(&mut self, domain: usize, free: u8, nodes: u32) {
        let at = self.at(domain, free);
        self.nodes[at] -= nodes;
        if self.nodes[at] == 0 {
            self.shelves[usize::from(free)].remove(domain);
        }
    }

    /// The first domain that has a node with so many free GPUs.
    pub fn first(&self, free: u8) -> Option<usize> {
        self.shelves[usize::from(free)].next(0)
    }

    /// In a domain: the least that is free on a node and enough; else the most that is free.
    pub fn best(&self, domain: usize, enough: u8) -> u8 {
        let has = |free: &u8| self.nodes[self.at(domain, *free)] > 0;
        let most = (self.shelves.len() - 1) as u8;
        let least = (enough..=most).find(has);
        least.or_else(|| (1..enough).rev().find(has)).expect("something is free here")
    }

    /// In a domain: the most that is free on a node.
    pub fn most(&self, domain: usize) -> u8 {
        self.best(domain, (self.shelves.len() - 1) as u8)
    }

    fn at(&self, domain: usize, free: u8) -> usize {
        domain * self.shelves.len() + usize::from(free)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn a_set_finds_what_a_sorted_tree_finds(all in prop::collection::vec((0_usize..9_000, any::<bool>()), 0..200), from in 0_usize..9_100) {
            let (mut ours, mut tree) = (Set::of(9_000), BTreeSet::new());
            for (it, add) in all {
                if add { ours.insert(it); tree.insert(it); } else { ours.remove(it); tree.remove(&it); }
            }
            prop_assert_eq!(ours.next(from), tree.range(from..).next().copied());
            prop_assert_eq!(ours.last(), tree.last().copied());
            prop_assert_eq!(ours.is_empty(), tree.is_empty());
        }
    }
}
