//! Sobol's sequence with Owen's scrambling: points that fill a cube more evenly than luck does. Each
//! has an address (point, dimension, scramble) and can be computed alone.

use super::philox::open;

/// The direction numbers of every dimension: the bits that each bit of a point's number sets.
#[derive(Clone, Debug)]
pub struct Sobol {
    directions: Vec<[u32; 32]>,
}

impl Default for Sobol {
    fn default() -> Self {
        Self::new()
    }
}

impl Sobol {
    /// How many dimensions hang together; those after it are filled by luck alone.
    pub const DIMENSIONS: usize = 256;

    /// With the direction numbers of Joe and Kuo (2008), from `sobol.txt`.
    pub fn new() -> Sobol {
        let lines = include_str!("sobol.txt").lines().filter(|it| !it.starts_with('#'));
        let first = std::array::from_fn(|bit| 1 << (31 - bit));
        Sobol { directions: std::iter::once(first).chain(lines.map(directions)).collect() }
    }

    /// One coordinate of a point, between 0 and 1, both left out. Every scramble is a sequence of its
    /// own: the means of several tell how far each is off (Owen, "Scrambled net variance for
    /// integrals of smooth functions", Annals of Statistics 25(4), 1997).
    pub fn at(&self, point: u32, dimension: usize, scramble: u64) -> f64 {
        let key = mixed(mixed(scramble) ^ dimension as u64);
        let Some(directions) = self.directions.get(dimension) else {
            return open(mixed(key ^ u64::from(point)));
        };
        let set = |bit: &usize| point >> bit & 1 == 1;
        let plain = (0..32).filter(set).fold(0, |sum, bit| sum ^ directions[bit]);
        let bits = scrambled(plain, key);
        // What follows the 32nd bit is luck that hangs on all before it.
        open(u64::from(bits) << 32 | mixed(key ^ u64::from(plain) << 8 ^ 32) >> 32)
    }
}

/// Each bit is turned, or not, by a coin that hangs on all bits above it: Owen's nested scrambling.
fn scrambled(bits: u32, key: u64) -> u32 {
    let coin = |depth: u32| {
        let above = u64::from(bits) >> (32 - depth);
        let address = above << 8 | u64::from(depth);
        (mixed(key ^ address) >> 63) as u32
    };
    (0..32).fold(bits, |all, depth| all ^ coin(depth) << (31 - depth))
}

/// Scatters 64 bits: the finaliser of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
fn mixed(bits: u64) -> u64 {
    let it = bits.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let it = (it ^ it >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let it = (it ^ it >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
    it ^ it >> 31
}

/// The direction numbers that a line tells by a primitive polynomial and the first of them: Bratley
/// and Fox, "Algorithm 659", ACM TOMS 14(1), 1988.
fn directions(line: &str) -> [u32; 32] {
    let numbers: Vec<u32> = line.split(' ').map(|it| it.parse().expect("whole numbers")).collect();
    let (degree, polynomial, first) = (numbers[1] as usize, numbers[2], &numbers[3..]);
    let mut all = [0; 32];
    for bit in 0..32 {
        if bit < degree {
            all[bit] = first[bit] << (31 - bit);
            continue;
        }
        let mut it = all[bit - degree] ^ all[bit - degree] >> degree;
        for k in 1..degree {
            it ^= (polynomial >> (degree - 1 - k) & 1) * all[bit - k];
        }
        all[bit] = it;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every dimension of a net puts one point into each of its 2^k parts, and any scramble does.
    #[test]
    fn each_part_of_every_dimension_holds_as_many_points() {
        let sobol = Sobol::new();
        assert_eq!(sobol.directions.len(), Sobol::DIMENSIONS);
        for dimension in (0..Sobol::DIMENSIONS).step_by(7) {
            let mut parts = [0; 256];
            for point in 0..512 {
                parts[(sobol.at(point, dimension, 3) * 256.0) as usize] += 1;
            }
            assert_eq!(parts, [2; 256], "dimension {dimension}");
        }
    }

    /// The first points as the authors' own program prints them (sobol.cc), in the order of plain
    /// binary numbers.
    #[test]
    fn points_without_a_scramble_are_those_of_the_authors() {
        let sobol = Sobol::new();
        let plain = |point: u32, dimension: usize| {
            let set = (0..32).filter(|bit| point >> bit & 1 == 1);
            let bits = set.fold(0, |sum, bit| sum ^ sobol.directions[dimension][bit]);
            f64::from(bits) / 4_294_967_296.0
        };
        let of = |point| [0, 1, 2, 3].map(|dimension| plain(point, dimension));
        assert_eq!(of(1), [0.5, 0.5, 0.5, 0.5]);
        assert_eq!(of(3), [0.75, 0.25, 0.25, 0.25]);
        assert_eq!(of(2), [0.25, 0.75, 0.75, 0.75]);
        assert_eq!(of(6), [0.375, 0.375, 0.625, 0.875]);
    }

    #[test]
    fn scrambled_points_integrate_better_than_luck_and_agree_between_scrambles() {
        let sobol = Sobol::new();
        let mean = |scramble| {
            let product = |point| {
                (0..6).map(|d| (3.0 * sobol.at(point, d, scramble) - 0.5) / 1.0).product::<f64>()
            };
            (0..4096).map(product).sum::<f64>() / 4096.0
        };
        let means: Vec<f64> = (0..16).map(mean).collect();
        let all = means.iter().sum::<f64>() / 16.0;
        let spread = means.iter().map(|it| (it - all) * (it - all)).sum::<f64>() / 15.0;
        // By luck alone: sqrt((7/4)^6 - 1) / sqrt(4096) = 0.082.
        assert!(spread.sqrt() < 0.02, "{}", spread.sqrt());
        assert!((all - 1.0).abs() < 4.0 * (spread / 16.0).sqrt(), "{all}");
    }
}
