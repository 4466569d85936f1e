//! The index of AWS's error messages.

use std::fmt::Write as _;

use cfn_ipfix::profile::PROPERTIES;
use cfn_ipfix::rules::{AWS_ERRORS, aws_errors_in, rules};
use snapbox::{Data, assert_data_eq};

use super::shared::root;

/// Returns the codes of the rules of the best match.
fn codes(message: &str) -> Vec<&'static str> {
    let errors = aws_errors_in(message);
    let best = errors.first().map_or(&[][..], |error| error.rules);
    best.iter().map(|rule| rule.code).collect()
}

#[test]
fn finds_the_rules_of_a_message() {
    for (message, likely) in [
        // As the console shows it, with the name and an ID.
        (
            "Value (web) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name (Service: AmazonEC2; Status Code: 400; Error Code: InvalidParameterValue)",
            Some("IPF001"),
        ),
        ("Invalid IAM Instance Profile name", Some("IPF001")),
        ("invalid iam instance\nprofile  ARN", Some("IPF001")),
        (
            "Value of property {/Roles} does not match type {String}",
            Some("IPF003"),
        ),
        (
            "Properties validation failed for resource L with message: Value of property Roles must be of type List of String",
            Some("IPF004"),
        ),
        (
            "The role with name WebRole cannot be found. (Service: Iam, Status Code: 404)",
            Some("IPF009"),
        ),
        (
            "Unable to locate credentials. You can configure credentials by running \"aws configure\".",
            Some("IPF007"),
        ),
        (
            "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
            Some("IPF004"),
        ),
        (
            "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute",
            Some("IPF001"),
        ),
        (
            "CLIENT_ERROR - Invalid IamInstanceProfile: arn:aws:iam::123456789012:role/web",
            Some("IPF001"),
        ),
        (
            "Invalid IamInstanceProfile: web (Service: AmazonAutoScaling; Status Code: 400; Error Code: ValidationError)",
            Some("IPF001"),
        ),
        ("Access Denied", None),
        ("Value of property Tags must be of type List", None),
        ("invalid", None),
        ("", None),
    ] {
        assert_eq!(codes(message).first().copied(), likely, "{message}");
    }
}

#[test]
fn knows_every_message_of_the_tables_and_pages() {
    let tables = PROPERTIES.iter().filter_map(|property| property.aws_error);
    let quotes = rules().flat_map(|rule| rule.explanation.lines().filter_map(|line| line.strip_prefix("> ")));
    for message in tables.chain(quotes) {
        assert!(!aws_errors_in(message).is_empty(), "{message}");
    }
}

/// Compares docs/errors.md with the index; `SNAPSHOTS=overwrite` updates the page.
#[test]
fn errors_page_lists_every_message() {
    let mut page = "# Errors of AWS

AWS reports these messages when a template with one of the mistakes is deployed. `…` stands for any text. Search the page for
a part of your message, or ask the command: `cfn-ipfix --explain 'Invalid IAM Instance Profile name'`.

| AWS reports | from | rules, the most likely first | to fix it |
|---|---|---|---|
"
    .to_owned();
    for error in AWS_ERRORS {
        let links = error.rules.iter().map(|rule| {
            let anchor = format!("{}-{}", rule.code.to_lowercase(), rule.name);
            format!("[{}](rules.md#{anchor})", rule.code)
        });
        let links: Vec<_> = links.collect();
        writeln!(
            page,
            "| {} | {} | {} | {} |",
            error.message,
            error.service,
            links.join(", "),
            error.correction
        )
        .unwrap();
    }
    assert_data_eq!(page, Data::read_from(&root().join("docs/errors.md"), None).raw());
}
