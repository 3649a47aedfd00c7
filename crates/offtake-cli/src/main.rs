//! The program `offtake`: which verb was asked for, and with which exit code does it end?
//!
//! Nothing is read before the call is parsed, so `--help` answers at once.

mod agree;
mod amount;
mod cash;
mod catalogue;
mod check;
mod clear;
mod compare;
mod completions;
mod cover;
mod diagnose;
mod exit;
mod explain;
mod explain_word;
mod export;
mod facts;
mod faults;
mod files;
mod fmt;
mod import;
mod input;
mod lender;
mod new;
mod out;
mod paint;
mod play;
mod progress;
mod replay;
mod report;
mod risk;
mod run;
mod save;
mod schema;
mod serve;
mod set;
mod stress;
mod table;
mod threads;
mod write;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

/// Plays AI compute deals forward: what is delivered, used, billed and emitted, and whether the
/// buyer can pay.
#[derive(Parser)]
#[command(
    name = "offtake",
    version,
    after_help = "Without a command the built-in story openai-aws is played.\n\nExit code: 0 done, 1 failed while running, 2 \
the input or the call is wrong, 3 an `expect` of the scenario did not hold."
)]
struct Cli {
    #[command(subcommand)]
    verb: Option<Verb>,
}

/// What can be asked for.
#[derive(Subcommand)]
enum Verb {
    Run(run::RunArgs),
    Risk(Box<risk::RiskArgs>),
    Compare(compare::CompareArgs),
    Lender(lender::LenderArgs),
    Replay(Box<replay::ReplayArgs>),
    Report(report::ReportArgs),
    Export(export::ExportArgs),
    Serve(serve::ServeArgs),
    Import(import::ImportArgs),
    Check(check::CheckArgs),
    Explain(explain::ExplainArgs),
    Catalogue(catalogue::CatalogueArgs),
    Cash(cash::CashArgs),
    Clear(clear::ClearArgs),
    Agree(agree::AgreeArgs),
    New(new::NewArgs),
    Fmt(fmt::FmtArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
}

fn main() -> ExitCode {
    let ended = match Cli::parse().verb {
        Some(Verb::Run(args)) => run::run(&args),
        Some(Verb::Risk(args)) => risk::risk(&args),
        Some(Verb::Compare(args)) => compare::compare(&args),
        Some(Verb::Lender(args)) => lender::lender(&args),
        Some(Verb::Replay(args)) => replay::replay(&args),
        Some(Verb::Report(args)) => report::report(&args),
        Some(Verb::Export(args)) => export::export(&args),
        Some(Verb::Serve(args)) => serve::serve(&args),
        Some(Verb::Import(args)) => import::import(&args),
        Some(Verb::Check(args)) => check::check(&args),
        Some(Verb::Explain(args)) => explain::explain(&args),
        Some(Verb::Cash(args)) => cash::cash(&args),
        Some(Verb::Clear(args)) => clear::clear(&args),
        Some(Verb::Agree(args)) => agree::agree(&args),
        Some(Verb::Catalogue(args)) => catalogue::catalogue(&args),
        Some(Verb::New(args)) => new::new(&args),
        Some(Verb::Fmt(args)) => fmt::fmt(&args),
        Some(Verb::Schema(args)) => schema::schema(&args, Cli::command()),
        Some(Verb::Completions(args)) => completions::completions(&args, Cli::command()),
        None => run::run(&run::RunArgs::first_story()),
    };
    match ended {
        Ok(exit) => exit.into(),
        Err(stop) => {
            if !stop.message.is_empty() {
                out::say(&stop.to_string());
            }
            stop.exit.into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_call_is_described_without_contradiction() {
        Cli::command().debug_assert();
    }
}
