//! A machine as a TOML file tells it: what breaks and how it is mended, watts, PUE.
//!
//! ```toml
//! watts = [700, 120]                       # IT watts of a GPU at work and of one that is idle
//! pue   = 1.2
//!
//! [[class]]                                # nodes that are alike; instead of --nodes or --gpus
//! model         = "H100"
//! nodes         = 64
//! gpus_per_node = 8
//! domain        = 8                        # GPUs; without, a node is one
//! spares        = 2
//!
//! [[cause]]
//! name     = "power-shelf"
//! fail     = "1 per 1000 node-days"        # or "catalogue:failures/llama3": all causes of a row
//! repair   = "median 12 h, sigma 1"        # or "6 h", "mean 6 h"; without, the node stays
//! nodes    = "0..64"                       # of all nodes, the last left out; without, all
//! together = 4                             # nodes that fail together; the rate is then a group's
//! youth    = { began = "2017-10-01", settled = "90 days", shape = 0.6 }
//! lemons   = { share = 0.02, factor = 20 }
//!
//! [[outage]]
//! name  = "feed A"
//! from  = "2017-10-09"                     # or seconds of the trace
//! lasts = "6 h"
//! nodes = "0..32"
//! share = 0.5
//!
//! [[works]]                                # nodes are emptied first
//! from  = "2017-10-10"
//! lasts = "4 h"
//! ```

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::path::{Path, PathBuf};

use offtake::pool::{Breaks, Cause, Fill, Lemons, Outage, Shape, Watts, Works, Youth};
use offtake::time::{Instant, Span};
use offtake::units::{Dim, Quantity};
use serde::Deserialize;
use toml::Spanned;

use super::classes::Classes;
use super::sound::sound;
use super::{MOST, Machine, overhead, rates, repair};
use crate::diagnose;
use crate::exit::{Exit, Stop};
use crate::replay::settings::{believable, moment, time};

type Text = Spanned<String>;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct File {
    watts: Option<Spanned<[i64; 2]>>,
    pue: Option<Spanned<f64>>,
    #[serde(default)]
    class: Vec<Spanned<ClassRow>>,
    #[serde(default)]
    cause: Vec<CauseRow>,
    #[serde(default)]
    outage: Vec<OutageRow>,
    #[serde(default)]
    works: Vec<WorksRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClassRow {
    model: Text,
    nodes: Spanned<i64>,
    gpus_per_node: Spanned<i64>,
    domain: Option<Spanned<i64>>,
    #[serde(default)]
    spares: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CauseRow {
    name: Text,
    fail: Text,
    repair: Option<Text>,
    nodes: Option<Text>,
    together: Option<Spanned<u32>>,
    youth: Option<Spanned<YouthRow>>,
    lemons: Option<Spanned<LemonsRow>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YouthRow {
    began: Text,
    settled: Text,
    shape: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LemonsRow {
    share: f64,
    factor: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OutageRow {
    name: Text,
    from: Text,
    lasts: Text,
    nodes: Option<Text>,
    share: Option<Spanned<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WorksRow {
    from: Text,
    lasts: Text,
    nodes: Option<Text>,
}

/// What is wrong with a file, and where: told together.
type Mistakes = Vec<(Range<usize>, String)>;

/// A file, as far as it could be read.
pub struct Told {
    path: PathBuf,
    text: String,
    file: File,
    mistakes: Mistakes,
}

impl Told {
    /// Opens a file.
    pub fn open(path: &Path) -> Result<Self, Stop> {
        let text = std::fs::read_to_string(path)
            .map_err(|it| Stop::wrong(format!("{}: {it}", path.display())))?;
        let mut mistakes = Mistakes::new();
        let file = sound(&text, |at, why| mistakes.push((at, why)));
        Ok(Self { path: path.to_path_buf(), file, text, mistakes })
    }

    /// Its classes of nodes; none, where all are alike. What else it says hangs on them, so that what
    /// is wrong with them is told first.
    pub fn classes(&self, fill: Fill) -> Result<Classes, Stop> {
        let page = Page { node: None, nodes: 0, mistakes: RefCell::default() };
        let mut classes = Classes::default();
        for row in &self.file.class {
            let _told = page.class(row, fill, &mut classes);
        }
        match page.mistakes.into_inner() {
            none if none.is_empty() => Ok(classes),
            some => self.refuse(some).map(|()| classes),
        }
    }

    /// All else, for a machine of so many nodes; of so many GPUs each, where all have equally many.
    pub fn read(&self, node: Option<i64>, nodes: u32) -> Result<Machine, Stop> {
        let page = Page { node, nodes, mistakes: RefCell::default() };
        let breaks = page.breaks(&self.file);
        let watts = self.file.watts.as_ref().map(|it| page.watts(it)).transpose();
        let pue = |it| page.of(it, |it: &f64| overhead(*it));
        let pue = self.file.pue.as_ref().map(pue).transpose();
        self.refuse(page.mistakes.into_inner())?;
        if nodes == 0 && !breaks.is_empty() {
            let shown = self.path.display();
            return Err(Stop::wrong(format!(
                "{shown}: what breaks is a node: say --gpus-per-node M"
            )));
        }
        Ok(Machine { breaks, watts: watts?, overhead: pue?, ..Machine::default() })
    }

    /// Tells these mistakes and those of its syntax, if there are any.
    fn refuse(&self, more: Mistakes) -> Result<(), Stop> {
        let all = self.mistakes.iter().cloned().chain(more).collect();
        diagnose::refuse(&self.path.display().to_string(), &self.text, all)
    }
}

/// The file as written: what is wrong with it has a line.
struct Page {
    /// Told together once all of it was read.
    mistakes: RefCell<Mistakes>,
    /// GPUs of a node, where all have equally many.
    node: Option<i64>,
    /// Nodes, spares among them.
    nodes: u32,
}

impl Page {
    /// Notes a mistake. The answer says that it is told.
    fn wrong(&self, at: Range<usize>, why: String) -> Stop {
        self.mistakes.borrow_mut().push((at, why));
        Stop::told(Exit::Wrong)
    }

    /// Understands one value, or says where it stands.
    fn of<T, U>(
        &self,
        it: &Spanned<T>,
        read: impl FnOnce(&T) -> Result<U, String>,
    ) -> Result<U, Stop> {
        read(it.get_ref()).map_err(|why| self.wrong(it.span(), why))
    }

    fn class(
        &self,
        row: &Spanned<ClassRow>,
        fill: Fill,
        classes: &mut Classes,
    ) -> Result<(), Stop> {
        let it = row.get_ref();
        let within = |it: &Spanned<i64>, most: i64| {
            self.of(it, |it| match *it {
                some if (1..=most).contains(&some) => Ok(some),
                other => Err(format!("`{other}`: must be 1 to {most}")),
            })
        };
        let model = self.of(&it.model, |it| match it.trim() {
            "" => Err("a class of nodes has a model, such as \"H100\"".to_owned()),
            some => Ok(some.to_owned()),
        })?;
        let node = within(&it.gpus_per_node, 255)?;
        let nodes = within(&it.nodes, MOST)?;
        let domain = it.domain.as_ref().map_or(Ok(node), |it| within(it, 1_000_000))?;
        if domain % node != 0 {
            let why = format!("{domain} GPUs are no multiple of a node's {node}");
            return Err(self.wrong(it.domain.as_ref().map_or(row.span(), Spanned::span), why));
        }
        if !(0..=1_000_000).contains(&it.spares) {
            return Err(self.wrong(row.span(), "spares are 0 to 1000000".to_owned()));
        }
        let shape = Shape { node, domain: domain / node, spares: it.spares, fill };
        classes.add(&model, nodes, shape).map_err(|why| self.wrong(row.span(), why))
    }

    /// What breaks, as far as it is understood.
    fn breaks(&self, file: &File) -> Breaks {
        let mut it = Breaks::default();
        let mut names = BTreeSet::new();
        let named =
            file.cause.iter().map(|it| &it.name).chain(file.outage.iter().map(|it| &it.name));
        for name in named.filter(|it| !names.insert(it.get_ref())) {
            let twice = name.get_ref();
            let why = format!("`{twice}` stands here twice: a name is the address of its luck");
            self.wrong(name.span(), why);
        }
        it.causes.extend(file.cause.iter().flat_map(|it| self.causes(it)).flatten());
        it.outages.extend(file.outage.iter().flat_map(|it| self.outage(it)));
        it.works.extend(file.works.iter().flat_map(|it| self.works(it)));
        it
    }

    fn outage(&self, row: &OutageRow) -> Result<Outage, Stop> {
        let (nodes, share) = (self.range(row.nodes.as_ref()), self.part(row.share.as_ref()));
        let (from, lasts) = (self.of(&row.from, |it| when(it)), self.of(&row.lasts, |it| some(it)));
        let name = row.name.get_ref().clone();
        Ok(Outage { name, nodes: nodes?, share: share?, from: from?, lasts: lasts? })
    }

    fn works(&self, row: &WorksRow) -> Result<Works, Stop> {
        let nodes = self.range(row.nodes.as_ref());
        let (from, lasts) = (self.of(&row.from, |it| when(it)), self.of(&row.lasts, |it| some(it)));
        Ok(Works { nodes: nodes?, from: from?, lasts: lasts? })
    }

    /// One cause, or all of a row of the catalogue.
    fn causes(&self, row: &CauseRow) -> Result<Vec<Cause>, Stop> {
        let mended = row.repair.as_ref().map(|it| self.of(it, |it| repair(it))).transpose();
        let rates = self.rates(row);
        let nodes = self.range(row.nodes.as_ref());
        let together = row.together.as_ref().map_or(Ok(1), |it| self.of(it, |it| group(*it)));
        let youth = row.youth.as_ref().map(|it| self.youth(it)).transpose();
        let lemons = row.lemons.as_ref().map(|it| self.of(it, lemons)).transpose();
        let (mended, named) = (mended?, row.name.get_ref());
        let one = Cause {
            name: named.clone(),
            nodes: nodes?,
            together: together?,
            per_hour: 0.0,
            repair: mended,
            youth: youth?,
            lemons: lemons?,
        };
        let each = |it: rates::Rate| Cause {
            name: if it.name.is_empty() { named.clone() } else { format!("{named}.{}", it.name) },
            per_hour: it.per_hour,
            repair: mended.filter(|_| it.takes_node),
            ..one.clone()
        };
        Ok(rates?.into_iter().map(each).collect())
    }

    /// How often it fails: one rate without a name, or those of a row of the catalogue.
    fn rates(&self, row: &CauseRow) -> Result<Vec<rates::Rate>, Stop> {
        let Some(named) = row.fail.get_ref().strip_prefix("catalogue:failures/") else {
            let per_hour = self.of(&row.fail, |it| rate(it))?;
            return Ok(vec![rates::Rate { name: String::new(), per_hour, takes_node: true }]);
        };
        let rates = self.of(&row.fail, |_| match self.node {
            Some(node) => rates::of(named, node),
            None => {
                Err("nodes differ in size here: say rates, such as \"1 per 1000 node-days\"".into())
            }
        })?;
        if row.repair.is_none() && rates.iter().any(|it| it.takes_node) {
            let why = format!("`{named}` tells no repair: say repair, such as \"6 h\"");
            return Err(self.wrong(row.fail.span(), why));
        }
        Ok(rates)
    }

    fn youth(&self, row: &Spanned<YouthRow>) -> Result<Youth, Stop> {
        let it = row.get_ref();
        if !(it.shape > 0.0 && it.shape <= 1.0) {
            let why = "a shape above 0 and up to 1: the young fail more often".to_owned();
            return Err(self.wrong(row.span(), why));
        }
        let (began, settled) =
            (self.of(&it.began, |it| when(it)), self.of(&it.settled, |it| some(it)));
        Ok(Youth { began: began?, settled: settled?, shape: it.shape })
    }

    fn range(&self, it: Option<&Text>) -> Result<Range<u32>, Stop> {
        let Some(it) = it else { return Ok(0..u32::MAX) };
        self.of(it, |text| {
            let ends = text.split_once("..");
            let read = |(from, to): (&str, &str)| {
                Some(from.trim().parse().ok()?..to.trim().parse::<u32>().ok()?)
            };
            match ends.and_then(read) {
                Some(it) if it.is_empty() => Err(format!("there is no node in `{text}`")),
                Some(it) if it.start < self.nodes => Ok(it),
                Some(_) => Err(format!("`{text}` lies beyond the machine's {} nodes", self.nodes)),
                None => Err(format!("`{text}` does not read FIRST..END, such as 0..64")),
            }
        })
    }

    fn part(&self, it: Option<&Spanned<f64>>) -> Result<f64, Stop> {
        let Some(it) = it else { return Ok(1.0) };
        self.of(it, |it| {
            if *it > 0.0 && *it <= 1.0 {
                Ok(*it)
            } else {
                Err(format!("`{it}` is no share: 0 to 1"))
            }
        })
    }

    fn watts(&self, it: &Spanned<[i64; 2]>) -> Result<Watts, Stop> {
        self.of(it, |&[full, idle]| {
            Some(Watts { full, idle }).filter(|it| believable(*it)).ok_or_else(|| {
                "watts at work, then those idle, which are no more: such as [700, 120]".to_owned()
            })
        })
    }
}

/// Nodes that fail together.
fn group(nodes: u32) -> Result<u32, String> {
    if nodes == 0 { Err("at least one node fails".to_owned()) } else { Ok(nodes) }
}

fn lemons(it: &LemonsRow) -> Result<Lemons, String> {
    if (0.0..=1.0).contains(&it.share) && (1.0..=1e6).contains(&it.factor) {
        return Ok(Lemons { share: it.share, factor: it.factor });
    }
    Err("a share from 0 to 1, and a factor of at least 1".to_owned())
}

/// Failures per node and hour.
fn rate(text: &str) -> Result<f64, String> {
    let known = Quantity::parse(text).ok().filter(|it| it.dim == Dim::FAILURE_RATE);
    let per_hour = known.map(|it| it.in_unit("per node-day") / 24.0).ok_or_else(|| {
        format!(
            "`{text}` is no rate; write \"6.5 per 1000 node-days\" or \"catalogue:failures/llama3\""
        )
    })?;
    if (0.0..=1.0).contains(&per_hour) {
        return Ok(per_hour);
    }
    Err(format!("`{text}`: a node would fail more than once an hour"))
}

fn when(text: &str) -> Result<Instant, String> {
    moment(text).ok_or_else(|| format!("`{text}` is no moment; write 2017-10-09 or seconds"))
}

fn some(text: &str) -> Result<Span, String> {
    time(text).and_then(|it| {
        if it.millis > 0 { Ok(it) } else { Err("must be longer than nothing".into()) }
    })
}
