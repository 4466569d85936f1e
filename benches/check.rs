//! Benchmarks of the time for templates: `cargo bench`.
//!
//! `scripts/count-instructions` counts the instructions for the same templates.

// Benchmarks may panic.
#![allow(clippy::unwrap_used)]

mod readers;
mod templates;

use cfn_ipfix::yaml::YamlFile;
use cfn_ipfix::{Options, Report, check};
use divan::Bencher;
use divan::counter::BytesCount;

use templates::{Layout, Spec};

fn main() {
    divan::main();
}

const LAYOUTS: [Layout; 3] = [Layout::Yaml, Layout::Json, Layout::OneLine];

/// Builds a template of 1 MB and 500 resources.
fn large(layout: Layout, findings: usize) -> String {
    let spec = Spec {
        layout,
        resources: 500,
        findings,
        bytes: 1_000_000,
    };
    spec.text()
}

/// Builds a template of `resources` resources of 1 KB.
fn growing(resources: usize, findings: usize) -> String {
    let spec = Spec {
        layout: Layout::Yaml,
        resources,
        findings,
        bytes: 1000 * resources,
    };
    spec.text()
}

fn checked(text: &str) -> Report {
    check(text, &Options::default()).unwrap()
}

/// The baseline for the other benchmarks.
#[divan::bench(args = LAYOUTS)]
fn bare_yaml_rust2(bencher: Bencher<'_, '_>, layout: Layout) {
    let text = large(layout, 100);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| readers::yaml_rust2(&text));
}

#[divan::bench(args = LAYOUTS)]
fn bare_serde_yaml(bencher: Bencher<'_, '_>, layout: Layout) {
    let text = large(layout, 100);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| readers::serde_yaml(&text));
}

#[divan::bench(args = LAYOUTS)]
fn parse(bencher: Bencher<'_, '_>, layout: Layout) {
    let text = large(layout, 100);
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| YamlFile::of_text(&text).unwrap());
}

#[divan::bench(args = LAYOUTS)]
fn clean(bencher: Bencher<'_, '_>, layout: Layout) {
    let text = large(layout, 0);
    bencher.counter(BytesCount::of_str(&text)).bench(|| checked(&text));
}

#[divan::bench(args = LAYOUTS)]
fn fixed_and_proven(bencher: Bencher<'_, '_>, layout: Layout) {
    let text = large(layout, 100);
    bencher.counter(BytesCount::of_str(&text)).bench(|| checked(&text));
}

#[divan::bench(args = [4, 1000, 2000, 4000, 8000, 16000], max_time = 10)]
fn growing_clean(bencher: Bencher<'_, '_>, resources: usize) {
    let text = growing(resources, 0);
    bencher.counter(BytesCount::of_str(&text)).bench(|| checked(&text));
}

#[divan::bench(args = [4, 1000, 2000, 4000, 8000, 16000], max_time = 10)]
fn growing_fixed_and_proven(bencher: Bencher<'_, '_>, resources: usize) {
    let text = growing(resources, resources / 2);
    bencher.counter(BytesCount::of_str(&text)).bench(|| checked(&text));
}
