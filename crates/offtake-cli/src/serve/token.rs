//! Who else may come in, where others than this machine can knock? Whoever has the token.

use crate::exit::Stop;

/// A secret of 192 bits, made anew at every start.
pub struct Token(String);

impl Token {
    /// A token that nobody has seen.
    pub fn new() -> Result<Self, Stop> {
        let mut bytes = [0; 24];
        let filled = getrandom::fill(&mut bytes);
        filled.map_err(|error| Stop::failed(format!("cannot make a token: {error}")))?;
        Ok(Self(bytes.iter().map(|it| format!("{it:02x}")).collect()))
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is it. How long that takes tells nothing of where they differ.
    pub fn is(&self, said: &str) -> bool {
        let differ = self.0.bytes().zip(said.bytes()).fold(0, |sum, (a, b)| sum | (a ^ b));
        self.0.len() == said.len() && std::hint::black_box(differ) == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_knows_itself_alone() {
        let (one, other) = (Token::new().expect("random"), Token::new().expect("random"));
        assert_eq!(one.as_str().len(), 48);
        assert!(one.is(one.as_str()));
        assert!(!one.is(other.as_str()) && !one.is("") && !one.is(&one.as_str()[..47]));
    }
}
