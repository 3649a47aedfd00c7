//! Orders that depend on nothing that is studied.

use crate::chance::{Purpose, Stream};

/// The numbers below `n` in a random order, the same for the same name: Fisher and Yates.
pub(super) fn shuffled(n: usize, name: &str) -> Vec<u32> {
    let stream = Stream::new(0, name, Purpose::Orders, 0);
    let mut order: Vec<u32> = (0..n as u32).collect();
    for i in (1..n).rev() {
        // A 64-bit number scaled down: even to one part in 2^32.
        let [a, b, ..] = stream.block(i as u64);
        let below = u128::from(u64::from(a) | u64::from(b) << 32) * (i as u128 + 1);
        order.swap(i, (below >> 64) as usize);
    }
    order
}
