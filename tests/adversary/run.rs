//! Trials of many templates with one set of options.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use cfn_ipfix::Options;

use crate::generate::template;
use crate::judge::{Harm, Kind};
use crate::random::Random;
use crate::shrink::shrink;
use crate::text::{Layout, write};
use crate::tree::Tree;
use crate::trial::Trial;

/// Number of templates of a short run.
const SHORT: usize = 200;

/// Number of templates to shrink and to show for each kind of harm.
const EXAMPLES: (usize, usize) = (10, 3);

/// Maximum number of values in a template to shrink.
const SIZE: usize = 1000;

/// Fixes random templates; the error shows those whose fixes do harm.
pub(crate) fn no_fix_does_harm(name: &str, options: &Options) -> Result<(), String> {
    let requested = std::env::var("CFN_IPFIX_ADVERSARY").ok();
    let numbers = match requested
        .as_deref()
        .map(|requested| requested.split_once("..").unwrap_or(("0", requested)))
    {
        Some((start, end)) => start.parse().unwrap()..end.parse().unwrap(),
        None => 0..SHORT,
    };
    let count = numbers.len();
    let mut fixed = 0;
    let mut found: BTreeMap<Kind, Vec<usize>> = BTreeMap::new();
    for number in numbers {
        let (tree, layout) = numbered(number);
        let Some(trial) = Trial::of(&write(&tree, &layout), options) else {
            continue;
        };
        fixed += 1;
        keep(number, name, &trial);
        for harm in trial.harms {
            let numbers = found.entry(harm.kind).or_default();
            if numbers.last() != Some(&number) {
                numbers.push(number);
            }
        }
    }
    let mut report = format!("{name}: {fixed} of {count} templates fixed\n");
    for (kind, numbers) in &found {
        let rate = numbers.len() * 10_000 / count;
        writeln!(report, "  {kind:?}: {} templates, {rate} in 10,000", numbers.len()).unwrap();
    }
    for (&kind, numbers) in &found {
        report += &examples(kind, numbers, name, options);
    }
    match found.is_empty() {
        true => Ok(()),
        false => Err(report),
    }
}

/// Writes a template before and after its fixes into `CFN_IPFIX_ADVERSARY_KEEP`, if set.
fn keep(number: usize, name: &str, trial: &Trial) {
    let Some(folder) = std::env::var_os("CFN_IPFIX_ADVERSARY_KEEP") else {
        return;
    };
    let name: String = name.chars().filter(|c| c.is_alphanumeric()).collect();
    for (state, text) in [("before", &trial.before), ("after", &trial.after)] {
        let folder = Path::new(&folder).join(&name).join(state);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{number}.yaml")), text).unwrap();
    }
}

/// Generates the template with a number, and its layout.
fn numbered(number: usize) -> (Tree, Layout) {
    let seed = u64::try_from(number).unwrap();
    let tree = template(Random::new(seed));
    let layout = Layout::random(&mut Random::new(!seed));
    (tree, layout)
}

/// Shows the smallest of the templates with a kind of harm.
fn examples(kind: Kind, numbers: &[usize], name: &str, options: &Options) -> String {
    let mut small: Vec<(String, String)> = Vec::new();
    for &number in numbers.iter().take(EXAMPLES.0) {
        let (before, shown) = example(number, kind, options);
        if small.iter().all(|(other, _)| *other != before) {
            small.push((before, format!("== {kind:?}, template {number}, {name}\n{shown}")));
        }
    }
    small.sort_by_key(|(before, _)| before.len());
    small.into_iter().take(EXAMPLES.1).map(|(_, shown)| shown).collect()
}

/// Shrinks a template, and returns it alone and with the harm.
///
/// The layout is the usual one if that shows the harm too.
fn example(number: usize, kind: Kind, options: &Options) -> (String, String) {
    let (tree, layout) = numbered(number);
    let of_kind = |tree: &Tree, layout: &Layout| -> Option<Harm> {
        let trial = Trial::of(&write(tree, layout), options)?;
        trial.harms.into_iter().find(|harm| harm.kind == kind)
    };
    let layout = match of_kind(&tree, &Layout::USUAL) {
        Some(_) => Layout::USUAL,
        None => layout,
    };
    let harm = of_kind(&tree, &layout).unwrap();
    if tree.size() > SIZE {
        return (
            write(&tree, &layout),
            format!("{}; the template is too large to show\n\n", harm.sentence),
        );
    }
    let small = shrink(&tree, |smaller| of_kind(smaller, &layout).is_some());
    let harm = of_kind(&small, &layout).unwrap_or(harm);
    let when = match harm.assignment.is_empty() {
        true => String::new(),
        false => format!(" when {}", harm.assignment),
    };
    let before = write(&small, &layout);
    let after = Trial::of(&before, options).unwrap().after;
    let shown = format!("{}{when}\n-- before\n{before}-- after\n{after}\n", harm.sentence);
    (before, shown)
}
