//! The beta law between 0 and 1: what lies below a value, and back.

/// The share of the beta law below a value: the regularised incomplete beta function, by its
/// continued fraction (DLMF 8.17.22) with Lentz's algorithm.
pub(super) fn below(alpha: f64, beta: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return if x <= 0.0 { 0.0 } else { 1.0 };
    }
    // The fraction converges fast on this side of the mean.
    if x > (alpha + 1.0) / (alpha + beta + 2.0) {
        return 1.0 - below(beta, alpha, 1.0 - x);
    }
    density(alpha, beta, x) * x * (1.0 - x) / alpha / fraction(alpha, beta, x)
}

/// The density of the beta law.
fn density(alpha: f64, beta: f64, x: f64) -> f64 {
    let whole = libm::lgamma(alpha + beta) - libm::lgamma(alpha) - libm::lgamma(beta);
    libm::exp(whole + (alpha - 1.0) * libm::log(x) + (beta - 1.0) * libm::log1p(-x))
}

/// 1 + d1/(1 + d2/(1 + ...)).
fn fraction(alpha: f64, beta: f64, x: f64) -> f64 {
    const NOTHING: f64 = 1e-300;
    let (mut value, mut above, mut below) = (1.0, 1.0, 0.0);
    for step in 1..500 {
        let m = f64::from(step / 2);
        let term = match step % 2 {
            0 => m * (beta - m) * x / ((alpha + 2.0 * m - 1.0) * (alpha + 2.0 * m)),
            _ => {
                -(alpha + m) * (alpha + beta + m) * x
                    / ((alpha + 2.0 * m) * (alpha + 2.0 * m + 1.0))
            }
        };
        let apart = |it: f64| if it.abs() < NOTHING { NOTHING } else { it };
        below = 1.0 / apart(1.0 + term * below);
        above = apart(1.0 + term / above);
        let by = above * below;
        value *= by;
        if (by - 1.0).abs() < 1e-16 {
            break;
        }
    }
    value
}

/// The value below which a share of the beta law lies: Newton's steps, kept between two bounds
/// that close in.
pub(super) fn quantile(alpha: f64, beta: f64, share: f64) -> f64 {
    if share <= 0.0 || share >= 1.0 {
        return if share <= 0.0 { 0.0 } else { 1.0 };
    }
    let (mut low, mut high) = (0.0, 1.0);
    let mut x = alpha / (alpha + beta);
    for _ in 0..200 {
        let off = below(alpha, beta, x) - share;
        *(if off < 0.0 { &mut low } else { &mut high }) = x;
        let step = off / density(alpha, beta, x);
        let next = x - step;
        let next = if low < next && next < high { next } else { (low + high) / 2.0 };
        if (next - x).abs() <= 1e-16 * x {
            return next;
        }
        x = next;
    }
    x
}
