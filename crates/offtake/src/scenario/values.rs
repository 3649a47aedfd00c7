//! From a written value to an input: text, unit, source, range.

use super::inputs::{Input, InputId, InputValue, Origin};
use super::place::Place;
use super::ranges::{Of, Range, is_range};
use super::read::{Reader, Scope};
use super::schema::{Field, Form};
use super::tree::{Node, Value};
use crate::chance::Law;
use crate::time::{Date, Instant, Span};
use crate::units::{Basis, Dim, Exact, Quantity, QuantityError, in_usual_unit, scaled, to_f64};

/// Cuts `"38 bn USD [news]"` into the value and the name of its source.
pub fn split_tag(text: &str) -> (&str, Option<&str>) {
    let trimmed = text.trim();
    if let Some(rest) = trimmed.strip_suffix(']')
        && let Some((value, tag)) = rest.rsplit_once('[')
    {
        return (value.trim(), Some(tag.trim()));
    }
    (trimmed, None)
}

/// A float as an exact number: to nine decimals below a million million, and where it is below one
/// to nine digits.
pub fn exact(it: f64) -> Exact {
    if it.abs() >= 1e12 {
        return Exact::from_integer(it as i128);
    }
    let mut parts = 1_000_000_000_i128;
    while it != 0.0 && it.abs() * (parts as f64) < 1e9 && parts < 10_i128.pow(24) {
        parts *= 10;
    }
    Exact::new(libm::round(it * parts as f64) as i128, parts)
}

/// A day, told in days since 1970 began.
pub fn day_of(days: f64) -> Date {
    Instant { millis: libm::round(days) as i64 * Span::DAY.millis }.date()
}

/// Days since 1970 began.
pub fn days_of(date: Date) -> f64 {
    (Instant::start_of(date).millis / Span::DAY.millis) as f64
}

impl Reader<'_> {
    /// Reads a number, a range or a reference to a catalogue value.
    pub(super) fn quantity(
        &mut self,
        field: &Field,
        path: &str,
        node: &Node,
        scope: &Scope,
    ) -> Option<InputId> {
        match &node.value {
            Value::Text(text) if text.starts_with("catalogue:") => {
                self.catalogue_value(field, node, split_tag(text).0)
            }
            Value::Text(text) => {
                let (body, tag) = split_tag(text);
                let quantity = self.number(field, path, body, node.place)?;
                let origin = self.origin(tag, node.place, scope);
                Some(self.add(field, path, node, body, quantity, None, origin))
            }
            Value::Table(_) if is_range(node) => {
                let Range { law, median, text, origin } =
                    self.range(Of::Quantity(field), path, node, scope)?;
                Some(self.add(field, path, node, &text, median, Some(law), origin))
            }
            Value::Integer(_) | Value::Float(_) if dims(field).contains(&Dim::NONE) => {
                let text = node.plain_number();
                let quantity = self.number(field, path, &text, node.place)?;
                let origin = self.origin(None, node.place, scope);
                Some(self.add(field, path, node, &text, quantity, None, origin))
            }
            _ => {
                self.report.wrong_type(node.place, path, node.kind(), &expected(field));
                None
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "an input has this many sides")]
    fn add(
        &mut self,
        field: &Field,
        path: &str,
        node: &Node,
        text: &str,
        Quantity { amount: median, dim, basis }: Quantity,
        law: Option<Law>,
        origin: Origin,
    ) -> InputId {
        self.inputs.add(Input {
            path: path.to_owned(),
            text: text.to_owned(),
            place: node.place,
            replaced: node.replaced,
            origin,
            value: InputValue::Number { median, dim, basis },
            law,
            bounds: (field.least, field.most),
        })
    }

    /// Reads a quantity and holds it against the field's bounds, too.
    pub(super) fn number(
        &mut self,
        field: &Field,
        path: &str,
        body: &str,
        at: Place,
    ) -> Option<Quantity> {
        let quantity = self.parse(field, body, at)?;
        let allowed = field.least..=field.most.min(quantity.dim.most());
        if !allowed.contains(&to_f64(quantity.amount)) {
            self.report.out_of_bounds(at, path, body, &bounds(field, quantity.dim));
            return None;
        }
        Some(quantity)
    }

    /// Reads a quantity and holds it against the field's dimension and basis.
    fn parse(&mut self, field: &Field, body: &str, at: Place) -> Option<Quantity> {
        let quantity = match Quantity::parse(body) {
            Ok(it) => it,
            Err(error) => {
                match error {
                    QuantityError::NoNumber(_) => {
                        self.report.not_a_quantity(at, body, &expected(field))
                    }
                    QuantityError::BadNumber(it) => self.report.bad_number(at, &it),
                    QuantityError::UnknownUnit(it, near) => self.report.unknown_unit(at, &it, near),
                    QuantityError::TwoBases => self.report.two_bases(at, body),
                    QuantityError::TooLarge => self.report.number_too_large(at),
                    QuantityError::Unfinished => self.report.unit_unfinished(at, body),
                }
                return None;
            }
        };
        if !dims(field).contains(&quantity.dim) {
            self.report.wrong_dimension(at, body, &quantity.dim.to_string(), &expected(field));
            return None;
        }
        // GPUs are counted: only power is measured somewhere.
        let measured = field.basis != Basis::Unsaid && quantity.dim != Dim::GPU;
        if measured && quantity.basis != field.basis {
            let wanted = if field.basis == Basis::It { "IT" } else { "facility" };
            if quantity.basis == Basis::Unsaid {
                self.report.basis_unsaid(at, body, wanted);
            } else {
                self.report.wrong_basis(at, body, wanted);
                return None;
            }
        }
        Some(quantity)
    }
}

/// The dimensions that a field takes.
pub fn dims(field: &Field) -> &'static [Dim] {
    match field.form {
        Form::Quantity(dims, _)
        | Form::Path(dims)
        | Form::Schedule(dims)
        | Form::Told(dims)
        | Form::Map(dims) => dims,
        _ => &[],
    }
}

/// What a field wants, in words.
pub fn expected(field: &Field) -> String {
    let dims: Vec<_> = dims(field).iter().map(Dim::to_string).collect();
    let words = match field.form {
        Form::Quantity(_, words) if !words.is_empty() => format!(", or `{}`", words.join("`, `")),
        _ => String::new(),
    };
    format!("{}{words}", dims.join(", or "))
}

/// What a field allows, in the unit that its dimension is usually told in; a limit that no number
/// reaches is not told.
fn bounds(field: &Field, dim: Dim) -> String {
    let most = field.most.min(dim.most());
    let show = |it: f64| {
        let (value, unit) = in_usual_unit(it, dim);
        if dim == Dim::NONE && field.most <= 1.0 {
            format!("{} %", value * 100.0)
        } else {
            scaled(value, unit)
        }
    };
    let is_limited = most < Dim::UNLIMITED;
    match field.least {
        least if least == f64::NEG_INFINITY => format!("it is at most {}", show(most)),
        least if least > 0.0 && least <= 1.0 && dim != Dim::NONE => match is_limited {
            true => format!("it is more than nothing and at most {}", show(most)),
            false => "it is more than nothing".to_owned(),
        },
        least if is_limited => format!("it lies between {} and {}", show(least), show(most)),
        least => format!("it is at least {}", show(least)),
    }
}
