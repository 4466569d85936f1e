//! What must hold of a template and of what becomes of it, judged without asking the product.

use std::collections::BTreeSet;

use cfn_ipfix::model::{Finding, Fix};
use cfn_ipfix::rules::{Selection, rules};
use cfn_ipfix::{Options, Outcome, Report, check};

use super::layout::{Layout, Written};
use super::model::{Circumstances, Held, Model, role_id};
use super::reader::{read_json, read_yaml};
use super::value::Value;
use super::{json, yaml};

/// A template, what it says, and how it is written.
pub(super) struct Case {
    pub(super) model: Model,
    pub(super) written: Written,
    is_json: bool,
    before: Value,
}

/// What a law says is broken.
pub(super) type Verdict = Result<(), String>;

macro_rules! hold {
    ($condition:expr, $($words:tt)+) => {
        if !$condition {
            return Err(format!($($words)+));
        }
    };
}

impl Case {
    /// Writes a template. The text says what was meant, or the writer is at fault.
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
            before: value.meaning(),
        };
        let read = case.read(&case.written.text)?;
        hold!(read == case.before, "the writer is at fault: {read:?}");
        Ok(case)
    }

    pub(super) fn text(&self) -> &str {
        &self.written.text
    }

    /// What the first document of a text says.
    fn read(&self, text: &str) -> Result<Value, String> {
        let document = match self.is_json {
            true => read_json(text)?,
            false => read_yaml(text)?.into_iter().next().ok_or("there is no document")?,
        };
        Ok(document.meaning())
    }

    /// What the product makes of the template.
    pub(super) fn report(&self) -> Result<Report, String> {
        let report = check(self.text(), &self.model.options()).map_err(|error| error.to_string())?;
        let is_refused = matches!(report.outcome, Outcome::Refused { .. });
        hold!(!is_refused, "{:?}", report.outcome);
        Ok(report)
    }

    /// All that must hold of a run.
    pub(super) fn judge(&self) -> Verdict {
        let report = self.report()?;
        let after = report.fixed().unwrap_or(self.text());
        self.judge_meaning(after)?;
        self.judge_bytes(after)?;
        self.judge_findings(&report)?;
        let again = check(after, &self.model.options()).map_err(|error| format!("after the fixes: {error}"))?;
        hold!(
            again.fixed().is_none(),
            "a second run changes more: {:?}",
            again.fixed()
        );
        Ok(())
    }

    // The meaning: law 2.

    /// Holds what a text says to what the model lets it say.
    pub(super) fn judge_meaning(&self, text: &str) -> Verdict {
        let after = self.read(text)?;
        if !self.is_json {
            let [before, after] = [self.text(), text].map(read_yaml);
            hold!(before?.get(1..) == after?.get(1..), "another document was changed");
        }
        let resources = after.get("Resources").ok_or("the resources are gone")?;
        let added = self.added(resources)?;
        let expected = self.expected(resources, &added)?;
        let sections = self.before.entries().iter().map(|(name, value)| match name.as_str() {
            "Resources" => (name.clone(), Value::Map(expected.clone())),
            _ => (name.clone(), value.clone()),
        });
        let expected = Value::Map(sections.collect());
        hold!(after == expected, "it says\n{after:?}\nnot\n{expected:?}");
        Ok(())
    }

    /// The profiles that were added: each must be needed, be what the role calls for, and stand behind it.
    fn added(&self, after: &Value) -> Result<Vec<(String, Held)>, String> {
        let before = self.before.get("Resources").unwrap_or(after);
        let mut added: Vec<(String, Held)> = Vec::new();
        let mut last_old = "";
        for (id, value) in after.entries() {
            if before.get(id).is_some() {
                last_old = id;
                continue;
            }
            let roles = 0..self.model.roles.len();
            let held = match roles
                .into_iter()
                .find(|&role| *value == self.model.new_profile(role).meaning())
            {
                Some(role) => Held::Role(role),
                None => {
                    let mut outside = self.model.new_outside_profiles().into_iter();
                    match outside.find(|(_, profile)| value == profile) {
                        Some((condition, _)) => Held::Outside(condition),
                        None => return Err(format!("`{id}` was added: {value:?}")),
                    }
                }
            };
            hold!(
                added.iter().all(|(_, other)| *other != held),
                "{held:?} got two profiles"
            );
            if let Held::Role(role) = held {
                let hard = self.hard_profiles();
                let stand_ins = self.model.stand_ins(role, &hard);
                hold!(
                    !stand_ins.iter().any(|(_, is_sure)| *is_sure),
                    "`{id}` was added beside {stand_ins:?}"
                );
                hold!(last_old == role_id(role), "`{id}` was added behind `{last_old}`");
                hold!(
                    is_named_after(id, &Model::stem(role)),
                    "`{id}` was added for `{}`",
                    role_id(role)
                );
            }
            if matches!(held, Held::Outside(_)) {
                let stand_ins = self.model.stand_ins_outside();
                hold!(
                    !stand_ins.iter().any(|(_, is_sure)| *is_sure),
                    "`{id}` was added beside {stand_ins:?}"
                );
            }
            for section in ["Parameters", "Conditions"] {
                let is_taken = self
                    .before
                    .get(section)
                    .is_some_and(|section| section.get(id).is_some());
                hold!(!is_taken, "`{id}` was added, which is one of the {section}");
            }
            hold!(refers_to(after, id), "`{id}` was added for nothing");
            added.push((id.clone(), held));
        }
        Ok(added)
    }

    /// The resources as they should be, as far as there is a choice with what was chosen.
    fn expected(&self, after: &Value, added: &[(String, Held)]) -> Result<Vec<(String, Value)>, String> {
        let (hard_roles, hard_profiles) = (self.hard_roles(), self.hard_profiles());
        let circumstances = |index: usize, path: &str| Circumstances {
            // What lost its function is only given it back on one line, and of two entries both stay if a comment is
            // beside the one, or if they come to name two profiles.
            is_hard: self.written.is_hard(path)
                || (self.model.has_lost_list(index) && self.has_lines(path))
                || (self.model.has_both(index) && self.has_comment_beside(path))
                || (self.model.has_both(index) && self.model.may_name_two_profiles(index, &hard_profiles)),
            hard_roles: &hard_roles,
            hard_profiles: &hard_profiles,
            added,
        };
        let mut choices: Vec<(String, Vec<Value>)> = Vec::new();
        for index in 0..self.model.consumers.len() {
            let ends = self
                .model
                .given_after(index, circumstances(index, &self.consumer_path(index)));
            let values = ends
                .values
                .into_iter()
                .map(|(key, value)| self.model.consumer_value(index, &key, value).meaning());
            choices.push((self.model.consumer_id(index), values.collect()));
        }
        for index in 0..self.model.profiles.len() {
            let is_hard = hard_profiles.contains(&index);
            let ends = self.model.roles_after(index, is_hard);
            let values = ends
                .values
                .into_iter()
                .map(|roles| self.model.profile_value(index, roles).meaning());
            choices.push((self.model.profile_id(index), values.collect()));
        }
        for index in 0..self.model.functions.len() {
            let profile = self.model.profile_of_function(index);
            let is_hard = self.written.is_hard(&self.function_path(index))
                || profile.is_some_and(|profile| hard_profiles.contains(&profile));
            let ends = self.model.function_after(index, is_hard);
            let values = ends
                .values
                .into_iter()
                .map(|role| self.model.function_value(role).meaning());
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
                return Err(format!("`{id}` is one too many"));
            };
            let choice = choices.iter().find(|(id, _)| id == name);
            let value = match choice {
                Some((_, values)) if values.contains(found) => found.clone(),
                Some((_, values)) => return Err(format!("`{id}` is\n{found:?}\nnot one of\n{values:?}")),
                None => value.clone(),
            };
            expected.push((name.clone(), value));
        }
        hold!(old.next().is_none(), "a resource is gone");
        Ok(expected)
    }

    fn consumer_path(&self, index: usize) -> String {
        let (key, _) = self.model.given(index);
        let id = self.model.consumer_id(index);
        let path = self.model.path_to_given(index);
        let (way, _) = path.rsplit_once('/').map_or(("", ""), |(way, last)| (way, last));
        let way = if way.is_empty() {
            String::new()
        } else {
            format!("/{way}")
        };
        format!("/Resources/{id}/Properties{way}/{key}")
    }

    fn profile_path(&self, index: usize) -> Option<String> {
        let (key, _) = self.model.roles_before(index)?;
        Some(format!("/Resources/{}/Properties/{key}", self.model.profile_id(index)))
    }

    fn function_path(&self, index: usize) -> String {
        format!("/Resources/{}/Properties/Role", self.model.function_id(index))
    }

    /// The roles behind which a profile need not come, as they are written.
    fn hard_roles(&self) -> Vec<usize> {
        let is_hard = |role: &usize| {
            let path = format!("/Resources/{}", role_id(*role));
            let Some(spans) = self.written.spans.get(&path) else {
                return true;
            };
            let inside = format!("{path}/");
            let has_alias = self.written.shared.iter().any(|shared| shared.starts_with(&inside));
            let is_last = self.text()[spans.value.end..].trim().is_empty();
            let has_block = self.text()[spans.value.clone()].contains(['|', '>']);
            let own_path = self.written.spans.get(&format!("{path}/Properties/Path"));
            let is_odd = own_path.is_some_and(|spans| self.text()[spans.value.clone()].contains(['&', '\n', '\r']));
            has_alias || is_odd || (is_last && has_block) || self.written.shared.contains(&path)
        };
        (0..self.model.roles.len()).filter(is_hard).collect()
    }

    /// The profiles whose mistakes may stay, as they are written.
    fn hard_profiles(&self) -> Vec<usize> {
        let is_hard = |index: &usize| {
            let is_hard = |path: String| {
                // What goes over several lines is not made an item.
                let is_long = self.model.is_single_role(*index) && self.has_lines(&path);
                is_long || self.written.is_hard(&path)
            };
            self.profile_path(*index).is_some_and(is_hard)
        };
        (0..self.model.profiles.len()).filter(is_hard).collect()
    }

    /// Whether the value at `path` goes over several lines.
    fn has_lines(&self, path: &str) -> bool {
        let spans = self.written.spans.get(path);
        spans.is_some_and(|spans| self.text()[spans.value.clone()].contains(['\r', '\n']))
    }

    /// Whether a comment stands behind the value at `path`.
    fn has_comment_beside(&self, path: &str) -> bool {
        let spans = self.written.spans.get(path);
        let behind = spans.and_then(|spans| self.text()[spans.value.end..].split(['\r', '\n']).next());
        behind.is_some_and(|behind| behind.contains('#'))
    }

    // The bytes: law 1.

    /// Holds a text to what was there: all but the wrong values is still there, and comments are nowhere lost.
    pub(super) fn judge_bytes(&self, after: &str) -> Verdict {
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
                return Err(format!("{piece:?} is not there, in what is left of the text:\n{rest}"));
            };
            rest = &rest[at + piece.len()..];
        }
        for comment in &self.written.comments {
            let counts = [before, after].map(|text| text.matches(comment).count());
            hold!(
                counts[0] == counts[1],
                "of the comment `{comment}`, there were and are {counts:?}"
            );
        }
        let has_lf = |text: &str| text.replace("\r\n", "").contains('\n');
        let has_cr = |text: &str| text.replace("\r\n", "").contains('\r');
        hold!(has_lf(before) || !has_lf(after), "there is a line feed now");
        hold!(has_cr(before) || !has_cr(after), "there is a lone carriage return now");
        hold!(
            before.contains("\r\n") || !after.contains("\r\n"),
            "there are two characters for a newline now"
        );
        Ok(())
    }

    /// Where there are values, and keys, that the model calls wrong.
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
        // A line that goes takes its end along, not that of the line before, which may be another.
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

    /// Where profiles may come: from the end of a resource to what is behind it. What is there stays.
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

    // The findings.

    /// The resources in which there is something to find.
    fn wrong(&self) -> BTreeSet<String> {
        let circumstances = Circumstances {
            is_hard: false,
            hard_roles: &[],
            hard_profiles: &[],
            added: &[],
        };
        let model = &self.model;
        let consumers = (0..model.consumers.len())
            .filter(|&index| model.given_after(index, circumstances).is_wrong)
            .map(|index| model.consumer_id(index));
        let profiles = (0..model.profiles.len())
            .filter(|&index| model.roles_after(index, false).is_wrong)
            .map(|index| model.profile_id(index));
        let functions = (0..model.functions.len())
            .filter(|&index| model.function_after(index, false).is_wrong)
            .map(|index| model.function_id(index));
        consumers.chain(profiles).chain(functions).collect()
    }

    /// What is wrong is found, and nothing else.
    fn judge_findings(&self, report: &Report) -> Verdict {
        let is_about_use = |finding: &&Finding| !["IPF007", "IPF008"].contains(&finding.rule.code);
        let found = report.findings.iter().filter(is_about_use);
        let found: BTreeSet<_> = found.filter_map(|finding| finding.resource.clone()).collect();
        let wrong = self.wrong();
        hold!(found == wrong, "found in {found:?}, wrong in {wrong:?}");
        hold!(
            !wrong.is_empty() || report.fixed().is_none(),
            "what is right was changed"
        );
        Ok(())
    }

    // The order.

    /// The text after its fixes, made one at a time; `turn` chooses which.
    pub(super) fn fixed_one_by_one(&self, turn: usize) -> Result<String, String> {
        const MOST: usize = 200;
        let options = self.model.options();
        let mut text = self.text().to_owned();
        for round in 0..MOST {
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
        Err("there is no end of fixes".to_owned())
    }

    /// The text after its fixes, made rule by rule, beginning with any.
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

    /// Whether two texts say the same.
    pub(super) fn say_the_same(&self, one: &str, other: &str) -> Result<bool, String> {
        Ok(self.read(one)? == self.read(other)?)
    }
}

/// Whether a logical ID is a stem, or the start of one, with `InstanceProfile` and perhaps a number behind it.
fn is_named_after(id: &str, stem: &str) -> bool {
    let name = id.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_whole = |start: &str| start == stem || (id.len() == 255 && stem.starts_with(start));
    name.strip_suffix("InstanceProfile").is_some_and(is_whole)
}

/// Whether a value refers to the resource `id`.
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

/// The words of a text, and each blank between them.
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
