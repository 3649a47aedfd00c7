use proptest::prelude::*;

use super::*;
use crate::time::Span;

fn read(text: &str) -> Quantity {
    Quantity::parse(text).unwrap_or_else(|it| panic!("{text}: {it:?}"))
}

#[test]
fn everyday_spellings_mean_the_same_amount() {
    for (a, b) in [
        ("38 bn USD", "$38 bn"),
        ("38bn USD", "38e9 USD"),
        ("190k GPU", "190,000 GPUs"),
        ("1.85 kW per GPU", "1850 W/GPU"),
        ("9e12 tokens/day", "9 million million tokens per day"),
        ("50 %/year", "0.5 per year"),
        ("8.92 cents/kWh", "89.2 USD/MWh"),
        ("13.3 bn USD/GW-year", "13.3 bn USD per GW-year"),
        ("148 per 110592 node-days", "148 per 110592 node-day"),
        ("10 USD per million tokens", "0.00001 USD/token"),
        ("3.8e25 FLOP", "38 million EFLOP"),
        ("3EFLOP", "3 EFLOP"),
        ("730 hours", "1 month"),
        ("0.15 L/kWh", "150 m3/GWh"),
    ] {
        assert_eq!(read(a), read(b), "{a} and {b}");
    }
}

#[test]
fn integers_that_are_promised_are_exact() {
    assert_eq!(read("38,000,000,000.01 USD").amount, Exact::from_integer(38_000_000_000_010_000));
    assert_eq!(read("5e26 FLOP").amount, Exact::from_integer(5 * 10_i128.pow(26)));
    assert_eq!(read("0.1 USD").amount * 10, read("1 USD").amount);
}

#[test]
fn power_says_whether_it_is_at_the_racks_or_at_the_meter() {
    assert_eq!(read("900 MW facility").basis, Basis::Facility);
    assert_eq!(read("2.2 kW IT per GPU").basis, Basis::It);
    assert_eq!(read("900 MW").basis, Basis::Unsaid);
    assert_eq!(Quantity::parse("1 MW IT facility"), Err(QuantityError::TwoBases));
}

#[test]
fn dimensions_come_from_the_units() {
    assert_eq!(read("13.3 bn USD/GW-year").dim, Dim::PRICE_ENERGY);
    assert_eq!(read("2.9 USD/GPU-hour").dim, Dim::PRICE_GPU_TIME);
    assert_eq!(read("6.5 per 1000 node-days").dim, Dim::FAILURE_RATE);
    assert_eq!(read("10715 kWh/year per home").dim, Dim::HOME_USE);
}

#[test]
fn a_word_that_is_no_unit_is_named_with_its_neighbour() {
    let error = Quantity::parse("3 tokns/day").unwrap_err();
    assert_eq!(error, QuantityError::UnknownUnit("tokns".into(), Some("token".into())));
    assert!(
        matches!(Quantity::parse("3EUR"), Err(QuantityError::UnknownUnit(it, _)) if it == "EUR")
    );
    assert_eq!(Quantity::parse("GPU"), Err(QuantityError::NoNumber("GPU".into())));
    assert_eq!(Quantity::parse("1.2.3 USD"), Err(QuantityError::BadNumber("1.2.3".into())));
    assert_eq!(Quantity::parse("5 USD/"), Err(QuantityError::Unfinished));
    assert_eq!(Quantity::parse("1e300 USD"), Err(QuantityError::TooLarge));
}

#[test]
fn an_hour_of_a_gpu_is_charged_to_the_micro_dollar() {
    let price = Price(read("2.00 USD/GPU-hour").amount);
    assert_eq!(price.charge(744 * 3_600_000), Money { micros: 1_488_000_000 });
}

#[test]
fn a_reader_sees_three_digits_and_the_unit() {
    assert_eq!(scaled(38e9, "USD"), "$38.0 bn");
    assert_eq!(scaled(2.6712, "USD/GPU-hour"), "$2.67 per GPU-hour");
    assert_eq!(scaled(250_000.0, "GPU"), "250k GPU");
    assert_eq!(scaled(0.9731, "share"), "97.3 %");
    assert_eq!(grouped(-1_190_592), "-1,190,592");
}

/// Found by fuzzing: the lowest exponent has no positive twin.
#[test]
fn the_lowest_exponent_is_shown() {
    let most = format!("5{}", "/GPU".repeat(128));
    assert!(shown(read(&most)).ends_with(" 1 per GPU^128"));
    assert_eq!(Quantity::parse(&format!("{most}/GPU")), Err(QuantityError::TooLarge));
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,40}") {
        let _ = Quantity::parse(&text);
    }

    #[test]
    fn near_quantities_do_not_make_it_panic(text in "[$-]?[0-9]{0,30}[.,e]?[0-9+-]{0,4} ?(bn|k|USD|GPU|/|per|-|IT| |%|hour){0,8}") {
        let _ = Quantity::parse(&text);
    }

    #[test]
    fn reading_a_meter_twice_changes_nothing(watts in 0_i64..1 << 40, a in 0_i64..1 << 40, b in 0_i64..1 << 40) {
        let power = Power { watts };
        let (a, b) = (Span { millis: a }, Span { millis: b });
        let both = Span { millis: a.millis + b.millis };
        prop_assert_eq!((power * a).millijoules + (power * b).millijoules, (power * both).millijoules);
    }

    #[test]
    fn a_bill_cut_in_two_sums_to_the_bill(price in 1_i128..1 << 40, per in 1_i128..1 << 40, a in 0_i128..1 << 40, b in 0_i128..1 << 40) {
        let price = Price(Exact::new(price, per));
        let first = price.charge(a);
        let second = price.charge(a + b) - first;
        prop_assert_eq!(first + second, price.charge(a + b));
    }
}
