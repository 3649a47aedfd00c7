//! Which ranges hang together, and how much: the points of one path, and pairs that a scenario names.
//!
//! What is said is the correlation of normal scores. Between two points of a path it is the path's
//! persistence by the years between them. A pair that is named ties two paths as a whole: their
//! other points lean on each other through the nearest pair.

use super::check::Scenario;
use super::inputs::InputId;
use super::place::Place;
use super::read::{Reader, Scope};
use super::report::Report;
use super::row::PathKey;
use super::schema::{CORRELATION, Field, PERSISTENCE};
use super::tree::{Node, Value};
use super::values::{expected, split_tag};
use crate::chance::{Copula, NotPositive};
use crate::time::Date;
use crate::units::to_f64;

/// Ranges that hang together.
#[derive(Clone, Debug)]
pub struct Group {
    /// In the order in which the file ties them.
    pub members: Vec<InputId>,
    /// Correlates their normal scores, in this order.
    pub copula: Copula,
}

/// The ranges of one path, oldest first.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub points: Vec<(Date, InputId)>,
    /// The correlation of two points a year apart.
    pub persistence: f64,
}

/// A pair that the scenario names.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub of: [InputId; 2],
    pub is: f64,
    pub place: Place,
}

/// All that is said of what hangs together.
#[derive(Clone, Debug, Default)]
pub(super) struct Ties {
    pub lines: Vec<Line>,
    pub pairs: Vec<Pair>,
}

impl Ties {
    /// The groups of ranges that hang together; one that cannot be goes to the report.
    pub fn groups(&self, scenario: &Scenario, report: &mut Report) -> Vec<Group> {
        let mut groups = Vec::new();
        for members in self.members() {
            let matrix: Vec<Vec<f64>> = members
                .iter()
                .map(|a| members.iter().map(|b| self.correlation(*a, *b)).collect())
                .collect();
            match Copula::of(&matrix) {
                Ok(copula) => groups.push(Group { members, copula }),
                Err(why) => self.tell_nearest(scenario, &members, &matrix, &why, report),
            }
        }
        groups
    }

    fn tell_nearest(
        &self,
        scenario: &Scenario,
        members: &[InputId],
        matrix: &[Vec<f64>],
        why: &NotPositive,
        report: &mut Report,
    ) {
        // A little less than the nearest, so that it is still possible when rounded to three digits.
        let n = members.len();
        let inside = 1.0 - 1e-3 * n as f64;
        let path = |i: usize| scenario.inputs.get(members[i]).path.as_str();
        let pair = |(i, j): (usize, usize)| {
            let names = format!("`{}` with `{}`", path(i), path(j));
            (names, matrix[i][j], why.nearest[i][j] * inside)
        };
        let pairs: Vec<_> = (0..n).flat_map(|j| (0..j).map(move |i| (i, j))).map(pair).collect();
        let last = self.pairs.iter().rfind(|it| members.contains(&it.of[0]));
        let at = last.map_or_else(Place::default, |it| it.place);
        report.correlations_contradict(at, why.smallest_eigenvalue, &pairs);
    }

    /// Who hangs together, in the order of the pairs; the other points of a path behind them.
    fn members(&self) -> Vec<Vec<InputId>> {
        let pairs = self.pairs.iter().map(|it| it.of.to_vec());
        let lines = self.lines.iter().map(|it| it.points.iter().map(|it| it.1).collect());
        let mut groups: Vec<Vec<InputId>> = Vec::new();
        for tied in pairs.chain(lines) {
            let meets = |it: &Vec<InputId>| it.iter().any(|id| tied.contains(id));
            let (met, others) = groups.into_iter().partition(meets);
            let mut whole: Vec<InputId> = Vec::new();
            let met: Vec<Vec<InputId>> = met;
            for id in met.concat().into_iter().chain(tied) {
                if !whole.contains(&id) {
                    whole.push(id);
                }
            }
            groups = others;
            groups.push(whole);
        }
        groups
    }

    fn correlation(&self, a: InputId, b: InputId) -> f64 {
        if let Some(within) = self.along(a, b) {
            return within;
        }
        // Through the pair that is nearest to both, in years.
        let through = |it: &Pair| {
            let [c, d] = it.of;
            [(c, d), (d, c)].into_iter().find_map(|(c, d)| {
                let far = self.apart(a, c)? + self.apart(d, b)?;
                Some((far, self.along(a, c)? * it.is * self.along(d, b)?))
            })
        };
        let all = self.pairs.iter().filter_map(through);
        all.min_by(|x, y| x.0.total_cmp(&y.0)).map_or(0.0, |it| it.1)
    }

    /// The correlation of two points of one path.
    fn along(&self, a: InputId, b: InputId) -> Option<f64> {
        if a == b {
            return Some(1.0);
        }
        let line = self.line(a)?;
        Some(libm::pow(line.persistence, self.apart(a, b)?))
    }

    /// Years between two points of one path.
    fn apart(&self, a: InputId, b: InputId) -> Option<f64> {
        if a == b {
            return Some(0.0);
        }
        let line = self.line(a)?;
        let day = |id: InputId| line.points.iter().find(|it| it.1 == id).map(|it| it.0);
        Some(years(day(a)?, day(b)?))
    }

    fn line(&self, id: InputId) -> Option<&Line> {
        self.lines.iter().find(|it| it.points.iter().any(|it| it.1 == id))
    }
}

impl Reader<'_> {
    /// Notes the ranges of a path, and how long a good year stays good.
    pub(super) fn tie_path(
        &mut self,
        path: &str,
        points: &[(PathKey, InputId)],
        said: Option<&Node>,
        scope: &Scope,
    ) {
        let ranged = |it: &(PathKey, InputId)| match *it {
            (PathKey::From(day), id) if self.inputs.get(id).law.is_some() => Some((day, id)),
            _ => None,
        };
        let points: Vec<_> = points.iter().filter_map(ranged).collect();
        let path = format!("{path}.{}", PERSISTENCE.key);
        let persistence = said.map(|it| (it, self.plain(&PERSISTENCE, &path, it, scope)));
        match persistence {
            Some((node, _)) if points.len() < 2 => self.report.nothing_persists(node.place, &path),
            Some((_, None)) => {}
            _ if points.len() < 2 => {}
            _ => {
                let persistence = persistence.and_then(|it| it.1).unwrap_or(1.0);
                self.ties.lines.push(Line { points, persistence });
            }
        }
    }

    /// Reads `[[correlation]]`, once all inputs are known.
    pub(super) fn correlations(&mut self) {
        let rows = self.listed(CORRELATION.name, &CORRELATION);
        let root = self.root;
        let nodes = match root.get(CORRELATION.name).map(|it| &it.value) {
            Some(Value::List(nodes)) => &nodes[..],
            _ => &[],
        };
        for (id, node) in rows.into_iter().zip(nodes) {
            let row = &self.rows[id.0];
            let (path, place) = (format!("{}.is", row.path), row.at("between"));
            let between = row.texts("between").to_vec();
            let field = CORRELATION.fields.iter().find(|it| it.key == "is");
            let is = field.zip(node.get("is"));
            let is = is.and_then(|(field, it)| self.plain(field, &path, it, &Scope::default()));
            let [a, b] = &between[..] else {
                if node.get("between").is_some_and(|it| matches!(it.value, Value::List(_))) {
                    self.report.not_a_pair(place, between.len());
                }
                continue;
            };
            let of = [self.ranged(a, place), self.ranged(b, place)];
            if let ([Some(a), Some(b)], Some(is)) = (of, is) {
                self.pair(Pair { of: [a, b], is, place });
            }
        }
    }

    fn pair(&mut self, pair: Pair) {
        let [a, b] = pair.of;
        let (ties, path) = (&self.ties, |id| self.inputs.get(id).path.clone());
        let told = ties.pairs.iter().any(|it| it.of == [a, b] || it.of == [b, a]);
        if told || ties.along(a, b).is_some() {
            self.report.tied_twice(pair.place, &path(a), &path(b));
        } else {
            self.ties.pairs.push(pair);
        }
    }

    /// The input of a path, which must be a range.
    fn ranged(&mut self, path: &str, at: Place) -> Option<InputId> {
        let path = path.trim();
        let found = self.inputs.iter().find(|it| it.1.path == path);
        match found.map(|it| (it.0, it.1.law.is_some(), it.1.replaced.is_some())) {
            Some((id, true, _)) => Some(id),
            // A variant that fixes a value unties it.
            Some((_, false, true)) => None,
            Some((_, false, false)) => {
                self.report.tied_without_range(at, path);
                None
            }
            None => {
                let ranges = self.inputs.iter().filter(|it| it.1.law.is_some());
                let known: Vec<String> = ranges.map(|it| it.1.path.clone()).collect();
                self.report.tied_to_nothing(at, path, &known);
                None
            }
        }
    }

    /// A number that is no input, with its source.
    fn plain(&mut self, field: &Field, path: &str, node: &Node, scope: &Scope) -> Option<f64> {
        let text = match &node.value {
            Value::Text(text) => text.clone(),
            Value::Integer(_) | Value::Float(_) => node.plain_number(),
            _ => {
                self.report.wrong_type(node.place, path, node.kind(), &expected(field));
                return None;
            }
        };
        let (body, tag) = split_tag(&text);
        self.origin(tag, node.place, scope);
        self.number(field, path, body, node.place).map(|it| to_f64(it.amount))
    }
}

/// Years between two days, whole ones between equal days of two years.
fn years(a: Date, b: Date) -> f64 {
    let year = |it: Date| {
        f64::from(it.year()) + f64::from(it.month()) / 12.0 + f64::from(it.day()) / 365.0
    };
    (year(a) - year(b)).abs()
}
