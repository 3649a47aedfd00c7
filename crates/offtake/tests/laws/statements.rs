//! What holds of every statement: balance sheets balance, what is earned is kept, cash is cash.

use offtake::engine::Line;
use offtake::scenario::Class;
use offtake::units::Money;
use proptest::prelude::*;

use crate::build::any_built_story;
use crate::config;
use crate::told::tell;

proptest! {
    #![proptest_config(config(160))]

    #[test]
    fn every_balance_sheet_balances_at_every_months_end(story in any_built_story()) {
        let told = tell(&story);
        law!(told, told.played.ledger.is_balanced(), "the ledger does not balance");
        for (p, party) in told.case.parties.iter().enumerate() {
            for it in told.look().statements(p) {
                let (has, owes, own) = (it.assets(), it.liabilities(), it.equity());
                law!(told, has == owes + own, "{} in {}: has {has:?}, owes {owes:?}, own {own:?}", party.name, it.month);
            }
        }
    }

    #[test]
    fn what_is_earned_is_retained_and_the_cash_is_that_of_the_account(story in any_built_story()) {
        let told = tell(&story);
        for p in 0..told.case.parties.len() {
            let cash = told.played.ledger.by_month(told.played.books.parties[p].cash);
            let (mut earned, mut had) = (Money::ZERO, 0);
            for (it, (month, moved)) in told.look().statements(p).iter().zip(cash) {
                earned = earned + it.net_income();
                had += moved;
                law!(told, it.retained() == earned, "{month}: {:?} retained, {earned:?} earned", it.retained());
                law!(told, it.held(Line::Cash).micros == had, "{month}: {:?} of {had}", it.held(Line::Cash));
            }
            let years: Money = told.look().yearly_statements(p).iter().map(|it| it.net_income()).sum();
            law!(told, years == earned && told.look().statement(p).net_income() == earned, "years earn {years:?} of {earned:?}");
        }
    }

    #[test]
    fn what_one_side_is_billed_the_other_bills(story in any_built_story()) {
        let told = tell(&story);
        let look = told.look();
        let all: Vec<_> = (0..told.case.parties.len()).map(|p| look.statement(p)).collect();
        let sum = |line| all.iter().map(|it| it.held(line)).sum::<Money>();
        let due = sum(Line::Rent) + sum(Line::Purchases);
        law!(told, due == sum(Line::Billed), "{due:?} due, {:?} billed", sum(Line::Billed));
        law!(told, sum(Line::Payables) == sum(Line::Receivables), "what one owes is not what another claims");
    }

    #[test]
    fn nothing_is_written_off_beyond_what_it_cost_and_no_tax_is_due_on_losses(story in any_built_story()) {
        let told = tell(&story);
        for (p, party) in told.case.parties.iter().enumerate() {
            let (mut highest, mut before, mut taxed) = (0, 0, 0);
            for it in told.look().yearly_statements(p) {
                before += it.net_income().micros + it.moved(Line::Tax).micros;
                highest = highest.max(before);
                taxed += it.moved(Line::Tax).micros;
                let due = party.tax.map_or(0, |share| share.of(highest));
                law!(told, taxed == due, "{} in {}: {taxed} taxed of {due}", party.name, it.month.year());
                for class in Class::ALL {
                    law!(told, it.moved(Line::Depreciation(class)) >= Money::ZERO, "{class:?} grows");
                    law!(told, it.plant_of(class) >= Money::ZERO, "{class:?}: {:?}", it.plant_of(class));
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(config(80))]

    /// By the file's own words: at one price for all, a deal that is delivered whole costs just that.
    #[test]
    fn capital_told_in_all_is_paid_in_all(story in any_built_story()) {
        let mut story = story;
        story.builds.iter_mut().for_each(|it| {
            it.dearer = None;
            it.classes.iter_mut().for_each(|it| it.1 = 2);
        });
        let told = tell(&story);
        for (plant, books) in told.case.plants.iter().zip(&told.played.books.plants) {
            let standing = offtake::terms::Standing::of(&told.case, plant);
            let whole = told.case.from;
            for (capital, books) in plant.capital.iter().zip(&books.classes) {
                let offtake::scenario::Cost::InAll(all) = capital.costs[0].1 else { panic!("in all") };
                let costs = standing.costs(capital);
                let came: Money = costs.iter().map(|it| it.1).sum();
                let played = costs.last().is_some_and(|it| it.0 < told.case.to);
                let paid = told.played.ledger.balance(books.cost);
                let early = costs.first().is_some_and(|it| it.0.plus_months(-plant.lead) < whole);
                if played && !early {
                    law!(told, paid == came.micros, "{}: {paid} paid of {came:?}", plant.name);
                }
                let options: bool = matches!(plant.serves, offtake::scenario::Serves::Deal(d) if told.case.deals[d].expansion.is_some());
                law!(told, options || came <= all, "{}: {came:?} of {all:?}", plant.name);
            }
        }
    }
}
