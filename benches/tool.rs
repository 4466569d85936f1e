//! A helper for the scripts that measure: writes the templates of the benchmarks, and runs single steps on files.
//!
//! ```text
//! tool write yaml|json|one-line RESOURCES FINDINGS BYTES > template
//! tool read yaml-rust2|serde_yaml FILE
//! tool check FILE
//! tool time < FILES
//! tool prefilter FOLDER
//! tool projects < JSON
//! ```

// Helpers of benchmarks may panic.
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod readers;
mod templates;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use cfn_ipfix::cloudformation::prefilter::look;
use cfn_ipfix::model::{Finding, FixState};
use cfn_ipfix::text::LineIndex;
use cfn_ipfix::yaml::YamlFile;
use cfn_ipfix::{Options, ProjectFile, Report, check_project};

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
                    other => panic!("unknown layout {other}"),
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
            let report = cfn_ipfix::check(&text(file), &Options::default()).unwrap();
            let fixed = report.fixed().map_or(0, str::len);
            println!("{} findings, {fixed} bytes", report.findings.len());
        }
        ["time"] => time(),
        ["prefilter", folder] => println!("{}", prefilter(Path::new(folder))),
        ["projects"] => {
            for line in std::io::stdin().lines() {
                println!("{}", project(&serde_json::from_str(&line.unwrap()).unwrap()));
            }
        }
        other => panic!("unknown arguments {other:?}"),
    }
}

/// Checks files together, and each by itself; the result is JSON.
fn project(texts: &BTreeMap<String, String>) -> serde_json::Value {
    let files = texts.iter().map(|(path, text)| ProjectFile {
        path: path.clone(),
        text: text.as_str().into(),
        may_change: true,
        options: Options::default(),
    });
    let (mut findings, mut fixed) = (Vec::new(), BTreeMap::new());
    for ((path, text), report) in texts.iter().zip(check_project(&files.collect::<Vec<_>>())) {
        let Ok(report) = report else { continue };
        let alone = cfn_ipfix::check(text, &Options::default()).unwrap();
        fixed.extend(report.fixed().map(|text| (path.clone(), text.to_owned())));
        let lines = LineIndex::new(text);
        findings.extend(report.findings.iter().map(|finding| {
            let span = finding.place.span;
            let is_same = |other: &Finding| other.rule.code == finding.rule.code && other.place.span == span;
            serde_json::json!({
                "path": path,
                "line": lines.position(text, span.start()).line,
                "severity": format!("{:?}", finding.severity),
                "message": finding.message,
                "is_alone": alone.findings.iter().any(is_same),
                "fix": match &finding.fix_state {
                    FixState::NoFix(reason) => reason.to_string(),
                    _ if Report::applies_fix_of(&report, finding) => "applied".to_owned(),
                    _ => "unsafe".to_owned(),
                },
            })
        }));
    }
    serde_json::json!({
        "findings": findings,
        "fixed": fixed,
    })
}

/// Prints the seconds of one check of each file, whose names are read line by line.
fn time() {
    for file in std::io::stdin().lines() {
        let text = text(&file.unwrap());
        let begun = Instant::now();
        black_box(cfn_ipfix::check(&text, &Options::default()).is_ok());
        println!("{}", begun.elapsed().as_secs_f64());
    }
}

/// Measures which files pass the prefilter, and the time of each step.
///
/// The result is JSON, in bytes and in seconds of one thread.
fn prefilter(folder: &Path) -> serde_json::Value {
    let mut texts = Vec::new();
    read(folder, &mut texts);
    let bytes = |texts: &[Vec<u8>]| texts.iter().map(Vec::len).sum::<usize>();
    let (files, all) = (texts.len(), bytes(&texts));
    let begun = Instant::now();
    texts.retain(|text| look(text).may_apply);
    let prefilter = begun.elapsed();
    let texts_let_through: Vec<_> = texts.iter().filter_map(|text| str::from_utf8(text).ok()).collect();
    let begun = Instant::now();
    for text in &texts_let_through {
        black_box(readers::yaml_rust2(text));
    }
    let bare = begun.elapsed();
    let begun = Instant::now();
    for text in &texts_let_through {
        black_box(YamlFile::of_text(text).is_ok());
    }
    let parsing = begun.elapsed();
    let begun = Instant::now();
    for text in &texts_let_through {
        black_box(cfn_ipfix::check(text, &Options::default()).is_ok());
    }
    let rules = begun.elapsed().saturating_sub(parsing);
    serde_json::json!({
        "files": files,
        "bytes": all,
        "let_through": texts.len(),
        "bytes_let_through": bytes(&texts),
        "bare_seconds": bare.as_secs_f64(),
        "seconds": {
            "prefilter": prefilter.as_secs_f64(),
            "parsing": parsing.as_secs_f64(),
            "rules": rules.as_secs_f64(),
        },
    })
}

fn read(folder: &Path, texts: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, texts);
        } else {
            texts.push(std::fs::read(path).unwrap());
        }
    }
}

fn text(file: &str) -> String {
    std::fs::read_to_string(file).unwrap()
}
