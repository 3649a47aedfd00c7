//! Alibaba's list of nodes beside its pods: `sn,cpu_milli,memory_mib,gpu,model`.

use std::io::BufRead;

use super::lines::Lines;
use super::misfit;
use super::refusal::Refusal;
use super::row::{Between, Fault, Fields, Row};
use super::values;
use super::warnings::{Warning, Warnings};

/// A machine of a pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// As its list calls it.
    pub name: Box<str>,
    /// Its GPUs; none where it has processors alone.
    pub gpus: i64,
    /// Their model; empty if they have none.
    pub model: Box<str>,
}

/// Reads a list of nodes.
pub fn nodes(reader: impl BufRead) -> Result<(Vec<Node>, Warnings), Refusal> {
    const COMMA: Between = Between::Sign(b',');
    let (mut lines, mut fields) = (Lines::new(reader), Fields::default());
    let header = lines.next()?.ok_or(Refusal::Empty)?.text.to_vec();
    let header = fields.split(&header, COMMA);
    let find = |name: &str| {
        let has = || header.fields().map(|it| String::from_utf8_lossy(it).into_owned()).collect();
        let found = header.fields().position(|it| it == name.as_bytes());
        found.ok_or_else(|| Refusal::NoColumn { column: name.to_owned(), has: has() })
    };
    let (columns, width) = ([find("sn")?, find("gpu")?, find("model")?], header.len());
    let (mut nodes, mut told) = (Vec::new(), Warnings::default());
    while let Some(line) = lines.next()? {
        if line.text.trim_ascii().is_empty() {
            continue;
        }
        let row = fields.split(line.text, COMMA);
        let node = match misfit(line, row.len(), (width, width)) {
            None => node(&row, columns),
            Some(warning) => Err(Fault { warning, field: "line", text: line.text }),
        };
        match node {
            Ok(node) => nodes.push(node),
            Err(fault) => told.add(fault.warning, line.number, || fault.to_string()),
        }
    }
    Ok((nodes, told))
}

fn node<'a>(row: &Row<'a>, [name, gpus, model]: [usize; 3]) -> Result<Node, Fault<'a>> {
    let text = |nth| String::from_utf8_lossy(row.field(nth)).into();
    let gpus = row.read("gpu", gpus, |it| match values::gpus(it) {
        Ok(gpus) => Ok(gpus.whole),
        Err(Warning::NoGpu) => Ok(0),
        Err(warning) => Err(warning),
    })?;
    Ok(Node { name: text(name), gpus, model: text(model) })
}
