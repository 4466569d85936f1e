//! Pages that are made of the product itself, so that they cannot go stale. `SNAPSHOTS=overwrite cargo test` writes them
//! anew.

use std::fmt::Write as _;

use cfn_ipfix::rules::RULES;
use snapbox::cmd::{Command, cargo_bin};
use snapbox::{Data, assert_data_eq};

use super::root;

/// The rules, as `--list-rules` and `--explain` tell of them.
#[test]
fn the_page_of_rules_is_what_the_rules_say() {
    let mut page = "# Rules\n\n`cfn-ipfix --explain IPF001` prints the same.\n\n| rule | name | fix | finds |\n|---|---|---|---|\n".to_owned();
    for rule in RULES {
        let link = format!("[{}](#{}-{})", rule.code, rule.code.to_lowercase(), rule.name);
        writeln!(page, "| {link} | `{}` | {} | {} |", rule.name, rule.fix, rule.summary).unwrap();
    }
    for rule in RULES {
        let explanation = rule.explanation.replace("\n## ", "\n### ").replacen("## ", "### ", 1);
        write!(page, "\n## {} {}\n\n{}", rule.code, rule.name, explanation).unwrap();
    }
    assert_data_eq!(page, Data::read_from(&root().join("docs/rules.md"), None).raw());
}

/// The picture in the README: what a terminal shows.
#[test]
fn the_picture_is_what_the_command_shows() {
    let args = ["--color", "always", "--verbose", "examples/ec2-instance.yaml"];
    let run = Command::new(cargo_bin!("cfn-ipfix")).current_dir(root()).args(args);
    let output = run.env_remove("CLICOLOR_FORCE").stderr_to_stdout().output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let shown = format!("$ cfn-ipfix --verbose examples/ec2-instance.yaml\n{shown}");
    assert_data_eq!(shown, snapbox::file!["../../docs/terminal.svg": TermSvg]);
}
