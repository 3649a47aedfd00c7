//! A line taken apart into fields.

use std::fmt;

use memchr::{memchr, memchr_iter};

use super::warnings::{Warning, shown};

/// What stands between two fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Between {
    /// One sign; a field may stand in double quotes.
    Sign(u8),
    /// Any number of blanks.
    Blanks,
}

/// Where the fields of a line lie; lent to one line after the other.
#[derive(Default)]
pub(super) struct Fields {
    at: Vec<(usize, usize)>,
    unquoted: Vec<u8>,
}

/// One line and its fields.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    text: &'a [u8],
    at: &'a [(usize, usize)],
}

/// Why a line is no job: what is wrong with which field.
pub(super) struct Fault<'a> {
    pub warning: Warning,
    pub field: &'static str,
    pub text: &'a [u8],
}

/// `gpus` is `abc`; where the line alone says it, nothing.
impl fmt::Display for Fault<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.warning, self.text) {
            (Warning::NoGpu, _) => Ok(()),
            (_, b"") => write!(f, "`{}` is empty", self.field),
            (_, text) => write!(f, "`{}` is {}", self.field, shown(text)),
        }
    }
}

impl Fields {
    /// Takes a line apart.
    pub(super) fn split<'a>(&'a mut self, line: &'a [u8], between: Between) -> Row<'a> {
        self.at.clear();
        match between {
            Between::Blanks => self.at_blanks(line),
            Between::Sign(sign) if memchr(b'"', line).is_none() => self.at_sign(line, sign),
            Between::Sign(sign) => {
                self.at_quotes(line, sign);
                return Row { text: &self.unquoted, at: &self.at };
            }
        }
        Row { text: line, at: &self.at }
    }

    fn at_sign(&mut self, line: &[u8], sign: u8) {
        let mut from = 0;
        for end in memchr_iter(sign, line) {
            self.at.push((from, end));
            from = end + 1;
        }
        self.at.push((from, line.len()));
    }

    fn at_blanks(&mut self, line: &[u8]) {
        let mut from = None;
        for (i, byte) in line.iter().enumerate() {
            match (byte.is_ascii_whitespace(), from) {
                (false, None) => from = Some(i),
                (true, Some(start)) => {
                    self.at.push((start, i));
                    from = None;
                }
                _ => {}
            }
        }
        self.at.extend(from.map(|start| (start, line.len())));
    }

    /// As RFC 4180 has it, but for line ends within quotes: a job has one line.
    fn at_quotes(&mut self, line: &[u8], sign: u8) {
        self.unquoted.clear();
        let (mut from, mut quoted, mut i) = (0, false, 0);
        while i < line.len() {
            match line[i] {
                b'"' if quoted && line.get(i + 1) == Some(&b'"') => {
                    self.unquoted.push(b'"');
                    i += 1;
                }
                b'"' if quoted || self.unquoted.len() == from => quoted = !quoted,
                byte if byte == sign && !quoted => {
                    self.at.push((from, self.unquoted.len()));
                    from = self.unquoted.len();
                }
                byte => self.unquoted.push(byte),
            }
            i += 1;
        }
        self.at.push((from, self.unquoted.len()));
    }
}

impl<'a> Row<'a> {
    /// How many fields there are.
    pub(super) fn len(&self) -> usize {
        self.at.len()
    }

    /// A field without the blanks around it; empty where there is none.
    pub(super) fn field(&self, nth: usize) -> &'a [u8] {
        self.at.get(nth).map_or(b"", |(from, end)| self.text[*from..*end].trim_ascii())
    }

    /// Every field.
    pub(super) fn fields(&self) -> impl Iterator<Item = &'a [u8]> {
        (0..self.len()).map(|nth| self.field(nth))
    }

    /// A field read as a value; where it is none, the fault names the field.
    pub(super) fn read<T>(
        &self,
        field: &'static str,
        nth: usize,
        read: impl FnOnce(&'a [u8]) -> Result<T, Warning>,
    ) -> Result<T, Fault<'a>> {
        let text = self.field(nth);
        read(text).map_err(|warning| Fault { warning, field, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str, between: Between) -> Vec<String> {
        let mut fields = Fields::default();
        let row = fields.split(line.as_bytes(), between);
        row.fields().map(|it| String::from_utf8_lossy(it).into_owned()).collect()
    }

    #[test]
    fn a_line_falls_apart_at_its_signs() {
        let comma = Between::Sign(b',');
        assert_eq!(split("a, b ,,d", comma), ["a", "b", "", "d"]);
        assert_eq!(split("", comma), [""]);
        assert_eq!(split("  1   5094 -1\t7 ", Between::Blanks), ["1", "5094", "-1", "7"]);
        assert_eq!(split("   ", Between::Blanks), [""; 0]);
    }

    #[test]
    fn quotes_hold_a_field_together() {
        let comma = Between::Sign(b',');
        assert_eq!(split(r#""a, ""b""",c"d,"""#, comma), [r#"a, "b""#, r#"c"d"#, ""]);
        assert_eq!(split(r#"a,"b,c"#, comma), ["a", "b,c"]);
    }
}
