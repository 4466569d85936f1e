//! The command line: arguments in, exit status out. What is done with a template is the library's business.

mod args;
mod done;
mod endings;
mod environment;
mod exit;
mod inputs;
mod messages;
mod output;
mod plan;
mod progress;
mod run;
mod work;

use cfn_ipfix::report;
use clap::{CommandFactory, Parser};

use args::Args;
use environment::Environment;
use exit::Exit;
use output::{fail, print};
use plan::Plan;

/// Does what the command line asks for.
pub(crate) fn run() -> Exit {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return refuse(&error),
    };
    args.colours().write_global();
    if let Some(text) = text_asked_for(&args) {
        return print(&text).map_or_else(|error| fail(&error), |()| Exit::Clean);
    }
    match Plan::of(&args, Environment::read()) {
        Ok(plan) => run::run(&plan).unwrap_or_else(|error| fail(&error)),
        Err(error) => refuse(&error),
    }
}

/// Prints what clap has to say: help and version to standard output, complaints to standard error.
fn refuse(error: &clap::Error) -> Exit {
    // Whoever closed the pipe does not want to read it.
    let _ = error.print();
    if error.use_stderr() { Exit::Failure } else { Exit::Clean }
}

/// Returns what is printed in place of a run.
fn text_asked_for(args: &Args) -> Option<Vec<u8>> {
    if let Some(rule) = args.explain {
        return Some(report::rules::explanation(rule).into_bytes());
    }
    if args.list_rules {
        return Some(report::rules::list().into_bytes());
    }
    let mut text = Vec::new();
    if let Some(shell) = args.completions {
        clap_complete::generate(shell, &mut Args::command(), env!("CARGO_PKG_NAME"), &mut text);
    } else if args.man {
        // Writing to memory does not fail.
        let _ = clap_mangen::Man::new(Args::command()).render(&mut text);
    }
    (!text.is_empty()).then_some(text)
}
