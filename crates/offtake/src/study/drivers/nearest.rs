//! The nearest other point of each point: a k-d tree (Friedman, Bentley and Finkel, 1977) whose
//! points lie in the order of its leaves.

use std::ops::Range;

/// Points of a leaf, at most.
const LEAF: usize = 8;

/// For each point the index of its nearest other point, among at least two; `columns` hold one
/// coordinate each, 32 at most.
pub(super) fn nearest(columns: &[&[f64]]) -> Vec<u32> {
    match columns.len() {
        ..=2 => search::<2>(columns),
        3 => search::<3>(columns),
        4 => search::<4>(columns),
        5 => search::<5>(columns),
        6 => search::<6>(columns),
        7..=12 => search::<12>(columns),
        _ => search::<32>(columns),
    }
}

/// In a space of as many dimensions or more: in the others all points are alike.
fn search<const D: usize>(columns: &[&[f64]]) -> Vec<u32> {
    let coordinate = |dim: usize, id: usize| columns.get(dim).map_or(0.0, |it| it[id]);
    let point = |id| std::array::from_fn(|dim| coordinate(dim, id));
    let tree = Tree::<D>::of(&(0..columns[0].len()).map(point).collect::<Vec<_>>());
    let mut found = vec![0; tree.ids.len()];
    for (place, of) in tree.points.iter().enumerate() {
        let mut search = Search { place, of: *of, distance: f64::INFINITY, found: 0 };
        search.below(&tree, 1, 0..tree.ids.len(), 0.0, [0.0; D]);
        found[tree.ids[place] as usize] = tree.ids[search.found];
    }
    found
}

/// Halves of halves: node `k` splits its run of points into those of `2k` and `2k + 1`.
struct Tree<const D: usize> {
    ids: Vec<u32>,
    points: Vec<[f64; D]>,
    splits: Vec<(usize, f64)>,
}

impl<const D: usize> Tree<D> {
    fn of(points: &[[f64; D]]) -> Tree<D> {
        let mut ids: Vec<u32> = (0..points.len() as u32).collect();
        let mut splits = vec![(0, 0.0); 2 * points.len().div_ceil(LEAF).next_power_of_two()];
        split(points, &mut ids, 1, &mut splits);
        let points = ids.iter().map(|it| points[*it as usize]).collect();
        Tree { ids, points, splits }
    }
}

/// Splits a run of points in the middle of its widest dimension, and its halves likewise.
fn split<const D: usize>(
    points: &[[f64; D]],
    ids: &mut [u32],
    node: usize,
    splits: &mut [(usize, f64)],
) {
    if ids.len() <= LEAF {
        return;
    }
    let (mut low, mut high) = ([f64::INFINITY; D], [f64::NEG_INFINITY; D]);
    for id in ids.iter() {
        let point = &points[*id as usize];
        low = std::array::from_fn(|dim| low[dim].min(point[dim]));
        high = std::array::from_fn(|dim| high[dim].max(point[dim]));
    }
    let width = |dim: &usize| high[*dim] - low[*dim];
    let widest = (0..D).max_by(|a, b| width(a).total_cmp(&width(b))).unwrap_or(0);
    let at = |id: u32| points[id as usize][widest];
    let middle = ids.len() / 2;
    ids.select_nth_unstable_by(middle, |a, b| at(*a).total_cmp(&at(*b)).then(a.cmp(b)));
    splits[node] = (widest, at(ids[middle]));
    let (left, right) = ids.split_at_mut(middle);
    split(points, left, 2 * node, splits);
    split(points, right, 2 * node + 1, splits);
}

/// A search for the nearest neighbour of the point at a place. Distances are squared.
struct Search<const D: usize> {
    place: usize,
    of: [f64; D],
    distance: f64,
    found: usize,
}

impl<const D: usize> Search<D> {
    /// Looks below a node that lies `apart` in each dimension, `gap` in all: Arya and Mount,
    /// "Algorithms for fast vector quantization", 1993.
    fn below(
        &mut self,
        tree: &Tree<D>,
        node: usize,
        run: Range<usize>,
        gap: f64,
        mut apart: [f64; D],
    ) {
        if run.len() <= LEAF {
            return self.leaf(tree, run);
        }
        let (dim, at) = tree.splits[node];
        let middle = run.start + run.len() / 2;
        let (mut near, mut far) = ((2 * node, run.start..middle), (2 * node + 1, middle..run.end));
        let away = self.of[dim] - at;
        if away >= 0.0 {
            std::mem::swap(&mut near, &mut far);
        }
        self.below(tree, near.0, near.1, gap, apart);
        let gap = gap - apart[dim] * apart[dim] + away * away;
        if gap < self.distance {
            apart[dim] = away;
            self.below(tree, far.0, far.1, gap, apart);
        }
    }

    fn leaf(&mut self, tree: &Tree<D>, run: Range<usize>) {
        for place in run {
            let other = &tree.points[place];
            let distance: f64 = (0..D).map(|it| self.of[it] - other[it]).map(|it| it * it).sum();
            if distance < self.distance && place != self.place {
                (self.distance, self.found) = (distance, place);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::study::trial::uniforms;

    #[test]
    fn the_nearest_is_that_of_asking_everybody() {
        for dims in 1..=13 {
            let columns: Vec<Vec<f64>> =
                (0..dims).map(|it| uniforms(&format!("{it} of {dims}"), 700)).collect();
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let distance = |a: usize, b: usize| -> f64 {
                columns.iter().map(|it| (it[a] - it[b]) * (it[a] - it[b])).sum()
            };
            for (of, found) in nearest(&columns).into_iter().enumerate() {
                let others = (0..700).filter(|it| *it != of).map(|it| distance(of, it));
                assert_eq!(distance(of, found as usize), others.fold(f64::INFINITY, f64::min));
            }
        }
    }
}
