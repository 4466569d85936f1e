//! Tips for options of other tools.

use cfn_ipfix::report::Format;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Options of other tools, separated by spaces, and the tip for their equivalent.
const TIPS: [(&str, &str); 15] = [
    (
        "--dry-run -n",
        "without `--write`, no file is changed: a dry run is the default",
    ),
    (
        "--in-place --inplace -i --write-changes --autofix --apply",
        "`--write` fixes the files in place",
    ),
    ("--format -f", "`--output-format` selects the format of the report"),
    (
        "--output -o",
        "`--output-format` selects the format of the report, `--output-file` the file that it goes to",
    ),
    (
        "--exit-zero --no-exit-codes --no-fail --soft-fail",
        "with `--fail-on never`, findings do not fail the run",
    ),
    (
        "--min-severity --severity --non-zero-exit-code",
        "`--fail-on` sets the lowest severity that fails the run",
    ),
    (
        "--recursive -r -R",
        "directories are searched with everything below them; no option is needed",
    ),
    ("--stdin", "the path `-` reads standard input"),
    (
        "--template --template-file --template-body -t --file --input",
        "a path needs no option: `cfn-ipfix template.yaml`",
    ),
    (
        "--profile-name",
        "`--instance-profile-name` sets when a new instance profile is named after its role",
    ),
    (
        "--profile --region --regions",
        "templates are checked without AWS; no account and no region is needed",
    ),
    (
        "--ignore-checks --disable --exclude-rules --extend-ignore --ignore-rules",
        "`--ignore` disables rules",
    ),
    (
        "--include-checks --enable --rules",
        "`--select` enables only some rules, `--list-rules` prints all",
    ),
    (
        "--no-color --no-colour --no-colors",
        "`--color never` prints without colours",
    ),
    (
        "--no-config --no-config-file",
        "`--isolated` ignores all configuration files",
    ),
];

/// Replaces clap's suggestions for an unknown option by a tip.
///
/// Without a tip, the most similar option is suggested.
pub(super) fn improve(error: &mut clap::Error) {
    if error.kind() != ErrorKind::UnknownArgument {
        return;
    }
    // clap suggests to pass the option as a path, which is never intended.
    error.remove(ContextKind::Suggested);
    let Some(ContextValue::String(option)) = error.get(ContextKind::InvalidArg) else {
        return;
    };
    if let Some(tip) = tip(option) {
        error.remove(ContextKind::SuggestedArg);
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
}

/// Returns the tip for an option.
fn tip(option: &str) -> Option<String> {
    let (name, _) = option.split_once('=').unwrap_or((option, ""));
    if let Some((_, tip)) = TIPS
        .iter()
        .find(|(options, _)| options.split(' ').any(|option| option == name))
    {
        return Some((*tip).to_owned());
    }
    let format = Format::by_name(name.strip_prefix("--")?)?;
    Some(format!("`--output-format {}` selects this format", format.name))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser};

    use super::super::args::Args;
    use super::*;

    fn message(arguments: &[&str]) -> String {
        let arguments = [&["cfn-ipfix"], arguments, &["template.yaml"]].concat();
        let mut error = Args::try_parse_from(arguments).unwrap_err();
        improve(&mut error);
        error.to_string()
    }

    #[test]
    fn gives_tips_only_for_unknown_options_and_names_known_ones() {
        let command = Args::command();
        let own: Vec<_> = command
            .get_arguments()
            .flat_map(|argument| {
                let long = argument.get_long_and_visible_aliases().unwrap_or_default().into_iter();
                let long = long.map(|name| format!("--{name}"));
                long.chain(argument.get_short().map(|name| format!("-{name}")))
                    .collect::<Vec<_>>()
            })
            .collect();
        for option in TIPS.iter().flat_map(|(options, _)| options.split(' ')) {
            assert!(!own.contains(&option.to_owned()), "{option}");
        }
        for word in TIPS.iter().flat_map(|(_, tip)| tip.split(['`', ' '])) {
            assert!(!word.starts_with("--") || own.contains(&word.to_owned()), "{word}");
        }
    }

    #[test]
    fn suggests_the_equivalent_of_options_of_other_tools() {
        for (arguments, expected) in [
            (&["--dry-run"][..], "a dry run is the default"),
            (&["--format=json"], "`--output-format`"),
            (&["--format", "json"], "`--output-format`"),
            (&["--exit-zero"], "`--fail-on never`"),
            (&["--in-place"], "`--write`"),
            (&["-i"], "`--write`"),
            (&["--recursive"], "everything below"),
            (&["--output", "a"], "`--output-file`"),
            (&["--profile-name=none"], "`--instance-profile-name`"),
            (&["--sarif"], "`--output-format sarif`"),
        ] {
            let message = message(arguments);
            assert!(message.contains("tip: ") && message.contains(expected), "{message}");
            assert!(!message.contains("as a value"), "{message}");
        }
    }

    #[test]
    fn suggests_the_most_similar_option_or_nothing() {
        assert!(message(&["--wirte"]).contains("tip: a similar argument exists: '--write'"));
        assert!(message(&["--statistic"]).contains("tip: a similar argument exists: '--statistics'"));
        for option in ["--zzz", "-Z"] {
            assert!(!message(&[option]).contains("tip:"), "{}", message(&[option]));
        }
    }
}
