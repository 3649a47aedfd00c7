//! Expressions of claims and expects: `30 GW facility / catalogue:home/us`,
//! `deal.aws.billed >= 30 bn USD`. Operators stand between spaces, so that `USD/GW-year` stays
//! one unit.

use super::inputs::InputId;
use super::place::Place;
use super::read::Reader;
use super::schema::{Field, Form, Need};
use super::tree::{Node, Value};
use crate::units::{Basis, Quantity};

/// What an expression is made of.
#[derive(Clone, Debug)]
pub enum Expr {
    /// A quantity as written.
    Literal(Quantity),
    /// A value of the catalogue.
    Input(InputId),
    /// A figure, by its id.
    Figure(String),
    /// Two parts, joined.
    Pair(Box<Expr>, Operator, Box<Expr>),
}

/// How two parts are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// Sum.
    Plus,
    /// Difference.
    Minus,
    /// Product.
    Times,
    /// Quotient.
    Over,
}

/// How two sides of an `expect` compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `>=`
    AtLeast,
    /// `<=`
    AtMost,
    /// `>`
    Over,
    /// `<`
    Under,
}

/// The longest expression, in words.
const MOST_WORDS: usize = 400;
/// The deepest nesting of parentheses.
const DEEPEST: usize = 32;

impl Reader<'_> {
    /// Reads a comparison.
    pub(super) fn comparison(&mut self, text: &str, at: Place) -> Option<(Expr, Comparison, Expr)> {
        const SIGNS: [(&str, Comparison); 4] = [
            (" >= ", Comparison::AtLeast),
            (" <= ", Comparison::AtMost),
            (" > ", Comparison::Over),
            (" < ", Comparison::Under),
        ];
        let found =
            SIGNS.iter().find_map(|(sign, it)| text.split_once(sign).map(|sides| (sides, *it)));
        let Some(((left, right), comparison)) = found else {
            self.report.expression_broken(at, text, "it compares nothing; write `a >= b`");
            return None;
        };
        Some((self.expression(left, at)?, comparison, self.expression(right, at)?))
    }

    /// Reads an expression.
    pub(super) fn expression(&mut self, text: &str, at: Place) -> Option<Expr> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let words: Vec<&str> = spaced.split_whitespace().collect();
        if words.len() > MOST_WORDS {
            self.report.expression_broken(at, "the expression", "it has too many parts");
            return None;
        }
        let mut parser = Parser { words: &words, next: 0, depth: 0, text, at, reader: self };
        let it = parser.sum()?;
        if parser.next < words.len() {
            parser.broken(&format!("`{}` stands where an operator is due", words[parser.next]));
            return None;
        }
        Some(it)
    }
}

/// `-5` is a number; a lone `-` is an operator.
fn negative(word: &str) -> bool {
    word.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

struct Parser<'p, 'r, 'a> {
    words: &'p [&'p str],
    next: usize,
    depth: usize,
    text: &'p str,
    at: Place,
    reader: &'r mut Reader<'a>,
}

impl Parser<'_, '_, '_> {
    fn broken(&mut self, why: &str) {
        self.reader.report.expression_broken(self.at, self.text, why);
    }

    fn peek(&self) -> Option<&str> {
        self.words.get(self.next).copied()
    }

    fn sum(&mut self) -> Option<Expr> {
        let mut left = self.product()?;
        while let Some(operator) = match self.peek() {
            Some("+") => Some(Operator::Plus),
            Some("-") => Some(Operator::Minus),
            _ => None,
        } {
            self.next += 1;
            let right = self.product()?;
            left = Expr::Pair(Box::new(left), operator, Box::new(right));
        }
        Some(left)
    }

    fn product(&mut self) -> Option<Expr> {
        let mut left = self.term()?;
        while let Some(operator) = match self.peek() {
            Some("*") => Some(Operator::Times),
            Some("/") => Some(Operator::Over),
            _ => None,
        } {
            self.next += 1;
            let right = self.term()?;
            left = Expr::Pair(Box::new(left), operator, Box::new(right));
        }
        Some(left)
    }

    fn term(&mut self) -> Option<Expr> {
        let Some(word) = self.peek().map(str::to_owned) else {
            self.broken("it ends too early");
            return None;
        };
        if word == "(" {
            return self.parenthesis();
        }
        let starts_number = word
            .starts_with(|c: char| c.is_ascii_digit() || matches!(c, '$' | '.'))
            || negative(&word);
        if starts_number {
            return self.literal();
        }
        self.next += 1;
        if word.starts_with("catalogue:") {
            return self.catalogue(&word);
        }
        if word.contains('.') || word.contains('_') {
            return Some(Expr::Figure(word));
        }
        self.broken(&format!("`{word}` is neither a quantity nor a figure"));
        None
    }

    fn parenthesis(&mut self) -> Option<Expr> {
        self.next += 1;
        self.depth += 1;
        if self.depth > DEEPEST {
            self.broken("parentheses nest too deeply");
            return None;
        }
        let inner = self.sum()?;
        if self.peek() != Some(")") {
            self.broken("a parenthesis is not closed");
            return None;
        }
        self.next += 1;
        self.depth -= 1;
        Some(inner)
    }

    /// A quantity runs until the next operator.
    fn literal(&mut self) -> Option<Expr> {
        let rest = &self.words[self.next..];
        let ends = |it: &&str| matches!(*it, "+" | "-" | "*" | "/" | ")" | "(");
        let count = rest.iter().position(ends).unwrap_or(rest.len());
        let text = rest[..count].join(" ");
        self.next += count;
        match Quantity::parse(&text) {
            Ok(it) => Some(Expr::Literal(it)),
            Err(error) => {
                self.broken(&format!("`{text}` is no quantity: {error}"));
                None
            }
        }
    }

    fn catalogue(&mut self, word: &str) -> Option<Expr> {
        const ANY: Field = Field {
            key: "value",
            form: Form::Quantity(&[], &[]),
            need: Need::Optional,
            least: f64::NEG_INFINITY,
            most: f64::INFINITY,
            basis: Basis::Unsaid,
            doc: "",
        };
        let node = Node { value: Value::Text(word.to_owned()), place: self.at, replaced: None };
        self.reader.catalogue_value(&ANY, &node, word).map(Expr::Input)
    }
}
