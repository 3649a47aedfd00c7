//! Who pays whom when some cannot? Clearing of a network of obligations, wave by wave.

mod draft;
mod file;
mod sheets;

use std::path::{Path, PathBuf};

use clap::Args;
use offtake::finance::{Cleared, Network};
use offtake::scenario::Files;
use offtake::units::Money;
use serde_json::{Value, json};

use crate::amount::{Amounts, share, shown};
use crate::diagnose::counted;
use crate::exit::{Exit, Stop};
use crate::faults::Faults;
use crate::input;
use crate::out;
use crate::paint::Looks;
use crate::table::{Fit, table};
use draft::Draft;

/// Who pays whom when some cannot: clearing of obligations.
#[derive(Args)]
pub struct ClearArgs {
    /// A network in TOML, or a table `from,to,amount[,rank]` together with --assets. `-` is stdin.
    network: PathBuf,
    /// A table `party,assets`: every party, and what it has.
    #[arg(long, value_name = "FILE")]
    assets: Option<PathBuf>,
    /// A table `of,holder,share`: who owns whom.
    #[arg(long, value_name = "FILE", requires = "assets")]
    stakes: Option<PathBuf>,
    /// What a party in default keeps of its assets and of its claims, such as "60 %,80 %".
    #[arg(long, value_name = "ASSETS,CLAIMS")]
    keeps: Option<String>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// A network, read and cleared.
struct Story {
    name: String,
    parties: Vec<String>,
    network: Network,
    /// By debt, in whole micro-units.
    owed: Vec<Money>,
    paid: Vec<Money>,
    cleared: Cleared,
    amounts: Amounts,
    faults: Faults,
}

/// Reads, clears and tells.
pub fn clear(args: &ClearArgs) -> Result<Exit, Stop> {
    let (mut amounts, mut faults, mut files) =
        (Amounts::default(), Faults::default(), Files::default());
    let mut name = None;
    for path in
        [Some(&args.network), args.assets.as_ref(), args.stakes.as_ref()].into_iter().flatten()
    {
        let input = input::table(path)?;
        files.add(&input.name, &input.text);
        name.get_or_insert(input.name);
    }
    let name = name.expect("the network is there");
    let said = args.keeps.as_deref().map(keeps).transpose()?;
    let (draft, keeps) = read(args, &files, said, &mut faults, &mut amounts)?;
    let network = draft.network(keeps, &mut faults);
    faults.tell(&name, &files)?;
    let cleared = network.clear();
    let owed: Vec<Money> = draft.debts.iter().map(|it| it.amount).collect();
    let paid = cleared.payments(&network, &owed);
    let parties = draft.parties.into_iter().map(|it| it.0.text).collect();
    let story = Story { name, parties, network, owed, paid, cleared, amounts, faults };
    if args.json {
        out::print_json(&story.document())
    } else {
        out::show(&story.page(), Looks::Chapters)
    }
}

fn read(
    args: &ClearArgs,
    files: &Files,
    said: Option<(f64, f64)>,
    faults: &mut Faults,
    amounts: &mut Amounts,
) -> Result<(Draft, (f64, f64)), Stop> {
    if args.assets.is_some() {
        let draft = sheets::read(files, args.stakes.is_some(), faults, amounts);
        return Ok((draft, said.unwrap_or((1.0, 1.0))));
    }
    let path: &Path = &args.network;
    if path.extension().is_some_and(|it| it == "csv") {
        return Err(Stop::wrong(
            "a table of obligations does not say who has what: say --assets FILE",
        ));
    }
    let (draft, keeps) = file::read(files, faults, amounts);
    Ok((draft, said.unwrap_or(keeps)))
}

fn keeps(text: &str) -> Result<(f64, f64), Stop> {
    let Some((assets, claims)) = text.split_once(',') else {
        return Err(Stop::wrong("--keeps: say two shares, such as \"60 %,80 %\""));
    };
    Ok((share("keeps", assets, 0.0, 1.0)?, share("keeps", claims, 0.0, 1.0)?))
}

/// What a party owes or is owed, and what of it is paid.
#[derive(Clone, Copy, Default)]
struct Sums {
    owed: Money,
    paid: Money,
}

impl Sums {
    fn missing(self) -> Money {
        self.owed - self.paid
    }

    /// The part that is paid, where something is owed.
    fn share(self) -> Option<f64> {
        (self.owed > Money::ZERO).then(|| self.paid.dollars() / self.owed.dollars())
    }
}

impl Story {
    /// By party: what it owes, and what it is owed.
    fn sums(&self) -> (Vec<Sums>, Vec<Sums>) {
        let (mut owes, mut claims) = (vec![Sums::default(); self.parties.len()], Vec::new());
        claims.clone_from(&owes);
        for (debt, (owed, paid)) in self.network.debts.iter().zip(self.owed.iter().zip(&self.paid))
        {
            for it in [&mut owes[debt.from], &mut claims[debt.to]] {
                *it = Sums { owed: it.owed + *owed, paid: it.paid + *paid };
            }
        }
        (owes, claims)
    }

    fn all(&self) -> Sums {
        let sum = |all: &[Money]| all.iter().fold(Money::ZERO, |sum, it| sum + *it);
        Sums { owed: sum(&self.owed), paid: sum(&self.paid) }
    }

    fn wave(&self, party: usize) -> Option<usize> {
        self.cleared.waves.iter().position(|it| it.contains(&party)).map(|it| it + 1)
    }

    // For programs.

    fn document(&self) -> Value {
        let (owes, claims) = self.sums();
        let party = |i: usize| {
            json!({
                "name": self.parties[i],
                "assets": self.network.assets[i],
                "owed": owes[i].owed.dollars(),
                "paid": owes[i].paid.dollars(),
                "shortfall": owes[i].missing().dollars(),
                "recovery": owes[i].share(),
                "claims": claims[i].owed.dollars(),
                "received": claims[i].paid.dollars(),
                "not_received": claims[i].missing().dollars(),
                "equity": self.cleared.equity[i],
                "wave": self.wave(i),
            })
        };
        let payment = |i: usize| {
            let it = self.network.debts[i];
            json!({
                "from": self.parties[it.from],
                "to": self.parties[it.to],
                "rank": it.rank,
                "owed": self.owed[i].dollars(),
                "paid": self.paid[i].dollars(),
                "shortfall": (self.owed[i] - self.paid[i]).dollars(),
            })
        };
        let name = |it: &usize| self.parties[*it].as_str();
        let waves = self.cleared.waves.iter().map(|it| it.iter().map(name).collect::<Vec<_>>());
        json!({
            "name": self.name,
            "currency": self.amounts.name(),
            "owed": self.all().owed.dollars(),
            "paid": self.all().paid.dollars(),
            "shortfall": self.all().missing().dollars(),
            "waves": waves.collect::<Vec<_>>(),
            "settled": self.cleared.settled,
            "parties": (0..self.parties.len()).map(party).collect::<Vec<_>>(),
            "payments": (0..self.owed.len()).map(payment).collect::<Vec<_>>(),
            "rounded": self.amounts.rounded(),
            "warnings": self.faults.warnings(),
        })
    }

    // For people.

    fn page(&self) -> String {
        let all = self.all();
        let mut text = format!(
            "{}: {} owe {} in {}\n{}\n\n",
            self.name,
            counted_parties(self.parties.len()),
            self.money(all.owed),
            counted(self.owed.len(), "obligation"),
            self.headline(all),
        );
        text.push_str(&self.by_party());
        let missing = self.by_creditor();
        if !missing.is_empty() {
            let header = ["who is not paid", "by whom", "rank", "owed", "paid", "missing"];
            text.push_str(&format!("\n{}", table(&header, &missing, 0, Fit::Cut, out::width())));
        }
        if !self.cleared.settled {
            text.push_str("\npayments did not come to stand still: the last digits may be off\n");
        }
        text
    }

    fn money(&self, it: Money) -> String {
        shown(it.dollars(), self.amounts.name())
    }

    fn headline(&self, all: Sums) -> String {
        let failed = self.cleared.waves.iter().flatten().count();
        if failed == 0 {
            return "everybody can pay".to_owned();
        }
        let waves = counted(self.cleared.waves.len(), "wave");
        let (missing, owed) = (self.money(all.missing()), self.money(all.owed));
        format!(
            "{} cannot pay, in {waves}; {missing} of {owed} are not paid",
            counted_parties(failed)
        )
    }

    /// Those in default first, by wave; then the others as they were written.
    fn by_party(&self) -> String {
        let (owes, claims) = self.sums();
        let mut order: Vec<usize> = (0..self.parties.len()).collect();
        order.sort_by_key(|it| self.wave(*it).unwrap_or(usize::MAX));
        let row = |i: &usize| {
            let share =
                owes[*i].share().map_or("-".to_owned(), |it| format!("{:.1} %", it * 100.0));
            vec![
                self.parties[*i].clone(),
                self.wave(*i).map_or("-".to_owned(), |it| it.to_string()),
                shown(self.network.assets[*i], self.amounts.name()),
                self.money(claims[*i].owed),
                self.money(claims[*i].paid),
                self.money(owes[*i].owed),
                self.money(owes[*i].paid),
                share,
                shown(self.cleared.equity[*i], self.amounts.name()),
            ]
        };
        let rows: Vec<Vec<String>> = order.iter().map(row).collect();
        let header =
            ["party", "wave", "has", "is owed", "receives", "owes", "pays", "share", "equity"];
        table(&header, &rows, 0, Fit::Cut, out::width())
    }

    /// What is not paid, by creditor; the largest first.
    fn by_creditor(&self) -> Vec<Vec<String>> {
        let missing = |it: usize| self.owed[it] - self.paid[it];
        let mut short: Vec<usize> =
            (0..self.owed.len()).filter(|it| missing(*it) > Money::ZERO).collect();
        let mut lost = vec![Money::ZERO; self.parties.len()];
        for it in &short {
            let to = self.network.debts[*it].to;
            lost[to] = lost[to] + missing(*it);
        }
        let creditor = |it: usize| self.network.debts[it].to;
        short.sort_by_key(|it| (-lost[creditor(*it)].micros, creditor(*it), -missing(*it).micros));
        let row = |it: &usize| {
            let debt = self.network.debts[*it];
            vec![
                self.parties[debt.to].clone(),
                self.parties[debt.from].clone(),
                debt.rank.to_string(),
                self.money(self.owed[*it]),
                self.money(self.paid[*it]),
                self.money(missing(*it)),
            ]
        };
        short.iter().map(row).collect()
    }
}

fn counted_parties(count: usize) -> String {
    if count == 1 { "1 party".to_owned() } else { format!("{count} parties") }
}
