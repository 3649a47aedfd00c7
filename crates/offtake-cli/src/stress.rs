//! What is made worse, as `--stress PATH=PER CENT` says it.

use offtake::scenario::Scenario;
use offtake::study::Stress;
use offtake::units::nearest;

use crate::exit::Stop;

/// What is asked, or what is asked of every scenario; nothing where no buyer tells its cash and revenue.
pub fn asked(scenario: &Scenario, said: Option<&str>) -> Result<Option<Stress>, Stop> {
    let Some(text) = said else { return Ok(Stress::usual(scenario)) };
    let stress = read(text).ok_or_else(|| {
        let text = format!("`--stress {text}`: write PATH=PER CENT, as party.openai.revenue=-50%");
        Stop::wrong(text)
    })?;
    if stress.inputs(scenario).is_empty() {
        let paths =
            scenario.inputs.iter().filter(|it| it.1.is_number()).map(|it| it.1.path.as_str());
        let near = nearest(&stress.path, paths);
        let near = near.map_or(String::new(), |it| format!("; did you mean `{it}`?"));
        return Err(Stop::wrong(format!("no number is called `{}`{near}", stress.path)));
    }
    Ok(Some(stress))
}

/// From -100 % on.
fn read(text: &str) -> Option<Stress> {
    let (path, per_cent) = text.split_once('=')?;
    let per_cent: f64 = per_cent.trim().strip_suffix('%')?.trim().parse().ok()?;
    let is_sound = per_cent.is_finite() && per_cent >= -100.0 && !path.trim().is_empty();
    is_sound.then(|| Stress { path: path.trim().to_owned(), per_cent })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_moved_by_some_per_cent() {
        let found = read("party.openai.revenue = -50 %").expect("it is sound");
        assert_eq!((found.path.as_str(), found.per_cent), ("party.openai.revenue", -50.0));
        assert_eq!(read("a=+10%").expect("it is sound").per_cent, 10.0);
        for it in ["a=-50", "=-50%", "a", "a=-101%", "a=x%", "a=NaN%"] {
            assert!(read(it).is_none(), "{it}");
        }
    }
}
