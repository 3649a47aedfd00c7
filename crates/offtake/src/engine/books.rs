//! The accounts of a play, opened once, so that the engine posts by number and figures read by
//! name.

use super::unpaid::LateBooks;
use crate::ledger::{Account, Ledger, Unit};
use crate::scenario::{Case, Fleet, Work, WorkKind};

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
    /// Used by work that nobody told, where the fleet is metered by the month.
    pub load: Option<Account>,
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

/// Accounts of a pledge, in money.
#[derive(Clone, Copy, Debug)]
pub struct PledgeBooks {
    /// What the buyer owes; nothing once it is settled.
    pub payable: Account,
    /// Charged.
    pub charged: Account,
    /// What settlement has paid.
    pub paid: Account,
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
    /// By pledge.
    pub pledges: Vec<PledgeBooks>,
    /// By party.
    pub parties: Vec<PartyBooks>,
    /// By deal, then by pledge, where the buyer pays no more than it has.
    pub late: Vec<Option<LateBooks>>,
    /// By party, where it pays no more than it has: what it owes for compute outside the deals.
    pub other_payable: Vec<Option<Account>>,
}

impl Books {
    /// Opens every account that a case needs.
    pub fn open(case: &Case, ledger: &mut Ledger) -> Books {
        let fleets: Vec<_> = case.fleets.iter().map(|it| fleet(ledger, it)).collect();
        let of = |it: &Work| fleets[it.fleet].made;
        let works = case.works.iter().map(|it| work(ledger, of(it), &it.name, &it.kind)).collect();
        let sites = case.sites.iter().map(|it| site(ledger, &it.name)).collect();
        let deals = case.deals.iter().map(|it| deal(ledger, &it.name)).collect();
        let pledges = case.pledges.iter().map(|it| pledge(ledger, &it.name)).collect();
        let parties = case.parties.iter().map(|it| party(ledger, &it.name)).collect();
        let late = LateBooks::open(case, ledger);
        let ends = case.ends_with_cash().into_iter().zip(&case.parties);
        let mut payable =
            |name: &str| ledger.open(format!("party.{name}.other-payable"), Unit::Money);
        let other_payable = ends.map(|(ends, it)| ends.then(|| payable(&it.name)));
        let other_payable = other_payable.collect();
        Books { fleets, works, sites, deals, pledges, parties, late, other_payable }
    }

    /// What the buyer of a deal, or of a pledge after all deals, owes; and what settlement has paid.
    pub fn owed(&self, contract: usize) -> (Account, Account) {
        match self.deals.get(contract) {
            Some(it) => (it.payable, it.paid),
            None => {
                let it = self.pledges[contract - self.deals.len()];
                (it.payable, it.paid)
            }
        }
    }
}

fn fleet(ledger: &mut Ledger, fleet: &Fleet) -> FleetBooks {
    let name = |what: &str| format!("fleet.{}.{what}", fleet.name);
    let made = ledger.open(name("made"), Unit::GpuTime);
    FleetBooks {
        made,
        idle: ledger.open_metered(name("idle"), made),
        down: ledger.open_metered(name("down"), made),
        spare: ledger.open(name("spare"), Unit::GpuTime),
        repair: ledger.open(name("repair"), Unit::GpuTime),
        dark: ledger.open(name("dark"), Unit::GpuTime),
        load: fleet.load.map(|_| ledger.open(name("load"), Unit::GpuTime)),
    }
}

fn work(ledger: &mut Ledger, made: Account, name: &str, kind: &WorkKind) -> WorkBooks {
    let name = |what: &str| format!("workload.{name}.{what}");
    let (good, stall, lost) = (
        ledger.open_metered(name("good"), made),
        ledger.open_metered(name("checkpoints"), made),
        ledger.open_metered(name("lost"), made),
    );
    let of_service = matches!(kind, WorkKind::Service(_));
    let unit = if of_service { Unit::Tokens } else { Unit::GpuTime };
    let asked = ledger.open(name("asked"), unit);
    WorkBooks {
        good,
        stall,
        lost,
        asked,
        served: ledger.open_metered(name("served"), asked),
        unserved: ledger.open_metered(name("unserved"), asked),
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

fn pledge(ledger: &mut Ledger, name: &str) -> PledgeBooks {
    let mut open = |what: &str| ledger.open(format!("deal.{name}.{what}"), Unit::Money);
    PledgeBooks { payable: open("payable"), charged: open("charged"), paid: open("paid") }
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
