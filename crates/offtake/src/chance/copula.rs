//! Numbers that lean on each other: a Gaussian copula, and what keeps a matrix from being one.
//!
//! A matrix tells the correlation of normal scores. Each score is made of those before it and of
//! luck of its own, so that who joins later leaves the earlier ones alone.

use std::fmt;

/// A square matrix, by rows.
type Matrix = Vec<Vec<f64>>;

/// Makes independent normal scores hang together.
#[derive(Clone, Debug)]
pub struct Copula {
    /// What each score takes of its own and of the luck of those before it: Cholesky's factor.
    rows: Matrix,
}

/// Why a matrix is no correlation.
#[derive(Clone, Debug, PartialEq)]
pub struct NotPositive {
    /// Below zero, where it should not be.
    pub smallest_eigenvalue: f64,
    /// The correlation matrix with the least sum of squared differences from what was said:
    /// Higham, "Computing the nearest correlation matrix", IMA J. Numer. Anal. 22(3), 2002.
    pub nearest: Vec<Vec<f64>>,
}

impl fmt::Display for NotPositive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "no numbers hang together like this: the smallest eigenvalue is {:.3}",
            self.smallest_eigenvalue
        )
    }
}

/// The rank correlation (Spearman's) of values whose normal scores are correlated by so much.
pub fn rank_correlation(of_scores: f64) -> f64 {
    6.0 / std::f64::consts::PI * libm::asin(of_scores / 2.0)
}

/// What of an eigenvalue below zero is rounding.
const ROUNDING: f64 = 1e-9;

impl Copula {
    /// From the correlations of the scores: a symmetric matrix with ones on its diagonal. It may be
    /// singular: what is wholly told by the others has no luck of its own.
    ///
    /// # Errors
    /// When no numbers can have these correlations.
    pub fn of(matrix: &[Vec<f64>]) -> Result<Copula, NotPositive> {
        let (values, _) = eigen(matrix);
        let smallest_eigenvalue = values.into_iter().fold(f64::INFINITY, f64::min);
        if smallest_eigenvalue < -ROUNDING {
            return Err(NotPositive { smallest_eigenvalue, nearest: nearest(matrix) });
        }
        Ok(Copula { rows: cholesky(matrix) })
    }

    /// Turns independent normal scores into correlated ones, in the order of the matrix.
    ///
    /// # Panics
    /// When there are more scores than rows.
    pub fn correlate(&self, scores: &mut [f64]) {
        // From the last to the first, so that each still finds the luck of those before it.
        for i in (0..scores.len()).rev() {
            let row = &self.rows[i][..=i];
            scores[i] = row.iter().zip(&scores[..=i]).map(|(a, b)| a * b).sum();
        }
    }
}

/// The lower factor of a matrix whose eigenvalues are not below zero.
fn cholesky(matrix: &[Vec<f64>]) -> Matrix {
    let n = matrix.len();
    let mut rows = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let before: f64 = (0..j).map(|k| rows[i][k] * rows[j][k]).sum();
            let rest = matrix[i][j] - before;
            rows[i][j] = if i == j {
                libm::sqrt(rest.max(0.0))
            } else if rows[j][j] > 1e-7 {
                rest / rows[j][j]
            } else {
                0.0
            };
        }
    }
    rows
}

/// The eigenvalues of a symmetric matrix, and the vectors as columns: Jacobi's rotations (Golub and
/// Van Loan, "Matrix Computations", section 8.5).
fn eigen(matrix: &[Vec<f64>]) -> (Vec<f64>, Matrix) {
    let n = matrix.len();
    let mut a = matrix.to_vec();
    let mut vectors: Matrix = (0..n).map(|i| (0..n).map(|j| f64::from(i == j)).collect()).collect();
    let pairs = || (0..n).flat_map(|p| (p + 1..n).map(move |q| (p, q)));
    // Each sweep squares what is left off the diagonal; a handful are enough.
    for _ in 0..60 {
        if pairs().all(|(p, q)| a[p][q].abs() < 1e-16) {
            break;
        }
        for (p, q) in pairs().filter(|(p, q)| a[*p][*q] != 0.0).collect::<Vec<_>>() {
            rotate(&mut a, &mut vectors, p, q);
        }
    }
    ((0..n).map(|i| a[i][i]).collect(), vectors)
}

/// Turns the plane of two axes until nothing is left between them.
fn rotate(a: &mut Matrix, vectors: &mut Matrix, p: usize, q: usize) {
    if a[p][q] == 0.0 {
        return;
    }
    let steep = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
    let t = steep.signum() / (steep.abs() + libm::sqrt(1.0 + steep * steep));
    let cos = 1.0 / libm::sqrt(1.0 + t * t);
    let sin = t * cos;
    let turn = |x: f64, y: f64| (cos * x - sin * y, sin * x + cos * y);
    for row in a.iter_mut().chain(vectors.iter_mut()) {
        (row[p], row[q]) = turn(row[p], row[q]);
    }
    let (before, after) = a.split_at_mut(q);
    for (x, y) in before[p].iter_mut().zip(&mut after[0]) {
        (*x, *y) = turn(*x, *y);
    }
}

/// Higham's alternating projections with Dykstra's correction.
fn nearest(matrix: &[Vec<f64>]) -> Matrix {
    let n = matrix.len();
    let mut y = matrix.to_vec();
    let mut correction = vec![vec![0.0; n]; n];
    for _ in 0..2000 {
        let from: Matrix = map(n, |i, j| y[i][j] - correction[i][j]);
        let positive = without_negative(&from);
        correction = map(n, |i, j| positive[i][j] - from[i][j]);
        let next = map(n, |i, j| if i == j { 1.0 } else { positive[i][j] });
        let moved = (0..n).flat_map(|i| (0..n).map(move |j| (i, j)));
        let moved = moved.map(|(i, j)| (next[i][j] - y[i][j]).abs()).fold(0.0, f64::max);
        y = next;
        if moved < 1e-10 {
            break;
        }
    }
    y
}

/// The same matrix with its eigenvalues below zero set to zero.
fn without_negative(matrix: &[Vec<f64>]) -> Matrix {
    let n = matrix.len();
    let (values, vectors) = eigen(matrix);
    map(n, |i, j| (0..n).map(|k| values[k].max(0.0) * vectors[i][k] * vectors[j][k]).sum())
}

fn map(n: usize, of: impl Fn(usize, usize) -> f64) -> Matrix {
    (0..n).map(|i| (0..n).map(|j| of(i, j)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_valid_matrix_is_what_its_scores_have() {
        let said = [vec![1.0, 0.5, 0.2], vec![0.5, 1.0, -0.3], vec![0.2, -0.3, 1.0]];
        let rows = Copula::of(&said).unwrap().rows;
        for i in 0..3 {
            for j in 0..3 {
                let is: f64 = (0..3).map(|k| rows[i][k] * rows[j][k]).sum();
                assert!((is - said[i][j]).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn who_joins_later_leaves_the_earlier_ones_alone() {
        let two = [vec![1.0, 0.5], vec![0.5, 1.0]];
        let three = [vec![1.0, 0.5, 0.2], vec![0.5, 1.0, -0.3], vec![0.2, -0.3, 1.0]];
        let (mut a, mut b) = ([0.3, -1.2], [0.3, -1.2, 0.7]);
        Copula::of(&two).unwrap().correlate(&mut a);
        Copula::of(&three).unwrap().correlate(&mut b);
        assert_eq!(a, b[..2]);
    }

    #[test]
    fn numbers_that_always_agree_have_one_luck() {
        let same = vec![vec![1.0; 3]; 3];
        let mut scores = [0.3, -1.2, 2.0];
        Copula::of(&same).unwrap().correlate(&mut scores);
        assert_eq!(scores, [0.3; 3]);
    }

    /// The example of Higham's paper, section 5, whose nearest matrix he prints to four digits.
    #[test]
    fn an_invalid_matrix_is_refused_with_the_nearest_valid_one() {
        let said = [vec![1.0, 1.0, 0.0], vec![1.0, 1.0, 1.0], vec![0.0, 1.0, 1.0]];
        let why = Copula::of(&said).unwrap_err();
        assert!((why.smallest_eigenvalue - (1.0 - std::f64::consts::SQRT_2)).abs() < 1e-12);
        let printed = [[1.0, 0.7607, 0.1573], [0.7607, 1.0, 0.7607], [0.1573, 0.7607, 1.0]];
        for (ours, theirs) in why.nearest.iter().flatten().zip(printed.iter().flatten()) {
            assert!((ours - theirs).abs() < 5e-5, "{ours} for {theirs}");
        }
        assert!(Copula::of(&why.nearest).is_ok());
    }
}
