//! Compares messages with files.

use std::path::Path;

use serde_json::Value;

/// Compares a message with the file of this name, or writes it.
pub(crate) fn assert_snapshot(name: &str, message: &Value) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/server/snapshots/{name}.json"));
    let actual = serde_json::to_string_pretty(message).unwrap() + "\n";
    // The version changes with each release.
    let actual = actual.replace(env!("CARGO_PKG_VERSION"), "[VERSION]");
    if std::env::var_os("SNAPSHOTS").is_some_and(|value| value == "overwrite") {
        std::fs::write(file, actual).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(actual, expected, "{}", file.display());
}
