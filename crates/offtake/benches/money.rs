//! How fast rates of return are found, networks cleared and statements read. `cargo bench -p offtake --bench money`
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::disallowed_macros,
    reason = "a bench has a clock and talks"
)]

use std::hint::black_box;
use std::time::Instant as Clock;

use offtake::chance::{Purpose, Stream};
use offtake::engine;
use offtake::figures::{Look, exposure, outcome};
use offtake::finance::{Debt, Flow, Network, Rates, Status};
use offtake::scenario::{Case, Draw, Report, library};

/// Numbers from 0 to 1, the same in every run.
struct Luck(Stream, u64);

impl Luck {
    fn of(name: &str) -> Self {
        Luck(Stream::new(1, name, Purpose::Failures, 0), 0)
    }

    fn next(&mut self) -> f64 {
        self.1 += 1;
        (f64::from(self.0.block(self.1)[0]) + 0.5) / 4_294_967_296.0
    }
}

/// The best of several, in milliseconds.
fn best<T>(times: usize, mut run: impl FnMut() -> T) -> f64 {
    let one = |_| {
        let began = Clock::now();
        black_box(run());
        began.elapsed().as_secs_f64() * 1e3
    };
    (0..times).map(one).fold(f64::INFINITY, f64::min)
}

/// Flows by the week: one that goes, then those that come, of which a share goes too.
fn flows(count: usize, goes: f64) -> Vec<Flow> {
    let mut luck = Luck::of("flows");
    let flow = |i: usize| {
        let size = 1.0 + luck.next();
        let amount = if i == 0 {
            -0.3 * count as f64
        } else if luck.next() < goes {
            -size
        } else {
            size
        };
        Flow { years: i as f64 * 7.0 / 365.0, amount }
    };
    (0..count).map(flow).collect()
}

fn rates() {
    println!("rates of return          flows  roots  status    best of 20");
    for (name, count, goes) in [
        ("one change of sign", 1_000, 0.0),
        ("one change of sign", 10_000, 0.0),
        ("a tenth goes out", 10_000, 0.1),
        ("every other goes out", 10_000, 0.49),
    ] {
        let flows = flows(count, goes);
        let it = Rates::of(&flows);
        let took = best(20, || Rates::of(&flows));
        let (roots, status) = (it.roots.len(), it.status.word());
        println!("{name:22} {count:7}  {roots:5}  {status:8}  {took:.2} ms");
    }
    let touching: Vec<Flow> = [-1.0, 2.2, -1.21]
        .iter()
        .zip(0..)
        .map(|(it, i)| Flow { years: f64::from(i), amount: *it })
        .collect();
    assert_eq!(Rates::of(&touching).status, Status::Searched);
    println!(
        "two that fall together       3      1  searched  {:.2} ms",
        best(20, || Rates::of(&touching))
    );
    let small: Vec<Vec<Flow>> = (0..10_000).map(|i| flows(3 + i % 38, 0.1)).collect();
    let took = best(5, || small.iter().map(|it| Rates::of(it).roots.len()).sum::<usize>());
    println!("10,000 lists of 3 to 40 flows: {took:.0} ms");
}

fn network(parties: usize, debts: usize, rich: f64, keeps: f64) -> Network {
    let mut luck = Luck::of("network");
    let mut pick = |most: usize| (luck.next() * most as f64) as usize;
    let mut debt = |_| {
        let from = pick(parties);
        let to = (from + 1 + pick(parties - 1)) % parties;
        Debt { from, to, amount: 1.0 + pick(99) as f64, rank: 0 }
    };
    let debts: Vec<Debt> = (0..debts).map(&mut debt).collect();
    let assets = (0..parties).map(|_| luck.next() * rich).collect();
    Network { assets, debts, stakes: Vec::new(), assets_kept: keeps, claims_kept: keeps }
}

fn clearing() {
    println!("\nclearing   parties    debts  keeps  in default  waves  best of 20");
    for (parties, debts) in [(200, 5_000), (2_000, 50_000), (20_000, 500_000)] {
        for (rich, keeps) in [(600.0, 1.0), (150.0, 1.0), (20.0, 1.0), (600.0, 0.8)] {
            let it = network(parties, debts, rich, keeps);
            let cleared = it.clear();
            assert!(cleared.settled);
            let took = best(20, || it.clear());
            let (failed, waves) = (cleared.defaults().len(), cleared.waves.len());
            println!("{parties:17}  {debts:7}  {keeps:5}  {failed:10}  {waves:5}  {took:.2} ms");
        }
    }
}

/// The network of a book after a play: who owes whom by year, rings, each year cleared.
fn book() {
    let (name, text) = library::STORIES.iter().find(|it| it.0 == "openai-book").expect("a story");
    let (_, scenario) = offtake::read(name, text, None, &mut Report::default());
    let scenario = scenario.expect("stories are sound");
    let draw = Draw::medians(&scenario);
    let case = Case::of(&scenario, &draw);
    let waiting = case.clone().waiting();
    let played = engine::play(&case, false);
    let look = Look { scenario: &scenario, draw: &draw, case: &case, played: &played };
    let [plain, waits] = [&case, &waiting].map(|it| best(20, || engine::play(it, false)));
    let exposed = best(20, || exposure(&look));
    println!(
        "\nopenai-book: the play {plain:.2} ms, {waits:.2} ms where OpenAI pays no more than it has; \
         who owes whom, rings and clearing by year {exposed:.2} ms"
    );
}

/// What statements, balance sheets and backlogs of a book cost, beside its play.
fn statements() {
    println!("statements             parties  months  best of 20");
    for name in ["openai-book", "neocloud"] {
        let (_, text) = library::STORIES.iter().find(|it| it.0 == name).expect("a built-in story");
        let mut report = Report::default();
        let (_, scenario) = offtake::read(name, text, None, &mut report);
        let scenario = scenario.expect("stories are sound");
        let draw = Draw::medians(&scenario);
        let outcome = outcome(&scenario, &draw, false);
        let (case, played) = (&outcome.case, &outcome.played);
        let look = Look { scenario: &scenario, draw: &draw, case, played };
        let (parties, months) = (case.parties.len(), played.ledger.months().count());
        let books = best(20, || (0..parties).map(|it| look.statements(it)).collect::<Vec<_>>());
        println!("{name:22} {parties:7} {months:7} {books:8.2} ms");
        println!("{:22} {:15} {:8.2} ms", "  its backlog", "", best(20, || look.backlog()));
        let plays = best(5, || offtake::engine::play(case, false));
        println!("{:22} {:15} {plays:8.2} ms", "  its play", "");
    }
}

fn main() {
    rates();
    clearing();
    book();
    statements();
}
