//! A stream as lines: as long as they like to be in all, none longer than is sensible.

use std::io::{self, BufRead};

use memchr::memchr;

/// The longest line that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// The lines of a stream, lent one at a time.
pub(super) struct Lines<R> {
    reader: R,
    /// Bytes of the reader's own buffer that the last line took.
    used: usize,
    /// A line that did not lie in the reader's buffer as a whole.
    joined: Vec<u8>,
    number: u64,
    again: bool,
    last: Last,
}

/// Where the last line lies, and what is known of it.
#[derive(Clone, Copy)]
struct Last {
    joined: bool,
    length: usize,
    ended: bool,
    fits: bool,
}

/// One line.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Without its end.
    pub text: &'a [u8],
    /// From 1.
    pub number: u64,
    /// Whether it had an end.
    pub ended: bool,
    /// Whether it is here as a whole.
    pub fits: bool,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        let last = Last { joined: true, length: 0, ended: true, fits: true };
        Self { reader, used: 0, joined: Vec::new(), number: 0, again: false, last }
    }

    /// The next line; one that lies in the reader's buffer is not copied.
    pub(super) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        if !std::mem::take(&mut self.again) {
            self.reader.consume(std::mem::take(&mut self.used));
            let Some(last) = self.find()? else { return Ok(None) };
            self.number += 1;
            self.last = last;
        }
        let Last { joined, length, ended, fits } = self.last;
        let text = if joined { &self.joined[..] } else { &self.reader.fill_buf()?[..length] };
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let mark = (self.number == 1).then(|| text.strip_prefix(b"\xef\xbb\xbf")).flatten();
        Ok(Some(Line { text: mark.unwrap_or(text), number: self.number, ended, fits }))
    }

    /// Makes the last line the next one again.
    pub(super) fn unread(&mut self) {
        self.again = self.number > 0;
    }

    /// How many lines there were so far.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    fn find(&mut self) -> io::Result<Option<Last>> {
        let buffer = filled(&mut self.reader)?;
        if buffer.is_empty() {
            return Ok(None);
        }
        if let Some(length) = memchr(b'\n', buffer) {
            self.used = length + 1;
            let fits = length <= LONGEST;
            return Ok(Some(Last { joined: false, length, ended: true, fits }));
        }
        self.join().map(Some)
    }

    /// Puts a line together that spans buffers. What is over the limit is passed over.
    fn join(&mut self) -> io::Result<Last> {
        self.joined.clear();
        let mut fits = true;
        loop {
            let buffer = filled(&mut self.reader)?;
            let end = memchr(b'\n', buffer);
            let part = &buffer[..end.unwrap_or(buffer.len())];
            fits &= self.joined.len() + part.len() <= LONGEST;
            if fits {
                self.joined.extend_from_slice(part);
            }
            let (taken, over) = (part.len() + usize::from(end.is_some()), buffer.is_empty());
            self.reader.consume(taken);
            if over || end.is_some() {
                let length = self.joined.len();
                return Ok(Last { joined: true, length, ended: end.is_some(), fits });
            }
        }
    }
}

/// The reader's buffer, tried again where a signal came between.
fn filled(reader: &mut impl BufRead) -> io::Result<&[u8]> {
    while let Err(fault) = reader.fill_buf() {
        if fault.kind() != io::ErrorKind::Interrupted {
            return Err(fault);
        }
    }
    reader.fill_buf()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::BufReader;

    fn lines(text: &[u8], buffer: usize) -> Vec<(String, bool, bool)> {
        let mut lines = Lines::new(BufReader::with_capacity(buffer, text));
        let mut found = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            let text = String::from_utf8_lossy(&line.text[..line.text.len().min(9)]).into_owned();
            found.push((text, line.ended, line.fits));
        }
        found
    }

    #[test]
    fn lines_are_the_same_however_they_are_buffered() {
        let text = b"\xef\xbb\xbfone\r\n\ntwo and a half\nlast";
        let told = lines(text, 4096);
        let names: Vec<_> = told.iter().map(|it| (it.0.as_str(), it.1)).collect();
        assert_eq!(names, [("one", true), ("", true), ("two and a", true), ("last", false)]);
        assert!((1..40).all(|buffer| lines(text, buffer) == told));
    }

    #[test]
    fn a_line_without_end_takes_no_memory_without_end() {
        let mut text = vec![b'x'; 3 * LONGEST];
        text.extend(b"\nshort\n");
        let told = lines(&text, 8192);
        assert_eq!(told.iter().map(|it| it.2).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn a_line_can_be_read_again() {
        let mut lines = Lines::new(&b"a\nb"[..]);
        lines.next().unwrap();
        lines.unread();
        assert_eq!(lines.next().unwrap().unwrap().text, b"a");
        assert_eq!(lines.next().unwrap().unwrap().text, b"b");
        lines.unread();
        assert_eq!(lines.next().unwrap().unwrap().number, 2);
        assert!(lines.next().unwrap().is_none());
    }
}
