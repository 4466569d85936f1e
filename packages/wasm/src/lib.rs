//! The library of cfn-ipfix for JavaScript.
//!
//! Arguments and results are JSON in strings. The packages in `../npm` and `../../playground` wrap them in objects.

#![forbid(unsafe_code)]

mod arguments;
mod checked;
mod messages;
mod module;
mod response;

use arguments::{Arguments, InvalidArguments};
use checked::Checked;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

/// Checks files, and returns the report, the diff and the fixed files.
///
/// `files` is an object from paths to sources. `options` is an object whose fields are those of `CheckOptions` in
/// `../npm/cfn-ipfix/index.d.ts`, and `command`, by which `../npm/cfn-ipfix/fallback.js` asks for messages too.
///
/// # Errors
///
/// If an argument is invalid. A file that cannot be parsed is an error in the report.
#[wasm_bindgen]
pub fn check(files: &str, options: &str) -> Result<String, JsError> {
    Ok(checked(files, options)?)
}

/// Returns the explanation of a rule in Markdown, by its code or name.
///
/// # Errors
///
/// If there is no such rule.
#[wasm_bindgen]
pub fn explain(rule: &str) -> Result<String, JsError> {
    let rule = cfn_ipfix::rules::rule(rule)?;
    Ok(cfn_ipfix::report::rules::explanation(rule))
}

fn checked(files: &str, options: &str) -> Result<String, InvalidArguments> {
    let arguments = Arguments::parse(files, options)?;
    response::json(&Checked::new(&arguments), &arguments)
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;
    use serde_json::{Value, json};

    use super::*;

    fn checked_value(files: &[(&str, &str)], options: &Value) -> Result<Value, String> {
        let files: IndexMap<_, _> = files.iter().copied().collect();
        let files = serde_json::to_string(&files).unwrap();
        let response = checked(&files, &options.to_string()).map_err(|error| error.to_string())?;
        Ok(serde_json::from_str(&response).unwrap())
    }

    fn example(name: &str) -> String {
        std::fs::read_to_string(format!("../../examples/{name}")).unwrap()
    }

    const ROLE: &str =
        "resource \"aws_iam_role\" \"server\" {\n  assume_role_policy = data.aws_iam_policy_document.ec2.json\n}\n";
    const SERVER: &str =
        "resource \"aws_instance\" \"server\" {\n  iam_instance_profile = aws_iam_role.server.name\n}\n";

    fn fixed_paths(response: &Value) -> Vec<&str> {
        let fixed = response["fixed"].as_object().unwrap();
        fixed.keys().map(String::as_str).collect()
    }

    #[test]
    fn fixes_a_template() {
        let response = checked_value(&[("a/t.yaml", &example("ec2-instance.yaml"))], &json!({})).unwrap();
        assert_eq!(response["fixed"]["a/t.yaml"], example("ec2-instance.fixed.yaml"));
        assert!(response["diff"].as_str().unwrap().starts_with("--- a/a/t.yaml\n"));
        assert_eq!(response["report"]["findings"][0]["rule"]["code"], "IPF001");
        assert_eq!(response["report"]["findings"][0]["path"], "a/t.yaml");
        assert_eq!(response["report"]["summary"]["fixable"], 1);
        assert_eq!(response.get("output"), None);
    }

    #[test]
    fn a_correct_template_has_no_findings() {
        let response = checked_value(&[("t.yaml", &example("correct.yaml"))], &json!({})).unwrap();
        assert_eq!(response["report"]["findings"], json!([]));
        assert_eq!(response["report"]["summary"]["templates"], 1);
        assert_eq!((&response["diff"], &response["fixed"]), (&json!(""), &json!({})));
    }

    #[test]
    fn checks_the_files_of_a_folder_together() {
        let files: &[(&str, &str)] = &[
            ("m/server.tf", SERVER),
            ("m/role.tf", ROLE),
            ("elsewhere/role.tf", ROLE),
        ];
        let response = checked_value(files, &json!({})).unwrap();
        assert_eq!(fixed_paths(&response), ["m/role.tf", "m/server.tf"]);
        assert_eq!(response["report"]["summary"]["templates"], 3);

        let alone = checked_value(&[("m/server.tf", SERVER)], &json!({})).unwrap();
        assert_eq!(fixed_paths(&alone), [""; 0]);
    }

    #[test]
    fn reads_other_files_without_changing_them() {
        let options = json!({"context": {"m/role.tf": ROLE}});
        let response = checked_value(&[("m/server.tf", SERVER)], &options).unwrap();
        assert_eq!(response["report"]["summary"]["templates"], 1);
        assert_eq!(response["report"]["findings"][0]["rule"]["code"], "IPF001");
        assert_eq!(fixed_paths(&response), [""; 0]);
    }

    #[test]
    fn follows_calls_of_local_modules() {
        let call = "module \"server\" {\n  source = \"../modules/server\"\n  profile = aws_iam_role.server.name\n}\n";
        let module =
            "variable \"profile\" {}\nresource \"aws_instance\" \"s\" {\n  iam_instance_profile = var.profile\n}\n";
        let files: &[(&str, &str)] = &[
            ("live/main.tf", &format!("{ROLE}{call}")),
            ("modules/server/main.tf", module),
        ];
        let response = checked_value(files, &json!({})).unwrap();
        assert_eq!(response["report"]["findings"][0]["path"], "live/main.tf");
    }

    #[test]
    fn options_select_rules_and_formats() {
        let files: &[(&str, &str)] = &[("t.yaml", &example("ec2-instance.yaml"))];
        let ignored = checked_value(files, &json!({"ignore": ["IPF001"]})).unwrap();
        assert_eq!(ignored["report"]["findings"], json!([]));
        let configured = checked_value(files, &json!({"config": "ignore: [role-as-instance-profile]"})).unwrap();
        assert_eq!(configured["report"]["findings"], json!([]));

        let sarif = checked_value(files, &json!({"format": "sarif"})).unwrap();
        let sarif: Value = serde_json::from_str(sarif["output"].as_str().unwrap()).unwrap();
        assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "IPF001");
    }

    #[test]
    fn unsafe_fixes_need_permission() {
        let files: &[(&str, &str)] = &[("t.yaml", &example("hardcoded-role.yaml"))];
        assert_eq!(fixed_paths(&checked_value(files, &json!({})).unwrap()), [""; 0]);
        let response = checked_value(files, &json!({"unsafeFixes": true})).unwrap();
        assert_eq!(response["fixed"]["t.yaml"], example("hardcoded-role.fixed.yaml"));
    }

    #[test]
    fn a_syntax_error_is_in_the_report() {
        let response = checked_value(&[("t.yaml", "Resources: ["), ("main.tf", "a = = b")], &json!({})).unwrap();
        let errors = response["report"]["errors"].as_array().unwrap();
        let seen: Vec<_> = errors
            .iter()
            .map(|error| (error["path"].as_str(), error["kind"].as_str()))
            .collect();
        let expected = [
            (Some("t.yaml"), Some("unparsable")),
            (Some("main.tf"), Some("unparsable")),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn invalid_arguments_are_rejected() {
        for (options, message) in [
            (json!({"ignore": ["IPF999"]}), "IPF999"),
            (json!({"format": "html"}), "there is no format `html`"),
            (json!({"config": "ignor: []"}), "1:1: there is no setting `ignor`"),
            (json!({"fix": true}), "unknown field `fix`"),
        ] {
            let error = checked_value(&[], &options).unwrap_err();
            assert!(error.contains(message), "{error}");
        }
    }
}
