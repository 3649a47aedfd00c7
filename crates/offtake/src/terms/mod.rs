//! What a contract says, one clause a file: what is promised when, at what price, what is owed
//! unused, what was paid before.

mod close;
mod pledge;
mod prepayment;
mod price;
mod ramp;
mod take_or_pay;

pub use close::{Account, Charges, Period, close};
pub use pledge::{Pledged, due};
pub use prepayment::{drawn, prepaid};
pub use price::{contracted, price};
pub use ramp::{Step, held, standing, tranches};
