//! What does a scenario come to once, and what is asked around that play? For whoever prints, saves or shows it.

use offtake::figures::{self, ClaimResult, ExpectResult, Outcome};
use offtake::ledger;
use offtake::scenario::{Draw, Json, Scenario};
use offtake::study::{self, BreakEven, Odds, Pull, Stress, Stressed};
use offtake::view::picture::{self, Picture, Which};
use offtake::view::{self, Document, Page, Table};

use crate::cover;
use crate::exit::Stop;
use crate::files::{self, File, VERSION};
use crate::progress::Telling;

/// A scenario played at one draw, with every movement kept.
pub struct Play {
    pub scenario: Scenario,
    /// As it is named on the command line.
    pub name: String,
    pub draw: Draw,
    pub outcome: Outcome,
    /// Who is hurt if something comes out worse.
    pub stress: Option<Stressed>,
    /// The figures that open the report.
    pub headline: Vec<String>,
    pub claims: Vec<ClaimResult>,
    pub expects: Vec<ExpectResult>,
    pub ledger: Vec<u8>,
    pub digest: String,
}

impl Play {
    /// Plays.
    pub fn of(scenario: Scenario, name: String, draw: Draw, stress: Option<Stress>) -> Self {
        let outcome = figures::outcome(&scenario, &draw, true);
        let stress = stress.map(|it| study::stressed(&scenario, &draw, it));
        let headline = view::headline(&scenario, &outcome.figures);
        let claims = figures::claims(&scenario, &draw, &outcome);
        let expects = figures::expects(&scenario, &draw, &outcome);
        let ledger = outcome.played.ledger.to_bytes();
        let digest = ledger::digest(&ledger);
        Self { scenario, name, draw, outcome, stress, headline, claims, expects, ledger, digest }
    }

    /// What a report shows.
    pub fn page<'a>(&'a self, around: &'a Around, width: usize) -> Page<'a> {
        Page {
            scenario: &self.scenario,
            draw: &self.draw,
            outcome: &self.outcome,
            headline: &self.headline,
            claims: &self.claims,
            expects: &self.expects,
            pulls: &around.pulls,
            levers: &around.levers,
            break_evens: &around.break_evens,
            stress: self.stress.as_ref(),
            odds: around.odds.as_ref(),
            width,
        }
    }

    /// What a page is drawn from; with the days of what was played by the hour, where that is given.
    pub fn picture(&self, around: &Around, hourly: Option<&Table>) -> Picture {
        let which = Which { scenario: &self.name, version: VERSION, digest: &self.digest };
        picture::of_run(&self.page(around, SAVED_WIDTH), which, hourly)
    }

    /// Its tables.
    pub fn tables(&self) -> Vec<Table> {
        tables(&self.scenario, &self.draw, &self.outcome, self.stress.as_ref())
    }

    /// All else that is saved beside its tables.
    pub fn files(self, around: &Around, tables: &[Table]) -> Result<Vec<File>, Stop> {
        let hourly = tables.iter().find(|it| it.name == "hourly");
        let report = view::report(&self.page(around, SAVED_WIDTH));
        let files = [
            ("report.txt", report.into_bytes()),
            ("picture.json", files::plain(&self.picture(around, hourly))?.into_bytes()),
            ("run.json", files::pretty(&self.document(around))?.into_bytes()),
            ("ledger.bin", self.ledger),
        ];
        Ok(files.map(|(name, bytes)| (name.to_owned(), bytes)).into())
    }

    /// What scripts rely on.
    pub fn document(&self, around: &Around) -> Document {
        let (scenario, draw, outcome) = (&self.scenario, &self.draw, &self.outcome);
        let plants = view::plants(scenario, draw, outcome);
        Document {
            scenario: self.name.clone(),
            version: VERSION,
            seed: scenario.seed,
            draw: draw.luck().checked_sub(1),
            digest: self.digest.clone(),
            as_of: scenario.as_of.to_string(),
            from: scenario.from.to_string(),
            to: scenario.to.to_string(),
            headline: self.headline.clone(),
            figures: outcome.figures.iter().map(Into::into).collect(),
            claims: self.claims.iter().map(Into::into).collect(),
            expects: self.expects.iter().map(Into::into).collect(),
            pulls: around.pulls.iter().map(Into::into).collect(),
            break_evens: around.break_evens.iter().map(Into::into).collect(),
            statements: view::rows(&view::statements_by_year(scenario, draw, outcome)),
            backlog: view::rows(&view::backlog(scenario, draw, outcome)),
            plants: plants.as_ref().map_or(Json::List(Vec::new()), view::rows),
            stress: self.stress.as_ref().map(|it| view::stress_document(scenario, it)),
            assumed: view::assumed(scenario, outcome),
            not_modelled: view::NOT_MODELLED.to_vec(),
            warnings: view::warnings(scenario),
        }
    }
}

/// Columns of the report that is saved.
const SAVED_WIDTH: usize = 100;

/// How much is asked around a play.
#[derive(Clone, Copy)]
pub struct Depth {
    /// How many of the assumptions that pull most; none, and no break-evens, for 0.
    pub assumptions: usize,
    /// How many futures tell the bands of the headline figures.
    pub futures: u32,
    /// Whether the terminal is told how far all of it is.
    pub telling: Telling,
}

impl Depth {
    /// What is asked unless something else is said.
    pub const USUAL: Depth = Depth { assumptions: 5, futures: 64, telling: Telling::Quiet };
}

/// What other plays of a scenario say of one.
#[derive(Default)]
pub struct Around {
    pub pulls: Vec<Pull>,
    /// Those that pull most of what can be set over the scenario.
    pub levers: Vec<Pull>,
    pub break_evens: Vec<BreakEven>,
    pub odds: Option<Odds>,
}

impl Around {
    /// Plays on all threads; what comes of it is joined in order.
    pub fn of(play: &Play, depth: Depth) -> Self {
        let scenario = &play.scenario;
        let Depth { assumptions, futures, telling } = depth;
        let is_asked = assumptions > 0;
        let strongest =
            |played: &[_], most| study::strongest(scenario, &play.headline, played, most);
        // A search is long and goes step by step: it begins first, and only the others are told.
        let (break_evens, (mut played, odds)) = rayon::join(
            || match is_asked {
                true => cover::break_evens(scenario, Telling::Quiet),
                false => Vec::new(),
            },
            || {
                let played = if is_asked { cover::swings(scenario, telling) } else { Vec::new() };
                (played, cover::odds(scenario, futures, telling))
            },
        );
        let pulls = strongest(&played, assumptions);
        played.retain(|it| picture::can_be_moved(scenario, it.0.input));
        let levers = strongest(&played, LEVERS);
        Self { pulls, levers, break_evens, odds }
    }
}

/// How many inputs can be moved by hand.
const LEVERS: usize = 6;

/// The names of the tables that a run can have, in their order.
pub const TABLES: [&str; 14] = [
    "figures",
    "yearly",
    "monthly",
    "statements",
    "backlog",
    "plants",
    "bills",
    "cash",
    "hourly",
    "exposure",
    "concentration",
    "rounds",
    "clearing",
    "stress",
];

/// The tables of a run.
pub fn tables(
    scenario: &Scenario,
    draw: &Draw,
    outcome: &Outcome,
    stress: Option<&Stressed>,
) -> Vec<Table> {
    let mut tables = vec![
        view::figures(&outcome.figures),
        view::yearly(scenario, draw, outcome),
        view::monthly(scenario, draw, outcome),
        view::statements(scenario, draw, outcome),
        view::backlog(scenario, draw, outcome),
    ];
    tables.extend(view::plants(scenario, draw, outcome));
    tables.extend(view::bills(scenario, draw, outcome));
    tables.extend(view::cash(scenario, draw, outcome));
    tables.extend(view::hourly(outcome));
    if outcome.case.contracts().count() > 1 {
        tables.extend(view::exposure(scenario, draw, outcome));
    }
    tables.extend(stress.map(|it| view::stress(scenario, it)));
    tables
}
