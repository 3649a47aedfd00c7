//! A network as tables: who owes whom; what each party has; who owns whom.

use offtake::scenario::{Files, Item, Line, Sheet};
use offtake::units::{Dim, Exact, Money, Quantity};

use super::draft::{Draft, Held, Name, Owes};
use crate::amount::Amounts;
use crate::faults::{Faults, item};

/// Ranks are few.
const RANKS: usize = 100;

/// Reads obligations, parties and, where there is a third file, stakes.
pub fn read(files: &Files, of_stakes: bool, faults: &mut Faults, amounts: &mut Amounts) -> Draft {
    let mut draft = Draft::default();
    let debts = Sheet::of(files, 0);
    each(
        debts,
        &["from", "to", "amount", "rank", "currency", "note"],
        3,
        faults,
        |line, faults| {
            let from = name(line("from"));
            let to = name(line("to"));
            if let Some(it) = line("currency") {
                amounts.currency(it.text, it.place, faults);
            }
            let amount = line("amount").and_then(|it| amounts.read(it.text, it.place, faults));
            let rank = line("rank").map_or(Some(0), |it| rank(it, faults));
            draft.debts.push(Owes::of(from, to, amount, rank));
        },
    );
    each(Sheet::of(files, 1), &["party", "assets", "note"], 2, faults, |line, faults| {
        let party = name(line("party"));
        let assets = line("assets").and_then(|it| amounts.read(it.text, it.place, faults));
        draft.parties.extend(party.map(|it| (it, assets.unwrap_or(Money::ZERO))));
    });
    if of_stakes {
        each(Sheet::of(files, 2), &["of", "holder", "share", "note"], 3, faults, |line, faults| {
            let (of, holder) = (name(line("of")), name(line("holder")));
            if let (Some(of), Some(holder), Some(it)) = (of, holder, line("share")) {
                let share = share(it, faults).unwrap_or_default();
                draft.stakes.push(Held { of, holder, share, at: it.place });
            }
        });
    }
    amounts.warn(debts.whole(), faults);
    draft
}

/// Hands over every line of a sheet that has all it needs.
fn each<'a>(
    sheet: Sheet<'a>,
    known: &[&'static str],
    needed: usize,
    faults: &mut Faults,
    mut take: impl FnMut(&dyn Fn(&str) -> Option<Item<'a>>, &mut Faults),
) {
    let Some((columns, lines)) = faults.columns(sheet, known, needed) else { return };
    for line in lines.collect::<Vec<Line<'a>>>() {
        if !faults.is_full(&line, &columns) {
            continue;
        }
        let empty = known[..needed].iter().filter(|it| item(&line, &columns, it).is_none());
        for it in empty {
            let told = match *it {
                "to" => "this is owed to nobody".to_owned(),
                "from" => "nobody owes this".to_owned(),
                other => format!("`{other}` is missing in this line"),
            };
            faults.mistake(line.place, told, None);
        }
        take(&|name| item(&line, &columns, name), faults);
    }
}

fn name(it: Option<Item<'_>>) -> Option<Name> {
    it.map(|it| Name { text: it.text.to_owned(), at: it.place })
}

/// Which debts are paid first.
pub fn rank(it: Item<'_>, faults: &mut Faults) -> Option<usize> {
    let rank = it.text.parse().ok().filter(|it| *it < RANKS);
    if rank.is_none() {
        let help = "a whole number from 0, which is paid first, to 99".to_owned();
        faults.mistake(it.place, format!("`{}` is no rank", it.text), Some(help));
    }
    rank
}

/// A part of the whole, such as `27 %`.
pub fn share(it: Item<'_>, faults: &mut Faults) -> Option<Exact> {
    let read = Quantity::parse(it.text).ok().filter(|it| it.dim == Dim::NONE);
    let range = Exact::from_integer(0)..=Exact::from_integer(1);
    let share = read.map(|it| it.amount).filter(|it| range.contains(it));
    if share.is_none() {
        let help = "write it like 27 %, from 0 % to 100 %".to_owned();
        faults.mistake(it.place, format!("`{}` is no share", it.text), Some(help));
    }
    share
}
