//! The tests that see the tool from outside, in one binary. Each module's table of cases is where to add one.

// Helpers of tests may fail as tests do.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod cases;
mod command;
mod corpus;
mod diffs;
mod documentation;
mod files;
mod folders;
mod generated;
mod prefilter;
mod properties;
mod refusals;
mod reports;
mod rounds;
mod rules;
mod shapes;
mod suppressions;
mod table;
mod variations;

use cfn_ipfix::{Options, Report, check};

/// What the tool makes of a template that it must be able to read.
fn report(template: &str) -> Report {
    check(template, &Options::default()).unwrap_or_else(|error| panic!("{error}\n{template}"))
}

/// The template after its fixes; as it was, if there are none.
fn fixed(template: &str) -> String {
    let report = report(template);
    report.fixed().map_or_else(|| template.to_owned(), str::to_owned)
}

/// The folder of the repository.
fn root() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder of the repository, by name.
fn files(folder: &str) -> Vec<(String, String)> {
    let folder = root().join(folder);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_file())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds no case", folder.display());
    files
}
