//! What is asked: a file as written, laid over by a variant, checked, and drawn into a case.
//!
//! `text -> tree -> Draft -> check -> Scenario -> Draw -> Case`

mod beside;
mod case;
mod check;
mod claims;
mod columns;
mod draft;
mod draw;
mod expr;
mod inputs;
mod json_schema;
mod kinds;
mod layout;
pub mod library;
mod mistakes;
mod nouns;
mod order;
mod place;
mod ranges;
mod read;
mod report;
mod row;
mod sampler;
mod schedule;
pub mod schema;
mod sheet;
mod ties;
mod trace;
mod tree;
mod values;

pub use case::accelerator;
pub use check::{Expect, Scenario, check, check_catalogue};
pub use claims::{Claim, Day, Rank, Test, Words};
pub use draft::{Actual, Beside, Draft, alone};
pub use draw::{Draw, Drawn};
pub use expr::{Comparison, Expr, Operator};
pub use inputs::{Input, InputId, InputValue, Inputs, Origin, Source};
pub use json_schema::{Json, json_schema};
pub use layout::layout;
pub use mistakes::explain;
pub use nouns::{
    Capital, Case, Cause, Class, Clauses, Contract, Cost, Damages, DamagesRate, Deal, Debt,
    DebtKind, Delivers, Deposit, Detail, Fleet, Guarantee, Index, Jobs, Milestones, Party, Plant,
    Pledge, Pricing, Ramp, Relet, Repays, Rule, Running, Serves, Service, Shape, Site, Swap,
    Termination, Training, Unpaid, Uptime, Warrant, Week, Whose, Work, WorkKind,
};
pub use place::{File, Files, Place};
pub use report::{Diagnostic, Report, Severity};
pub use row::{Cell, PathKey, Row, RowId, lies_under};
pub use sampler::Sampler;
pub use sheet::{Item, Line, Sheet};
pub use ties::Group;
pub use values::split_tag;
