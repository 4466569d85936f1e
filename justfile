# The commands for contributors. `.ci/run` calls these recipes, so each command is defined once.

set ignore-comments
set positional-arguments

[private]
default:
    @just --list --unsorted

# Run the tests; passes its arguments to `cargo test`
[group('for each change')]
test *ARGUMENTS:
    cargo test --locked "$@"

# Check the format and run clippy
[group('for each change')]
lint: check-format clippy

# Check the format only
[group('for each change')]
check-format:
    cargo fmt --all --check
    cargo fmt --all --check --manifest-path fuzz/Cargo.toml
    cargo fmt --all --check --manifest-path packages/wasm/Cargo.toml

# Run clippy only: on all targets, on the library as for a browser, on the library for JavaScript, on the fuzz targets
[group('for each change')]
clippy:
    cargo clippy --locked --all-targets -- -D warnings
    cargo clippy --locked --lib --no-default-features -- -D warnings
    CARGO_TARGET_DIR=target/packages/cargo cargo clippy --locked --manifest-path packages/wasm/Cargo.toml --lib --tests -- -D warnings
    CARGO_TARGET_DIR=target/fuzz cargo clippy --locked --manifest-path fuzz/Cargo.toml --all-targets --features targets -- -D warnings

# Format the code
[group('for each change')]
format:
    cargo fmt --all
    cargo fmt --all --manifest-path fuzz/Cargo.toml
    cargo fmt --all --manifest-path packages/wasm/Cargo.toml

# Build the documentation of the library
[group('for each change')]
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --document-private-items

# Overwrite the snapshots with the current output
[group('for each change')]
snapshots:
    # Tests may fail, because they are compiled with the old pages.
    -SNAPSHOTS=overwrite cargo test --locked --no-fail-fast
    -TRYCMD=overwrite cargo test --locked --test it command::
    git diff --stat

# Check that the configuration excludes all deliberately wrong templates
[group('for each change')]
check-own:
    cargo run --quiet --locked -- --check --hidden .

# Build the package
[group('for each change')]
package:
    cargo package --locked --allow-dirty --quiet

# Run all checks that a change must pass; installs missing tools
[group('for each change')]
ci:
    .ci/run

# Run the tests with more generated input
[group('long runs')]
test-long *ARGUMENTS:
    CFN_IPFIX_LONG=1 cargo test --locked "$@"

# Fix generated templates in random layouts
[group('long runs')]
generated TEMPLATES="20000":
    PROPTEST_CASES={{ TEMPLATES }} cargo test --locked --release --test it generated::

# Look for fixes that do harm; takes a number or a range, such as 5000..6000
[group('long runs')]
adversary TEMPLATES="100000":
    CFN_IPFIX_ADVERSARY={{ TEMPLATES }} cargo test --locked --release --test adversary

# Fuzz the parsing, the fixes, suppressions, the configuration and the language server
[group('long runs')]
fuzz SECONDS:
    scripts/fuzz {{ SECONDS }}

# Fuzz with the same inputs each time, without the engine; takes the names of targets
[group('long runs')]
fuzz-same *TARGETS:
    CARGO_TARGET_DIR=target/fuzz cargo test --quiet --locked --release --manifest-path fuzz/Cargo.toml -- --show-output "$@"

# Break correct templates in 54 ways, fix them and compare; `--sample 20` for a short run
[group('long runs')]
break-and-mend *ARGUMENTS:
    scripts/break-and-mend "$@"

# Break correct Terraform modules in 16 ways, fix them and compare
[group('long runs')]
break-terraform *ARGUMENTS:
    scripts/break-terraform "$@"

# Break values that the templates of projects pass to each other, fix them and compare
[group('long runs')]
break-and-mend-projects *ARGUMENTS:
    scripts/break-and-mend-projects "$@"

# Break references in documents that contain templates, fix them and compare
[group('long runs')]
break-and-mend-hosts *ARGUMENTS:
    scripts/break-and-mend-hosts "$@"

# Compare the cfn-lint findings of generated templates before and after their fixes
[group('long runs')]
lint-before-and-after TEMPLATES:
    scripts/lint-before-and-after {{ TEMPLATES }}

# Compare two builds, for a change that must not change behaviour
[group('long runs')]
compare-builds OLD NEW *ARGUMENTS:
    scripts/compare-builds "$@"

# Deploy templates in a simulated AWS, before and after their fixes
[group('proofs')]
deploy-with-moto *ARGUMENTS:
    scripts/deploy-with-moto "$@"

# Apply Terraform modules in a simulated AWS, before and after their fixes
[group('proofs')]
apply-with-terraform *ARGUMENTS:
    scripts/apply-with-terraform "$@"

# Make each system call of a write fail in turn
[group('proofs')]
faults TIMES="1":
    .ci/faults {{ TIMES }}

# Verify that the command opens no connection and starts no program
[group('proofs')]
system-calls:
    .ci/system-calls

# Check the dependencies against deny.toml, and test that check
[group('proofs')]
dependencies:
    .ci/dependencies

# Compare with cfn-lint and other tools; `--write` updates docs/comparison.md, `--check` verifies it
[group('proofs')]
compare-with-cfn-lint *ARGUMENTS:
    scripts/compare-with-cfn-lint "$@"

# Compare the tables of properties with the resource schemas; or `--newest`
[group('proofs')]
compare-with-schemas *ARGUMENTS:
    scripts/compare-with-schemas "$@"

# Compare the tables of Terraform's arguments with the schemas of the providers
[group('proofs')]
compare-with-providers:
    scripts/compare-with-providers

# Test that a long run shows its progress in a terminal
[group('proofs')]
progress:
    .ci/progress

# Test the recipes of docs/editors.md and docs/editors-on-save.md; an argument selects cases
[group('proofs')]
editors *CASES:
    .ci/editors "$@"

# Test the language server with the capabilities of several editors
[group('proofs')]
lsp:
    .ci/lsp

# Build the documentation site in target/site; a dead link is an error
[group('proofs')]
site:
    scripts/site

# Check, test and package the extension for VS Code
[group('proofs')]
vscode:
    .ci/vscode

# Check that everything has the version of Cargo.toml
[group('proofs')]
check-versions:
    scripts/set-version --check

# Check the workflows of GitHub
[group('proofs')]
workflows:
    .ci/workflows

# Build and test the static program, and the packages that contain it
[group('long runs')]
binaries:
    .ci/binaries

# Build all packages, install each and try it; `--short` only those that build quickly
[group('long runs')]
packages *ARGUMENTS:
    scripts/packages "$@"

# Try the playground in a real browser
[group('long runs')]
try-playground:
    playground/test

# Try the extension in a real VS Code; `--write` updates the picture of its page
[group('long runs')]
try-vscode *ARGUMENTS:
    scripts/try-vscode "$@"

# Test the hooks and the pre-commit recipes of docs/ci.md
[group('proofs')]
pre-commit:
    .ci/pre-commit

# Test the action and the other recipes of docs/ci.md
[group('proofs')]
action:
    .ci/action

# Measure times of parsing, checking and fixing
[group('measurements')]
bench *ARGUMENTS:
    cargo bench --locked "$@"

# Count the instructions of checks, and compare them with the record
[group('measurements')]
count-instructions *ARGUMENTS:
    scripts/count-instructions "$@"

# Measure the figures of docs/performance.md; `--write` updates the page
[group('measurements')]
measure *ARGUMENTS:
    scripts/measure "$@"

# Measure the time from a keystroke to the diagnostics of the language server; `--write` updates docs/performance.md
[group('measurements')]
measure-server *ARGUMENTS:
    scripts/measure-server "$@"
