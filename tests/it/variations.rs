//! The ways in which people mix up roles and profiles: each once, in YAML and in JSON.
//!
//! `NAME.before.*` becomes `NAME.after.*` with all fixes, also those that may be wrong; where there is no such file, it
//! stays. `NAME.findings` is what is to be said of both.

use cfn_ipfix::rules::Severity;
use cfn_ipfix::{Options, Report, check};
use snapbox::{Data, assert_data_eq};

use super::{files, root};

const FOLDER: &str = "tests/variations";

/// The findings without their places in the text, which differ between YAML and JSON.
fn findings(report: &Report) -> String {
    let line = |finding: &cfn_ipfix::rules::Finding| {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        format!(
            "{} {severity} {}: {}\n",
            finding.rule.code, finding.path, finding.message
        )
    };
    report.findings.iter().map(line).collect()
}

#[test]
fn every_variation_is_found_and_mended_in_yaml_and_json() {
    let options = Options {
        unsafe_fixes: true,
        ..Options::default()
    };
    let files = files(FOLDER);
    let find = |name: &str| {
        files
            .iter()
            .find(|(other, _)| other == name)
            .map(|(_, text)| text.as_str())
    };
    let names = files.iter().filter_map(|(name, _)| name.strip_suffix(".before.yaml"));
    for name in names {
        for extension in ["yaml", "json"] {
            let before = find(&format!("{name}.before.{extension}"));
            let before = before.unwrap_or_else(|| panic!("{name} is missing in {extension}"));
            let report = check(before, &options).unwrap();
            let told = root().join(format!("{FOLDER}/{name}.findings"));
            assert_data_eq!(findings(&report), Data::read_from(&told, None));
            assert!(!report.findings.is_empty(), "{name}.{extension}");

            let after = find(&format!("{name}.after.{extension}"));
            assert_eq!(report.fixed(), after, "{name}.{extension}");
            let again = check(after.unwrap_or(before), &options).unwrap();
            assert_eq!(again.fixed(), None, "{name}.{extension}");
        }
    }
}
