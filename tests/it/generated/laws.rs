//! Laws that a template and its fixed form must satisfy, checked independently of the product.

use std::collections::BTreeSet;

use cfn_ipfix::model::{Finding, Fix};
use cfn_ipfix::rules::{Selection, rules};
use cfn_ipfix::{Options, Outcome, Report, check};

use super::layout::{Layout, Written};
use super::model::{Applied, FixContext, HeldRole, Model, built_arn, role_id};
use super::reader::{read_json, read_yaml};
use super::value::{Value, list, map, reference};
use super::{json, yaml};

/// A template: its model, its content and its layout.
pub(super) struct Case {
    pub(super) model: Model,
    pub(super) written: Written,
    is_json: bool,
    before: Value,
}

/// The result of a law; an error describes the violation.
pub(super) type LawResult = Result<(), String>;

macro_rules! ensure {
    ($condition:expr, $($message:tt)+) => {
        if !$condition {
            return Err(format!($($message)+));
        }
    };
}

impl Case {
    /// Writes a template, and reads it again to check the writer.
    pub(super) fn new(model: Model, layout: &Layout) -> Result<Self, String> {
        let is_json = layout.is_json;
        let model = if is_json { model.without_longest_key() } else { model };
        let value = model.value();
        let written = match is_json {
            true => json::write(&value, layout),
            false => yaml::write(&value, layout),
        };
        let case = Self {
            model,
            written,
            is_json,
            before: value.normalized(),
        };
        let read = case.read(&case.written.text)?;
        ensure!(read == case.before, "the writer is wrong: {read:?}");
        Ok(case)
    }

    pub(super) fn text(&self) -> &str {
        &self.written.text
    }

    /// Returns whether some value may be an alias, by the names of the anchors.
    pub(super) fn has_aliases(&self) -> bool {
        self.text().contains("*a")
    }

    /// Reads the first document.
    fn read(&self, text: &str) -> Result<Value, String> {
        let document = match self.is_json {
            true => read_json(text)?,
            false => read_yaml(text)?.into_iter().next().ok_or("there is no document")?,
        };
        Ok(document.normalized())
    }

    /// Checks the template with the product.
    /// Returns the options of the run.
    pub(super) fn options(&self) -> Options {
        self.model.options()
    }

    pub(super) fn report(&self) -> Result<Report, String> {
        let report = check(self.text(), &self.model.options()).map_err(|error| error.to_string())?;
        let is_refused = matches!(report.outcome, Outcome::Refused { .. });
        ensure!(!is_refused, "{:?}", report.outcome);
        Ok(report)
    }

    /// Checks all laws of a run.
    pub(super) fn judge(&self) -> LawResult {
        let report = self.report()?;
        let after = report.fixed().unwrap_or(self.text());
        self.judge_content(after, Applied::AtOnce)?;
        self.judge_bytes(after)?;
        self.judge_findings(&report)?;
        let again = check(after, &self.model.options()).map_err(|error| format!("after the fixes: {error}"))?;
        ensure!(
            again.fixed().is_none(),
            "a second run changes more: {:?}",
            again.fixed()
        );
        Ok(())
    }

    // Content.

    /// Checks that the content is one that the model allows.
    pub(super) fn judge_content(&self, text: &str, applied: Applied) -> LawResult {
        let after = self.read(text)?;
        if !self.is_json {
            let [before, after] = [self.text(), text].map(read_yaml);
            ensure!(before?.get(1..) == after?.get(1..), "another document was changed");
        }
        let resources = after.get("Resources").ok_or("there are no resources")?;
        let added = self.added(resources, applied)?;
        let expected = self.expected(resources, &added, applied)?;
        let sections = self.before.entries().iter().map(|(name, value)| match name.as_str() {
            "Resources" => (name.clone(), Value::Map(expected.clone())),
            _ => (name.clone(), value.clone()),
        });
        let expected = Value::Map(sections.collect());
        ensure!(after == expected, "the content is\n{after:?}\nnot\n{expected:?}");
        Ok(())
    }

    /// Returns the added profiles.
    ///
    /// Each must be used, match its role, and follow the role.
    fn added(&self, after: &Value, applied: Applied) -> Result<Vec<(String, HeldRole)>, String> {
        let before = self.before.get("Resources").unwrap_or(after);
        let mut added: Vec<(String, HeldRole)> = Vec::new();
        let mut last_old = "";
        for (id, value) in after.entries() {
            if before.get(id).is_some() {
                last_old = id;
                continue;
            }
            let roles = 0..self.model.roles.len();
            let held_role = match roles
                .into_iter()
                .find(|&role| *value == self.model.new_profile(role).normalized())
            {
                Some(role) => HeldRole::Role(role),
                None => {
                    let mut outside = self.model.new_outside_profiles().into_iter();
                    match outside.find(|(_, profile)| value == profile) {
                        Some((condition, _)) => HeldRole::Outside(condition),
                        None => return Err(format!("`{id}` was added: {value:?}")),
                    }
                }
            };
            ensure!(
                added.iter().all(|(_, other)| *other != held_role),
                "two profiles were added for {held_role:?}"
            );
            if let HeldRole::Role(role) = held_role {
                let hard = self.profiles_with_obstacles();
                let replacements = self.model.replacements(role, &hard);
                ensure!(
                    !replacements.iter().any(|(_, is_sure)| *is_sure),
                    "`{id}` was added although there is {replacements:?}"
                );
                ensure!(last_old == role_id(role), "`{id}` was added after `{last_old}`");
                ensure!(
                    is_named_after(id, &Model::stem(role)),
                    "`{id}` was added for `{}`",
                    role_id(role)
                );
            }
            if matches!(held_role, HeldRole::Outside(_)) {
                let replacements = self.model.replacements_outside();
                ensure!(
                    !replacements.iter().any(|(_, is_sure)| *is_sure),
                    "`{id}` was added although there is {replacements:?}"
                );
            }
            for section in ["Parameters", "Conditions"] {
                let is_taken = self
                    .before
                    .get(section)
                    .is_some_and(|section| section.get(id).is_some());
                ensure!(!is_taken, "`{id}` was added, which is one of the {section}");
            }
            let may_be_unused = applied == Applied::InAnotherOrder
                && self.model.may_drop_added_profile(&self.profiles_with_obstacles());
            ensure!(
                may_be_unused || refers_to(after, id),
                "`{id}` was added but is not used"
            );
            added.push((id.clone(), held_role));
        }
        Ok(added)
    }

    /// Returns the expected resources.
    ///
    /// If several results are allowed, the product's choice is used.
    fn expected(
        &self,
        after: &Value,
        added: &[(String, HeldRole)],
        applied: Applied,
    ) -> Result<Vec<(String, Value)>, String> {
        let (roles_with_obstacles, profiles_with_obstacles) =
            (self.roles_with_obstacles(), self.profiles_with_obstacles());
        let context = |index: usize, path: &str| FixContext {
            // A list without its function is fixed only on one line. A name and an ARN both stay if one has a comment, or
            // if they refer to two profiles after fixing.
            has_obstacle: self.written.has_obstacle(path)
                || (self.model.has_missing_get_att(index) && self.has_lines(path))
                || (self.model.has_both(index) && self.has_comment_after(path))
                || (self.model.has_both(index) && self.model.may_name_two_profiles(index, &profiles_with_obstacles)),
            is_in_document: false,
            roles_with_obstacles: &roles_with_obstacles,
            profiles_with_obstacles: &profiles_with_obstacles,
            added,
            applied,
        };
        let mut choices: Vec<(String, Vec<Value>)> = Vec::new();
        for index in 0..self.model.consumers.len() {
            let outcomes = self
                .model
                .given_after(index, context(index, &self.consumer_path(index)));
            let values = outcomes
                .values
                .into_iter()
                .map(|(key, value)| self.model.consumer_value(index, &key, value).normalized());
            choices.push((self.model.consumer_id(index), values.collect()));
        }
        for index in 0..self.model.profiles.len() {
            let has_obstacle = profiles_with_obstacles.contains(&index);
            let outcomes = self.model.roles_after(index, has_obstacle);
            let values = outcomes
                .values
                .into_iter()
                .map(|roles| self.model.profile_value(index, roles).normalized());
            choices.push((self.model.profile_id(index), values.collect()));
        }
        for index in 0..self.model.functions.len() {
            let profile = self.model.profile_of_function(index);
            let has_obstacle = self.written.has_obstacle(&self.function_path(index))
                || profile.is_some_and(|profile| profiles_with_obstacles.contains(&profile));
            let outcomes = self.model.function_after(index, has_obstacle);
            let values = outcomes
                .values
                .into_iter()
                .map(|role| self.model.function_value(role).normalized());
            choices.push((self.model.function_id(index), values.collect()));
        }
        let before = self.before.get("Resources").unwrap_or(after);
        let mut old = before.entries().iter();
        let mut expected = Vec::new();
        for (id, found) in after.entries() {
            if added.iter().any(|(new, _)| new == id) {
                expected.push((id.clone(), found.clone()));
                continue;
            }
            let Some((name, value)) = old.next() else {
                return Err(format!("`{id}` is unexpected"));
            };
            let choice = choices.iter().find(|(id, _)| id == name);
            let value = match choice {
                Some((_, values)) if values.contains(found) => found.clone(),
                Some((_, values)) => return Err(format!("`{id}` is\n{found:?}\nnot one of\n{values:?}")),
                None => value.clone(),
            };
            expected.push((name.clone(), value));
        }
        ensure!(old.next().is_none(), "a resource is missing");
        Ok(expected)
    }

    fn consumer_path(&self, index: usize) -> String {
        let (key, _) = self.model.given(index);
        let id = self.model.consumer_id(index);
        let path = self.model.path_to_slot(index);
        let parent = path.rsplit_once('/').map_or("", |(parent, _)| parent);
        let parent = if parent.is_empty() {
            String::new()
        } else {
            format!("/{parent}")
        };
        format!("/Resources/{id}/Properties{parent}/{key}")
    }

    fn profile_path(&self, index: usize) -> Option<String> {
        let (key, _) = self.model.roles_before(index)?;
        Some(format!("/Resources/{}/Properties/{key}", self.model.profile_id(index)))
    }

    fn function_path(&self, index: usize) -> String {
        format!("/Resources/{}/Properties/Role", self.model.function_id(index))
    }

    /// Returns the roles whose layout may prevent a new profile after them.
    fn roles_with_obstacles(&self) -> Vec<usize> {
        let has_obstacle = |role: &usize| {
            let path = format!("/Resources/{}", role_id(*role));
            let Some(spans) = self.written.spans.get(&path) else {
                return true;
            };
            let inside = format!("{path}/");
            let has_alias = self.written.shared.iter().any(|shared| shared.starts_with(&inside));
            let is_last = self.text()[spans.value.end..].trim().is_empty();
            let has_block = self.text()[spans.value.clone()].contains(['|', '>']);
            let own_path = self.written.spans.get(&format!("{path}/Properties/Path"));
            let path_has_obstacle =
                own_path.is_some_and(|spans| self.text()[spans.value.clone()].contains(['&', '\n', '\r']));
            has_alias || path_has_obstacle || (is_last && has_block) || self.written.shared.contains(&path)
        };
        (0..self.model.roles.len()).filter(has_obstacle).collect()
    }

    /// Returns the profiles whose layout may prevent a fix.
    fn profiles_with_obstacles(&self) -> Vec<usize> {
        let has_obstacle = |index: &usize| {
            let has_obstacle = |path: String| {
                // A value of several lines does not become an item.
                let is_long = self.model.is_single_role(*index) && self.has_lines(&path);
                is_long || self.written.has_obstacle(&path)
            };
            self.profile_path(*index).is_some_and(has_obstacle)
        };
        (0..self.model.profiles.len()).filter(has_obstacle).collect()
    }

    /// Returns whether the value at `path` has several lines.
    fn has_lines(&self, path: &str) -> bool {
        let spans = self.written.spans.get(path);
        spans.is_some_and(|spans| self.text()[spans.value.clone()].contains(['\r', '\n']))
    }

    /// Returns whether a comment follows the value at `path` on its line.
    fn has_comment_after(&self, path: &str) -> bool {
        let spans = self.written.spans.get(path);
        let after = spans.and_then(|spans| self.text()[spans.value.end..].split(['\r', '\n']).next());
        after.is_some_and(|after| after.contains('#'))
    }

    // Bytes.

    /// Checks that only wrong values changed, and that no comment is lost.
    pub(super) fn judge_bytes(&self, after: &str) -> LawResult {
        let before = self.text();
        let mut cuts = self.wrong_spans();
        cuts.extend(self.windows());
        cuts.sort_by_key(|cut| (cut.0, cut.1));
        let mut pieces = Vec::new();
        let mut done = 0;
        for (start, end, keeps) in cuts {
            if start < done {
                continue;
            }
            pieces.push(&before[done..start]);
            if keeps {
                pieces.extend(words(&before[start..end]));
            }
            done = end;
        }
        pieces.push(&before[done..]);
        let mut rest = after;
        let count = pieces.len();
        for (index, piece) in pieces.into_iter().enumerate() {
            let found = match index {
                0 => rest.starts_with(piece).then_some(0),
                index if index + 1 == count => rest.ends_with(piece).then(|| rest.len() - piece.len()),
                _ => rest.find(piece),
            };
            let Some(at) = found else {
                return Err(format!("{piece:?} is missing in the rest:\n{rest}"));
            };
            rest = &rest[at + piece.len()..];
        }
        for comment in &self.written.comments {
            let counts = [before, after].map(|text| text.matches(comment).count());
            ensure!(
                counts[0] == counts[1],
                "the comment `{comment}` appears {counts:?} times"
            );
        }
        let has_lf = |text: &str| text.replace("\r\n", "").contains('\n');
        let has_cr = |text: &str| text.replace("\r\n", "").contains('\r');
        ensure!(has_lf(before) || !has_lf(after), "a line feed was added");
        ensure!(has_cr(before) || !has_cr(after), "a lone carriage return was added");
        ensure!(before.contains("\r\n") || !after.contains("\r\n"), "a CRLF was added");
        Ok(())
    }

    /// Returns the ranges of the entries that are wrong in the model.
    fn wrong_spans(&self) -> Vec<(usize, usize, bool)> {
        let wrong = self.wrong();
        let is_wrong = |id: &String| wrong.contains(id);
        let consumers = (0..self.model.consumers.len())
            .map(|index| (self.model.consumer_id(index), Some(self.consumer_path(index))));
        let profiles =
            (0..self.model.profiles.len()).map(|index| (self.model.profile_id(index), self.profile_path(index)));
        let functions = (0..self.model.functions.len())
            .map(|index| (self.model.function_id(index), Some(self.function_path(index))));
        let wrong = consumers
            .chain(profiles)
            .chain(functions)
            .filter(|(id, _)| is_wrong(id));
        let spans = wrong.filter_map(|(_, path)| self.written.spans.get(&path?));
        // A removed line includes its own newline, which may differ from that of the line before.
        let is_mixed = self.text().replace("\r\n", "").contains('\r') && self.text().contains('\n');
        let end_of_line = |end: usize| {
            let rest = &self.text()[end..];
            match is_mixed {
                true => end + rest.len() - rest.trim_start_matches(['\r', '\n']).len(),
                false => end,
            }
        };
        spans
            .map(|spans| (spans.key.start, end_of_line(spans.value.end), false))
            .collect()
    }

    /// Returns the ranges for new profiles.
    ///
    /// They are from the end of a resource to the next one. Their content stays.
    fn windows(&self) -> Vec<(usize, usize, bool)> {
        let resources = self.before.get("Resources").map(Value::entries).unwrap_or_default();
        let spans = resources
            .iter()
            .filter_map(|(id, _)| self.written.spans.get(&format!("/Resources/{id}")));
        let spans: Vec<_> = spans.collect();
        let next = |end: usize| {
            let starts = spans.iter().map(|spans| spans.key.start).filter(|start| *start >= end);
            starts.min().unwrap_or(self.text().len())
        };
        let window = |end: usize| (end, next(end), true);
        spans.iter().map(|spans| window(spans.value.end)).collect()
    }

    // Findings.

    /// Returns the resources with mistakes.
    fn wrong(&self) -> BTreeSet<String> {
        let context = FixContext {
            has_obstacle: false,
            is_in_document: false,
            roles_with_obstacles: &[],
            profiles_with_obstacles: &[],
            added: &[],
            applied: Applied::AtOnce,
        };
        let model = &self.model;
        let consumers = (0..model.consumers.len())
            .filter(|&index| model.given_after(index, context).is_wrong)
            .map(|index| model.consumer_id(index));
        let profiles = (0..model.profiles.len())
            .filter(|&index| model.roles_after(index, false).is_wrong)
            .map(|index| model.profile_id(index));
        let functions = (0..model.functions.len())
            .filter(|&index| model.function_after(index, false).is_wrong)
            .map(|index| model.function_id(index));
        consumers.chain(profiles).chain(functions).collect()
    }

    /// Checks that exactly the resources with mistakes have findings.
    fn judge_findings(&self, report: &Report) -> LawResult {
        let is_about_use = |finding: &&Finding| !["IPF007", "IPF008"].contains(&finding.rule.code);
        let found = report.findings.iter().filter(is_about_use);
        let found: BTreeSet<_> = found.filter_map(|finding| finding.resource.clone()).collect();
        let wrong = self.wrong();
        // An attribute in the wrong case is found once, even if several resources share the value.
        let may_share = |id: &String| {
            let spans = self.written.spans.get(&format!("/Resources/{id}"));
            let has_alias = spans.is_some_and(|spans| self.text()[spans.value.clone()].contains("*a"));
            has_alias && self.model.has_miscased_attribute(id)
        };
        let are_equal = found.is_subset(&wrong) && wrong.difference(&found).all(may_share);
        ensure!(are_equal, "found in {found:?}, wrong in {wrong:?}");
        ensure!(
            !wrong.is_empty() || report.fixed().is_none(),
            "a template without mistakes was changed"
        );
        Ok(())
    }

    // Order of fixes.

    /// Applies the fixes one at a time; `turn` chooses the order.
    pub(super) fn fixed_one_by_one(&self, turn: usize) -> Result<String, String> {
        const MAX_FIXES: usize = 200;
        let options = self.model.options();
        let mut text = self.text().to_owned();
        for round in 0..MAX_FIXES {
            let report = check(&text, &options).map_err(|error| error.to_string())?;
            let fixes = report
                .findings
                .iter()
                .filter_map(|finding| finding.fix_at(options.required()));
            let fixes: Vec<_> = fixes.collect();
            if fixes.is_empty() {
                return Ok(text);
            }
            let chosen = fixes[(turn + round * 7) % fixes.len()];
            text = edited(text, chosen);
        }
        Err("the fixes do not end".to_owned())
    }

    /// Applies the fixes rule by rule; `turn` chooses the order.
    pub(super) fn fixed_rule_by_rule(&self, turn: usize) -> Result<String, String> {
        let mut text = self.text().to_owned();
        loop {
            let mut is_done = true;
            for index in 0..rules().count() {
                let rule = rules().nth((index * 5 + turn) % rules().count()).unwrap();
                let options = Options {
                    selection: Selection::NONE.with(rule),
                    ..self.model.options()
                };
                let report = check(&text, &options).map_err(|error| error.to_string())?;
                if let Some(fixed) = report.fixed() {
                    text = fixed.to_owned();
                    is_done = false;
                }
            }
            if is_done {
                return Ok(text);
            }
        }
    }

    /// Returns whether two templates have the same content.
    ///
    /// An alias of an ARN that is built with the name of a profile may become a reference to the ARN, or stay.
    pub(super) fn are_equivalent(&self, one: &str, other: &str) -> Result<bool, String> {
        Ok(with_references(&self.read(one)?) == with_references(&self.read(other)?))
    }
}

/// Returns whether a logical ID is derived from the stem.
///
/// It is the stem or its start, `InstanceProfile`, and perhaps a number.
fn is_named_after(id: &str, stem: &str) -> bool {
    let name = id.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_whole = |start: &str| start == stem || (id.len() == 255 && stem.starts_with(start));
    name.strip_suffix("InstanceProfile").is_some_and(is_whole)
}

/// Returns the value with a reference in place of each ARN that is built with the name of a profile.
fn with_references(value: &Value) -> Value {
    match value {
        Value::Text(_) => value.clone(),
        Value::List(items) => list(items.iter().map(with_references)),
        Value::Map(entries) => match id_in_built_arn(value) {
            Some(id) => reference(id, Some("Arn")),
            None => map(entries.iter().map(|(key, value)| (key.clone(), with_references(value)))),
        },
    }
}

/// Returns the ID of the profile if this is its ARN, built with a reference to its name.
fn id_in_built_arn(value: &Value) -> Option<&str> {
    let ("Fn::Sub", Value::Text(pattern)) = value.as_call()? else {
        return None;
    };
    let id = pattern.strip_suffix('}')?.rsplit("${").next()?;
    (*value == built_arn("instance-profile", id)).then_some(id)
}

/// Returns whether a value refers to the resource `id`.
fn refers_to(value: &Value, id: &str) -> bool {
    match value.as_call() {
        Some(("Ref", Value::Text(target))) if target == id => return true,
        Some(("Fn::GetAtt", Value::List(parts))) if parts.first() == Some(&Value::Text(id.to_owned())) => return true,
        Some(("Fn::Sub", Value::Text(pattern))) if pattern.contains(&format!("${{{id}}}")) => return true,
        _ => {}
    }
    match value {
        Value::Text(_) => false,
        Value::List(items) => items.iter().any(|item| refers_to(item, id)),
        Value::Map(entries) => entries.iter().any(|(_, value)| refers_to(value, id)),
    }
}

/// Splits at whitespace; each whitespace character is a part of its own.
fn words(text: &str) -> Vec<&str> {
    let blanks = text.split_inclusive(char::is_whitespace);
    let split = |part| match str::strip_suffix(part, char::is_whitespace) {
        Some(word) => [word, &part[word.len()..]],
        None => [part, ""],
    };
    blanks.flat_map(split).filter(|part| !part.is_empty()).collect()
}

/// Applies the edits of one fix.
fn edited(mut text: String, fix: &Fix) -> String {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort();
    for edit in edits.into_iter().rev() {
        text.replace_range(edit.span.range(), &edit.text);
    }
    text
}
