//! What happens: time passes once, event by event. The engine reads a case and writes a ledger;
//! it knows nothing of files, sources or figures.

mod agenda;
mod books;
mod chart;
mod clauses;
mod debt;
mod delivery;
mod detail;
mod failures;
mod hour;
mod jobs;
mod month;
mod plant;
mod services;
mod settle;
mod steady;
mod step;
mod tax;
mod training;
mod world;

pub use books::{
    Books, ClassBooks, DealBooks, DebtBooks, FleetBooks, PartyBooks, PlantBooks, PledgeBooks,
    SiteBooks, WorkBooks,
};
pub use chart::{Entry, Line, Side, chart};
pub use clauses::{ClauseBooks, DepositBooks, MakeUpBooks};
pub use debt::{DebtMarks, DebtMonth};
pub use detail::Seen;
pub use failures::{Broken, Failures, Strike};
pub use plant::PlantMonth;
pub use services::demand;
pub use training::{Campaign, Outcome, Rhythm};
pub use world::Marks;

use crate::ledger::Ledger;
use crate::scenario::Case;
use world::World;

/// A case played to its end.
#[derive(Clone, Debug)]
pub struct Played {
    /// What happened.
    pub ledger: Ledger,
    /// Where it stands in the ledger.
    pub books: Books,
    /// What was noticed beside.
    pub marks: Marks,
}

/// Plays a case to its end.
pub fn play(case: &Case, keeps_movements: bool) -> Played {
    let mut world = World::new(case, keeps_movements);
    step::run(&mut world);
    world.sees_jobs();
    Played { ledger: world.ledger, books: world.accounts, marks: world.marks }
}
