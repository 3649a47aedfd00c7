//! Which part of the draws does one machine play?

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// The `i`th of `n` equal parts, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    i: u32,
    n: u32,
}

impl Shard {
    /// The `i`th of `n`, from 1 on.
    pub fn new(i: u32, n: u32) -> Shard {
        Shard { i, n }
    }

    /// Its draws.
    pub fn of(&self, draws: u32) -> Range<u32> {
        let edge = |k: u32| (u64::from(draws) * u64::from(k) / u64::from(self.n)) as u32;
        edge(self.i - 1)..edge(self.i)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parts =
            text.split_once('/').and_then(|(i, n)| Some((i.parse().ok()?, n.parse().ok()?)));
        match parts {
            Some((i, n)) if (1..=n).contains(&i) => Ok(Shard { i, n }),
            _ => Err("write I/N with I from 1 to N, as 3/64".to_owned()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.i, self.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_hold_every_draw_once() {
        for (draws, n) in [(10_u32, 3), (7, 64), (1_000, 1), (100_000_000, 7)] {
            let mut next = 0;
            for i in 1..=n {
                let range = Shard { i, n }.of(draws);
                assert_eq!(range.start, next);
                next = range.end;
            }
            assert_eq!(next, draws);
        }
    }

    #[test]
    fn a_part_that_there_is_not_is_refused() {
        for text in ["0/3", "4/3", "3", "a/b", "1/0"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert_eq!("2/3".parse::<Shard>().expect("a part").to_string(), "2/3");
    }
}
