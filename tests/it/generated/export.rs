//! Writes generated templates to a folder, so that two builds of the tool can be compared on them.

use std::path::Path;
use std::{env, fs};

use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;

use super::laws::Case;
use super::layout::layout;
use super::model::model;

/// The environment variable with the folder to write to.
const FOLDER: &str = "CFN_IPFIX_EXPORT";
/// The environment variable with the number of templates.
const COUNT: &str = "CFN_IPFIX_EXPORT_COUNT";

/// Writes the same templates on each run.
#[test]
#[ignore = "scripts/compare-builds runs it, with a folder to write to"]
fn export() {
    let folder = env::var_os(FOLDER).unwrap_or_else(|| panic!("{FOLDER} is not set"));
    let count = env::var(COUNT).map_or(20_000, |count| count.parse().unwrap());
    let mut runner = TestRunner::deterministic();
    for number in 0..count {
        let (model, layout) = (model(), layout()).new_tree(&mut runner).unwrap().current();
        let case = Case::new(model, &layout).unwrap();
        write(Path::new(&folder), number, layout.is_json, case.text());
    }
}

/// Writes one template; each folder gets a thousand.
fn write(folder: &Path, number: u32, is_json: bool, text: &str) {
    let folder = folder.join(format!("{:02}", number / 1000));
    fs::create_dir_all(&folder).unwrap();
    let extension = if is_json { "json" } else { "yaml" };
    fs::write(folder.join(format!("{:03}.{extension}", number % 1000)), text).unwrap();
}
