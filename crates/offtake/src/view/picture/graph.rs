//! What every figure is made of: each stage and each input once, and who hangs on whom.

use std::collections::BTreeMap;

use super::{FigureNode, InputNode, Parents, SourceRow, StageNode};
use crate::figures::{Figure, Parent, Stage, fields, parents, stage_label};
use crate::scenario::{InputId, Origin, Scenario};
use crate::view::leaf;

/// Figures, stages, inputs.
pub(super) struct Graph<'a> {
    scenario: &'a Scenario,
    pub figures: Vec<FigureNode>,
    pub stages: Vec<StageNode>,
    pub inputs: Vec<InputNode>,
    stage_at: BTreeMap<Stage, usize>,
    input_at: BTreeMap<InputId, usize>,
}

impl<'a> Graph<'a> {
    /// What some figures are made of.
    pub fn of(scenario: &'a Scenario, figures: &[Figure]) -> Graph<'a> {
        let mut graph = Graph {
            scenario,
            figures: Vec::new(),
            stages: Vec::new(),
            inputs: Vec::new(),
            stage_at: BTreeMap::new(),
            input_at: BTreeMap::new(),
        };
        for it in figures {
            let of = graph.parents(&it.of);
            let (id, label, shown) = (it.id.clone(), it.label.clone(), it.shown());
            let (unit, kind, formula) = (it.unit, it.kind, it.formula);
            graph.figures.push(FigureNode { id, label, shown, unit, kind, formula, of });
        }
        graph
    }

    /// Who is cited, the most cited first.
    pub fn sources(&self) -> Vec<SourceRow> {
        let mut all: Vec<SourceRow> = Vec::new();
        for id in self.input_at.keys() {
            let Origin::Reported(sources) = &self.scenario.inputs.get(*id).origin else { continue };
            for it in sources {
                match all.iter_mut().find(|row| row.name == it.name && row.title == it.title) {
                    Some(row) => row.inputs += 1,
                    None => all.push(SourceRow {
                        name: it.name.clone(),
                        title: it.title.clone(),
                        date: (!it.date.is_empty()).then(|| it.date.clone()),
                        link: it.url.clone(),
                        inputs: 1,
                    }),
                }
            }
        }
        all.sort_by(|a, b| b.inputs.cmp(&a.inputs).then_with(|| a.name.cmp(&b.name)));
        all
    }

    fn parents(&mut self, of: &[Parent]) -> Parents {
        let mut all = Parents::default();
        for parent in of {
            match *parent {
                Parent::Stage(stage) => all.stages.push(self.stage(stage)),
                Parent::Fields(row, keys) => {
                    let inputs = fields(self.scenario, row, keys);
                    all.inputs.extend(inputs.into_iter().map(|it| self.input(it)));
                }
            }
        }
        all
    }

    fn stage(&mut self, stage: Stage) -> usize {
        if let Some(at) = self.stage_at.get(&stage) {
            return *at;
        }
        let at = self.stages.len();
        self.stage_at.insert(stage, at);
        let name = stage_label(self.scenario, stage);
        self.stages.push(StageNode { name, of: Parents::default() });
        self.stages[at].of = self.parents(&parents(self.scenario, stage));
        at
    }

    fn input(&mut self, id: InputId) -> usize {
        if let Some(at) = self.input_at.get(&id) {
            return *at;
        }
        self.input_at.insert(id, self.inputs.len());
        self.inputs.push(input(self.scenario, id));
        self.inputs.len() - 1
    }
}

fn input(scenario: &Scenario, id: InputId) -> InputNode {
    let (it, input) = (leaf(scenario, id), scenario.inputs.get(id));
    InputNode {
        path: it.name,
        told: it.value.unwrap_or_default(),
        range: it.range,
        kind: it.kind,
        is_number: input.is_number(),
        source: it.source,
        place: it.place.unwrap_or_default(),
        file: scenario.files.at(input.place).name.clone(),
        line: scenario.files.line_column(input.place).0,
    }
}
