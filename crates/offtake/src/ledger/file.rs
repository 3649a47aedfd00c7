//! The ledger as bytes: what is saved with a run, and what its digest is taken of.
//!
//! A header line, a line for each account, an empty line, then one record for each movement:
//! milliseconds since the last one, the two accounts, the amount, each as LEB128. Small, and the
//! same on every platform.

use sha2::{Digest, Sha256};

use super::{Account, Ledger, Movement, Unit};
use crate::time::Instant;

const HEADER: &str = "offtake ledger 1";

/// Why bytes are no ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileError {
    /// The first line is not ours.
    NotALedger,
    /// An account's line is broken.
    BadAccount(String),
    /// A movement is cut off or names an account that is not there.
    BadMovement(usize),
}

impl Ledger {
    /// The ledger as bytes. It must have kept its movements.
    pub fn to_bytes(&self) -> Vec<u8> {
        let movements = self.movements();
        let mut bytes = Vec::with_capacity(movements.len() * 14 + 4096);
        bytes.extend_from_slice(HEADER.as_bytes());
        bytes.push(b'\n');
        for title in self.titles() {
            bytes.extend_from_slice(format!("{}\t{}\n", title.unit.word(), title.name).as_bytes());
        }
        bytes.push(b'\n');
        let mut last = 0;
        for it in movements {
            write(&mut bytes, zigzag(it.at.millis - last));
            write(&mut bytes, u128::from(it.from.0));
            write(&mut bytes, u128::from(it.to.0));
            write(&mut bytes, it.amount.unsigned_abs());
            last = it.at.millis;
        }
        bytes
    }

    /// Reads what [`Ledger::to_bytes`] wrote; closed months are not part of the file.
    ///
    /// # Errors
    /// When the bytes are no ledger or are damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Ledger, FileError> {
        let end = bytes.windows(2).position(|it| it == b"\n\n").ok_or(FileError::NotALedger)?;
        let head = str::from_utf8(&bytes[..end]).map_err(|_| FileError::NotALedger)?;
        let mut lines = head.lines();
        if lines.next() != Some(HEADER) {
            return Err(FileError::NotALedger);
        }
        let mut ledger = Ledger::new(true);
        for line in lines {
            let bad = || FileError::BadAccount(line.to_owned());
            let (word, name) = line.split_once('\t').ok_or_else(bad)?;
            let unit = Unit::ALL.into_iter().find(|it| it.word() == word).ok_or_else(bad)?;
            ledger.open(name.to_owned(), unit);
        }
        let mut rest = &bytes[end + 2..];
        let mut last = 0;
        let mut count = 0;
        while !rest.is_empty() {
            let movement = read_movement(&mut rest, &mut last, ledger.titles.len());
            let it = movement.ok_or(FileError::BadMovement(count))?;
            ledger.post(it.at, it.from, it.to, it.amount);
            count += 1;
        }
        Ok(ledger)
    }
}

fn read_movement(rest: &mut &[u8], last: &mut i64, accounts: usize) -> Option<Movement> {
    let step = unzigzag(read(rest)?);
    *last = last.checked_add(step)?;
    let account =
        |it: u128| u16::try_from(it).ok().filter(|it| usize::from(*it) < accounts).map(Account);
    let (from, to) = (account(read(rest)?)?, account(read(rest)?)?);
    let amount = i128::try_from(read(rest)?).ok()?;
    (step >= 0 || *last == step).then_some(())?;
    (from != to).then_some(Movement { at: Instant { millis: *last }, from, to, amount })
}

/// SHA-256 of some bytes as hex.
pub fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn zigzag(it: i64) -> u128 {
    u128::from(((it << 1) ^ (it >> 63)) as u64)
}

fn unzigzag(it: u128) -> i64 {
    let it = it as u64;
    (it >> 1) as i64 ^ -((it & 1) as i64)
}

fn write(bytes: &mut Vec<u8>, mut it: u128) {
    while it >= 0x80 {
        bytes.push(it as u8 | 0x80);
        it >>= 7;
    }
    bytes.push(it as u8);
}

fn read(rest: &mut &[u8]) -> Option<u128> {
    let mut it: u128 = 0;
    for shift in (0..126).step_by(7) {
        let (byte, tail) = rest.split_first()?;
        *rest = tail;
        it |= u128::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(it);
        }
    }
    None
}
