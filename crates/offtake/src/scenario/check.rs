//! From a draft to a scenario in which everything is true: names resolve, units agree, dates are
//! in order. Past this door no function returns an error about input.

use std::collections::BTreeMap;

use super::claims::Claim;
use super::draft::{Actual, Draft};
use super::expr::{Comparison, Expr};
use super::inputs::{InputValue, Inputs};
use super::library;
use super::place::{Files, Place};
use super::read::{Reader, Scope};
use super::report::{Diagnostic, Report};
use super::row::{Row, RowId};
use super::schema::{self, Noun};
use super::ties::{Group, Ties};
use super::tree::{Node, Value};
use crate::time::{Date, Instant};

/// A scenario whose names resolve, whose units agree and whose dates are in order.
///
/// Only [`check`] makes one, so the engine never asks again.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The texts it was made of.
    pub files: Files,
    /// The variant that was laid over the file.
    pub variant: Option<String>,
    /// The file's own fields: name, horizon, seed.
    pub head: RowId,
    /// The day whose knowledge is used.
    pub as_of: Date,
    /// The first moment that is played.
    pub from: Instant,
    /// The first moment that is no longer played.
    pub to: Instant,
    /// Chooses the luck.
    pub seed: u64,
    /// Every value it is played with.
    pub inputs: Inputs,
    /// Which ranges hang together.
    pub groups: Vec<Group>,
    /// Every table that was read, catalogue rows included.
    pub rows: Vec<Row>,
    /// The nouns, in the order of the file.
    pub parties: Vec<RowId>,
    /// Deals that a fleet delivers.
    pub deals: Vec<RowId>,
    /// Deals whose machines are not told.
    pub pledges: Vec<RowId>,
    /// Deals that were not known at `as_of` or no longer stood, and what hangs on them.
    pub left_out: Vec<RowId>,
    /// Sites.
    pub sites: Vec<RowId>,
    /// Fleets.
    pub fleets: Vec<RowId>,
    /// Workloads.
    pub works: Vec<RowId>,
    /// What is built to deliver deals.
    pub plants: Vec<RowId>,
    /// Money that is lent.
    pub debts: Vec<RowId>,
    /// Sentences to test.
    pub claims: Vec<Claim>,
    /// What must be true of the outcome.
    pub expects: Vec<Expect>,
    /// What came, and replaced a forecast.
    pub actuals: Vec<Actual>,
    /// The home that energy is compared with.
    pub home: Option<RowId>,
    /// What is worth knowing and does not stop the play.
    pub warnings: Vec<Diagnostic>,
}

/// What must be true of the outcome.
#[derive(Clone, Debug)]
pub struct Expect {
    /// As written.
    pub text: String,
    /// Left side.
    pub left: Expr,
    /// How the sides compare.
    pub comparison: Comparison,
    /// Right side.
    pub right: Expr,
    /// Where it stands.
    pub place: Place,
}

impl Scenario {
    /// A row by its number.
    pub fn row(&self, id: RowId) -> &Row {
        &self.rows[id.0]
    }

    /// Deals, then pledges: a deal's number among them is its own.
    pub fn contracts(&self) -> impl Iterator<Item = RowId> + '_ {
        self.deals.iter().chain(&self.pledges).copied()
    }

    /// The scenario's own name.
    pub fn name(&self) -> &str {
        self.row(self.head).text("name").unwrap_or_default()
    }
}

impl Scenario {
    /// Takes out the deals that were not public at `as_of` or were called off by then, the fleets
    /// that only they deliver and the work on those; and sets apart the deals without a fleet.
    fn leave_out_what_does_not_stand(&mut self) {
        let day = |id: RowId, key: &str| day(self.row(id), &self.inputs, key);
        let stands = |id: &RowId| {
            day(*id, "announced").is_none_or(|it| it <= self.as_of)
                && day(*id, "withdrawn").is_none_or(|it| it > self.as_of)
        };
        let (stand, gone): (Vec<_>, Vec<_>) = self.deals.iter().copied().partition(stands);
        let of = |deal: &RowId| self.row(*deal).target("deliver.fleet");
        let fleets_gone: Vec<RowId> = gone
            .iter()
            .filter_map(of)
            .filter(|it| !stand.iter().any(|d| of(d) == Some(*it)))
            .collect();
        let on_gone = |work: &RowId| {
            self.row(*work).target("fleet").is_some_and(|it| fleets_gone.contains(&it))
        };
        let (works_gone, works): (Vec<_>, Vec<_>) = self.works.iter().copied().partition(on_gone);
        let of_gone = |row: &RowId, key: &str| {
            self.row(*row).target(key).is_some_and(|it| gone.contains(&it))
        };
        let split = |all: &[RowId], key: &str| -> (Vec<RowId>, Vec<RowId>) {
            all.iter().partition(|it| of_gone(it, key))
        };
        let (plants_gone, plants) = split(&self.plants, "deal");
        let (debts_gone, debts) = split(&self.debts, "secures");
        let is_pledge = |it: &RowId| self.row(*it).noun.name == "pledge";
        let (pledges, deals) = stand.into_iter().partition(is_pledge);
        self.fleets.retain(|it| !fleets_gone.contains(it));
        self.left_out = [gone, fleets_gone, works_gone, plants_gone, debts_gone].concat();
        (self.deals, self.pledges, self.works) = (deals, pledges, works);
        (self.plants, self.debts) = (plants, debts);
    }
}

/// Checks a draft and reports every problem at once.
pub fn check(draft: &Draft, report: &mut Report) -> Option<Scenario> {
    report.variant.clone_from(&draft.variant);
    let (root, actuals) = draft.with_actuals(report);
    let mut reader = Reader {
        library: &draft.library,
        files: &draft.files,
        sheets: &draft.sheets,
        root: &root,
        report,
        as_of: root.get("as_of").and_then(Node::date),
        inputs: Inputs::default(),
        rows: Vec::new(),
        known: BTreeMap::new(),
        ties: Ties::default(),
    };
    reader.unknown_tables();
    let head = reader.head();
    let parties = reader.nouns("party");
    let sites = reader.nouns("site");
    let fleets = reader.nouns("fleet");
    let deals = reader.deals();
    let works = reader.works();
    let plants = reader.nouns("plant");
    let debts = reader.nouns("debt");
    let claims = reader.claims();
    let expects = reader.expects();
    reader.listed("actual", schema::noun("actual").expect("actuals are in the schema"));
    reader.unread_rows();
    let home = reader.home();
    reader.correlations();
    if fleets.is_empty() && deals.is_empty() {
        reader.report.nothing_to_play(root.place);
    }
    let Reader { inputs, rows, ties, .. } = reader;
    let (as_of, [from, to]) = days(&rows[head.0], &inputs, report);
    let seed = seed(&rows[head.0], report);
    let mut scenario = Scenario {
        files: draft.files.clone(),
        variant: draft.variant.clone(),
        head,
        as_of,
        from,
        to,
        seed,
        inputs,
        groups: Vec::new(),
        rows,
        parties,
        deals,
        pledges: Vec::new(),
        left_out: Vec::new(),
        sites,
        fleets,
        works,
        plants,
        debts,
        claims,
        expects,
        actuals,
        home,
        warnings: Vec::new(),
    };
    scenario.leave_out_what_does_not_stand();
    scenario.groups = ties.groups(&scenario, report);
    super::order::check(&scenario, report);
    report.is_clean().then_some(scenario)
}

/// What only a fleet's hours give a meaning: a deal with any of these has a fleet.
pub(super) const OF_A_FLEET: [&str; 15] = [
    "price",
    "revenue",
    "price_steps",
    "kind",
    "take",
    "true_up",
    "make_up",
    "overage",
    "prepay",
    "on_late",
    "uptime",
    "swap",
    "expand",
    "renew",
    "market",
];

/// The day whose knowledge is used, and the first moments played and no longer played. A day that
/// did not read is in the report: what stands in its place is never played.
fn days(head: &Row, inputs: &Inputs, report: &mut Report) -> (Date, [Instant; 2]) {
    let date = |key: &str| day(head, inputs, key);
    let (as_of, from, to) = (date("as_of"), date("horizon.from"), date("horizon.to"));
    if let (Some(from), Some(to)) = (from, to) {
        horizon_is_sound(head, from, to, report);
    }
    let moment = |day: Option<Date>| Instant::start_of(day.unwrap_or_default());
    (as_of.unwrap_or(Date::MAX), [from, to].map(moment))
}

fn day(row: &Row, inputs: &Inputs, key: &str) -> Option<Date> {
    match inputs.get(row.input(key)?).value {
        InputValue::Date(date) => Some(date),
        _ => None,
    }
}

fn seed(head: &Row, report: &mut Report) -> u64 {
    let seed = head.whole("seed").unwrap_or(1);
    u64::try_from(seed).unwrap_or_else(|_| {
        report.wrong_seed(head.at("seed"), seed);
        0
    })
}

fn horizon_is_sound(head: &Row, from: Date, to: Date, report: &mut Report) {
    let years = i64::from(to.year()) - i64::from(from.year());
    if to <= from {
        report.horizon_ends_before_it_begins(head.at("horizon.to"), from, to);
    } else if years > 60 {
        report.horizon_too_long(head.at("horizon.to"), years);
    }
}

impl Reader<'_> {
    fn unknown_tables(&mut self) {
        for (key, node) in self.root.entries() {
            let is_field =
                |it: &&schema::Field| it.key.split('.').next() == Some(key.name.as_str());
            let known = schema::TOP_TABLES.contains(&key.name.as_str())
                || schema::SCENARIO.fields.iter().any(|it| is_field(&it));
            if !known {
                let fields = schema::SCENARIO.fields.iter().map(|it| it.key);
                let all: Vec<_> = schema::TOP_TABLES.iter().copied().chain(fields).collect();
                self.report.unknown_table(key.place, &key.name, &all);
            }
            let lists = schema::LISTS.contains(&key.name.as_str());
            let wants =
                if lists { format!("a list: [[{}]]", key.name) } else { "a table".to_owned() };
            let right =
                matches!((&node.value, lists), (Value::List(_), true) | (Value::Table(_), false));
            if schema::TOP_TABLES.contains(&key.name.as_str()) && !right {
                self.report.wrong_type(node.place, &key.name, node.kind(), &wants);
            }
        }
    }

    fn head(&mut self) -> RowId {
        let mut own = self.root.clone();
        if let Value::Table(entries) = &mut own.value {
            let is_field = |name: &str| {
                schema::SCENARIO.fields.iter().any(|it| it.key.split('.').next() == Some(name))
            };
            entries.retain(|(key, _)| is_field(&key.name));
        }
        let place = own.entries().first().map_or(own.place, |(key, _)| key.place);
        let id = self.row(&schema::SCENARIO, "", "", place, &own, &Scope::default());
        let row = &self.rows[id.0];
        if row.whole("offtake").is_some_and(|it| it != 1) {
            let at = row.at("offtake");
            self.report.wrong_version(at);
        }
        id
    }

    /// All tables of a kind, in the order of the file.
    fn nouns(&mut self, kind: &'static str) -> Vec<RowId> {
        let root = self.root;
        let rows = root.get(kind).map_or(&[][..], Node::entries);
        rows.iter().filter_map(|(key, _)| self.name(kind, &key.name, key.place)).collect()
    }

    /// Deals of both sorts: one without a fleet is told by its calendar alone, unless it says what
    /// only a fleet's hours give a meaning.
    fn deals(&mut self) -> Vec<RowId> {
        let root = self.root;
        let rows = root.get("deal").map_or(&[][..], Node::entries);
        let mut all = Vec::new();
        let as_of = self.as_of;
        for (key, node) in rows {
            let announced = node.get("announced").and_then(Node::date);
            // What is not public yet is left out of the story, and may cite what is later, too.
            self.as_of = if announced > as_of { None } else { as_of };
            let has_fleet = node.get("deliver").is_some_and(|it| it.get("fleet").is_some());
            if has_fleet || OF_A_FLEET.iter().any(|it| node.get(it).is_some()) {
                all.extend(self.name("deal", &key.name, key.place));
            } else {
                let path = format!("deal.{}", key.name);
                let scope = Scope::default();
                let id = self.row(&schema::PLEDGE, &key.name, &path, key.place, node, &scope);
                // Whoever names a deal finds it, whichever sort it is.
                self.known.insert(path, Some(id));
                all.push(id);
            }
        }
        self.as_of = as_of;
        all
    }

    fn works(&mut self) -> Vec<RowId> {
        let root = self.root;
        let rows = root.get("workload").map_or(&[][..], Node::entries);
        let mut all = Vec::new();
        for (key, node) in rows {
            let path = format!("workload.{}", key.name);
            let said =
                node.get("kind").and_then(Node::text).map(|it| super::values::split_tag(it).0);
            match (said, said.and_then(schema::workload)) {
                (_, Some(noun)) => {
                    all.push(self.row(noun, &key.name, &path, key.place, node, &Scope::default()));
                }
                (Some(word), None) => {
                    let at = node.get("kind").map_or(node.place, |it| it.place);
                    self.report.unknown_word(
                        at,
                        &format!("{path}.kind"),
                        word,
                        &["training", "service", "jobs"],
                    );
                }
                (None, _) => {
                    self.report.missing_field(key.place, &path, "kind", "training, service or jobs")
                }
            }
        }
        all
    }

    /// Rows that nothing refers to, variants and sources are read too: a slip in them is a slip.
    fn unread_rows(&mut self) {
        let root = self.root;
        for (key, node) in root.entries() {
            let kind = match key.name.as_str() {
                "variant" | "sources" => schema::noun(&key.name),
                "party" => None,
                table => library::kind(table),
            };
            let Some(kind) = kind else { continue };
            for (name, row) in node.entries() {
                if matches!(kind.name, "variant" | "sources") {
                    let path = format!("{}.{}", key.name, name.name);
                    self.row(kind, &name.name, &path, name.place, row, &Scope::default());
                } else {
                    self.name(kind.name, &name.name, name.place);
                }
            }
        }
    }

    /// The home that energy is compared with, where it was known by then.
    fn home(&mut self) -> Option<RowId> {
        let said = self.library.row("home", "us")?.get("as_of").map(|it| &it.value);
        match (said, self.as_of) {
            (Some(Value::Date(known)), Some(as_of)) if *known > as_of => None,
            _ => self.catalogue_row("home", "us", Place::default()),
        }
    }

    pub(super) fn listed(&mut self, table: &'static str, noun: &'static Noun) -> Vec<RowId> {
        let root = self.root;
        let Some(Node { value: Value::List(all), .. }) = root.get(table) else { return Vec::new() };
        let read = |(i, node): (usize, &Node)| {
            let name = (i + 1).to_string();
            self.row(noun, &name, &format!("{table}.{name}"), node.place, node, &Scope::default())
        };
        all.iter().enumerate().map(read).collect()
    }

    fn expects(&mut self) -> Vec<Expect> {
        let noun = schema::noun("expect").expect("expects are in the schema");
        let rows = self.listed("expect", noun);
        let mut all = Vec::new();
        for id in rows {
            let row = self.rows[id.0].clone();
            let (Some(text), place) = (row.text("that"), row.at("that")) else { continue };
            if let Some((left, comparison, right)) = self.comparison(text, place) {
                all.push(Expect { text: text.to_owned(), left, comparison, right, place });
            }
        }
        all
    }
}

/// Reads every row of the catalogue as a user's file is read; what is wrong goes to the report.
pub fn check_catalogue(draft: &Draft, report: &mut Report) -> (Inputs, Vec<Row>) {
    let mut reader = Reader {
        library: &draft.library,
        files: &draft.files,
        sheets: &draft.sheets,
        root: &draft.root,
        report,
        as_of: None,
        inputs: Inputs::default(),
        rows: Vec::new(),
        known: BTreeMap::new(),
        ties: Ties::default(),
    };
    for (table, place) in draft.library.tables() {
        match library::kind(table) {
            Some(kind) => {
                for name in draft.library.names(table) {
                    reader.catalogue_row(kind.name, name, place);
                }
            }
            None if matches!(table, "source" | "default") => {}
            None => reader.report.unknown_table(place, table, schema::TOP_TABLES),
        }
    }
    (reader.inputs, reader.rows)
}
