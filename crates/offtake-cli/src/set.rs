//! What is set over a scenario from the command line: `--set deal.aws.take="80 %"`.

use clap::Args;

use crate::exit::Stop;

/// Values that replace those of the scenario and its variant.
#[derive(Args, Clone, Debug, Default)]
pub struct SetArgs {
    /// Set a value over the scenario; `compare` takes several by commas and plays each.
    #[arg(long = "set", value_name = "PATH=VALUE[,VALUE...]")]
    values: Vec<String>,
}

/// A path, and the values it is to take in turn.
type Setting<'a> = (&'a str, Vec<&'a str>);

impl SetArgs {
    /// The settings as TOML, where each has one value.
    pub fn text(&self) -> Result<String, Stop> {
        match self.grid()?.as_slice() {
            [(_, only)] => Ok(only.clone()),
            _ => Err(Stop::wrong(
                "here every --set takes one value; `offtake compare` plays several side by side",
            )),
        }
    }

    /// The same as arguments of a call.
    pub fn arguments(&self) -> impl Iterator<Item = String> {
        self.values.iter().map(|it| format!("--set={it}"))
    }

    /// Every combination of the values: what tells it from the others, and its settings as TOML.
    pub fn grid(&self) -> Result<Vec<(String, String)>, Stop> {
        let mut all = vec![(String::new(), String::new())];
        for (path, values) in self.settings()? {
            let with = |(name, text): &(String, String), value: &str| {
                let told = format!("{name} {path} = {value}").trim().to_owned();
                (told, text.clone() + &line(path, value))
            };
            all = all.iter().flat_map(|it| values.iter().map(|value| with(it, value))).collect();
        }
        const MOST: usize = 64;
        if all.len() > MOST {
            let count = all.len();
            return Err(Stop::wrong(format!("{count} combinations are too many; {MOST} at most")));
        }
        Ok(all)
    }

    fn settings(&self) -> Result<Vec<Setting<'_>>, Stop> {
        let setting = |text: &'_ String| -> Option<(usize, usize)> {
            let at = text.find('=')?;
            (!text[..at].trim().is_empty() && !text[at + 1..].trim().is_empty())
                .then_some((at, at + 1))
        };
        self.values
            .iter()
            .map(|text| match setting(text) {
                Some((end, from)) => Ok((text[..end].trim(), split(&text[from..]))),
                None => Err(Stop::wrong(format!(
                    "`--set {text}`: write PATH=VALUE, as deal.aws.take=80 %"
                ))),
            })
            .collect()
    }
}

/// Settings as TOML, each with its one value.
pub fn lines(settings: &[(String, String)]) -> String {
    settings.iter().map(|(path, value)| line(path, value.trim())).collect()
}

fn line(path: &str, value: &str) -> String {
    format!("{} = {}\n", serde_json::Value::from(path), as_toml(value))
}

/// Cuts at commas outside of brackets and quotes.
fn split(text: &str) -> Vec<&str> {
    let (mut depth, mut quoted, mut from) = (0_i32, false, 0);
    let mut all = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '{' | '[' if !quoted => depth += 1,
            '}' | ']' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                all.push(text[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    all.push(text[from..].trim());
    all
}

/// A value as a scenario writes it: dates, tables, lists and quoted texts as they are, all else as
/// text, which holds numbers with their units.
fn as_toml(value: &str) -> String {
    let parsed = format!("x = {value}").parse::<toml::Table>().ok();
    match parsed.as_ref().and_then(|it| it.get("x")) {
        Some(toml::Value::Integer(_) | toml::Value::Float(_)) | None => {
            // Who sets a number answers for it.
            let is_bare = value.starts_with(|c: char| c.is_ascii_digit()) && !value.ends_with(']');
            let text = if is_bare { format!("{value} [assumed]") } else { value.to_owned() };
            serde_json::Value::from(text).to_string()
        }
        Some(_) => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(values: &[&str]) -> Vec<(String, String)> {
        SetArgs { values: values.iter().map(|it| (*it).to_owned()).collect() }
            .grid()
            .expect("a grid")
    }

    #[test]
    fn a_value_is_written_as_a_scenario_writes_it() {
        let text = |it: &str| grid(&[it]).remove(0).1;
        assert_eq!(text("a.b=80 %"), "\"a.b\" = \"80 % [assumed]\"\n");
        assert_eq!(text("a.b = 120000"), "\"a.b\" = \"120000 [assumed]\"\n");
        assert_eq!(text("a.b=2026-09-01"), "\"a.b\" = 2026-09-01\n");
        assert_eq!(
            text("a.b={ q10 = \"1\", q90 = \"2\" }"),
            "\"a.b\" = { q10 = \"1\", q90 = \"2\" }\n"
        );
    }

    #[test]
    fn several_values_of_several_paths_make_every_combination() {
        let all = grid(&["a.b=1,2", "c.d=x", "e.f=7 MW IT,8 MW IT"]);
        let names: Vec<_> = all.iter().map(|it| it.0.as_str()).collect();
        assert_eq!(
            names,
            [
                "a.b = 1 c.d = x e.f = 7 MW IT",
                "a.b = 1 c.d = x e.f = 8 MW IT",
                "a.b = 2 c.d = x e.f = 7 MW IT",
                "a.b = 2 c.d = x e.f = 8 MW IT"
            ]
        );
        assert!(all[0].1.contains("\"c.d\" = \"x\"\n"));
    }

    #[test]
    fn what_sets_nothing_is_refused() {
        for it in ["a.b", "=3", "a.b="] {
            let set = SetArgs { values: vec![it.to_owned()] };
            assert!(set.grid().expect_err("refused").message.contains("write PATH=VALUE"));
        }
    }
}
