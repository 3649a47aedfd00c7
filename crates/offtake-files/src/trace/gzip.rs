//! Packed traces: gzip is unpacked as it is read, whatever its length and however many parts it has.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

/// A stream that is packed, or is not.
#[allow(missing_debug_implementations, reason = "a stream has nothing to show")]
pub enum Unpacked<R> {
    /// As it came.
    Plain(R),
    /// Unpacked on the way.
    Gzip(Box<BufReader<MultiGzDecoder<R>>>),
}

/// Unpacks a stream, if it is packed: its first two bytes tell.
pub fn unpacked<R: BufRead>(mut reader: R) -> io::Result<Unpacked<R>> {
    const ROOM: usize = 1 << 17;
    Ok(match reader.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        true => {
            let unpacked = BufReader::with_capacity(ROOM, MultiGzDecoder::new(reader));
            Unpacked::Gzip(Box::new(unpacked))
        }
        false => Unpacked::Plain(reader),
    })
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Unpacked::Plain(it) => it.read(out),
            Unpacked::Gzip(it) => it.read(out),
        }
    }
}

impl<R: BufRead> BufRead for Unpacked<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self {
            Unpacked::Plain(it) => it.fill_buf(),
            Unpacked::Gzip(it) => it.fill_buf(),
        }
    }

    fn consume(&mut self, amount: usize) {
        match self {
            Unpacked::Plain(it) => it.consume(amount),
            Unpacked::Gzip(it) => it.consume(amount),
        }
    }
}
