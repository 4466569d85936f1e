//! A trial: a template is fixed with one set of options, and judged.

use cfn_ipfix::{Options, ProfileName, check};

use crate::judge::{Harm, judge};

/// Returns every set of options that affects fixes, with its name.
pub(crate) fn option_sets() -> Vec<(String, Options)> {
    let names = [
        ("auto", ProfileName::Auto),
        ("none", ProfileName::None),
        ("role", ProfileName::Role),
    ];
    let sets = [false, true].map(|unsafe_fixes| {
        names.map(|(name, profile_name)| {
            let flag = if unsafe_fixes { "--unsafe-fixes " } else { "" };
            let options = Options {
                profile_name,
                unsafe_fixes,
                ..Options::default()
            };
            (format!("{flag}--instance-profile-name {name}"), options)
        })
    });
    sets.into_iter().flatten().collect()
}

/// A template after its fixes.
pub(crate) struct Trial {
    pub(crate) before: String,
    pub(crate) after: String,
    pub(crate) harms: Vec<Harm>,
}

impl Trial {
    /// Fixes a template and judges the fixes; `None` if nothing changes.
    pub(crate) fn of(template: &str, options: &Options) -> Option<Self> {
        let report = check(template, options).ok()?;
        let after = report.fixed()?.to_owned();
        let mut harms = judge(template, &after);
        let reported: Vec<_> = report.remaining().map(|finding| &finding.resource).collect();
        harms.retain(|harm| harm.excused_by.is_none() || !reported.contains(&&harm.excused_by));
        let before = template.to_owned();
        Some(Self { before, after, harms })
    }
}
