//! What a contract says, one clause a file: what is promised when, at what price, what is owed
//! unused, what was paid before, what is given back for what is late or fails, how it ends.
//!
//! Options are exercised before anything is played: `scenario/case/clauses.rs`.

mod close;
mod damages;
mod deposit;
mod make_up;
mod milestones;
mod plant;
mod pledge;
mod prepayment;
mod price;
mod promise;
mod ramp;
mod running;
mod swap;
mod take_or_pay;
mod termination;
mod uptime;
mod warrant;

pub use close::{Account, Charges, Period, close, whole};
pub use damages::late;
pub use deposit::deposited;
pub use make_up::{Bank, MadeUp};
pub use milestones::{calendar, watts};
pub use plant::Standing;
pub use pledge::{PledgeCharges, Pledged};
pub use prepayment::{drawn, prepaid};
pub use price::{Tariff, at_its_price, contracted, contracted_between, face, price};
pub use promise::Promise;
pub use ramp::{Step, held, standing, tranches};
pub use swap::{draw, mean_price};
pub use uptime::uptime;
pub use warrant::vested;
