//! Claims: sentences somebody wrote, each read so that it can be tested as a number, a day, a
//! place in a ranking or a text.

use super::expr::Expr;
use super::inputs::{InputId, InputValue, Origin};
use super::library;
use super::place::Place;
use super::read::{Reader, Scope};
use super::row::{Cell, Row, RowId};
use super::schema::{self, Noun};
use super::values::split_tag;
use crate::time::{Date, Span};
use crate::units::{Dim, Quantity, to_f64};

/// A sentence somebody wrote, ready to be tested.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its fields.
    pub row: RowId,
    /// What is computed and what it is held against; nothing for a matter of words alone.
    pub test: Option<Test>,
    /// Who states it.
    pub stated_by: Option<Origin>,
    /// Who gives the reason.
    pub because_by: Option<Origin>,
    /// The day whose knowledge it is tested with, where that is later than the scenario's.
    pub known: Option<Date>,
}

/// What is computed, and what it is held against.
#[derive(Clone, Debug)]
pub enum Test {
    /// Two numbers, which may be this far apart, as a share.
    Number(Option<Quantity>, Expr, f64),
    /// Two days, which may be this many days apart.
    Date(Option<Date>, Day, i64),
    /// Two texts.
    Text(Option<String>, Words),
    /// A place, and a ranking.
    Rank(Option<usize>, Rank),
}

/// A day that is computed.
#[derive(Clone, Debug)]
pub enum Day {
    /// As written.
    Literal(Date),
    /// A date of a row.
    Input(InputId),
    /// A figure that is a date.
    Figure(String),
}

/// A text that is computed.
#[derive(Clone, Debug)]
pub enum Words {
    /// The day of the week.
    Weekday(Day),
    /// A field of a row, and what it says.
    Field(RowId, String, String),
}

/// Who stands where, the largest first.
#[derive(Clone, Debug)]
pub enum Rank {
    /// A row among rows: their names and values, where they are known, and which of them it is.
    Rows(Vec<(String, Option<InputId>)>, usize),
    /// A figure among all that fit a pattern with one `*`.
    Figures(String, String),
}

impl Rank {
    /// Whether a figure is one of those that are ranked: `*` stands for one part of an id.
    pub fn fits(pattern: &str, id: &str) -> bool {
        let Some((before, after)) = pattern.split_once('*') else { return false };
        let middle = id.strip_prefix(before).and_then(|it| it.strip_suffix(after));
        middle.is_some_and(|it| !it.is_empty() && !it.contains('.'))
    }
}

impl Reader<'_> {
    pub(super) fn claims(&mut self) -> Vec<Claim> {
        let noun = schema::noun("claim").expect("claims are in the schema");
        let rows = self.listed("claim", noun);
        let (mut ids, mut numbers) = (Vec::new(), Vec::new());
        let mut claims = Vec::new();
        for id in rows {
            let row = self.rows[id.0].clone();
            let name = row.text("id").unwrap_or_default().to_owned();
            if ids.contains(&name) {
                self.report.id_twice(row.at("id"), &name);
            }
            ids.push(name);
            if let Some(n) = row.whole("n") {
                if numbers.contains(&n) {
                    self.report.number_twice(row.at("n"), n);
                }
                numbers.push(n);
            }
            claims.push(self.claim(id, &row));
        }
        claims
    }

    fn claim(&mut self, id: RowId, row: &Row) -> Claim {
        let said = row.input("known").map(|it| self.inputs.get(it).value);
        let known = match (said, self.as_of) {
            (Some(InputValue::Date(known)), Some(as_of)) => Some(known).filter(|it| *it > as_of),
            _ => None,
        };
        let as_of = self.as_of;
        self.as_of = known.or(as_of);
        let claim = Claim {
            row: id,
            test: self.tested(row),
            stated_by: self.tag_of(row, "stated"),
            because_by: self.tag_of(row, "because"),
            known,
        };
        self.as_of = as_of;
        claim
    }

    /// Who a text leans on; a statement has to say it.
    fn tag_of(&mut self, row: &Row, key: &str) -> Option<Origin> {
        let (_, tag) = split_tag(row.text(key)?);
        let asks = key == "stated" && row.cells.contains_key("computed");
        (asks || tag.is_some()).then(|| self.origin(tag, row.at(key), &Scope::default()))
    }

    fn tested(&mut self, row: &Row) -> Option<Test> {
        let name = row.text("id").unwrap_or_default();
        let has = |key: &str| row.cells.contains_key(key);
        let testable = has("stated") && has("computed");
        if !has("verdict") && !testable {
            self.report.claim_without_verdict(row.place, name);
        }
        if has("verdict") && row.text("because").is_none() {
            self.report.judgement_without_reason(row.place, name);
        }
        let (text, at) = (row.text("computed")?, row.at("computed"));
        match row.word("compare") {
            Some("date") => {
                let (within, stated) = (self.days_apart(row), self.stated_day(row));
                Some(Test::Date(stated, self.day(text, at)?, within))
            }
            Some("rank") => {
                self.no_tolerance(row);
                let stated = self.stated_place(row);
                Some(Test::Rank(stated, self.rank(text, at)?))
            }
            Some("text") => {
                self.no_tolerance(row);
                let stated = row.text("stated").map(|it| split_tag(it).0.to_owned());
                Some(Test::Text(stated, self.words(text, at)?))
            }
            _ => {
                let within =
                    row.text("within").map_or(0.0, |it| self.tolerance(it, row.at("within")));
                let computed = self.expression(text, at);
                let stated = self.stated_number(row);
                Some(Test::Number(stated, computed?, within))
            }
        }
    }

    // How far apart.

    fn tolerance(&mut self, text: &str, at: Place) -> f64 {
        match Quantity::parse(text) {
            Ok(it) if it.dim == Dim::NONE => to_f64(it.amount),
            Ok(it) => {
                self.report.wrong_dimension(at, text, &it.dim.to_string(), &Dim::NONE.to_string());
                0.0
            }
            Err(_) => {
                self.report.not_a_quantity(at, text, "a share");
                0.0
            }
        }
    }

    /// Whole days; the default, a share, is for numbers.
    fn days_apart(&mut self, row: &Row) -> i64 {
        let Some(text) = row.text("within").filter(|_| row.places.contains_key("within")) else {
            return 0;
        };
        let at = row.at("within");
        match Quantity::parse(text) {
            Ok(it) if it.dim == Dim::TIME => {
                (to_f64(it.amount) / Span::DAY.millis as f64).floor() as i64
            }
            Ok(it) => {
                self.report.wrong_dimension(at, text, &it.dim.to_string(), &Dim::TIME.to_string());
                0
            }
            Err(_) => {
                self.report.not_a_quantity(at, text, "a length of time: `3 days`");
                0
            }
        }
    }

    fn no_tolerance(&mut self, row: &Row) {
        if row.places.contains_key("within") {
            let word = row.word("compare").unwrap_or_default();
            self.report.nothing_within(row.at("within"), word);
        }
    }

    // What is stated.

    fn stated_number(&mut self, row: &Row) -> Option<Quantity> {
        let (body, _) = split_tag(row.text("stated")?);
        let number = Quantity::parse(body).ok();
        if number.is_none() {
            let wanted = "the value that the claim states";
            self.report.not_a_quantity(row.at("stated"), body, wanted);
        }
        number
    }

    fn stated_day(&mut self, row: &Row) -> Option<Date> {
        let (body, _) = split_tag(row.text("stated")?);
        let day = literal_day(body);
        if day.is_none() {
            self.report.not_a_date(row.at("stated"), body);
        }
        day
    }

    fn stated_place(&mut self, row: &Row) -> Option<usize> {
        let (body, _) = split_tag(row.text("stated")?);
        let place = body.parse().ok().filter(|it| *it > 0);
        if place.is_none() {
            self.report.not_a_place(row.at("stated"), body);
        }
        place
    }

    // What is computed.

    fn day(&mut self, text: &str, at: Place) -> Option<Day> {
        if let Some(day) = literal_day(text) {
            return Some(Day::Literal(day));
        }
        match self.field_of(text, at)? {
            Some((row, key)) => match self.rows[row.0].cells.get(key.as_str()) {
                Some(Cell::Date(id)) => Some(Day::Input(*id)),
                _ => {
                    self.report.no_day(at, text);
                    None
                }
            },
            None if text.contains(['.', '_']) && !text.contains(' ') => {
                Some(Day::Figure(text.to_owned()))
            }
            None => {
                self.report.no_day(at, text);
                None
            }
        }
    }

    fn words(&mut self, text: &str, at: Place) -> Option<Words> {
        if let Some(day) = call("weekday", text) {
            return self.day(day, at).map(Words::Weekday);
        }
        let found = self.field_of(text, at)?;
        let said = found.as_ref().and_then(|(row, key)| {
            match self.rows[row.0].cells.get(key.as_str())? {
                Cell::Text(it) => Some(split_tag(it).0.to_owned()),
                Cell::Word(it, _) => Some((*it).to_owned()),
                Cell::Name(row, _) => Some(self.rows[row.0].name.clone()),
                _ => None,
            }
        });
        match (found, said) {
            (Some((row, key)), Some(said)) => Some(Words::Field(row, key, said)),
            _ => {
                self.report.no_text(at, text);
                None
            }
        }
    }

    /// The row and field behind `catalogue:commitment/openai-aws.announced` or `deal.aws.start`;
    /// `Some(None)` where it names no row of the file. What is wrong with a reference is told here.
    #[expect(clippy::option_option, reason = "wrong, not a row, a row")]
    fn field_of(&mut self, text: &str, at: Place) -> Option<Option<(RowId, String)>> {
        if let Some(reference) = text.strip_prefix("catalogue:") {
            let (kind, name, key) = self.reference(reference, text, at)?;
            let row = self.catalogue_row(kind.name, &name, at)?;
            let key = key.or(kind.main.map(str::to_owned)).unwrap_or_default();
            return Some(Some((row, key)));
        }
        let behind = |row: &Row| {
            let key = text.strip_prefix(row.path.as_str())?.strip_prefix('.')?;
            row.noun.fields.iter().any(|it| it.key == key).then(|| key.to_owned())
        };
        let mut rows = self.rows.iter().enumerate().filter(|it| !it.1.path.is_empty());
        Some(rows.find_map(|(i, row)| Some((RowId(i), behind(row)?))))
    }

    fn rank(&mut self, text: &str, at: Place) -> Option<Rank> {
        let parts = call("rank", text).and_then(|it| it.split_once(" among "));
        let Some((subject, among)) = parts.map(|(a, b)| (a.trim(), b.trim())) else {
            self.report.rank_broken(at, text, "it is not `rank(ONE among OTHERS)`");
            return None;
        };
        match subject.strip_prefix("catalogue:") {
            Some(reference) => {
                let (kind, name, key) = self.reference(reference, subject, at)?;
                let key = key.or(kind.main.map(str::to_owned)).unwrap_or_default();
                let among = self.conditions(kind, among, text, at)?;
                self.rank_of_rows(kind, (&name, &key), &among, (text, at))
            }
            None if Rank::fits(among, subject) => {
                Some(Rank::Figures(subject.to_owned(), among.to_owned()))
            }
            None => {
                let why = format!("`{subject}` is not among `{among}`");
                self.report.rank_broken(at, text, &why);
                None
            }
        }
    }

    /// `layer = rent, buyer = openai`, or `all`.
    fn conditions<'t>(
        &mut self,
        kind: &'static Noun,
        among: &'t str,
        text: &str,
        at: Place,
    ) -> Option<Vec<(&'t str, &'t str)>> {
        if among == "all" {
            return Some(Vec::new());
        }
        let mut all = Vec::new();
        for part in among.split(',') {
            let Some((key, value)) = part.split_once('=') else {
                let why = format!("`{}` is no condition; write `field = word`", part.trim());
                self.report.rank_broken(at, text, &why);
                return None;
            };
            let (key, value) = (key.trim(), value.trim());
            if kind.fields.iter().all(|it| it.key != key) {
                let keys = kind.fields.iter().map(|it| it.key);
                self.report.unknown_field(at, kind.name, key, keys);
                return None;
            }
            all.push((key, value));
        }
        Some(all)
    }

    /// The rows that meet all conditions and were known by then.
    fn rank_of_rows(
        &mut self,
        kind: &'static Noun,
        (subject, key): (&str, &str),
        among: &[(&str, &str)],
        (text, at): (&str, Place),
    ) -> Option<Rank> {
        let (library, table) = (self.library, library::table_of(kind.name));
        let row = self.catalogue_row(kind.name, subject, at)?;
        let Some(dim) = self.number_of(row, key).map(|it| it.1) else {
            self.report.no_such_catalogue_value(at, text, kind);
            return None;
        };
        if self.is_later(library.row(table, subject).and_then(|it| it.get("as_of"))) {
            // Told when it was read.
            return None;
        }
        let mut all = Vec::new();
        for name in library.names(table) {
            let Some(node) = library.row(table, name) else { continue };
            let said = |key: &str| node.get(key).and_then(|it| it.text()).map(|it| split_tag(it).0);
            let meets = among.iter().all(|(key, value)| said(key) == Some(*value));
            if !meets || self.is_later(node.get("as_of")) {
                continue;
            }
            let Some(row) = self.catalogue_row(kind.name, name, at) else { continue };
            match self.number_of(row, key) {
                Some((id, its)) if its == dim => all.push((name.to_owned(), Some(id))),
                Some(_) => {}
                None => all.push((name.to_owned(), None)),
            }
        }
        match all.iter().position(|it| it.0 == subject) {
            Some(nth) => Some(Rank::Rows(all, nth)),
            None => {
                let why = format!("`{subject}` is not among them");
                self.report.rank_broken(at, text, &why);
                None
            }
        }
    }

    fn number_of(&self, row: RowId, key: &str) -> Option<(InputId, Dim)> {
        let id = self.rows[row.0].value(key)?;
        match self.inputs.get(id).value {
            InputValue::Number { dim, .. } => Some((id, dim)),
            _ => None,
        }
    }
}

/// What stands between the parentheses of `weekday(...)`.
fn call<'t>(name: &str, text: &'t str) -> Option<&'t str> {
    let inner = text.trim().strip_prefix(name)?.trim_start().strip_prefix('(')?;
    inner.strip_suffix(')').map(str::trim)
}

fn literal_day(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|it| (1970..2200).contains(&it.year()))
}
