//! A shape as TOML, for people to read and for programs to read back: every number stands there as it
//! is counted with, so that what was written and read is the same.

use std::fmt::Write;

use toml::{Table, Value};

use super::curve::Curve;
use super::shape::{Batches, Kind, Shape, Spell, Swing, Told, Walltime};

const ABOUT: &str = "\
# What the jobs of a trace are like, drawn up by `offtake import`.
#
# per_day   jobs a day
# hours     how many batches come in each hour of the day, mean 1; days: on each day from Monday on
# swings    how the rate swings about that: strength, the standard deviation of its logarithm, and
#           lasts, the hours after which that is forgotten to 1/e
# spell     hours of a spell, a part of the trace: about a week
# gpus      [GPUs of a job, jobs in the trace], ...
# batches   batches in the trace; of: jobs of a batch; apart: seconds between two of them;
#           alike: how much their runtimes are, from 0 to 1
# came      spell by spell, over and over: how many come, over the mean of all spells
# longer    by how many standard deviations of normal scores these run longer than all of the kind
# runtime   seconds, at 0, 1, 5, 10, 20, ... 90, 95, 98, 99, 99.5, 99.9 and 100 % of the jobs,
#           straight in the logarithm between; five numbers: at 0, 25, 50, 75 and 100 %
# walltime  over: walltime over runtime, likewise; with: how that goes with the runtime, from -1 to 1
";

impl Shape {
    /// The shape as a file.
    pub fn to_toml(&self) -> String {
        let mut text = format!("{ABOUT}\n");
        let told = &self.told;
        let mut line = |key: &str, it: &str| {
            let _ = if it.is_empty() { Ok(()) } else { writeln!(text, "{key:<7} = {it}") };
        };
        line("name", &quoted(&told.name));
        line("source", &quoted(&told.source));
        line("as_of", &told.as_of);
        line("grade", &quoted(&told.grade));
        line("note", &quoted(&told.note));
        let _ = writeln!(text, "per_day = {}", self.per_day);
        let _ = writeln!(text, "hours   = {}", list(&self.hours));
        let _ = writeln!(text, "days    = {}", list(&self.days));
        if self.spell > 0 {
            let _ = writeln!(text, "spell   = {}", self.spell);
        }
        let swings: Vec<String> = self.swings.iter().map(|it| swing(*it)).collect();
        let _ = writeln!(text, "swings  = [{}]", swings.join(", "));
        self.kinds.iter().for_each(|it| it.write(&mut text));
        text
    }

    /// The shape of a file.
    ///
    /// # Errors
    /// Says in a sentence what is wrong with it.
    pub fn from_toml(text: &str) -> Result<Shape, String> {
        let table: Table = text.parse().map_err(|it: toml::de::Error| it.message().to_owned())?;
        let at = At(&table, String::new());
        let kinds = at.tables("kind")?;
        if kinds.is_empty() {
            return Err(
                "it has no `[[kind]]`: is it a shape, as `offtake import` writes it?".to_owned()
            );
        }
        let swings = at.tables("swings")?;
        Ok(Shape {
            told: Told {
                name: at.word("name"),
                source: at.word("source"),
                as_of: at.word("as_of"),
                grade: at.word("grade"),
                note: at.word("note"),
            },
            per_day: at.number("per_day")?,
            hours: at.numbers("hours")?.try_into().map_err(|_| "`hours` are 24 numbers")?,
            days: at.numbers("days")?.try_into().map_err(|_| "`days` are 7 numbers")?,
            spell: if table.contains_key("spell") { at.number("spell")? as u64 } else { 0 },
            swings: swings.iter().map(At::swing).collect::<Result<_, _>>()?,
            kinds: kinds.iter().map(At::kind).collect::<Result<_, _>>()?,
        })
    }
}

impl Kind {
    fn write(&self, text: &mut String) {
        let gpus: Vec<String> =
            self.gpus.iter().map(|it| format!("[{}, {}]", it.0, it.1)).collect();
        let Batches { count, of, apart, alike } = &self.batches;
        let _ = writeln!(text, "\n[[kind]]\ngpus    = [{}]", gpus.join(", "));
        let _ = writeln!(
            text,
            "batches = {{ count = {count}, of = {}, apart = {apart}, alike = {alike} }}",
            list(of.points())
        );
        if let Some(it) = self.swing {
            let _ = writeln!(text, "swing   = {}", swing(it));
        }
        if !self.spells.is_empty() {
            let [came, longer]: [Vec<f64>; 2] = [|it: &Spell| it.came, |it: &Spell| it.longer]
                .map(|of| self.spells.iter().map(of).collect());
            let _ = writeln!(text, "came    = {}\nlonger  = {}", list(&came), list(&longer));
        }
        let _ = writeln!(text, "runtime = {}", list(self.runtime.points()));
        if let Some(it) = &self.walltime {
            let _ = writeln!(
                text,
                "walltime = {{ with = {}, over = {} }}",
                it.with,
                list(it.over.points())
            );
        }
    }
}

/// A text in quotes; nothing where there is none.
fn quoted(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let plain = text.replace(char::is_control, " ").replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{plain}\"")
}

fn list(all: &[f64]) -> String {
    let all: Vec<String> = all.iter().map(f64::to_string).collect();
    format!("[{}]", all.join(", "))
}

fn swing(it: Swing) -> String {
    format!("{{ strength = {}, lasts = {} }}", it.strength, it.lasts)
}

/// A table and where it stands.
struct At<'a>(&'a Table, String);

impl<'a> At<'a> {
    fn wrong(&self, key: &str, wanted: &str) -> String {
        format!("`{}{key}` is wanted as {wanted}", self.1)
    }

    fn word(&self, key: &str) -> String {
        match self.0.get(key) {
            Some(Value::String(it)) => it.clone(),
            Some(Value::Datetime(it)) => it.to_string(),
            _ => String::new(),
        }
    }

    fn number(&self, key: &str) -> Result<f64, String> {
        let it = self.0.get(key).and_then(float).filter(|it| (0.0..1e12).contains(it));
        it.ok_or_else(|| self.wrong(key, "a number that is not negative"))
    }

    fn numbers(&self, key: &str) -> Result<Vec<f64>, String> {
        let all = self.0.get(key).and_then(floats);
        let sound = |it: &Vec<f64>| it.iter().all(|it| (0.0..1e12).contains(it));
        all.filter(sound).ok_or_else(|| self.wrong(key, "a list of numbers that are not negative"))
    }

    fn curve(&self, key: &str) -> Result<Curve, String> {
        let wanted = "1, 5 or 18 numbers above 0, in rising order";
        Curve::of(self.numbers(key)?).ok_or_else(|| self.wrong(key, wanted))
    }

    fn tables(&self, key: &str) -> Result<Vec<At<'a>>, String> {
        let Some(all) = self.0.get(key) else { return Ok(Vec::new()) };
        let all = all.as_array().ok_or_else(|| self.wrong(key, "a list of tables"))?;
        let inner = |(nth, it): (usize, &'a Value)| {
            let table = it.as_table().ok_or_else(|| self.wrong(key, "a list of tables"))?;
            Ok(At(table, format!("{}{key}[{nth}].", self.1)))
        };
        all.iter().enumerate().map(inner).collect()
    }

    fn table(&self, key: &str) -> Result<Option<At<'a>>, String> {
        let Some(it) = self.0.get(key) else { return Ok(None) };
        let table = it.as_table().ok_or_else(|| self.wrong(key, "a table"))?;
        Ok(Some(At(table, format!("{}{key}.", self.1))))
    }

    fn swing(&self) -> Result<Swing, String> {
        Ok(Swing { strength: self.number("strength")?, lasts: self.number("lasts")? })
    }

    fn kind(&self) -> Result<Kind, String> {
        let batches = self.table("batches")?.ok_or_else(|| self.wrong("batches", "a table"))?;
        Ok(Kind {
            gpus: self.gpus()?,
            batches: Batches {
                count: batches.number("count")? as u64,
                of: batches.curve("of")?,
                apart: batches.number("apart")?,
                alike: batches.number("alike")?.min(1.0),
            },
            swing: self.table("swing")?.map(|it| it.swing()).transpose()?,
            spells: self.spells()?,
            runtime: self.curve("runtime")?,
            walltime: self.table("walltime")?.map(|it| it.walltime()).transpose()?,
        })
    }

    /// Files that are older tell none.
    fn spells(&self) -> Result<Vec<Spell>, String> {
        if !self.0.contains_key("came") {
            return Ok(Vec::new());
        }
        let came = self.numbers("came")?;
        let longer = self.0.get("longer").and_then(floats).filter(|it| it.len() == came.len());
        let longer = longer.ok_or_else(|| self.wrong("longer", "a list as long as `came`"))?;
        Ok(came.into_iter().zip(longer).map(|(came, longer)| Spell { came, longer }).collect())
    }

    fn gpus(&self) -> Result<Vec<(i64, u64)>, String> {
        let pair = |it: &Value| match it.as_array()?.as_slice() {
            [Value::Integer(gpus), Value::Integer(jobs)] if *gpus > 0 && *jobs > 0 => {
                Some((*gpus, *jobs as u64))
            }
            _ => None,
        };
        let all = self.0.get("gpus").and_then(Value::as_array);
        let all = all.and_then(|it| it.iter().map(pair).collect::<Option<Vec<_>>>());
        let all = all.filter(|it| !it.is_empty());
        all.ok_or_else(|| self.wrong("gpus", "a list of [GPUs of a job, jobs of the trace]"))
    }

    fn walltime(&self) -> Result<Walltime, String> {
        let with = self.0.get("with").and_then(float).filter(|it| (-1.0..=1.0).contains(it));
        let with = with.ok_or_else(|| self.wrong("with", "a number from -1 to 1"))?;
        Ok(Walltime { over: self.curve("over")?, with })
    }
}

fn floats(it: &Value) -> Option<Vec<f64>> {
    it.as_array()?.iter().map(float).collect()
}

fn float(it: &Value) -> Option<f64> {
    it.as_float().or_else(|| it.as_integer().map(|it| it as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_that_is_written_and_read_is_the_same() {
        let text = include_str!("../../catalogue/shapes/philly.toml");
        let shape = Shape::from_toml(text).expect("it is one");
        assert_eq!(Shape::from_toml(&shape.to_toml()), Ok(shape));
    }

    #[test]
    fn a_file_without_spells_is_read_as_one_whose_spells_are_alike() {
        let text = include_str!("../../catalogue/shapes/philly.toml");
        let spells = ["spell ", "came ", "longer "];
        let older = text.lines().filter(|line| !spells.iter().any(|it| line.starts_with(it)));
        let older = older.collect::<Vec<_>>().join("\n");
        let shape = Shape::from_toml(&older).expect("it is one");
        assert!(shape.kinds.iter().all(|it| it.spells.is_empty()));
        let one_short = text.replacen("longer  = [2.905, ", "longer  = [", 1);
        assert_eq!(
            Shape::from_toml(&one_short),
            Err("`kind[0].longer` is wanted as a list as long as `came`".to_owned())
        );
    }

    #[test]
    fn what_is_wrong_with_a_file_is_said_in_a_sentence() {
        let wrong = |text: &str| Shape::from_toml(text).expect_err("it is no shape");
        assert!(wrong("").starts_with("it has no `[[kind]]`"));
        assert_eq!(
            wrong("per_day = -1\n[[kind]]"),
            "`per_day` is wanted as a number that is not negative"
        );
    }
}
