//! The machine under a replay: nodes, NVLink domains, spares, what breaks, what the site draws.

mod classes;
mod file;
mod rates;
mod sound;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use offtake::pool::{Breaks, Cause, Fill, Repair, Shape, Watts};
use offtake::time::Span;

use super::settings::{span, time};
use crate::exit::Stop;
pub use classes::Classes;
use file::Told;

/// What a pool is made of, and what breaks in it.
#[derive(Args)]
pub struct MachineArgs {
    /// Nodes of the pool, instead of its GPUs.
    #[arg(long, value_name = "N", requires = "gpus_per_node", conflicts_with = "gpus",
          value_parser = clap::value_parser!(i64).range(1..=100_000_000))]
    nodes: Option<i64>,
    /// GPUs of one node: jobs are placed, and what breaks is a node.
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(i64).range(1..=255))]
    gpus_per_node: Option<i64>,
    /// GPUs of an NVLink domain, such as 8, 72, 144; one node, if not said.
    #[arg(long, value_name = "GPUS", requires = "gpus_per_node",
          value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    domain: Option<i64>,
    /// Which room is taken first, of several in which a gang stays together.
    #[arg(long, value_name = "HOW", default_value = "pack")]
    fill: FillArg,
    /// Nodes beyond those of the pool that step in for what is down.
    #[arg(long, value_name = "N", requires = "gpus_per_node", default_value_t = 0,
          value_parser = clap::value_parser!(i64).range(0..=1_000_000))]
    spares: i64,
    /// Mean time between failures of one node, such as "50 days".
    #[arg(long, value_name = "TIME")]
    mtbf: Option<String>,
    /// How long a node that failed is away: "6 h", "mean 6 h", "median 12 h, sigma 1"; without, it
    /// stays and only its jobs are interrupted.
    #[arg(long, value_name = "LAW", requires = "mtbf")]
    repair: Option<String>,
    /// Classes of nodes, all else that breaks, watts and PUE: a TOML file.
    #[arg(long, value_name = "FILE")]
    machine: Option<PathBuf>,
    /// The nodes of the pool, of one class for each model and size: a list as Alibaba's,
    /// sn,cpu_milli,memory_mib,gpu,model.
    #[arg(long, value_name = "FILE")]
    nodes_file: Option<PathBuf>,
    /// What the site draws over what its GPUs draw, such as 1.2: tells the energy of the site.
    #[arg(long, value_name = "TIMES")]
    pue: Option<f64>,
}

/// Which room is taken first.
#[derive(Clone, Copy, ValueEnum)]
enum FillArg {
    /// The least that is enough: large rooms stay whole.
    Pack,
    /// The largest: neighbours are few.
    Spread,
}

/// The same, understood.
#[derive(Default)]
pub struct Machine {
    /// Nodes and domains, where they are told and all are alike.
    pub shape: Option<Shape>,
    /// Nodes by class, where they are not.
    pub classes: Classes,
    /// What breaks.
    pub breaks: Breaks,
    /// What a GPU draws, where the file says so.
    pub watts: Option<Watts>,
    /// What the site draws beyond IT, in thousandths, where it is told.
    pub overhead: Option<i64>,
}

impl MachineArgs {
    /// The size of the pool, where it is told by nodes.
    pub fn gpus(&self) -> Option<i64> {
        Some(self.nodes? * self.gpus_per_node?)
    }

    /// The classes of its nodes, where they are not all alike.
    pub fn classes(&self) -> Result<Classes, Stop> {
        let told = self.machine.as_ref().map(|it| Told::open(it)?.classes(self.fill()));
        let told = told.transpose()?.unwrap_or_default();
        let listed = self.nodes_file.as_ref().map(|it| Classes::of_list(it, self.fill()));
        let listed = listed.transpose()?.unwrap_or_default();
        if !told.is_empty() && !listed.is_empty() {
            return Err(Stop::wrong(
                "--machine tells of classes of nodes, and so does --nodes-file",
            ));
        }
        let classes = if told.is_empty() { listed } else { told };
        if !classes.is_empty() && self.gpus_per_node.is_some() {
            return Err(Stop::wrong(
                "--gpus-per-node: the classes of nodes tell it, each for its own",
            ));
        }
        Ok(classes)
    }

    /// Reads all of it, for a pool of so many GPUs.
    pub fn read(&self, gpus: i64, classes: Classes, seed: u64) -> Result<Machine, Stop> {
        let shape = self.gpus_per_node.map(|node| self.shape(node, gpus)).transpose()?;
        let alike = shape.map_or(0, |it| (gpus + it.node - 1) / it.node + it.spares) as u32;
        let nodes = alike + classes.nodes();
        let node = shape.map(|it| it.node).or(classes.node());
        let file = self.machine.as_ref().map(|it| Told::open(it)?.read(node, nodes));
        let mut it = file.transpose()?.unwrap_or_default();
        it.breaks.seed = seed;
        it.breaks.causes.extend(self.cause()?);
        if nodes == 0 && self.mtbf.is_some() {
            return Err(Stop::wrong("--mtbf: what breaks is a node: say --gpus-per-node M"));
        }
        if let Some(pue) = self.pue {
            let known = overhead(pue).map_err(|why| Stop::wrong(format!("--pue: {why}")))?;
            it.overhead = Some(known);
        }
        Ok(Machine { shape, classes, ..it })
    }

    fn fill(&self) -> Fill {
        match self.fill {
            FillArg::Pack => Fill::Pack,
            FillArg::Spread => Fill::Spread,
        }
    }

    fn shape(&self, node: i64, gpus: i64) -> Result<Shape, Stop> {
        let domain = self.domain.unwrap_or(node);
        if domain % node != 0 {
            return Err(Stop::wrong(format!(
                "--domain: {domain} GPUs are no multiple of a node's {node}"
            )));
        }
        if gpus + self.spares * node > MOST {
            return Err(Stop::wrong(format!(
                "--gpus-per-node: jobs are placed on {MOST} GPUs at most; say --gpus N to count only"
            )));
        }
        Ok(Shape { node, domain: domain / node, spares: self.spares, fill: self.fill() })
    }

    fn cause(&self) -> Result<Option<Cause>, Stop> {
        let Some(mtbf) = &self.mtbf else { return Ok(None) };
        let between = span("mtbf", mtbf)?;
        if between < Span::HOUR {
            return Err(Stop::wrong(format!(
                "--mtbf: `{mtbf}` between two failures of one node; must be an hour at least"
            )));
        }
        let law = |it: &String| repair(it).map_err(|why| Stop::wrong(format!("--repair: {why}")));
        Ok(Some(Cause {
            name: "node".to_owned(),
            nodes: 0..u32::MAX,
            together: 1,
            per_hour: 1.0 / between.hours(),
            repair: self.repair.as_ref().map(law).transpose()?,
            youth: None,
            lemons: None,
        }))
    }
}

/// GPUs that jobs are placed on; their owners are kept in memory.
const MOST: i64 = 20_000_000;

/// A law of repair: `6 h`, `mean 6 h`, `median 12 h, sigma 1`.
pub fn repair(text: &str) -> Result<Repair, String> {
    let text = text.trim();
    if let Some(mean) = text.strip_prefix("mean ") {
        return Ok(Repair::Exponential(time(mean)?));
    }
    let Some(rest) = text.strip_prefix("median ") else {
        return Ok(Repair::Fixed(time(text)?));
    };
    let sigma = |it: &str| it.trim().strip_prefix("sigma ")?.trim().parse::<f64>().ok();
    let (median, sigma) = rest
        .split_once(',')
        .and_then(|(median, it)| Some((median, sigma(it)?)))
        .filter(|it| (0.0..=5.0).contains(&it.1))
        .ok_or_else(|| format!("`{text}` does not read \"median 12 h, sigma 1\" (0 to 5)"))?;
    Ok(Repair::Lognormal(time(median)?, sigma))
}

/// Thousandths that a site draws beyond IT.
pub fn overhead(pue: f64) -> Result<i64, String> {
    if (1.0..=10.0).contains(&pue) {
        return Ok(((pue - 1.0) * 1e3).round() as i64);
    }
    Err(format!("`{pue}` is no PUE: a site draws 1 to 10 times what its machines draw"))
}
