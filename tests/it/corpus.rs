//! Tests on real templates, in the folder that `CFN_IPFIX_CORPUS` names. The repository contains none of them.

use std::path::{Path, PathBuf};

use cfn_ipfix::model::ModelError;
use cfn_ipfix::{CheckError, Options, Outcome, check};

use cfn_ipfix::cloudformation::prefilter::{looks_like_template, may_apply};

use super::prefilter::is_silent;
use super::shared::{assert_honest, with_unsafe_fixes};

fn templates(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            templates(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn checks_real_templates() {
    let Some(folder) = std::env::var_os("CFN_IPFIX_CORPUS") else {
        eprintln!("CFN_IPFIX_CORPUS is not set: no real template was checked");
        return;
    };
    let mut paths = Vec::new();
    templates(Path::new(&folder), &mut paths);
    assert!(!paths.is_empty());
    let (mut unchanged, mut fixed, mut broken, mut let_through) = (0, 0, 0, 0);
    for path in &paths {
        let Ok(text) = std::fs::read_to_string(path) else {
            continue;
        };
        let read_with_serde_yaml = || {
            let documents = serde_yaml::Deserializer::from_str(&text);
            documents
                .map(<serde_yaml::Value as serde::Deserialize>::deserialize)
                .collect::<Result<Vec<_>, _>>()
        };
        let_through += usize::from(may_apply(text.as_bytes()));
        if let Ok(report) = check(&text, &with_unsafe_fixes()) {
            let name = path.display();
            assert!(is_silent(&report) || may_apply(text.as_bytes()), "{name}");
            assert!(report.templates == 0 || looks_like_template(text.as_bytes()), "{name}");
            assert!(
                !matches!(report.outcome, Outcome::Refused { .. }),
                "{}: {:?}",
                path.display(),
                report.outcome
            );
            if !report.findings.is_empty() {
                let name = path.to_string_lossy();
                assert_honest(&name, &text, &Options::default());
                assert_honest(&name, &text, &with_unsafe_fixes());
            }
        }
        match check(&text, &Options::default()) {
            // A reader that behaves like CloudFormation's must reject the file too.
            Err(CheckError::Syntax(error)) => {
                assert!(read_with_serde_yaml().is_err(), "{}: {error}", path.display());
                broken += 1;
            }
            Err(CheckError::Template(ModelError::Duplicate { name, .. })) => {
                let proof_error = read_with_serde_yaml().unwrap_err().to_string();
                assert!(
                    proof_error.contains(&format!("duplicate entry with key \"{name}\"")),
                    "{proof_error}"
                );
                broken += 1;
            }
            Err(CheckError::Template(ModelError::JsonComment { .. })) => {
                assert!(
                    serde_json::from_str::<serde_json::Value>(&text).is_err(),
                    "{}",
                    path.display()
                );
                broken += 1;
            }
            Err(error) => panic!("{}: {error}", path.display()),
            Ok(report) => match &report.outcome {
                Outcome::Unchanged => unchanged += 1,
                Outcome::Fixed(_) => fixed += 1,
                Outcome::Refused { proof_errors, .. } => panic!("{}: {proof_errors:?}", path.display()),
            },
        }
    }
    assert!(let_through * 10 < paths.len(), "the prefilter skips too few files");
    eprintln!(
        "{} files: {unchanged} unchanged, {fixed} fixed, {broken} invalid; {let_through} pass the prefilter",
        paths.len()
    );
}
