//! Is a file laid out as the stories are? Settles its blanks and leaves every word as it is.

use std::path::Path;

use clap::Args;
use offtake::scenario::{Report, layout};

use crate::diagnose::Findings;
use crate::exit::{Exit, Stop};
use crate::input::{self, Input};
use crate::{out, write};

/// Lay scenario files out: equal signs under each other, one blank line before a table.
#[derive(Args)]
#[command(after_help = "Words, values, comments and their order stay as they are.\n\nExample: \
offtake fmt deal.toml\n\nExit code: 0 done, 1 with --check: a file is not laid out, 2 a file is \
not TOML or cannot be read.")]
pub struct FmtArgs {
    /// Files to lay out in place; `-` lays stdin out to stdout.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
    /// Change nothing; end with exit code 1 where a file is not laid out.
    #[arg(long)]
    check: bool,
}

/// Lays out every file that is named; one that cannot be read does not hide the others.
pub fn fmt(args: &FmtArgs) -> Result<Exit, Stop> {
    let mut worst = Exit::Done;
    for argument in &args.files {
        let exit = input::file_or_stdin(argument).and_then(|it| one(argument, &it, args.check));
        let exit = exit.unwrap_or_else(|stop| {
            out::say(&stop.to_string());
            stop.exit
        });
        if exit as u8 > worst as u8 {
            worst = exit;
        }
    }
    Ok(worst)
}

fn one(argument: &str, input: &Input, check: bool) -> Result<Exit, Stop> {
    let mut report = Report::default();
    let (files, laid_out) = layout(&input.name, &input.text, &mut report);
    let Some(laid_out) = laid_out else {
        let mut findings = Findings::new(&input.name, files);
        findings.add(&report);
        findings.say();
        return Ok(Exit::Wrong);
    };
    if check {
        let Some(line) = first_difference(&input.text, &laid_out) else { return Ok(Exit::Done) };
        out::print(&format!("{}:{line}: not laid out; `offtake fmt` does it", input.name))?;
        return Ok(Exit::Failed);
    }
    if argument == "-" {
        return out::print(&laid_out);
    }
    if input.text != laid_out {
        write::replace(Path::new(argument), &laid_out)?;
        out::print(&format!("{argument}: laid out"))?;
    }
    Ok(Exit::Done)
}

/// The first line, counted from one, in which two texts differ.
fn first_difference(a: &str, b: &str) -> Option<usize> {
    if a == b {
        return None;
    }
    let same = a.split_inclusive('\n').zip(b.split_inclusive('\n')).take_while(|(a, b)| a == b);
    Some(same.count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_that_differs_is_found() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb \nc\n", "a\nb\nc\n"), Some(2));
        assert_eq!(first_difference("a\nb", "a\nb\n"), Some(2));
        assert_eq!(first_difference("a\n\n", "a\n"), Some(2));
    }
}
