//! What the scripts that measure need beside the tool itself: the templates of the benches as files, and readers that do
//! nothing but read.
//!
//! ```text
//! tool write yaml|json|one-line RESOURCES FINDINGS BYTES > template
//! tool read yaml-rust2|serde_yaml FILE
//! tool check FILE
//! ```

// A helper of the benches may fail as they do.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod readers;
mod templates;

use templates::{Layout, Spec};

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["write", layout, resources, findings, bytes] => {
            let spec = Spec {
                layout: match *layout {
                    "yaml" => Layout::Yaml,
                    "json" => Layout::Json,
                    "one-line" => Layout::OneLine,
                    other => panic!("{other} is no layout"),
                },
                resources: resources.parse().unwrap(),
                findings: findings.parse().unwrap(),
                bytes: bytes.parse().unwrap(),
            };
            print!("{}", spec.text());
        }
        ["read", "yaml-rust2", file] => println!("{} events", readers::yaml_rust2(&text(file))),
        ["read", "serde_yaml", file] => println!("{} documents", readers::serde_yaml(&text(file))),
        ["check", file] => {
            let report = cfn_ipfix::check(&text(file), &cfn_ipfix::Options::default()).unwrap();
            let fixed = report.fixed().map_or(0, str::len);
            println!("{} findings, {fixed} bytes", report.findings.len());
        }
        other => panic!("{other:?} is nothing that this tool does"),
    }
}

fn text(file: &str) -> String {
    std::fs::read_to_string(file).unwrap()
}
