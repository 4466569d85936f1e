//! The command-line interface: it parses the arguments and returns the exit status.
//!
//! The library checks and fixes the sources.

mod args;
mod checker;
mod environment;
mod exit;
mod file_outcome;
mod inputs;
mod lsp;
mod messages;
mod module;
mod outcomes;
mod output;
mod progress;
mod project;
mod project_groups;
mod run;
mod run_plan;
mod scan;
mod template;
mod threads;
mod tips;
mod work;
mod write_together;

use std::process::ExitCode;

use cfn_ipfix::report;
use clap::{CommandFactory, Parser};

use args::{Args, Explained};
use environment::Environment;
use exit::Exit;
use output::{fail, print};
use run_plan::RunPlan;

/// Runs the command line and returns its exit status.
pub(crate) fn run() -> ExitCode {
    match Args::try_parse() {
        Ok(args) if args.lsp => lsp::run(&Environment::read()),
        Ok(args) => run_command(&args).into(),
        Err(mut error) => {
            tips::improve(&mut error);
            print_clap_error(&error).into()
        }
    }
}

fn run_command(args: &Args) -> Exit {
    args.colours().write_global();
    if let Some(text) = requested_text(args) {
        return print(&text).map_or_else(|error| fail(&error), |()| Exit::Clean);
    }
    match RunPlan::of(args, Environment::read()) {
        Ok(plan) => run::run(&plan).unwrap_or_else(|error| fail(&error)),
        Err(error) => print_clap_error(&error),
    }
}

/// Prints help or version on standard output, or a usage error on standard error.
fn print_clap_error(error: &clap::Error) -> Exit {
    // If the pipe is closed, nobody reads the message.
    let _ = error.print();
    if error.use_stderr() { Exit::Failure } else { Exit::Clean }
}

/// Returns the output of an option that prints and exits, if there is one.
fn requested_text(args: &Args) -> Option<Vec<u8>> {
    if let Some(explained) = args.explain {
        let text = match explained {
            Explained::Rule(rule) => report::rules::explanation(rule),
            Explained::Error(error) => report::rules::causes(error),
        };
        return Some(text.into_bytes());
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
