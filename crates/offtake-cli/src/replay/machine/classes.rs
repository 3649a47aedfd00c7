//! Nodes that are not all alike: their classes, from the file of the machine or from a list of nodes.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use offtake::pool::{Class, Fill, Shape};
use offtake::time::Span;
use offtake::view::OfKind;
use offtake_files::trace;

use super::MOST;
use crate::exit::Stop;

/// Classes of nodes, and the kinds of accelerator that they have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Classes {
    /// In the order in which a job that may choose takes them; none, where all nodes are alike.
    pub all: Vec<Class>,
    /// By number of the kind.
    pub kinds: Vec<Box<str>>,
}

/// A policy keeps one bit each of what a job accepts.
const CLASSES: usize = 32;

impl Classes {
    /// Whether all nodes are alike.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// GPUs of all of them.
    pub fn gpus(&self) -> i64 {
        self.all.iter().map(|it| it.gpus).sum()
    }

    /// Nodes, spares among them.
    pub fn nodes(&self) -> u32 {
        let nodes = |it: &Class| it.gpus / it.shape.node + it.shape.spares;
        self.all.iter().map(nodes).sum::<i64>() as u32
    }

    /// GPUs of a node, where all have equally many.
    pub fn node(&self) -> Option<i64> {
        let first = self.all.first()?.shape.node;
        self.all.iter().all(|it| it.shape.node == first).then_some(first)
    }

    /// What was done on each kind of accelerator, of GPU-milliseconds by class.
    pub fn done(&self, kept: &[i128]) -> Vec<OfKind> {
        let mut all: Vec<OfKind> = self
            .kinds
            .iter()
            .map(|it| OfKind { kind: it.to_string(), gpus: 0, gpu_hours: 0.0 })
            .collect();
        for (class, kept) in self.all.iter().zip(kept) {
            let it = &mut all[class.kind as usize];
            it.gpus += class.gpus;
            it.gpu_hours += *kept as f64 / Span::HOUR.millis as f64;
        }
        all
    }

    /// One more: nodes of a model.
    ///
    /// # Errors
    /// Says in a sentence what is wrong with it.
    pub fn add(&mut self, model: &str, nodes: i64, shape: Shape) -> Result<(), String> {
        let known = self.kinds.iter().position(|it| **it == *model);
        let kind = known.unwrap_or_else(|| {
            self.kinds.push(model.into());
            self.kinds.len() - 1
        });
        self.all.push(Class { gpus: nodes * shape.node, shape, kind: kind as u32 });
        if self.all.len() > CLASSES {
            return Err(format!("a machine has {CLASSES} classes of nodes at most"));
        }
        if self.gpus() + shape.spares * shape.node > MOST {
            return Err(format!("jobs are placed on {MOST} GPUs at most"));
        }
        Ok(())
    }

    /// The classes of a list of nodes, Alibaba's `sn,cpu_milli,memory_mib,gpu,model`: nodes of one model
    /// with equally many GPUs, in the order in which they are named first. What has no GPU is left out.
    pub fn of_list(path: &Path, fill: Fill) -> Result<Self, Stop> {
        let wrong = |why: &dyn std::fmt::Display| Stop::wrong(format!("{}: {why}", path.display()));
        let file = File::open(path).map_err(|it| wrong(&it))?;
        let reader = trace::unpacked(BufReader::new(file)).map_err(|it| wrong(&it))?;
        let (nodes, told) = trace::nodes(reader).map_err(|it| wrong(&it))?;
        let told = told.to_string();
        if let Some(first) = told.lines().next() {
            return Err(wrong(&first));
        }
        let mut counts: Vec<(&str, i64, i64)> = Vec::new();
        for node in nodes.iter().filter(|it| it.gpus > 0) {
            match counts.iter_mut().find(|it| (it.0, it.1) == (&*node.model, node.gpus)) {
                Some(known) => known.2 += 1,
                None => counts.push((&*node.model, node.gpus, 1)),
            }
        }
        let mut classes = Self::default();
        for (model, gpus, nodes) in counts {
            if gpus > 255 {
                return Err(wrong(&format!("a node of {model} has {gpus} GPUs; 255 at most")));
            }
            let shape = Shape { node: gpus, domain: 1, spares: 0, fill };
            classes.add(model, nodes, shape).map_err(|it| wrong(&it))?;
        }
        if classes.is_empty() {
            return Err(wrong(&"no node has a GPU"));
        }
        Ok(classes)
    }
}
