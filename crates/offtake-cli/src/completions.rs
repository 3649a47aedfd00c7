//! How does a shell finish a word? From the description of the call, with the names it cannot
//! know: stories and kinds of the catalogue.

use clap::builder::PossibleValuesParser;
use clap::{Args, Command, ValueHint};
use clap_complete::Shell;
use offtake::scenario::library::{KINDS, STORIES, table_of};

use crate::exit::{Exit, Stop};
use crate::out;

/// Print the completions of a shell.
#[derive(Args)]
#[command(after_help = "Example: offtake completions bash > \
~/.local/share/bash-completion/completions/offtake")]
pub struct CompletionsArgs {
    /// The shell that will read them.
    shell: Shell,
}

/// Prints the completions of a call.
pub fn completions(args: &CompletionsArgs, command: Command) -> Result<Exit, Stop> {
    let mut command = with_names(command, args.shell);
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "offtake", &mut script);
    let script = String::from_utf8(script).map_err(|error| Stop::failed(error.to_string()))?;
    out::print(&script)
}

/// The call with every name that may stand in it.
///
/// A scenario may be a story or a file. bash alone goes on to files where no word fits; the others
/// are told of files.
fn with_names(command: Command, shell: Shell) -> Command {
    let stories = || PossibleValuesParser::new(STORIES.iter().map(|it| it.0));
    let kinds = || PossibleValuesParser::new(KINDS.iter().map(|it| table_of(it.name)));
    command.mut_subcommands(|verb| {
        let name = verb.get_name().to_owned();
        verb.mut_args(|it| match (name.as_str(), it.get_id().as_str()) {
            ("new", "like") => it.value_parser(stories()),
            ("catalogue", "kind") => it.value_parser(kinds()),
            (_, "scenario" | "scenarios") | ("explain", "word") if shell == Shell::Bash => {
                it.value_parser(stories())
            }
            (_, "scenario" | "scenarios" | "files") | ("explain", "word") => {
                it.value_hint(ValueHint::FilePath)
            }
            _ => it,
        })
    })
}
