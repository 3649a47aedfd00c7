//! Sentences somebody wrote and outcomes somebody expects, held against what was computed.

use super::weigh::{Used, used, weigh};
use super::{Figure, Outcome, Value, table};
use crate::scenario::{
    Claim, Comparison, Day, Draw, Drawn, Expr, InputValue, Operator, Place, Rank, Report, Scenario,
    Test, Words, split_tag,
};
use crate::units::{Dim, Quantity, in_usual_unit, scaled, to_f64};

/// What is to be said of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is so.
    Holds,
    /// It is so under a condition.
    HoldsIf,
    /// It is not so.
    Fails,
    /// It cannot be told.
    Unknown,
}

impl Verdict {
    /// Its word in JSON and reports.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Holds => "holds",
            Verdict::HoldsIf => "holds-if",
            Verdict::Fails => "fails",
            Verdict::Unknown => "unknown",
        }
    }

    fn of_word(word: &str) -> Verdict {
        match word {
            "holds" => Verdict::Holds,
            "holds-if" => Verdict::HoldsIf,
            "fails" => Verdict::Fails,
            _ => Verdict::Unknown,
        }
    }
}

/// A claim and what became of it.
#[derive(Clone, Debug)]
pub struct ClaimResult {
    /// Its name.
    pub id: String,
    /// Its number, where all were counted.
    pub n: Option<i64>,
    /// The sentence.
    pub text: String,
    /// What it states, as in prose.
    pub stated: Option<String>,
    /// What was computed, as in prose.
    pub computed: Option<String>,
    /// How it was computed, as written.
    pub formula: Option<String>,
    /// What it was computed from.
    pub of: Vec<Used>,
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub because: String,
    /// Whether it is a matter of words.
    pub judged: bool,
    /// The judgement's source.
    pub source: Option<String>,
}

/// An expectation and whether it held.
#[derive(Clone, Debug)]
pub struct ExpectResult {
    /// As written.
    pub that: String,
    /// Whether it held.
    pub held: bool,
    /// What the left side came to.
    pub found: String,
}

/// A number of base units with what it counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Measure {
    pub value: f64,
    pub dim: Dim,
}

/// One of a figure's unit as a quantity: unit words that are no quantities of their own count plainly.
pub fn unit_measure(unit: &str) -> Quantity {
    let plain = Quantity::plain(crate::units::Exact::from_integer(1));
    match unit {
        "share" | "ratio" | "count" | "points" | "date" | "" => plain,
        "output tokens" => Quantity::parse("1 token").unwrap_or(plain),
        "t" => Quantity::parse("1 tCO2e").unwrap_or(plain),
        other => Quantity::parse(&format!("1 {other}")).unwrap_or(plain),
    }
}

pub(super) struct Evaluator<'a> {
    pub scenario: &'a Scenario,
    draw: &'a Draw,
    pub figures: &'a [Figure],
}

impl Evaluator<'_> {
    pub fn figure(&self, id: &str) -> Option<&Figure> {
        self.figures.iter().find(|it| it.id == id)
    }

    pub fn value(&self, expr: &Expr) -> Option<Measure> {
        match expr {
            Expr::Literal(it) => Some(Measure { value: to_f64(it.amount), dim: it.dim }),
            Expr::Input(id) => {
                let InputValue::Number { dim, .. } = self.scenario.inputs.get(*id).value else {
                    return None;
                };
                let Drawn::Number(value) = self.draw.get(*id) else { return None };
                Some(Measure { value: to_f64(value), dim })
            }
            Expr::Figure(id) => {
                let figure = self.figure(id)?;
                let Value::Number(value) = figure.value else { return None };
                let unit = unit_measure(figure.unit);
                Some(Measure { value: value * to_f64(unit.amount), dim: unit.dim })
            }
            Expr::Pair(left, operator, right) => {
                let (left, right) = (self.value(left)?, self.value(right)?);
                let (value, dim) = match operator {
                    Operator::Plus => (left.value + right.value, left.dim),
                    Operator::Minus => (left.value - right.value, left.dim),
                    Operator::Times => (left.value * right.value, left.dim.times(right.dim)?),
                    Operator::Over => (left.value / right.value, left.dim.over(right.dim)?),
                };
                value.is_finite().then_some(Measure { value, dim })
            }
        }
    }
}

pub(super) fn shown(it: Measure) -> String {
    let (value, unit) = in_usual_unit(it.value, it.dim);
    scaled(value, unit)
}

/// Tests every claim of a scenario.
pub fn claims(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Vec<ClaimResult> {
    let evaluator = Evaluator { scenario, draw, figures: &outcome.figures };
    scenario.claims.iter().map(|it| claim(&evaluator, it)).collect()
}

fn claim(evaluator: &Evaluator<'_>, claim: &Claim) -> ClaimResult {
    let row = evaluator.scenario.row(claim.row);
    let text = |key: &str| row.text(key).map(|it| split_tag(it).0.to_owned());
    let weighed = claim.test.as_ref().and_then(|it| weigh(evaluator, row, it));
    let mut because = Vec::new();
    let verdict = match (row.word("verdict"), &weighed) {
        (Some(word), weighed) => {
            because.extend(weighed.as_ref().map(|it| it.why.clone()));
            Verdict::of_word(word)
        }
        (None, Some(weighed)) => {
            because.push(weighed.why.clone());
            match (weighed.is_so, row.texts("if")) {
                (Some(true), []) => Verdict::Holds,
                (Some(true), conditions) => {
                    because.push(format!("if {}", conditions.join(", and if ")));
                    Verdict::HoldsIf
                }
                (Some(false), _) => Verdict::Fails,
                (None, _) => Verdict::Unknown,
            }
        }
        (None, None) => {
            because.push("what it is held against did not come about".to_owned());
            Verdict::Unknown
        }
    };
    because.extend(text("because"));
    because.extend(claim.known.map(|it| format!("by what was known on {it}")));
    ClaimResult {
        id: text("id").unwrap_or_default(),
        n: row.whole("n"),
        text: text("text").unwrap_or_default(),
        stated: text("stated"),
        computed: weighed.map(|it| it.found),
        formula: text("computed"),
        of: claim.test.as_ref().map_or_else(Vec::new, used),
        verdict,
        because: because.join("; "),
        judged: row.cells.contains_key("verdict"),
        source: row.text("because").and_then(|it| split_tag(it).1).map(str::to_owned),
    }
}

/// Holds every `expect` of a scenario against what came out.
pub fn expects(scenario: &Scenario, draw: &Draw, outcome: &Outcome) -> Vec<ExpectResult> {
    let evaluator = Evaluator { scenario, draw, figures: &outcome.figures };
    let expect = |it: &crate::scenario::Expect| {
        let (left, right) = (evaluator.value(&it.left), evaluator.value(&it.right));
        let held = match (left, right) {
            (Some(a), Some(b)) => match it.comparison {
                Comparison::AtLeast => a.value >= b.value,
                Comparison::AtMost => a.value <= b.value,
                Comparison::Over => a.value > b.value,
                Comparison::Under => a.value < b.value,
            },
            _ => false,
        };
        let figure = match &it.left {
            Expr::Figure(id) => outcome.figures.iter().find(|it| it.id == *id),
            _ => None,
        };
        let found = figure.map(Figure::shown).or_else(|| left.map(shown));
        let found = found.unwrap_or_else(|| "no such figure came about".to_owned());
        ExpectResult { that: it.text.clone(), held, found }
    };
    scenario.expects.iter().map(expect).collect()
}

/// Checks that expressions and headlines name figures and compare like with like.
pub fn check_names(scenario: &Scenario, report: &mut Report) {
    let known = table::known_ids(scenario);
    let names: Vec<String> = known.iter().map(|it| it.0.clone()).collect();
    let head = scenario.row(scenario.head);
    for id in head.texts("headline").iter().filter(|it| !names.contains(it)) {
        report.unknown_figure(head.at("headline"), id, &names);
    }
    let mut checker = NameCheck { scenario, known: &known, names: &names, report };
    for claim in &scenario.claims {
        let row = scenario.row(claim.row);
        let (text, at) = (row.text("computed").unwrap_or_default(), row.at("computed"));
        match &claim.test {
            Some(Test::Number(stated, computed, _)) => {
                let found = checker.dim(computed, text, at);
                if let (Some(found), Some(stated)) = (found, stated)
                    && found != stated.dim
                {
                    checker.report.expression_mixes(
                        row.at("stated"),
                        text,
                        &found.to_string(),
                        &stated.dim.to_string(),
                    );
                }
            }
            Some(
                Test::Date(_, Day::Figure(id), _) | Test::Text(_, Words::Weekday(Day::Figure(id))),
            ) => checker.day(id, at),
            Some(Test::Rank(_, Rank::Figures(id, _))) => {
                checker.figure(id, at);
            }
            _ => {}
        }
    }
    for expect in &scenario.expects {
        let left = checker.dim(&expect.left, &expect.text, expect.place);
        let right = checker.dim(&expect.right, &expect.text, expect.place);
        if let (Some(a), Some(b)) = (left, right)
            && a != b
        {
            checker.report.expression_mixes(
                expect.place,
                &expect.text,
                &a.to_string(),
                &b.to_string(),
            );
        }
    }
}

struct NameCheck<'a> {
    scenario: &'a Scenario,
    known: &'a [(String, &'static table::Spec)],
    names: &'a [String],
    report: &'a mut Report,
}

impl NameCheck<'_> {
    fn figure(&mut self, id: &str, at: Place) -> Option<&'static table::Spec> {
        let found = self.known.iter().find(|it| it.0 == id);
        if found.is_none() {
            self.report.unknown_figure(at, id, self.names);
        }
        found.map(|it| it.1)
    }

    fn day(&mut self, id: &str, at: Place) {
        if self.figure(id, at).is_some_and(|it| it.unit != "date") {
            self.report.no_day(at, id);
        }
    }

    fn dim(&mut self, expr: &Expr, text: &str, at: Place) -> Option<Dim> {
        match expr {
            Expr::Literal(it) => Some(it.dim),
            Expr::Input(id) => match self.scenario.inputs.get(*id).value {
                InputValue::Number { dim, .. } => Some(dim),
                _ => None,
            },
            Expr::Figure(id) => self.figure(id, at).map(|it| unit_measure(it.unit).dim),
            Expr::Pair(left, operator, right) => {
                let (left, right) = (self.dim(left, text, at)?, self.dim(right, text, at)?);
                match operator {
                    Operator::Times => left.times(right),
                    Operator::Over => left.over(right),
                    Operator::Plus | Operator::Minus if left == right => Some(left),
                    Operator::Plus | Operator::Minus => {
                        self.report.expression_mixes(
                            at,
                            text,
                            &left.to_string(),
                            &right.to_string(),
                        );
                        None
                    }
                }
            }
        }
    }
}
