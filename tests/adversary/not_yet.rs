//! Harm that the product is known to do, until it is fixed. Both lists are to become empty.

use crate::judge::Kind;

/// Kinds of harm in generated templates.
pub(crate) const KINDS: &[Kind] = &[];

/// Cases of `tests/no-harm` that do not come out as expected. One that does must be removed here.
pub(crate) const CASES: &[&str] = &[
    "deny-statement.yaml::safe",
    "deny-statement.yaml::unsafe",
    "passed-twice.yaml::safe",
    "passed-twice.yaml::unsafe",
    "rds-custom.yaml::safe",
    "rds-custom.yaml::unsafe",
    "profile-arn-for-function.yaml::safe",
    "profile-arn-built-for-function.yaml::safe",
    "role-arn-in-profile-arn.yaml::safe",
    "if-in-sub.yaml::safe",
    "if-in-select.yaml::safe",
    "if-in-join.yaml::safe",
    "find-in-map-default.yaml::safe",
    "split-with-path.yaml::safe",
    "loop-in-properties.yaml::safe",
    "beanstalk-service-role.yaml::safe",
    "principal.yaml::safe",
    "sam-globals.yaml::safe",
    "passed-under-condition.yaml::safe",
    "service-linked-role.yaml::safe",
    "type-by-merge-key.yaml::safe",
    "data-pipeline-resource-role.yaml::safe",
];
