//! A network as one TOML file:
//!
//! ```toml
//! keeps = { assets = "60 %", claims = "80 %" }   # of what a party has, in default; all of it if not said
//!
//! [party.buyer]
//! assets = "61.5 bn USD"
//! stakes = { maker = "10 %" }                    # who holds which share of it
//!
//! [party.maker]
//! assets = "40 bn USD"
//!
//! [[owes]]
//! from   = "buyer"
//! to     = "maker"
//! amount = "60 bn USD"
//! rank   = 1                                     # 0, which is paid first, if not said
//! ```

use std::ops::Range;

use offtake::scenario::{Files, Item, Place, Sheet};
use offtake::units::{Money, nearest, to_f64};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::draft::{Draft, Held, Name, Owes};
use super::sheets::{rank, share};
use crate::amount::Amounts;
use crate::faults::Faults;

type Entry<'a> = Spanned<DeValue<'a>>;

/// Reads the file, and what a party keeps in default.
pub fn read(files: &Files, faults: &mut Faults, amounts: &mut Amounts) -> (Draft, (f64, f64)) {
    let sheet = Sheet::of(files, 0);
    let mut page = Page { text: sheet.text, faults, amounts, draft: Draft::default() };
    let (document, broken) = DeTable::parse_recoverable(sheet.text);
    for it in &broken {
        let at = place(it.span().unwrap_or_default());
        page.faults.mistake(at, format!("this is not TOML: {}", it.message().trim_end()), None);
    }
    let mut keeps = (1.0, 1.0);
    if broken.is_empty() {
        page.top(document.get_ref(), &mut keeps);
    }
    page.amounts.warn(sheet.whole(), page.faults);
    (page.draft, keeps)
}

fn place(span: Range<usize>) -> Place {
    Place { file: 0, start: span.start as u32, end: span.end as u32 }
}

struct Page<'a> {
    /// The file as written.
    text: &'a str,
    faults: &'a mut Faults,
    amounts: &'a mut Amounts,
    draft: Draft,
}

impl<'a> Page<'a> {
    fn top(&mut self, table: &DeTable<'_>, keeps: &mut (f64, f64)) {
        self.known(table, "this file", &["keeps", "party", "owes"]);
        if let Some(it) = table.get("keeps").and_then(|it| self.table(it)) {
            self.known(it, "`keeps`", &["assets", "claims"]);
            let mut part = |key: &str| match it.get(key) {
                Some(it) => share(self.item(it), self.faults).map_or(1.0, to_f64),
                None => 1.0,
            };
            *keeps = (part("assets"), part("claims"));
        }
        let parties = table.get("party").and_then(|it| self.table(it));
        let mut parties: Vec<_> = parties.into_iter().flatten().collect();
        // As they were written, and not by name.
        parties.sort_by_key(|it| it.0.span().start);
        for (name, it) in parties {
            let name = Name { text: name.get_ref().to_string(), at: place(name.span()) };
            self.party(name, it);
        }
        match table.get("owes").map(|it| (it, it.get_ref())) {
            Some((_, DeValue::Array(rows))) => rows.iter().for_each(|it| self.owes(it)),
            Some((it, _)) => self.wrong(it, "write [[owes]], once for each obligation"),
            None => {
                let at = Place::default();
                let help = "write [[owes]] with from, to and amount".to_owned();
                self.faults.mistake(at, "nobody owes anybody anything", Some(help));
            }
        }
    }

    fn party(&mut self, name: Name, it: &Entry<'_>) {
        let Some(table) = self.table(it) else { return };
        self.known(table, "a party", &["assets", "stakes", "note"]);
        let assets = table.get("assets").map(|it| self.money(it)).unwrap_or(Some(Money::ZERO));
        for (holder, it) in table.get("stakes").and_then(|it| self.table(it)).into_iter().flatten()
        {
            let holder = Name { text: holder.get_ref().to_string(), at: place(holder.span()) };
            let item = self.item(it);
            let share = share(item, self.faults).unwrap_or_default();
            self.draft.stakes.push(Held { of: name.clone(), holder, share, at: item.place });
        }
        self.draft.parties.push((name, assets.unwrap_or(Money::ZERO)));
    }

    fn owes(&mut self, row: &Entry<'_>) {
        let Some(table) = self.table(row) else { return };
        self.known(table, "an obligation", &["from", "to", "amount", "rank", "note"]);
        for key in ["from", "to", "amount"].iter().filter(|it| table.get(**it).is_none()) {
            let told = match *key {
                "to" => "this is owed to nobody",
                "from" => "nobody owes this",
                _ => "it is not said how much is owed",
            };
            self.faults.mistake(place(row.span()), told, Some(format!("add `{key}`")));
        }
        let name = |key: &str| {
            let item = self.item(table.get(key)?);
            Some(Name { text: item.text.to_owned(), at: item.place })
        };
        let (from, to) = (name("from"), name("to"));
        let amount = table.get("amount").and_then(|it| self.money(it));
        let rank = table.get("rank").map_or(Some(0), |it| rank(self.item(it), self.faults));
        self.draft.debts.push(Owes::of(from, to, amount, rank));
    }

    fn money(&mut self, it: &Entry<'_>) -> Option<Money> {
        let item = self.item(it);
        self.amounts.read(item.text, item.place, self.faults)
    }

    /// A text, or a number as it is written.
    fn item<'b>(&self, it: &'b Entry<'_>) -> Item<'b>
    where
        'a: 'b,
    {
        let text = match it.get_ref() {
            DeValue::String(text) => text.as_ref(),
            _ => &self.text[it.span()],
        };
        Item { text, place: place(it.span()) }
    }

    fn table<'b, 'c>(&mut self, it: &'b Entry<'c>) -> Option<&'b DeTable<'c>> {
        let table = it.get_ref().as_table();
        if table.is_none() {
            self.wrong(it, "a table is wanted here, such as { maker = \"10 %\" }");
        }
        table
    }

    fn wrong(&mut self, it: &Entry<'_>, help: &str) {
        let told = format!("this is {}", it.get_ref().type_str());
        self.faults.mistake(place(it.span()), told, Some(help.to_owned()));
    }

    fn known(&mut self, table: &DeTable<'_>, what: &str, known: &[&str]) {
        for key in table.keys().filter(|it| !known.contains(&it.get_ref().as_ref())) {
            let near = nearest(key.get_ref(), known.iter().copied());
            let help = near.map_or(format!("there are {}", known.join(", ")), |it| {
                format!("did you mean `{it}`?")
            });
            let told = format!("{what} has no `{}`", key.get_ref());
            self.faults.mistake(place(key.span()), told, Some(help));
        }
    }
}
