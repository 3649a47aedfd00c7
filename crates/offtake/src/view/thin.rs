//! A long series as few pieces, each with its lowest and its highest value: whoever draws both loses no peak.

use std::ops::Range;

/// Neighbouring values of a series.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Which they are.
    pub of: Range<usize>,
    /// Where the lowest of them stands; the first where none is a number.
    pub lowest: usize,
    /// Where the highest of them stands; the first where none is a number.
    pub highest: usize,
}

/// Cuts a series into so many pieces of nearly equal length; into its values where there are no more of them.
/// The pieces follow each other, from the first value to the last. What is not a number is passed over.
pub fn thin(values: &[f64], points: usize) -> Vec<Piece> {
    let points = points.min(values.len());
    let cut = |nth: usize| (values.len() as u128 * nth as u128 / points as u128) as usize;
    (0..points).map(|nth| piece(values, cut(nth)..cut(nth + 1))).collect()
}

fn piece(values: &[f64], of: Range<usize>) -> Piece {
    let told = || of.clone().filter(|it| !values[*it].is_nan());
    let by = |a: &usize, b: &usize| values[*a].total_cmp(&values[*b]);
    let lowest = told().min_by(by).unwrap_or(of.start);
    let highest = told().rev().max_by(by).unwrap_or(of.start);
    Piece { of, lowest, highest }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn most(values: impl Iterator<Item = f64>) -> f64 {
        values.fold(f64::NEG_INFINITY, f64::max)
    }

    fn least(values: impl Iterator<Item = f64>) -> f64 {
        values.fold(f64::INFINITY, f64::min)
    }

    proptest! {
        #[test]
        fn whole_pieces_peak_where_their_values_do(
            values in prop::collection::vec(prop_oneof![9 => -1e9..1e9, 1 => Just(f64::NAN)], 0..400),
            points in 0usize..500,
            window in (0usize..500, 0usize..500),
        ) {
            let pieces = thin(&values, points);
            prop_assert_eq!(pieces.len(), points.min(values.len()));
            let ends = pieces.first().map(|it| it.of.start).zip(pieces.last().map(|it| it.of.end));
            prop_assert!(ends.is_none_or(|it| it == (0, values.len())));
            prop_assert!(pieces.windows(2).all(|it| it[0].of.end == it[1].of.start));
            let (from, to) = (window.0.min(window.1), window.0.max(window.1));
            let seen = &pieces[from.min(pieces.len())..to.min(pieces.len())];
            let of = seen.iter().flat_map(|it| it.of.clone()).map(|it| values[it]);
            prop_assert_eq!(most(seen.iter().map(|it| values[it.highest])), most(of.clone()));
            prop_assert_eq!(least(seen.iter().map(|it| values[it.lowest])), least(of));
        }

        #[test]
        fn a_piece_finds_the_first_of_equal_peaks(values in prop::collection::vec(0u8..4, 1..200), points in 1usize..50) {
            let values: Vec<f64> = values.into_iter().map(f64::from).collect();
            for it in thin(&values, points) {
                prop_assert!(it.of.clone().all(|at| values[at] < values[it.highest] || at >= it.highest));
                prop_assert!(it.of.clone().all(|at| values[at] > values[it.lowest] || at >= it.lowest));
            }
        }
    }

    #[test]
    fn where_points_suffice_every_value_is_its_own_piece() {
        let pieces = thin(&[3.0, f64::NAN, 1.0], 5);
        assert_eq!(
            pieces.iter().map(|it| (it.lowest, it.highest)).collect::<Vec<_>>(),
            [(0, 0), (1, 1), (2, 2)]
        );
    }
}
