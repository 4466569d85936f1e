//! Random projects, in which roles and profiles reach places for the other, in the right form or not.
//!
//! The judge shares nothing with the product: it deploys the files in the mind, before and after the fixes, and compares
//! every value. It knows what the files do not tell, such as which template a URL means.

#[path = "../modules/generated/choices.rs"]
mod choices;
mod deploy;
mod node;
mod plan;
mod write;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use cfn_ipfix::model::{Applicability, Finding, FixState, NoFix, Severity};
use cfn_ipfix::{Options, ProjectFile, Report, check_project};
use libtest_mimic::{Failed, Trial};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseError, TestRng, TestRunner};
use similar::TextDiff;

use choices::Choices;
use deploy::{Deployed, Level, Location, Made, Value, deployed};
use node::Node;
use plan::{Plan, plan};
use write::{Written, written};

/// Returns the test.
pub(super) fn trial() -> Trial {
    Trial::test("generated::fixes_exactly_the_mistakes", || {
        let choices = vec(any::<u8>(), 0..300);
        let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        TestRunner::new_with_rng(config(), seed)
            .run(&choices, |choices| {
                let plan = plan(&mut Choices::of(&choices));
                let mut project = Project::of(&plan);
                let judged = catch_unwind(AssertUnwindSafe(|| project.judge()));
                let Err(error) = judged.unwrap_or_else(|_| Err("a panic".to_owned())) else {
                    return Ok(());
                };
                let description = format!("{error}\n{}", project.described());
                match std::env::var_os("CFN_IPFIX_GENERATED") {
                    Some(folder) => {
                        project.save(folder.as_ref(), &description);
                        Ok(())
                    }
                    None => Err(TestCaseError::fail(description)),
                }
            })
            .map_err(|error| Failed::from(error.to_string()))
    })
}

/// Returns the configuration for 200 projects, or ten times as many with `CFN_IPFIX_LONG`.
///
/// `PROPTEST_CASES` overrides both. `CFN_IPFIX_GENERATED` names a folder for all projects that fail; the test passes then.
fn config() -> ProptestConfig {
    let requested = std::env::var("PROPTEST_CASES");
    let requested = requested.ok().and_then(|cases| cases.parse().ok());
    let usual = if std::env::var_os("CFN_IPFIX_LONG").is_some() {
        2000
    } else {
        200
    };
    ProptestConfig {
        cases: requested.unwrap_or(usual),
        failure_persistence: None,
        max_shrink_iters: 3000,
        ..ProptestConfig::default()
    }
}

type Templates = BTreeMap<String, Node>;

/// What a property takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    ProfileName,
    ProfileArn,
    RoleName,
    RoleArn,
}

/// A property that takes a role or a profile, and is given the other or another form.
#[derive(Debug)]
struct Mistake {
    value: Value,
    /// True if a condition decides about the place.
    is_conditional: bool,
}

struct Project<'p> {
    plan: &'p Plan,
    written: BTreeMap<String, Written>,
    before: Templates,
    files: Vec<ProjectFile>,
    reports: Vec<Report>,
    fixed: Vec<ProjectFile>,
}

impl<'p> Project<'p> {
    fn of(plan: &'p Plan) -> Self {
        let templates = plan.templates.iter();
        let written: BTreeMap<_, _> = templates
            .map(|(path, (template, form))| (path.clone(), written(template, *form)))
            .collect();
        let files: Vec<_> = written
            .iter()
            .map(|(path, written)| file(path, &written.text))
            .collect();
        Self {
            plan,
            before: parsed(&files),
            written,
            files,
            reports: Vec::new(),
            fixed: Vec::new(),
        }
    }

    fn judge(&mut self) -> Result<(), String> {
        // The judge must read what was planned.
        for (path, (template, _)) in &self.plan.templates {
            assert_eq!(&self.before[path], template, "{}", self.written[path].text);
        }
        let ways = self.ways();
        let befores = ways.iter().map(|way| deployed(&self.before, &self.plan.truth, way));
        let valid: Vec<_> = ways
            .iter()
            .zip(befores)
            .filter_map(|(way, made)| Some((way, made.ok()?)))
            .collect();
        if valid.is_empty() {
            return Ok(());
        }
        let mut mistakes: BTreeMap<Location, Vec<Mistake>> = BTreeMap::new();
        let mut reached: BTreeSet<Location> = BTreeSet::new();
        for (_, made) in &valid {
            reached.extend(made.reached.iter().cloned());
            for (_, _, resource, value, takes) in places(made) {
                if !is_right(made, value, takes) {
                    let is_conditional = resource.values.values().any(|other| other.is_conditional);
                    let mistake = Mistake {
                        value: value.clone(),
                        is_conditional,
                    };
                    mistakes.entry(value.at.clone()).or_default().push(mistake);
                }
            }
        }
        let reports: Result<Vec<_>, _> = check_project(&self.files).into_iter().collect();
        self.reports = reports.map_err(|error| error.to_string())?;
        let unknown = self.unknown(&reached);
        let found = self.located(&unknown, &mistakes)?;
        self.check_found(&found, &mistakes)?;
        self.fixed = self.files.clone();
        for (file, report) in self.fixed.iter_mut().zip(&self.reports) {
            if let Some(fixed) = report.fixed() {
                file.text = fixed.into();
            }
        }
        let after = parsed(&self.fixed);
        for (path, before) in &self.before {
            let may_change = |(file, path): &Location| {
                let mut branches = ["", "?1", "?2"]
                    .iter()
                    .map(|end| (file.clone(), format!("{path}{end}")));
                branches.any(|location| mistakes.contains_key(&location) || unknown.contains(&location))
            };
            check_differences(path, before, &after[path], "", &may_change)?;
        }
        for (way, before) in &valid {
            let made = deployed(&after, &self.plan.truth, way).map_err(|error| format!("after fixing: {error}"))?;
            compare(before, &made)?;
            for (name, path, _, value, takes) in places(&made) {
                if !is_right(&made, value, takes) && value.text != plan::NAME {
                    let old = &before.resources[name].values[path];
                    let mut own = found
                        .iter()
                        .filter(|(location, _)| **location == old.at)
                        .flat_map(|(_, all)| all);
                    let claims = own.find(|(report, finding)| self.reports[*report].applies_fix_of(finding));
                    if let Some((_, finding)) = claims {
                        return Err(format!(
                            "{name}{path} is still wrong, but the fix of {} is applied",
                            finding.message
                        ));
                    }
                }
            }
            self.check_prefixes(way, before, &made)?;
        }
        self.check_again()
    }

    /// Returns values of the switches.
    fn ways(&self) -> Vec<BTreeMap<String, String>> {
        let switches = &self.plan.switches[..self.plan.switches.len().min(4)];
        let ways = (0..1_u32 << switches.len()).map(|bits| {
            let off = switches.iter().enumerate().filter(|(at, _)| bits & (1 << at) != 0);
            off.map(|(_, name)| (name.clone(), "off".to_owned())).collect()
        });
        ways.collect()
    }

    /// Returns the values of which a branch is never needed, so that nobody knows whether it is right.
    fn unknown(&self, reached: &BTreeSet<Location>) -> BTreeSet<Location> {
        let mut unknown = BTreeSet::new();
        for (file, template) in &self.before {
            let mut leaves = Vec::new();
            leaves_of(template, "", &mut leaves);
            for (path, value) in leaves {
                let is_choice = matches!(value, Node::Call(name, _) if name == "If");
                let ends: &[&str] = if is_choice { &["?1", "?2"] } else { &[""] };
                let branches = ends.iter().map(|end| (file.clone(), format!("{path}{end}")));
                unknown.extend(branches.filter(|location| !reached.contains(location)));
            }
        }
        unknown
    }

    /// Returns the findings by the location of the value that they are about.
    ///
    /// # Errors
    ///
    /// If a finding is about a value that is right.
    fn located(
        &self,
        unknown: &BTreeSet<Location>,
        mistakes: &BTreeMap<Location, Vec<Mistake>>,
    ) -> Result<BTreeMap<Location, Vec<(usize, Finding)>>, String> {
        let mut found: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (at, (file, report)) in self.files.iter().zip(&self.reports).enumerate() {
            let ranges = &self.written[&file.path].ranges;
            for finding in &report.findings {
                let start = finding.place.span.start();
                let is_here = |location: &&Location| {
                    location.0 == file.path && ranges.get(&location.1).is_some_and(|range| range.contains(&start))
                };
                let own: Vec<_> = mistakes.keys().filter(is_here).collect();
                match own.as_slice() {
                    [location] => found
                        .entry((*location).clone())
                        .or_default()
                        .push((at, finding.clone())),
                    [] if unknown.iter().any(|location| is_here(&location)) => {}
                    _ => return Err(format!("no mistake: {}", finding.message)),
                }
            }
        }
        Ok(found)
    }

    /// Checks that each mistake is found, with the severity that its way allows.
    fn check_found(
        &self,
        found: &BTreeMap<Location, Vec<(usize, Finding)>>,
        mistakes: &BTreeMap<Location, Vec<Mistake>>,
    ) -> Result<(), String> {
        for (location, mistakes) in mistakes {
            let (at, findings) = match found.get(location) {
                Some(found) => (found[0].0, found.iter().map(|(_, finding)| finding).collect()),
                None => (0, Vec::new()),
            };
            let levels: BTreeSet<_> = mistakes.iter().map(|mistake| mistake.value.level).collect();
            // No value is right for all uses of such a parameter, and one finding says so.
            if mistakes.iter().any(|mistake| self.is_mixed(mistake)) {
                continue;
            }
            // The conditions of two templates may exclude each other.
            let is_conditional = mistakes
                .iter()
                .any(|one| one.is_conditional || one.value.is_conditional);
            let error = |what: &str| Err(format!("{what}: {location:?}, {mistakes:?}"));
            let is_outside = |mistake: &Mistake| mistake.value.is_outside || !mistake.value.parameters.is_empty();
            let is_conditional = is_conditional && mistakes.iter().any(is_outside);
            let (first, last) = (*levels.first().unwrap(), *levels.last().unwrap());
            match last {
                Level::Unknown if !findings.is_empty() => return error("a way that nobody knows"),
                Level::Certain if first == last && !is_conditional => {
                    if findings.is_empty() {
                        return error("not found");
                    }
                    if findings.iter().any(|finding| finding.severity != Severity::Error) {
                        return error("no error");
                    }
                }
                Level::Likely if first == last && !is_conditional && findings.is_empty() => return error("not found"),
                _ => {}
            }
            if first == last && last == Level::Likely {
                if findings.iter().any(|finding| finding.severity == Severity::Error) {
                    return error("an error that is only likely");
                }
                if findings.iter().any(|finding| self.reports[at].applies_fix_of(finding)) {
                    return error("a fix that is only likely");
                }
            }
            if first == Level::Certain && !is_conditional {
                for finding in findings {
                    if let Some(why) = self.unfixed(finding, mistakes) {
                        return error(&format!("no fix, {why}"));
                    }
                }
            }
        }
        Ok(())
    }

    /// Returns the reason why a finding has no safe fix, unless the files prove that there is none.
    fn unfixed(&self, finding: &Finding, mistakes: &[Mistake]) -> Option<String> {
        let any = |check: &dyn Fn(&Value) -> bool| mistakes.iter().any(|mistake| check(&mistake.value));
        match &finding.fix_state {
            FixState::FixedByOthers => None,
            FixState::Fix(fix) if fix.applicability == Applicability::Safe => None,
            FixState::Fix(_) => (!any(&|value| value.is_shared)).then(|| "unsafe".to_owned()),
            FixState::NoFix(NoFix::UnknownPath) if any(&|value| value.text == plan::NAME) => None,
            FixState::NoFix(reason) => Some(reason.to_string()),
        }
    }

    /// Returns whether the parameter that passes a value also has uses that take something else.
    fn is_mixed(&self, mistake: &Mistake) -> bool {
        let mut uses = Vec::new();
        if let Some((file, name)) = mistake.value.parameters.first() {
            self.uses_of(file, name, &mut uses);
        }
        uses.iter().any(|takes| *takes != uses[0])
    }

    /// Lists what each use of a parameter takes, also in nested stacks; `None` is another use.
    fn uses_of(&self, file: &str, name: &str, uses: &mut Vec<Option<Takes>>) {
        fn names(node: &Node, name: &str) -> bool {
            match node {
                Node::Call(call, argument) if call == "Ref" => argument.as_text() == Some(name),
                Node::Call(call, argument) if call == "Sub" => argument
                    .as_text()
                    .is_some_and(|text| text.contains(&format!("${{{name}}}"))),
                Node::Call(_, argument) => names(argument, name),
                Node::List(items) => items.iter().any(|item| names(item, name)),
                Node::Text(_) | Node::Map(_) => false,
            }
        }
        let template = &self.before[file];
        for (id, body) in template.get("Resources").unwrap().entries() {
            let kind = body.get("Type").and_then(Node::as_text).unwrap_or_default();
            let mut leaves = Vec::new();
            leaves_of(body.get("Properties").unwrap(), "", &mut leaves);
            for (path, _) in leaves.into_iter().filter(|(_, value)| names(value, name)) {
                match (
                    path.strip_prefix("/Parameters/"),
                    self.plan.truth.links.get(&(file.to_owned(), id.clone())),
                ) {
                    (Some(passed), Some((Some(child), _))) => self.uses_of(child, passed, uses),
                    _ => uses.push(takes(kind, &format!("Properties{path}"))),
                }
            }
        }
        for (_, body) in template.get("Outputs").map_or(&[][..], Node::entries) {
            if names(body.get("Value").unwrap(), name) {
                uses.push(None);
            }
        }
    }

    /// Checks that each place has its old or its new value while the files are written one after another.
    fn check_prefixes(
        &self,
        way: &BTreeMap<String, String>,
        before: &Deployed,
        after: &Deployed,
    ) -> Result<(), String> {
        let mut order: Vec<_> = (0..self.files.len()).collect();
        order.sort_by_key(|at| self.reports[*at].order());
        let added = order.iter().filter_map(|&at| Some((at, self.reports[at].added()?)));
        let changed = order.iter().filter_map(|&at| Some((at, self.reports[at].fixed()?)));
        let mut files = self.files.clone();
        for (at, text) in added.chain(changed) {
            files[at].text = text.into();
            let path = &files[at].path;
            let made =
                deployed(&parsed(&files), &self.plan.truth, way).map_err(|error| format!("after {path}: {error}"))?;
            for (name, property, _, value, _) in places(&made) {
                let is_known = |deployed: &Deployed| {
                    let found = deployed.resources.get(name).and_then(|made| made.values.get(property));
                    found.is_none_or(|found| found.text == value.text)
                };
                if !is_known(before) && !is_known(after) {
                    return Err(format!("after {path}, {name}{property} is {}", value.text));
                }
            }
        }
        Ok(())
    }

    /// Checks that a second run changes nothing, and finds what the first one did not fix.
    fn check_again(&self) -> Result<(), String> {
        let again: Result<Vec<_>, _> = check_project(&self.fixed).into_iter().collect();
        let again = again.map_err(|error| error.to_string())?;
        for ((file, first), second) in self.fixed.iter().zip(&self.reports).zip(&again) {
            if second.fixed().is_some() {
                return Err(format!("a second run changes {}", file.path));
            }
            let messages = |findings: Vec<&Finding>| {
                let mut messages: Vec<_> = findings
                    .iter()
                    .map(|one| (one.rule.code, one.message.clone()))
                    .collect();
                messages.sort();
                messages
            };
            let (left, found) = (
                messages(first.remaining().collect()),
                messages(second.findings.iter().collect()),
            );
            if left != found {
                return Err(format!("{}: not fixed: {left:?}; found after: {found:?}", file.path));
            }
        }
        Ok(())
    }

    /// Describes the files and the findings.
    fn described(&self) -> String {
        let mut text = String::new();
        for file in &self.files {
            writeln!(text, "--- {}\n{}", file.path, file.text).unwrap();
        }
        for (before, after) in self
            .files
            .iter()
            .zip(&self.fixed)
            .filter(|(before, after)| before.text != after.text)
        {
            let diff = TextDiff::from_lines(&*before.text, &*after.text);
            writeln!(text, "+++ {}\n{}", after.path, diff.unified_diff()).unwrap();
        }
        let reports: Vec<_> = self.reports.iter().cloned().map(Ok).collect();
        if !reports.is_empty() {
            text += &super::findings(&self.files, &reports);
        }
        writeln!(text, "{:#?}", self.plan.truth).unwrap();
        text
    }

    /// Saves the files, and what is wrong, in a new folder.
    fn save(&self, folder: &Path, description: &str) {
        let mut numbers = 1..;
        let folder = numbers.find_map(|number| Some(folder.join(number.to_string())).filter(|path| !path.exists()));
        let folder = folder.unwrap();
        for file in &self.files {
            let path = folder.join("in").join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, &*file.text).unwrap();
        }
        fs::write(folder.join("description.txt"), description).unwrap();
    }
}

fn file(path: &str, text: &str) -> ProjectFile {
    ProjectFile {
        path: path.to_owned(),
        text: text.into(),
        may_change: true,
        options: Options::default(),
    }
}

fn parsed(files: &[ProjectFile]) -> Templates {
    let files = files.iter().map(|file| {
        if file.path.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(&file.text).unwrap();
        }
        let value = serde_yaml::from_str(&file.text).unwrap();
        (file.path.clone(), Node::read(&value))
    });
    files.collect()
}

/// Returns what a property takes.
fn takes(resource_type: &str, path: &str) -> Option<Takes> {
    let path = path.split_once("Properties/").map_or(path, |(_, path)| path);
    match (resource_type, path) {
        ("AWS::EC2::Instance", "IamInstanceProfile") => Some(Takes::ProfileName),
        ("AWS::EC2::LaunchTemplate", "LaunchTemplateData/IamInstanceProfile/Arn") => Some(Takes::ProfileArn),
        ("AWS::IAM::InstanceProfile", "Roles/0") => Some(Takes::RoleName),
        ("AWS::Lambda::Function", "Role") => Some(Takes::RoleArn),
        _ => None,
    }
}

/// Returns the values of all places: the resource's name, the path, the resource, the value, and what the place takes.
fn places(made: &Deployed) -> impl Iterator<Item = (&String, &String, &Made, &Value, Takes)> {
    made.resources.iter().flat_map(|(name, resource)| {
        let values = resource.values.iter();
        values
            .filter_map(move |(path, value)| Some((name, path, resource, value, takes(&resource.resource_type, path)?)))
    })
}

/// A role or a profile, and the form in which a value names it.
struct Named<'d> {
    resource: &'d Made,
    is_role: bool,
    is_arn: bool,
}

fn named<'d>(made: &'d Deployed, value: &str) -> Option<Named<'d>> {
    let arn = value
        .strip_prefix("arn:aws:iam::123456789012:")
        .and_then(|rest| rest.split_once('/'));
    let name = arn.map_or(value, |(_, name)| name).replace('+', ":");
    let resource = made.resources.get(&name)?;
    let is_role = match resource.resource_type.as_str() {
        "AWS::IAM::Role" => true,
        "AWS::IAM::InstanceProfile" => false,
        _ => return None,
    };
    Some(Named {
        resource,
        is_role,
        is_arn: arn.is_some(),
    })
}

/// Returns whether a value is not known to be wrong.
fn is_right(made: &Deployed, value: &Value, takes: Takes) -> bool {
    if takes == Takes::ProfileArn && value.text == plan::NAME {
        return false;
    }
    named(made, &value.text).is_none_or(|named| {
        match takes {
            Takes::ProfileName => !named.is_role && !named.is_arn,
            Takes::ProfileArn => !named.is_role && named.is_arn,
            Takes::RoleName => named.is_role && !named.is_arn,
            // The name of a role is another mistake, of which the rules say nothing.
            Takes::RoleArn => named.is_role,
        }
    })
}

/// Returns the name of the role that a value stands for, itself or by its profile.
fn role_of(made: &Deployed, value: &str) -> Option<String> {
    let named = named(made, value)?;
    if named.is_role {
        return Some(value.rsplit('/').next()?.to_owned());
    }
    let role = named.resource.values.values().next()?;
    Some(role.text.rsplit('/').next()?.to_owned())
}

/// Checks that fixes change nothing but wrong values, and that they become right.
fn compare(before: &Deployed, after: &Deployed) -> Result<(), String> {
    for (name, old) in &before.resources {
        let new = after.resources.get(name).ok_or_else(|| format!("{name} is missing"))?;
        if old.values.keys().ne(new.values.keys()) {
            return Err(format!("{name} has other properties"));
        }
        for (path, value) in &old.values {
            let (was, is) = (&value.text, &new.values[path]);
            if *was == is.text {
                continue;
            }
            let Some(takes) = takes(&old.resource_type, path).filter(|takes| !is_right(before, value, *takes)) else {
                return Err(format!("{name}{path} was right: {was}, and is {}", is.text));
            };
            if named(after, &is.text).is_none() || !is_right(after, is, takes) {
                return Err(format!(
                    "{name}{path} was {was}, and is {}, which is wrong too",
                    is.text
                ));
            }
            if role_of(before, was) != role_of(after, &is.text) {
                return Err(format!("{name}{path} was {was}, and is {}, of another role", is.text));
            }
        }
    }
    for (name, resource) in &after.resources {
        if !before.resources.contains_key(name) && resource.resource_type != "AWS::IAM::InstanceProfile" {
            return Err(format!("{name} is new"));
        }
    }
    let kept = before
        .outputs
        .iter()
        .all(|(name, value)| after.outputs.get(name) == Some(value));
    let exported = before
        .exports
        .iter()
        .all(|(name, value)| after.exports.get(name).is_some_and(|new| new.text == value.text));
    (kept && exported)
        .then_some(())
        .ok_or_else(|| "an output has another value".to_owned())
}

/// Checks that a file differs in wrong values only, apart from new profiles and outputs.
fn check_differences(
    file: &str,
    before: &Node,
    after: &Node,
    path: &str,
    may_change: &impl Fn(&Location) -> bool,
) -> Result<(), String> {
    if before == after || may_change(&(file.to_owned(), path.to_owned())) {
        return Ok(());
    }
    let changed = || Err(format!("{file}: {path} changes, though nothing there is wrong"));
    match (before, after) {
        (Node::Map(old), Node::Map(_)) => {
            for (key, value) in old {
                let Some(new) = after.get(key) else { return changed() };
                check_differences(file, value, new, &format!("{path}/{key}"), may_change)?;
            }
            let added = after.entries().iter().filter(|(key, _)| before.get(key).is_none());
            let mut kinds = added.map(|(_, body)| body.get("Type").and_then(Node::as_text));
            let are_known = match path {
                "/Resources" => kinds.all(|kind| kind == Some("AWS::IAM::InstanceProfile")),
                "/Outputs" => true,
                _ => kinds.next().is_none(),
            };
            if are_known { Ok(()) } else { changed() }
        }
        (Node::List(old), Node::List(new)) if old.len() == new.len() => {
            let mut pairs = old.iter().zip(new).enumerate();
            pairs
                .try_for_each(|(at, (old, new))| check_differences(file, old, new, &format!("{path}/{at}"), may_change))
        }
        _ => changed(),
    }
}

/// Lists the values in a tree with their paths.
fn leaves_of<'n>(node: &'n Node, path: &str, leaves: &mut Vec<(String, &'n Node)>) {
    match node {
        Node::Map(entries) => {
            for (key, value) in entries {
                leaves_of(value, &format!("{path}/{key}"), leaves);
            }
        }
        Node::List(items) => {
            for (at, value) in items.iter().enumerate() {
                leaves_of(value, &format!("{path}/{at}"), leaves);
            }
        }
        Node::Text(_) | Node::Call(..) => leaves.push((path.to_owned(), node)),
    }
}
