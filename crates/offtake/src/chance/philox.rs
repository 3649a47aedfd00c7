//! The generator and the addresses of its draws.

use sha2::{Digest, Sha256};

/// What a stream of luck decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// How many nodes fail in an hour, which, when and why.
    Failures,
    /// Whom they strike, among jobs one by one, and at which moment of the hour.
    Strikes,
    /// Which jobs come when.
    Jobs,
    /// In which order an estimate looks at what it was given.
    Orders,
    /// Where in its range a value lies.
    Range,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Purpose::Failures => "failures",
            Purpose::Strikes => "strikes",
            Purpose::Jobs => "jobs",
            Purpose::Orders => "orders",
            Purpose::Range => "range",
        }
    }
}

/// One stream of luck, such as the failures of a fleet.
#[derive(Clone, Copy, Debug)]
pub struct Stream {
    key: [u32; 2],
    draw: u32,
}

impl Stream {
    /// The stream of one entity and purpose. Hashed once per world, never per draw.
    pub fn new(seed: u64, entity: &str, purpose: Purpose, draw: u32) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        hash.update((entity.len() as u64).to_le_bytes());
        hash.update(entity.as_bytes());
        hash.update(purpose.name().as_bytes());
        let bytes = hash.finalize();
        let word =
            |i: usize| u32::from_le_bytes([bytes[i], bytes[i + 1], bytes[i + 2], bytes[i + 3]]);
        Self { key: [word(0), word(4)], draw }
    }

    /// The `nth` block of the stream: four numbers, uniform over all `u32`.
    #[inline]
    pub fn block(self, nth: u64) -> [u32; 4] {
        philox([self.counter(nth)], self.key)[0]
    }

    /// The `nth` block and the next, computed side by side: the rounds of one block wait for each other,
    /// those of two do not, and of more the words would no longer fit into a processor's registers.
    #[inline]
    pub fn pair(self, nth: u64) -> [[u32; 4]; 2] {
        philox([self.counter(nth), self.counter(nth + 1)], self.key)
    }

    fn counter(self, nth: u64) -> [u32; 4] {
        [nth as u32, (nth >> 32) as u32, self.draw, 0]
    }

    /// The `nth` number of the stream between 0 and 1, both left out. A block holds two.
    #[inline]
    pub fn uniform(self, nth: u64) -> f64 {
        halves(self.block(nth / 2))[(nth % 2) as usize]
    }

    /// The numbers from the `nth` on, as [`Stream::uniform`] gives them one by one.
    pub fn fill(self, nth: u64, all: &mut [f64]) {
        let lead = all.len().min((nth % 2) as usize);
        let (first, rest) = all.split_at_mut(lead);
        first.iter_mut().for_each(|it| *it = self.uniform(nth));
        for (part, at) in rest.chunks_mut(4).zip((nth.div_ceil(2)..).step_by(2)) {
            let numbers = self.pair(at).map(halves);
            part.copy_from_slice(&numbers.as_flattened()[..part.len()]);
        }
    }
}

/// The two numbers of a block.
#[inline]
fn halves([a, b, c, d]: [u32; 4]) -> [f64; 2] {
    [(a, b), (c, d)].map(|(low, high)| open(u64::from(high) << 32 | u64::from(low)))
}

/// The number between 0 and 1, both left out, that 64 bits stand for: the middle of one of 2^52
/// equal parts.
#[inline]
pub fn open(bits: u64) -> f64 {
    // Exact: an odd number of 53 bits.
    ((bits >> 12) * 2 + 1) as f64 / (1_u64 << 53) as f64
}

/// Philox 4x32-10: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3"
/// (SC 2011).
///
/// A word stands in the low half of 64 bits, where a product of two has room; what is left in the high
/// half is never read.
#[inline]
fn philox<const N: usize>(counters: [[u32; 4]; N], mut key: [u32; 2]) -> [[u32; 4]; N] {
    const M: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
    const W: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
    let low = |it: u64| u64::from(it as u32);
    let mut blocks = counters.map(|it| it.map(u64::from));
    for _ in 0..10 {
        let [x, y] = key.map(u64::from);
        for words in &mut blocks {
            let (a, b) = (M[0] * low(words[0]), M[1] * low(words[2]));
            *words = [b >> 32 ^ words[1] ^ x, b, a >> 32 ^ words[3] ^ y, a];
        }
        key = [key[0].wrapping_add(W[0]), key[1].wrapping_add(W[1])];
    }
    blocks.map(|it| it.map(|word| word as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The known answers that Random123 publishes with the generator (kat_vectors).
    #[test]
    fn philox_gives_its_published_answers() {
        assert_eq!(
            philox([[0; 4]], [0; 2]),
            [[0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]]
        );
        assert_eq!(
            philox([[u32::MAX; 4]], [u32::MAX; 2]),
            [[0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]]
        );
        assert_eq!(
            philox(
                [[0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344]],
                [0xa409_3822, 0x299f_31d0]
            ),
            [[0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]]
        );
    }

    #[test]
    fn streams_of_different_entities_and_draws_differ() {
        let of = |name, draw| Stream::new(7, name, Purpose::Failures, draw).block(0);
        let first = of("fleet.a", 0);
        assert_ne!(first, of("fleet.b", 0));
        assert_ne!(first, of("fleet.a", 1));
        assert_eq!(first, of("fleet.a", 0));
    }

    #[test]
    fn a_stretch_of_numbers_is_the_numbers_one_by_one() {
        let stream = Stream::new(7, "fleet.a.count", Purpose::Range, 0);
        for (from, count) in [(0, 100), (1, 1), (3, 40), (8, 0), (7, 9)] {
            let mut all = vec![0.0; count];
            stream.fill(from, &mut all);
            let single = (0..count as u64).map(|i| stream.uniform(from + i));
            assert_eq!(all, single.collect::<Vec<_>>(), "{count} from {from}");
        }
        assert!(open(0) > 0.0 && open(u64::MAX) < 1.0);
    }
}
