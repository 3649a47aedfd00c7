//! The accounts of a play, opened once, so that the engine posts by number and figures read by
//! name.

use crate::ledger::{Account, Ledger, Unit};
use crate::scenario::{Case, WorkKind};

/// Accounts of a fleet, in GPU-time.
#[derive(Clone, Copy, Debug)]
pub struct FleetBooks {
    /// Where GPU-time comes from.
    pub made: Account,
    /// Delivered and not used.
    pub idle: Account,
    /// Delivered and lost between a failure and the end of its hour.
    pub down: Account,
    /// Healthy beside what is delivered.
    pub spare: Account,
    /// In repair.
    pub repair: Account,
    /// Landed and without power.
    pub dark: Account,
}

/// Accounts of a piece of work.
#[derive(Clone, Copy, Debug)]
pub struct WorkBooks {
    /// GPU-time that counted.
    pub good: Account,
    /// GPU-time blocked by checkpoints.
    pub stall: Account,
    /// GPU-time that failures undid, restarts included.
    pub lost: Account,
    /// Tokens asked for.
    pub asked: Account,
    /// Tokens served.
    pub served: Account,
    /// Tokens not served.
    pub unserved: Account,
}

/// Accounts of a site.
#[derive(Clone, Copy, Debug)]
pub struct SiteBooks {
    /// Where energy comes from.
    pub grid: Account,
    /// Energy at the racks.
    pub it: Account,
    /// Energy of cooling and losses.
    pub overhead: Account,
    /// Where carbon comes from, location-based.
    pub burnt: Account,
    /// Carbon, location-based.
    pub carbon: Account,
    /// Where market-based carbon comes from.
    pub burnt_market: Account,
    /// Carbon, market-based.
    pub carbon_market: Account,
    /// Where water comes from.
    pub source: Account,
    /// Water.
    pub water: Account,
    /// What energy costs: a memo beside the parties' cash.
    pub energy_cost: Account,
    /// Whom energy is owed to: a memo.
    pub utility: Account,
}

/// Accounts of a deal, in money.
#[derive(Clone, Copy, Debug)]
pub struct DealBooks {
    /// What the buyer owes; nothing once it is settled.
    pub payable: Account,
    /// Charged for use.
    pub for_use: Account,
    /// Charged for shortfall.
    pub shortfall: Account,
    /// Given back.
    pub credit: Account,
    /// What settlement has paid.
    pub paid: Account,
    /// What the buyer has prepaid and not yet drawn.
    pub prepaid: Account,
    /// What the seller owes for it.
    pub prepaid_owed: Account,
}

/// Accounts of a party, in money.
#[derive(Clone, Copy, Debug)]
pub struct PartyBooks {
    /// Its cash.
    pub cash: Account,
    /// What customers pay.
    pub revenue: Account,
    /// What is spent before compute.
    pub operations: Account,
    /// Compute outside the deals.
    pub other_compute: Account,
    /// New equity and debt, and the cash it began with.
    pub funding: Account,
}

/// All accounts of a play.
#[derive(Clone, Debug)]
pub struct Books {
    /// By fleet.
    pub fleets: Vec<FleetBooks>,
    /// By work.
    pub works: Vec<WorkBooks>,
    /// By site.
    pub sites: Vec<SiteBooks>,
    /// By deal.
    pub deals: Vec<DealBooks>,
    /// By party.
    pub parties: Vec<PartyBooks>,
}

impl Books {
    /// Opens every account that a case needs.
    pub fn open(case: &Case, ledger: &mut Ledger) -> Books {
        let fleets = case.fleets.iter().map(|it| fleet(ledger, &it.name)).collect();
        let works = case.works.iter().map(|it| work(ledger, &it.name, &it.kind)).collect();
        let sites = case.sites.iter().map(|it| site(ledger, &it.name)).collect();
        let deals = case.deals.iter().map(|it| deal(ledger, &it.name)).collect();
        let parties = case.parties.iter().map(|it| party(ledger, &it.name)).collect();
        Books { fleets, works, sites, deals, parties }
    }
}

fn fleet(ledger: &mut Ledger, name: &str) -> FleetBooks {
    let mut open = |what: &str| ledger.open(format!("fleet.{name}.{what}"), Unit::GpuTime);
    FleetBooks {
        made: open("made"),
        idle: open("idle"),
        down: open("down"),
        spare: open("spare"),
        repair: open("repair"),
        dark: open("dark"),
    }
}

fn work(ledger: &mut Ledger, name: &str, kind: &WorkKind) -> WorkBooks {
    let mut open = |what: &str, unit| ledger.open(format!("workload.{name}.{what}"), unit);
    let tokens = if matches!(kind, WorkKind::Service(_)) { Unit::Tokens } else { Unit::GpuTime };
    WorkBooks {
        good: open("good", Unit::GpuTime),
        stall: open("checkpoints", Unit::GpuTime),
        lost: open("lost", Unit::GpuTime),
        asked: open("asked", tokens),
        served: open("served", tokens),
        unserved: open("unserved", tokens),
    }
}

fn site(ledger: &mut Ledger, name: &str) -> SiteBooks {
    let mut open = |what: &str, unit| ledger.open(format!("site.{name}.{what}"), unit);
    SiteBooks {
        grid: open("grid", Unit::Energy),
        it: open("it", Unit::Energy),
        overhead: open("overhead", Unit::Energy),
        burnt: open("burnt", Unit::Carbon),
        carbon: open("carbon", Unit::Carbon),
        burnt_market: open("burnt-market", Unit::Carbon),
        carbon_market: open("carbon-market", Unit::Carbon),
        source: open("source", Unit::Water),
        water: open("water", Unit::Water),
        energy_cost: open("energy-cost", Unit::Money),
        utility: open("utility", Unit::Money),
    }
}

fn deal(ledger: &mut Ledger, name: &str) -> DealBooks {
    let mut open = |what: &str| ledger.open(format!("deal.{name}.{what}"), Unit::Money);
    DealBooks {
        payable: open("payable"),
        for_use: open("for-use"),
        shortfall: open("shortfall"),
        credit: open("credit"),
        paid: open("paid"),
        prepaid: open("prepaid"),
        prepaid_owed: open("prepaid-owed"),
    }
}

fn party(ledger: &mut Ledger, name: &str) -> PartyBooks {
    let mut open = |what: &str| ledger.open(format!("party.{name}.{what}"), Unit::Money);
    PartyBooks {
        cash: open("cash"),
        revenue: open("revenue"),
        operations: open("operations"),
        other_compute: open("other-compute"),
        funding: open("funding"),
    }
}
