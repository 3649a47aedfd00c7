//! The accounts of a play, opened once, so that the engine posts by number and figures read by
//! name.

use super::clauses::{self, ClauseBooks};
use crate::ledger::{Account, Ledger, Unit};
use crate::scenario::{Capital, Case, Fleet, Plant, Work, WorkKind};

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
    /// Tax, where it pays any.
    pub tax: Option<Account>,
}

/// Accounts of one class of a plant, in money.
#[derive(Clone, Copy, Debug)]
pub struct ClassBooks {
    /// What was left in the books of it when the horizon began.
    pub stood: Account,
    /// What was paid for it since.
    pub cost: Account,
    /// What is written off of it.
    pub worn: Account,
    /// Written off since the horizon began.
    pub depreciation: Account,
}

/// Accounts of a plant, in money.
#[derive(Clone, Debug)]
pub struct PlantBooks {
    /// By class, as in the case.
    pub classes: Vec<ClassBooks>,
    /// What running it costs.
    pub running: Account,
    /// What stood when the horizon began: its owners brought it in.
    pub brought: Account,
}

/// Accounts of a debt, in money.
#[derive(Clone, Copy, Debug)]
pub struct DebtBooks {
    /// What the borrower owes.
    pub owed: Account,
    /// What the lender has lent: the same, from its side.
    pub lent: Account,
    /// Interest that is due; nothing once it is settled.
    pub interest_due: Account,
    /// Interest charged, fees among it.
    pub interest: Account,
    /// Interest that settlement has paid.
    pub interest_paid: Account,
    /// Interest that was added to what is owed.
    pub capitalised: Account,
    /// Instalments that are due; nothing once they are settled.
    pub principal_due: Account,
    /// Instalments that fell due.
    pub called: Account,
    /// Instalments that settlement has paid.
    pub repaid: Account,
    /// Held back for service, the borrower's.
    pub reserve: Account,
    /// Trapped while cover is thin, the borrower's.
    pub trapped: Account,
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
    /// By deal: those of its clauses.
    pub clauses_of_deals: Vec<ClauseBooks>,
    /// By pledge.
    pub clauses_of_pledges: Vec<ClauseBooks>,
    /// By plant.
    pub plants: Vec<PlantBooks>,
    /// By debt.
    pub debts: Vec<DebtBooks>,
}

impl Books {
    /// Accounts of a deal whose sum is what it bills: charges, and credits below nothing.
    pub fn bill_of_deal(&self, deal: usize) -> impl Iterator<Item = Account> + use<> {
        let it = self.deals[deal];
        let clauses = self.clauses_of_deals[deal].billed();
        [it.for_use, it.shortfall, it.credit].into_iter().chain(clauses)
    }

    /// The same of a pledge.
    pub fn bill_of_pledge(&self, pledge: usize) -> impl Iterator<Item = Account> + use<> {
        let clauses = self.clauses_of_pledges[pledge].billed();
        std::iter::once(self.pledges[pledge].charged).chain(clauses)
    }
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
        let mut parties: Vec<_> = case.parties.iter().map(|it| party(ledger, &it.name)).collect();
        let (clauses_of_deals, clauses_of_pledges) = clauses::open(case, ledger);
        let plants = case.plants.iter().map(|it| plant(ledger, it)).collect();
        for (books, party) in parties.iter_mut().zip(&case.parties).filter(|it| it.1.tax.is_some())
        {
            books.tax = Some(ledger.open(format!("party.{}.tax", party.name), Unit::Money));
        }
        let debts = case.debts.iter().map(|it| DebtBooks::open(ledger, it)).collect();
        Books {
            fleets,
            works,
            sites,
            deals,
            pledges,
            parties,
            clauses_of_deals,
            clauses_of_pledges,
            plants,
            debts,
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
        tax: None,
    }
}

fn plant(ledger: &mut Ledger, plant: &Plant) -> PlantBooks {
    let mut open = |what: &str| ledger.open(format!("plant.{}.{what}", plant.name), Unit::Money);
    let mut class = |it: &Capital| {
        let mut of = |what: &str| open(&format!("{}.{what}", it.class.word()));
        ClassBooks {
            stood: of("stood"),
            cost: of("cost"),
            worn: of("worn"),
            depreciation: of("depreciation"),
        }
    };
    let classes = plant.capital.iter().map(&mut class).collect();
    PlantBooks { classes, running: open("running"), brought: open("brought") }
}
