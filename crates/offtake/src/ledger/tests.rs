use proptest::prelude::*;

use super::*;

fn two_accounts(unit: Unit) -> (Ledger, Account, Account) {
    let mut ledger = Ledger::new(true);
    let a = ledger.open("a".into(), unit);
    let b = ledger.open("b".into(), unit);
    (ledger, a, b)
}

#[test]
fn a_month_shows_what_moved_in_it() {
    let (mut ledger, a, b) = two_accounts(Unit::Money);
    let start = Instant::default();
    ledger.post(start, a, b, 5);
    ledger.close(start.month());
    let next = start.month().end();
    ledger.post(next, a, b, 7);
    ledger.close(next.month());
    assert_eq!(ledger.by_month(b).iter().map(|it| it.1).collect::<Vec<_>>(), [5, 7]);
    assert_eq!(ledger.balance(a), -12);
    assert!(ledger.is_balanced());
}

#[test]
#[should_panic(expected = "time runs forward")]
fn time_never_runs_back() {
    let (mut ledger, a, b) = two_accounts(Unit::Energy);
    ledger.post(Instant { millis: 2 }, a, b, 1);
    ledger.post(Instant { millis: 1 }, a, b, 1);
}

#[test]
fn damaged_bytes_are_refused_and_never_panic() {
    let (mut ledger, a, b) = two_accounts(Unit::Tokens);
    ledger.post(Instant { millis: 5 }, a, b, 1 << 90);
    let bytes = ledger.to_bytes();
    for cut in 0..bytes.len() {
        let _ = Ledger::from_bytes(&bytes[..cut]);
    }
    assert_eq!(Ledger::from_bytes(b"nothing\n\n").unwrap_err(), FileError::NotALedger);
}

proptest! {
    #[test]
    fn every_ledger_balances_and_comes_back_from_its_bytes(
        steps in prop::collection::vec((0_i64..10_000_000, 0_u16..4, 1_u16..4, 0_i128..1 << 80), 0..200)
    ) {
        let mut ledger = Ledger::new(true);
        for i in 0..4 {
            ledger.open(format!("account.{i}"), Unit::GpuTime);
        }
        let mut at = Instant { millis: -5_000 };
        for (step, from, by, amount) in steps {
            at.millis += step;
            ledger.post(at, Account(from), Account((from + by) % 4), amount);
        }
        prop_assert!(ledger.is_balanced());
        let back = Ledger::from_bytes(&ledger.to_bytes()).expect("our own bytes");
        prop_assert_eq!(back.movements(), ledger.movements());
        prop_assert_eq!(back.titles(), ledger.titles());
    }
}
