//! The normal law: its quantiles, and what lies below a value.

/// The standard normal quantile of a probability in (0, 1), to about 1 part in 10^16: Wichura,
/// "Algorithm AS 241", Applied Statistics 37(3), 1988 (PPND16).
pub fn quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= MIDDLE { middle(q) } else { tail(p) }
}

/// The quantiles of many probabilities, each as [`quantile`] gives it.
pub fn quantiles(all: &mut [f64]) {
    let mut shares = [0.0; 64];
    for part in all.chunks_mut(shares.len()) {
        shares[..part.len()].copy_from_slice(part);
        // Without a branch, so that several are reckoned side by side; tails are put right after.
        part.iter_mut().for_each(|it| *it = middle(*it - 0.5));
        for (it, p) in part.iter_mut().zip(&shares) {
            if (p - 0.5).abs() > MIDDLE {
                *it = tail(*p);
            }
        }
    }
}

/// Half of the share that lies in the middle.
const MIDDLE: f64 = 0.425;

#[inline]
fn middle(q: f64) -> f64 {
    let r = 0.180_625 - q * q;
    q * ratio(r, &A, &B)
}

fn tail(p: f64) -> f64 {
    let r = libm::sqrt(-libm::log(p.min(1.0 - p)));
    let z = if r <= 5.0 { ratio(r - 1.6, &C, &D) } else { ratio(r - 5.0, &E, &F) };
    if p < 0.5 { -z } else { z }
}

/// The share of the standard normal law below a value: the inverse of [`quantile`].
pub fn below(z: f64) -> f64 {
    0.5 * libm::erfc(-z * std::f64::consts::FRAC_1_SQRT_2)
}

/// A quotient of two polynomials, highest power first.
#[inline]
fn ratio(x: f64, above: &[f64; 8], below: &[f64; 8]) -> f64 {
    let at = |all: &[f64; 8]| all.iter().fold(0.0, |sum, it| sum * x + it);
    at(above) / at(below)
}

#[rustfmt::skip]
const A: [f64; 8] = [
    2.509_080_928_730_122_6e3, 3.343_057_558_358_813e4, 6.726_577_092_700_87e4, 4.592_195_393_154_987e4,
    1.373_169_376_550_946_2e4, 1.971_590_950_306_551_3e3, 1.331_416_678_917_843_8e2, 3.387_132_872_796_366_5,
];
#[rustfmt::skip]
const B: [f64; 8] = [
    5.226_495_278_852_545e3, 2.872_908_573_572_194_4e4, 3.930_789_580_009_271e4, 2.121_379_430_158_659_7e4,
    5.394_196_021_424_751e3, 6.871_870_074_920_579e2, 4.231_333_070_160_091e1, 1.0,
];
#[rustfmt::skip]
const C: [f64; 8] = [
    7.745_450_142_783_414e-4, 2.272_384_498_926_918_4e-2, 2.417_807_251_774_506e-1, 1.270_458_252_452_368_4,
    3.647_848_324_763_204_5, 5.769_497_221_460_691, 4.630_337_846_156_546, 1.423_437_110_749_683_5,
];
#[rustfmt::skip]
const D: [f64; 8] = [
    1.050_750_071_644_416_9e-9, 5.475_938_084_995_345e-4, 1.519_866_656_361_645_7e-2, 1.481_039_764_274_800_8e-1,
    6.897_673_349_851e-1, 1.676_384_830_183_803_8, 2.053_191_626_637_759, 1.0,
];
#[rustfmt::skip]
const E: [f64; 8] = [
    2.010_334_399_292_288e-7, 2.711_555_568_743_487_6e-5, 1.242_660_947_388_078_4e-3, 2.653_218_952_657_612_4e-2,
    2.965_605_718_285_049e-1, 1.784_826_539_917_291_3, 5.463_784_911_164_114, 6.657_904_643_501_103,
];
#[rustfmt::skip]
const F: [f64; 8] = [
    2.044_263_103_389_939_8e-15, 1.421_511_758_316_446e-7, 1.846_318_317_510_054_7e-5, 7.868_691_311_456_133e-4,
    1.487_536_129_085_061_5e-2, 1.369_298_809_227_358e-1, 5.998_322_065_558_88e-1, 1.0,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_tables() {
        for (p, z) in [
            (0.5, 0.0),
            (0.975, 1.959_963_984_540_054),
            (0.9, 1.281_551_565_544_600_4),
            (1e-10, -6.361_340_902_404_056),
            (0.25, -0.674_489_750_196_081_7),
        ] {
            assert!((quantile(p) - z).abs() < 1e-12, "at {p}: {}", quantile(p));
            assert!((below(z) / p - 1.0).abs() < 1e-12, "at {z}: {}", below(z));
        }
    }

    #[test]
    fn many_quantiles_are_those_of_each() {
        let shares: Vec<f64> = (1..1000).map(|i| f64::from(i) / 1000.0).chain([1e-12]).collect();
        let mut all = shares.clone();
        quantiles(&mut all);
        assert_eq!(all, shares.into_iter().map(quantile).collect::<Vec<_>>());
    }
}
