//! Small systems of linear equations.

/// Solves `matrix x = right` for a symmetric matrix without negative eigenvalues, by Cholesky's
/// `L D L'`. An unknown that those before it determine is set to zero.
pub(super) fn solve(matrix: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let n = right.len();
    let mut lower = vec![vec![0.0; n]; n];
    let mut pivots = vec![0.0; n];
    let mut x = right.to_vec();
    for i in 0..n {
        for j in 0..i {
            let known: f64 = (0..j).map(|k| lower[i][k] * lower[j][k] * pivots[k]).sum();
            let left = matrix[i][j] - known;
            lower[i][j] = if pivots[j] > 0.0 { left / pivots[j] } else { 0.0 };
        }
        let known: f64 = (0..i).map(|k| lower[i][k] * lower[i][k] * pivots[k]).sum();
        let pivot = matrix[i][i] - known;
        pivots[i] = if pivot > 1e-9 * matrix[i][i] { pivot } else { 0.0 };
        x[i] -= (0..i).map(|k| lower[i][k] * x[k]).sum::<f64>();
    }
    for i in (0..n).rev() {
        let own = if pivots[i] > 0.0 { x[i] / pivots[i] } else { 0.0 };
        x[i] =
            own - if pivots[i] > 0.0 { (i + 1..n).map(|k| lower[k][i] * x[k]).sum() } else { 0.0 };
    }
    x
}

/// The sum of products.
pub(super) fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved_and_what_is_told_twice_counts_once() {
        let matrix = [vec![4.0, 2.0, 1.0], vec![2.0, 5.0, 3.0], vec![1.0, 3.0, 6.0]];
        let x = solve(&matrix, &[11.0, 21.0, 25.0]);
        assert!(x.iter().zip([1.0, 2.0, 3.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{x:?}");
        let twice = [vec![2.0, 2.0, 0.0], vec![2.0, 2.0, 0.0], vec![0.0, 0.0, 0.0]];
        assert_eq!(solve(&twice, &[6.0, 6.0, 0.0]), [3.0, 0.0, 0.0]);
    }
}
