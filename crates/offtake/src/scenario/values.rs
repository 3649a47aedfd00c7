//! From a written value to an input: text, unit, source, range.

use super::inputs::{Input, InputId, InputValue, Origin};
use super::place::Place;
use super::read::{Reader, Scope};
use super::schema::{Field, Form};
use super::tree::{Node, Value};
use crate::chance::{Law, LawError, LawName};
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

/// The quantile that a key like `q10` names.
fn quantile(key: &str) -> Option<f64> {
    let digits = key.strip_prefix('q').filter(|it| it.len() == 2)?;
    let per_cent: u32 = digits.parse().ok()?;
    (1..100).contains(&per_cent).then(|| f64::from(per_cent) / 100.0)
}

/// A float as an exact number, to nine decimals below a million million.
pub fn exact(it: f64) -> Exact {
    if it.abs() < 1e12 {
        Exact::new(libm::round(it * 1e9) as i128, 1_000_000_000)
    } else {
        Exact::from_integer(it as i128)
    }
}

/// Whether a table is a range: it has a key like `q10`, or one that only a range has.
pub fn is_range(node: &Node) -> bool {
    let range_key = |key: &str| {
        matches!(key, "law" | "min" | "max")
            || (key.starts_with('q') && key[1..].parse::<u32>().is_ok())
    };
    node.entries().iter().any(|(key, _)| range_key(&key.name))
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
                let quantity = self.parse(field, body, node.place)?;
                let origin = self.origin(tag, node.place, scope);
                self.add_number(field, path, node, body, quantity, None, origin)
            }
            Value::Table(_) if is_range(node) => self.range(field, path, node, scope),
            Value::Integer(it) if dims(field).contains(&Dim::NONE) => {
                let quantity = Quantity::plain(Exact::from_integer(i128::from(*it)));
                let origin = self.origin(None, node.place, scope);
                self.add_number(field, path, node, &it.to_string(), quantity, None, origin)
            }
            Value::Float(it) if dims(field).contains(&Dim::NONE) => {
                let origin = self.origin(None, node.place, scope);
                self.add_number(
                    field,
                    path,
                    node,
                    &it.to_string(),
                    Quantity::plain(exact(*it)),
                    None,
                    origin,
                )
            }
            _ => {
                self.report.wrong_type(node.place, path, node.kind(), &expected(field));
                None
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "an input has this many sides")]
    fn add_number(
        &mut self,
        field: &Field,
        path: &str,
        node: &Node,
        text: &str,
        quantity: Quantity,
        law: Option<Law>,
        origin: Origin,
    ) -> Option<InputId> {
        let mut values = vec![to_f64(quantity.amount)];
        values.extend(law.iter().flat_map(|it| [it.low, it.high]));
        for value in values {
            if !(field.least..=field.most.min(quantity.dim.most())).contains(&value) {
                self.report.out_of_bounds(node.place, path, text, &bounds(field, quantity.dim));
                return None;
            }
        }
        let Quantity { amount: median, dim, basis } = quantity;
        Some(self.inputs.add(Input {
            path: path.to_owned(),
            text: text.to_owned(),
            place: node.place,
            replaced: node.replaced,
            origin,
            value: InputValue::Number { median, law, dim, basis },
            bounds: (field.least, field.most),
        }))
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

    fn range(&mut self, field: &Field, path: &str, node: &Node, scope: &Scope) -> Option<InputId> {
        let mut points: Vec<(f64, Quantity)> = Vec::new();
        let mut texts: Vec<String> = Vec::new();
        let mut law_name = None;
        let mut tags: Vec<Option<String>> = Vec::new();
        let mut common = None;
        let mut sound = true;
        for (key, value) in node.entries() {
            let text = value.text();
            match (key.name.as_str(), text) {
                ("law", Some(word)) => match LawName::WORDS.iter().find(|it| it.0 == word) {
                    Some((_, law)) => law_name = Some(*law),
                    None => {
                        self.report.unknown_law(value.place, word);
                        sound = false;
                    }
                },
                ("source", Some(name)) => common = Some(name.to_owned()),
                (name, Some(text)) if quantile(name).is_some() => {
                    let (body, tag) = split_tag(text);
                    tags.push(tag.map(str::to_owned));
                    match (quantile(name), self.parse(field, body, value.place)) {
                        (Some(at), Some(quantity)) => {
                            points.push((at, quantity));
                            texts.push(format!("{name} {body}"));
                        }
                        _ => sound = false,
                    }
                }
                (name, None) if quantile(name).is_some() => {
                    self.report.wrong_type(value.place, path, value.kind(), &expected(field));
                    sound = false;
                }
                (name, _) => {
                    self.report.unknown_range_key(key.place, name);
                    sound = false;
                }
            }
        }
        if !sound {
            return None;
        }
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let law = self.law(path, node.place, &points, law_name)?;
        let origin = self.range_origin(&tags, common.as_deref(), node.place, scope);
        let middle = points.iter().find(|it| it.0 == 0.5).map(|it| it.1.amount);
        let (_, first) = points[0];
        let median = Quantity { amount: middle.unwrap_or_else(|| exact(law.median)), ..first };
        let text = texts.join(", ");
        self.add_number(field, path, node, &text, median, Some(law), origin)
    }

    fn law(
        &mut self,
        path: &str,
        at: Place,
        points: &[(f64, Quantity)],
        name: Option<LawName>,
    ) -> Option<Law> {
        let floats: Vec<_> = points.iter().map(|(q, it)| (*q, to_f64(it.amount))).collect();
        match Law::from_quantiles(&floats, name) {
            Ok(law) => Some(law),
            Err(error) => {
                match error {
                    LawError::NotRising => self.report.quantiles_not_rising(at, path),
                    LawError::NeedsLaw => self.report.range_needs_law(at, path),
                    LawError::WrongCount => {
                        self.report.wrong_quantile_count(at, path, points.len())
                    }
                    LawError::NotPositive => self.report.lognormal_not_positive(at, path),
                    LawError::Lopsided => self.report.range_lopsided(at, path),
                }
                None
            }
        }
    }

    /// A range is as sure as its weakest quantile.
    fn range_origin(
        &mut self,
        tags: &[Option<String>],
        common: Option<&str>,
        at: Place,
        scope: &Scope,
    ) -> Origin {
        let origins: Vec<_> =
            tags.iter().map(|tag| self.origin(tag.as_deref().or(common), at, scope)).collect();
        let weakest = [Origin::Unsaid, Origin::Assumed, Origin::Derived];
        if let Some(it) = weakest.into_iter().find(|it| origins.contains(it)) {
            return it;
        }
        let mut sources = Vec::new();
        for it in origins {
            if let Origin::Reported(all) = it {
                sources
                    .extend(all.into_iter().filter(|it| !sources.contains(it)).collect::<Vec<_>>());
            }
        }
        Origin::Reported(sources)
    }
}

/// The dimensions that a field takes.
pub fn dims(field: &Field) -> &'static [Dim] {
    match field.form {
        Form::Quantity(dims, _) | Form::Path(dims) | Form::Schedule(dims) | Form::Map(dims) => dims,
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
