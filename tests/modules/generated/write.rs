//! Writes the files of a module in any layout, as they are and as they must be fixed.

use super::choices::Choices;
use super::plan::{Item, Plan, Profile, Reference, Repeat, Role, SlotKind, Takes, User, UserValue, Value};

/// A module as it is, and after its fixes: the names and texts of its files.
#[derive(Debug)]
pub(super) struct Module {
    pub(super) sources: Vec<(String, String)>,
    pub(super) expected: Vec<(String, String)>,
}

const NAMES: [&str; 3] = ["main.tf", "iam.tf", "ec2.tf"];

const SUPPRESSION: &str = "# cfn-ipfix: ignore[IPF001]";

/// Generates a module.
pub(super) fn module(choices: &mut Choices<'_>) -> Module {
    let plan = Plan::of(choices);
    let is_quoted = choices.once_in(4);
    let files = plan.files.iter().zip(NAMES).map(|(items, name)| {
        let layout = Layout::of(choices, is_quoted);
        let mut file = Writer::new(&plan, layout);
        for (at, item) in items.iter().enumerate() {
            file.item(choices, *item, at + 1 == items.len());
        }
        let [source, expected] = file.finish();
        ((name.to_owned(), source), (name.to_owned(), expected))
    });
    let (sources, expected) = files.unzip();
    Module { sources, expected }
}

/// The layout of a file.
struct Layout {
    indent: &'static str,
    alignment: Alignment,
    /// True to write references as `"${…}"`, as Terraform 0.11 required.
    is_quoted: bool,
    /// The space around an expression in quotes.
    space_in_quotes: &'static str,
    newline: &'static str,
    final_newlines: usize,
    has_mark: bool,
    has_comments: bool,
}

/// The space around `=`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Alignment {
    /// As `terraform fmt` does.
    Aligned,
    Single,
    None,
    Wide,
}

impl Layout {
    fn of(choices: &mut Choices<'_>, is_quoted: bool) -> Self {
        Self {
            indent: choices.one(&["  ", "  ", "    ", "\t"]),
            alignment: choices.one(&[Alignment::Aligned, Alignment::Single, Alignment::None, Alignment::Wide]),
            is_quoted,
            space_in_quotes: choices.one(&["", "", " "]),
            newline: choices.one(&["\n", "\n", "\n", "\r\n"]),
            final_newlines: choices.one(&[1, 1, 0, 3]),
            has_mark: choices.once_in(16),
            has_comments: choices.once_in(2),
        }
    }
}

/// A text in the source, and its counterpart after the fix.
#[derive(Clone)]
struct Pair {
    source: String,
    expected: String,
}

impl Pair {
    fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            expected: text.clone(),
            source: text,
        }
    }

    fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self {
            source: change(&self.source),
            expected: change(&self.expected),
        }
    }
}

/// An argument.
type Argument = (&'static str, Pair);

struct Writer<'p> {
    plan: &'p Plan,
    layout: Layout,
    source: String,
    expected: String,
}

impl<'p> Writer<'p> {
    fn new(plan: &'p Plan, layout: Layout) -> Self {
        Self {
            plan,
            layout,
            source: String::new(),
            expected: String::new(),
        }
    }

    fn finish(self) -> [String; 2] {
        let Layout {
            newline,
            final_newlines,
            has_mark,
            ..
        } = self.layout;
        let texts = [self.source, self.expected].map(|text| {
            let text = text.trim_end_matches('\n');
            format!("{text}{}", "\n".repeat(final_newlines))
        });
        let [source, _] = &texts;
        // A file without a newline does not show which kind it has.
        let newline = if source.contains('\n') { newline } else { "\n" };
        let mark = if has_mark { "\u{feff}" } else { "" };
        texts.map(|text| format!("{mark}{}", text.replace('\n', newline)))
    }

    fn push(&mut self, text: &str) {
        self.source.push_str(text);
        self.expected.push_str(text);
    }

    fn push_pair(&mut self, pair: &Pair) {
        self.source.push_str(&pair.source);
        self.expected.push_str(&pair.expected);
    }

    /// Writes a block and the lines after it.
    fn item(&mut self, choices: &mut Choices<'_>, item: Item, is_last: bool) {
        if self.layout.has_comments && choices.once_in(3) {
            self.push("# iam_instance_profile = aws_iam_role.web.name\n");
        }
        match item {
            Item::Role(at) => self.role(choices, &self.plan.roles[at]),
            Item::Profile(at) => self.profile(choices, &self.plan.profiles[at]),
            Item::User(at) => self.user(choices, at, &self.plan.users[at]),
            Item::Local(at) => self.local(choices, at),
            Item::Noise(at) => self.noise(choices, at),
        }
        if self.layout.has_comments && choices.once_in(4) {
            self.push(" // the end");
        }
        let blank_lines = if is_last { 0 } else { choices.one(&[1, 1, 0, 2]) };
        if let Item::Role(at) = item
            && let Some(label) = &self.plan.roles[at].added
        {
            let added = self.added(&self.plan.roles[at], label);
            self.expected += &format!("\n\n{added}");
        }
        self.push("\n");
        self.push(&"\n".repeat(blank_lines));
    }

    fn role(&mut self, choices: &mut Choices<'_>, role: &Role) {
        let mut own = Vec::new();
        if let Some((key, name)) = &role.name {
            own.push((*key, Pair::same(name)));
        }
        if let Some(path) = role.path {
            own.push(("path", Pair::same(self.copied(path))));
        }
        // A reference in each role, so that its file has the style of the layout.
        own.push(("assume_role_policy", Pair::same(self.reference("var.trust"))));
        let turn = choices.below(own.len());
        own.rotate_left(turn);
        let repeated = self.repeated(role.repeat, role.provider);
        self.push(&format!("resource \"aws_iam_role\" \"{}\" {{", role.label));
        if let ([], [(key, value)], true) = (&repeated[..], &own[..], self.layout.indent == "  ")
            && choices.once_in(2)
        {
            self.push(&format!(" {key} = {} }}", value.source));
            return;
        }
        self.push("\n");
        self.groups(choices, &[repeated, own], "");
        self.push("}");
    }

    fn profile(&mut self, choices: &mut Choices<'_>, profile: &Profile) {
        let mut own = Vec::new();
        match profile.role.map(|at| &self.plan.roles[at]) {
            Some(role) => {
                let index = own_index(role.repeat);
                let reference = |attribute: &str| format!("aws_iam_role.{}{index}.{attribute}", role.label);
                if profile.is_named_after_role {
                    own.push(("name", Pair::same(self.reference(&reference("name")))));
                }
                let fixed = if profile.attribute == "arn" {
                    "name"
                } else {
                    profile.attribute
                };
                let pair = Pair {
                    source: reference(profile.attribute),
                    expected: reference(fixed),
                };
                own.push(("role", pair.map(|text| self.reference(text))));
            }
            None => own.push(("role", Pair::same(self.reference("var.other_role")))),
        }
        if choices.once_in(2) {
            own.push(("path", Pair::same("\"/\"")));
        }
        let repeated = self.repeated(profile.repeat, profile.provider);
        self.push(&format!(
            "resource \"aws_iam_instance_profile\" \"{}\" {{\n",
            profile.label
        ));
        self.groups(choices, &[repeated, own], "");
        self.push("}");
    }

    fn user(&mut self, choices: &mut Choices<'_>, at: usize, user: &User) {
        let SlotKind {
            resource, block, key, ..
        } = *user.slot;
        let indent = self.layout.indent;
        let depth = if block.is_some() { indent } else { "" };
        let value = match &user.value {
            UserValue::Own(value) => self.value(value, &format!("{indent}{depth}")),
            UserValue::Local(local) => Pair::same(self.reference(&format!("local.profile_{local}"))),
            UserValue::LocalChain(local) => Pair::same(self.reference(&format!("local.chain_{local}"))),
            UserValue::Literal if user.slot.takes == Takes::Arn => {
                Pair::same("\"arn:aws:iam::123456789012:instance-profile/other\"")
            }
            UserValue::Literal => Pair::same("\"other\""),
        };
        let value = match user.is_suppressed {
            true => Pair::same(format!("{} {SUPPRESSION}", value.source)),
            false => value,
        };
        self.push(&format!("resource \"{resource}\" \"user_{at}\" {{\n"));
        let mut repeated = self.repeated(user.repeat, false);
        let mut own = vec![(key, value)];
        if choices.once_in(2) {
            own.insert(0, ("ami_or_type", Pair::same("\"x = y\"")));
        }
        if choices.once_in(3) {
            let text = "<<-EOT\n@@iam_instance_profile = ${aws_iam_role.web.name}\n@@EOT";
            own.push(("user_data", Pair::same(text.replace("@@", &format!("{indent}{depth}")))));
        }
        match block {
            None => self.groups(choices, &[repeated, own], ""),
            Some(block) => {
                if choices.once_in(2) {
                    repeated.push(("tags", Pair::same("{ Name = \"aws_iam_role.web.name\" }")));
                }
                self.groups(choices, &[repeated], "");
                self.block(choices, block, own);
            }
        }
        self.push("}");
    }

    /// Writes a block with arguments inside a resource.
    fn block(&mut self, choices: &mut Choices<'_>, block: &str, mut arguments: Vec<Argument>) {
        let indent = self.layout.indent;
        if block == "setting" {
            let launch = Pair::same("\"aws:autoscaling:launchconfiguration\"");
            arguments.insert(0, ("namespace", launch));
            arguments.push(("name", Pair::same("\"IamInstanceProfile\"")));
        }
        let is_short = |value: &Pair| !value.source.contains(['\n', '#']);
        match (choices.below(4), &arguments[..]) {
            (2, [(key, value)]) if is_short(value) => {
                self.push(&format!("{indent}{block} {{ {key} = "));
                self.push_pair(value);
                self.push(" }\n");
            }
            (3, _) => {
                let deeper = indent.repeat(2);
                self.push(&format!("{indent}dynamic \"{block}\" {{\n"));
                self.push(&format!("{deeper}for_each = var.on ? [1] : []\n{deeper}content {{\n"));
                self.groups(choices, &[arguments], &deeper);
                self.push(&format!("{deeper}}}\n{indent}}}\n"));
            }
            _ => {
                self.push(&format!("{indent}{block} {{\n"));
                self.groups(choices, &[arguments], indent);
                self.push(&format!("{indent}}}\n"));
            }
        }
    }

    fn local(&mut self, choices: &mut Choices<'_>, at: usize) {
        let value = self.value(&self.plan.locals[at], self.layout.indent);
        let key = ["profile_0", "profile_1", "profile_2", "profile_3"][at];
        let chain = ["chain_0", "chain_1", "chain_2", "chain_3"][at];
        let mut entries = vec![(key, value)];
        let is_chained = |user: &User| matches!(user.value, UserValue::LocalChain(local) if local == at);
        if self.plan.users.iter().any(is_chained) {
            let inner = self.reference(&format!("local.{key}"));
            entries.insert(choices.below(2), (chain, Pair::same(inner)));
        }
        self.push("locals {\n");
        self.groups(choices, &[entries], "");
        self.push("}");
    }

    fn noise(&mut self, choices: &mut Choices<'_>, at: usize) {
        let indent = self.layout.indent;
        let role = self.plan.roles[choices.below(self.plan.roles.len())].label;
        match choices.below(4) {
            0 => self.push(&format!("variable \"noise_{at}\" {{}}")),
            1 => self.push(&format!(
                "output \"noise_{at}\" {{\n{indent}value = [aws_iam_role.{role}]\n}}"
            )),
            2 => self.push("/* resource \"aws_iam_instance_profile\" \"web\" {\n   a comment */"),
            _ => self.push(&format!(
                "resource \"aws_ssm_parameter\" \"noise_{at}\" {{\n{indent}value = \"{role} ü 日本\"\n}}"
            )),
        }
    }

    /// Writes groups of arguments, with a blank line between them.
    fn groups(&mut self, choices: &mut Choices<'_>, groups: &[Vec<Argument>], depth: &str) {
        let groups = groups.iter().filter(|group| !group.is_empty());
        for (at, group) in groups.enumerate() {
            if at > 0 {
                self.push("\n");
            }
            let is_aligned = group.iter().all(|(_, value)| !value.source.contains('\n'));
            let longest = group.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
            for (key, value) in group {
                let indent = self.layout.indent;
                if self.layout.has_comments && choices.once_in(6) {
                    self.push(&format!("{depth}{indent}# for {key}\n"));
                }
                let equals = match self.layout.alignment {
                    Alignment::Aligned if is_aligned => format!("{} = ", " ".repeat(longest - key.len())),
                    Alignment::Aligned | Alignment::Single => " = ".to_owned(),
                    Alignment::None => "=".to_owned(),
                    Alignment::Wide => "  =  ".to_owned(),
                };
                self.push(&format!("{depth}{indent}{key}{equals}"));
                self.push_pair(value);
                let may_have_comment = !value.source.ends_with("EOT") && !value.source.ends_with(SUPPRESSION);
                if self.layout.has_comments && may_have_comment && choices.once_in(5) {
                    self.push(" # why");
                }
                self.push("\n");
            }
        }
    }

    /// Returns the arguments that repeat a resource.
    fn repeated(&self, repeat: Repeat, provider: bool) -> Vec<Argument> {
        let mut arguments = Vec::new();
        match repeat {
            Repeat::Once => {}
            Repeat::Count(count) => arguments.push(("count", Pair::same(self.copied(count)))),
            Repeat::ForEach(set) => arguments.push(("for_each", Pair::same(self.copied(set)))),
        }
        if provider {
            let provider = if self.layout.is_quoted {
                "\"aws.west\""
            } else {
                "aws.west"
            };
            arguments.push(("provider", Pair::same(provider)));
        }
        arguments
    }

    /// Returns an argument of a role that its profile repeats.
    fn copied(&self, text: &str) -> String {
        match text.strip_prefix("var.").is_some_and(|name| !name.contains(' ')) {
            true => self.reference(text),
            false => text.replace('@', self.layout.indent),
        }
    }

    /// Returns an expression as an argument, in quotes if the file has them.
    fn reference(&self, text: &str) -> String {
        match self.layout.is_quoted {
            true => format!("\"${{{text}}}\""),
            false => text.to_owned(),
        }
    }

    fn value(&self, value: &Value, depth: &str) -> Pair {
        let mut pair = Pair::same(value.form.replace("@@", &format!("{depth}{}", self.layout.indent)));
        if pair.source.contains("\n@)") {
            pair = pair.map(|text| text.replace("\n@)", &format!("\n{depth})")));
        }
        for (reference, place) in value.references.iter().zip(["@", "&"]) {
            let written = self.pair(reference);
            pair.source = pair.source.replace(place, &written.source);
            pair.expected = pair.expected.replace(place, &written.expected);
        }
        let space = self.layout.space_in_quotes;
        pair.map(|text| match self.layout.is_quoted {
            true => self.reference(&format!("{space}{text}{space}")),
            false => text.to_owned(),
        })
    }

    /// Writes a reference, and what it must be.
    fn pair(&self, reference: &Reference) -> Pair {
        let Reference {
            role: at,
            index,
            after,
            broken,
            takes,
        } = reference;
        let role = &self.plan.roles[*at];
        let profile = self.plan.chosen_profile(*at).map(|profile| &profile.label);
        let profile = profile.or(role.added.as_ref());
        let profile = profile.map_or("", String::as_str);
        let attribute = match (takes, broken) {
            (Takes::Name, _) => "name",
            (Takes::Arn, _) => "arn",
            (Takes::Either, Some("arn" | "")) => "arn",
            (Takes::Either, _) => "name",
        };
        let expected = format!("aws_iam_instance_profile.{profile}{index}.{attribute}{after}");
        Pair {
            source: match broken {
                Some("") => format!("aws_iam_role.{}{index}{after}", role.label),
                Some(broken) => format!("aws_iam_role.{}{index}.{broken}{after}", role.label),
                None => expected.clone(),
            },
            expected,
        }
    }

    /// Returns the block that a fix adds after a role.
    fn added(&self, role: &Role, label: &str) -> String {
        let indent = self.layout.indent;
        let reference = self.reference(&format!("aws_iam_role.{}{}.name", role.label, own_index(role.repeat)));
        let mut text = format!("resource \"aws_iam_instance_profile\" \"{label}\" {{\n");
        let repeated = self.repeated(role.repeat, role.provider);
        let is_aligned = repeated.iter().all(|(_, value)| !value.source.contains('\n'));
        let longest = repeated.iter().map(|(key, _)| key.len()).max().unwrap_or_default();
        for (key, value) in &repeated {
            let width = if is_aligned { longest } else { 0 };
            text += &format!("{indent}{key:width$} = {}\n", value.source);
        }
        if !repeated.is_empty() {
            text.push('\n');
        }
        if role.name.is_some() {
            text += &format!("{indent}name = {reference}\n");
        }
        if let Some(path) = role.path {
            text += &format!("{indent}path = {}\n", self.copied(path));
        }
        text + &format!("{indent}role = {reference}\n}}")
    }
}

/// Returns the index of the role of the same instance.
fn own_index(repeat: Repeat) -> &'static str {
    match repeat {
        Repeat::Once => "",
        Repeat::Count(_) => "[count.index]",
        Repeat::ForEach(_) => "[each.key]",
    }
}
