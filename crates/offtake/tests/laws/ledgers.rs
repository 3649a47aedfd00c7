//! What holds of every ledger: it balances, and equal scenarios give equal bytes.

use offtake::engine;
use offtake::ledger::{Account, Unit, digest};
use proptest::prelude::*;

use crate::config;
use crate::story::{Story, any_mixed_story, any_story};
use crate::told::{Told, tell};

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn the_ledger_balances_and_nothing_stays_payable(story in any_mixed_story()) {
        let told = tell(&story);
        let ledger = &told.played.ledger;
        for unit in Unit::ALL {
            let accounts = || ledger.titles().iter().enumerate().filter(move |it| it.1.unit == unit);
            let sum: i128 = accounts().map(|(i, _)| ledger.balance(Account(i as u16))).sum();
            law!(told, sum == 0, "{unit:?} sums to {sum}");
            let months = ledger.months().count();
            let mut by_month = vec![0_i128; months];
            for (i, _) in accounts() {
                for (sum, (_, moved)) in by_month.iter_mut().zip(ledger.by_month(Account(i as u16))) {
                    *sum += moved;
                }
            }
            law!(told, by_month.iter().all(|it| *it == 0), "{unit:?} by month: {by_month:?}");
        }
        law!(told, ledger.is_balanced(), "is_balanced says no");
        // What is kept adds up to what is held.
        let mut sums = vec![0_i128; ledger.titles().len()];
        for it in ledger.movements() {
            law!(told, it.amount > 0, "a movement of {}", it.amount);
            sums[usize::from(it.from.0)] -= it.amount;
            sums[usize::from(it.to.0)] += it.amount;
        }
        for (i, sum) in sums.iter().enumerate() {
            let held = ledger.balance(Account(i as u16));
            law!(told, held == *sum, "{} holds {held}, moved {sum}", ledger.titles()[i].name);
        }
        let books = &told.played.books;
        let payable = books.deals.iter().map(|it| it.payable);
        for account in payable.chain(books.pledges.iter().map(|it| it.payable)) {
            let open = ledger.by_month(account);
            law!(told, open.iter().all(|it| it.1 == 0), "payable after a month: {open:?}");
        }
    }

    #[test]
    fn the_same_story_gives_the_same_bytes_on_any_number_of_threads(story in any_mixed_story()) {
        let told = tell(&story);
        let bytes = told.played.ledger.to_bytes();
        let again = told.played.clone().ledger.to_bytes();
        law!(told, again == bytes, "written twice, told otherwise");
        let case = &told.case;
        for threads in [1, 2, 7] {
            let same = std::thread::scope(|scope| {
                let runs: Vec<_> = (0..threads)
                    .map(|_| scope.spawn(|| engine::play(case, true).ledger.to_bytes()))
                    .collect();
                runs.into_iter().all(|it| it.join().expect("a play ends") == bytes)
            });
            law!(told, same, "{threads} threads play otherwise");
        }
        // Balances alone are the same balances.
        let bare = engine::play(case, false);
        for i in 0..told.played.ledger.titles().len() {
            let account = Account(i as u16);
            law!(told, bare.ledger.balance(account) == told.played.ledger.balance(account), "account {i} without movements");
        }
    }

    #[test]
    fn a_ledger_survives_its_file(story in any_mixed_story()) {
        let told = tell(&story);
        let bytes = told.played.ledger.to_bytes();
        let read = offtake::ledger::Ledger::from_bytes(&bytes);
        law!(told, read.is_ok_and(|it| it.to_bytes() == bytes && it.is_balanced()), "not as written");
    }
}

proptest! {
    #![proptest_config(config(80))]

    #[test]
    fn another_seed_tells_another_story_where_nodes_fail(story in any_story()) {
        let mut story = story;
        for (_, stand) in &mut story.stands {
            (stand.fail, stand.racks, stand.deal) = ("often", 20, None);
        }
        story.places.iter_mut().for_each(|it| (it.power_per_cent, it.ready) = (150, None));
        let other = Story { seed: story.seed + 1, ..story.clone() };
        let (a, b) = (tell(&story), tell(&other));
        let digest = |it: &Told| digest(&it.played.ledger.to_bytes());
        law!(a, digest(&a) != digest(&b), "the seed changes nothing");
        law!(a, a.played.marks.failures.iter().all(|it| *it > 0), "nothing failed");
    }
}
