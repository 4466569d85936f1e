//! Follows values through the templates of a project.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::ends::{ImportEnd, OutputEnd, TemplateEnds, ValueEnd};
use super::links::SharedName;
use super::location::ProjectPaths;
use super::nested::{Link, Links, Target};
use super::want::{MAX_ENDS, Want};
use crate::model::{NameOrArn, NoFix, Wants};
use crate::text::FileRange;

/// The ends of all templates of a project, and the ways between them.
#[derive(Debug)]
pub struct Flows {
    templates: Vec<TemplateEnds>,
    /// The template of each nested stack, by the index of the parent and the stack's ID.
    links: HashMap<(usize, String), Link>,
    /// The outputs that export a value, by the name of the export.
    exporters: BTreeMap<SharedName, Vec<(usize, String)>>,
    /// The parameters that a certain parent passes, by the index of the template, each with a parent.
    ///
    /// It is a parent that is not reported, if there is one.
    passed: HashMap<(usize, String), usize>,
    /// The parameters that a certain parent does not pass, or not in a way that is analysed.
    unpassed: HashSet<(usize, String)>,
    /// The values in which each parameter of a template is handed on, by the indices of the stack and of the value.
    handed_on: HashMap<(usize, String), Vec<(usize, usize)>>,
    /// The only exporter of all that a template imports behind a variable.
    sources: HashMap<(usize, Option<String>), Option<usize>>,
    /// The known results of [`Flows::is_followed`].
    followed: RefCell<HashMap<(usize, String, Wants), bool>>,
}

/// A role or a profile of another template that a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// The template of the resource.
    pub template: usize,
    /// The ID of the resource.
    pub id: String,
    /// True if it is a role.
    pub is_role: bool,
    /// The attribute.
    pub form: NameOrArn,
    /// The outputs on the way, that of the resource's template last.
    pub hops: Vec<Hop>,
    /// True if a way is only probable.
    pub is_likely: bool,
    /// True if several templates export such a value.
    pub has_several: bool,
}

/// An output on the way of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// The template.
    pub template: usize,
    /// The name of the output.
    pub output: String,
    /// True if it is imported, not read from a nested stack.
    pub is_import: bool,
    /// The location of its value.
    pub place: FileRange,
}

/// The limit of templates on one way.
///
/// A stack can be nested only a few levels deep, but a hostile project may have any number.
const MAX_HOPS: usize = 32;

/// The limit of steps to find out what a value is.
///
/// Each import may have several exporters, whose values are imports of several exporters in turn.
const MAX_STEPS: usize = 1024;

/// The limit of the exporters of one name.
const MAX_EXPORTERS: usize = 64;

impl Flows {
    /// Relates the templates of a project.
    ///
    /// `paths` has the files, and `is_same` returns whether two files have the same text.
    pub fn of(templates: Vec<TemplateEnds>, paths: &ProjectPaths, is_same: &dyn Fn(usize, usize) -> bool) -> Self {
        let mut flows = Self {
            links: HashMap::new(),
            exporters: BTreeMap::new(),
            passed: HashMap::new(),
            unpassed: HashSet::new(),
            followed: RefCell::default(),
            handed_on: HashMap::new(),
            sources: HashMap::new(),
            templates,
        };
        for (at, template) in flows.templates.iter().enumerate() {
            for (name, output) in &template.outputs {
                if let Some(export) = &output.export {
                    let named = flows.exporters.entry(export.clone()).or_default();
                    named.push((at, name.clone()));
                }
            }
            for (stack, ends) in template.stacks.iter().enumerate() {
                for (value, passed) in ends.passed.iter().enumerate() {
                    for (parameter, _) in &passed.handed_on {
                        let places = flows.handed_on.entry((at, parameter.clone())).or_default();
                        places.push((stack, value));
                    }
                }
            }
        }
        for (at, template) in flows.templates.iter().enumerate() {
            for import in &template.imports {
                let source = flows.only_exporter(&import.name);
                let known = flows.sources.entry((at, import.variable.clone())).or_insert(source);
                if *known != source {
                    *known = None;
                }
            }
        }
        let links = Links::among(&flows.templates, paths, is_same);
        let stacks = flows.templates.iter().enumerate();
        let stacks = stacks.flat_map(|(at, template)| template.stacks.iter().map(move |stack| (at, stack)));
        let found: Vec<_> = stacks.map(|(at, stack)| (at, stack, links.of(at, stack))).collect();
        for (at, stack, link) in &found {
            if let Some(Target { template, .. }) = link.target().filter(|target| !target.is_likely) {
                let passed: HashSet<_> = stack.passed.iter().map(|passed| &passed.parameter).collect();
                if let Some(child) = flows.templates.get(template) {
                    let slots = child
                        .parameters
                        .iter()
                        .filter(|(_, parameter)| !parameter.slots.is_empty());
                    let unknown = slots.map(|(name, _)| name).filter(|name| !passed.contains(name));
                    flows.unpassed.extend(unknown.map(|name| (template, name.clone())));
                }
                for passed in passed {
                    let key = (template, passed.clone());
                    let parent = flows.passed.entry(key).or_insert(*at);
                    if flows.templates.get(*at).is_some_and(|template| !template.is_reported) {
                        *parent = *at;
                    }
                }
            }
            flows.links.insert((*at, stack.id.clone()), *link);
        }
        flows
    }

    /// Returns a template.
    pub fn template(&self, at: usize) -> Option<&TemplateEnds> {
        self.templates.get(at)
    }

    /// Iterates over the templates, each with its index.
    pub(super) fn templates(&self) -> impl Iterator<Item = (usize, &TemplateEnds)> {
        self.templates.iter().enumerate()
    }

    /// Returns the template of a nested stack.
    pub fn link(&self, template: usize, stack: &str) -> Link {
        let found = self.links.get(&(template, stack.to_owned()));
        found.copied().unwrap_or(Link::Unclear)
    }

    /// Returns whether all certain parents pass a parameter, and what they pass is checked for such slots there.
    pub fn is_followed(&self, template: usize, parameter: &str, wants: Wants) -> bool {
        let key = (template, parameter.to_owned(), wants);
        if let Some(known) = self.followed.borrow().get(&key) {
            return *known;
        }
        let place = (template, parameter.to_owned());
        let parent = self.passed.get(&place).and_then(|parent| self.templates.get(*parent));
        let is_passed = parent.is_some_and(|parent| parent.is_reported) && !self.unpassed.contains(&place);
        let mut known = HashMap::new();
        let is_followed = is_passed && self.want_of(template, parameter, wants, &mut known).is_some();
        self.followed.borrow_mut().insert(key, is_followed);
        is_followed
    }

    /// Returns what the parameter of a nested stack wants, once for profiles, for roles, and for roles of profiles.
    pub fn wants(&self, template: usize, stack: &str, parameter: &str) -> Vec<Want> {
        let Some(target) = self.link(template, stack).target() else {
            return Vec::new();
        };
        let all = [Wants::Profile, Wants::RoleOfProfile, Wants::Role];
        all.into_iter()
            .filter_map(|wants| {
                let mut known = HashMap::new();
                let mut want = self.want_of(target.template, parameter, wants, &mut known)?;
                want.is_likely |= target.is_likely;
                Some(want)
            })
            .collect()
    }

    /// Returns the file of a template that certainly passes a parameter, but is not reported.
    pub fn unreported_parent(&self, template: usize, parameter: &str) -> Option<usize> {
        let parent = self.passed.get(&(template, parameter.to_owned()))?;
        let parent = self.templates.get(*parent).filter(|parent| !parent.is_reported)?;
        Some(parent.file)
    }

    /// Returns the role or the profile of another template that a value of a template is, if known.
    pub fn given(&self, template: usize, value: &ValueEnd) -> Option<Given> {
        self.follow(template, value, &mut Way::default())
    }

    fn want_of(
        &self,
        template: usize,
        parameter: &str,
        wants: Wants,
        known: &mut HashMap<(usize, String), Option<Want>>,
    ) -> Option<Want> {
        let key = (template, parameter.to_owned());
        if let Some(want) = known.get(&key) {
            return want.clone();
        }
        if known.len() >= MAX_ENDS {
            return None;
        }
        // In a circle of templates, nothing is known until the circle was followed.
        known.insert(key.clone(), None);
        let want = self.want_at(template, parameter, wants, known);
        known.insert(key, want.clone());
        want
    }

    fn want_at(
        &self,
        template: usize,
        parameter: &str,
        wants: Wants,
        known: &mut HashMap<(usize, String), Option<Want>>,
    ) -> Option<Want> {
        let ends = self.templates.get(template)?;
        let end = ends.parameters.get(parameter)?;
        let own: Vec<_> = end.slots.iter().filter(|slot| slot.wants == wants).collect();
        let mut pure: HashSet<FileRange> = own.iter().map(|slot| slot.used_at).collect();
        let mut found: Vec<Want> = own.into_iter().map(Want::of_slot).collect();
        let handed_on = self.handed_on.get(&(template, parameter.to_owned()));
        for &(stack, value) in handed_on.into_iter().flatten() {
            let Some(stack) = ends.stacks.get(stack) else { continue };
            let target = self.link(template, &stack.id).target();
            let (Some(passed), Some(target)) = (stack.passed.get(value), target) else {
                continue;
            };
            if let Some(mut want) = self.want_of(target.template, &passed.parameter, wants, known) {
                want.is_likely |= target.is_likely;
                want.is_conditional |= passed.is_conditional;
                let name = format!("parameter `{}` of `{}`", passed.parameter, stack.id);
                want.ends.insert(0, (passed.place, name));
                let places = passed.handed_on.iter().filter(|(from, _)| from == parameter);
                pure.extend(places.map(|(_, place)| *place));
                found.push(want);
            }
        }
        let other_use = end.uses.iter().find(|place| !pure.contains(place)).copied();
        // A condition may say what kind of value it is, and each use is right for its own kind.
        if other_use.is_some() {
            found.retain(|want| !want.is_conditional);
        }
        let mut found = found.into_iter();
        let mut want = found.next()?;
        for other in found {
            want.join(other);
        }
        if want.is_undecided {
            return None;
        }
        want.other_use = want.other_use.or(other_use);
        if want.other_use.is_some() {
            want.blocked
                .get_or_insert_with(|| NoFix::ParameterUsedElsewhere(parameter.to_owned()));
        }
        Some(want)
    }

    fn follow(&self, template: usize, value: &ValueEnd, way: &mut Way) -> Option<Given> {
        way.steps += 1;
        if way.hops.len() >= MAX_HOPS || way.steps > MAX_STEPS {
            return None;
        }
        match value {
            ValueEnd::Resource { id, is_role, form } => Some(Given {
                template,
                id: id.clone(),
                is_role: *is_role,
                form: *form,
                hops: way.hops.clone(),
                is_likely: false,
                has_several: false,
            })
            .filter(|given| !given.hops.is_empty()),
            ValueEnd::Output { stack, output } => {
                let target = self.link(template, stack).target()?;
                let mut given = self.through(target.template, output, false, way)?;
                // An output would be added to one of the copies only.
                given.is_likely |= target.is_likely || target.has_copies;
                Some(given)
            }
            ValueEnd::Import(import) => self.imported(template, import, way),
            ValueEnd::Parameter(_) | ValueEnd::Unknown => None,
        }
    }

    fn through(&self, template: usize, output: &str, is_import: bool, way: &mut Way) -> Option<Given> {
        let end = self.output(template, output)?;
        way.hops.push(Hop {
            template,
            output: output.to_owned(),
            is_import,
            place: end.place,
        });
        let given = self.follow(template, &end.value, way);
        way.hops.pop();
        given
    }

    fn imported(&self, template: usize, import: &ImportEnd, way: &mut Way) -> Option<Given> {
        let (exporters, is_certain) = match self.exporters.get(&import.name) {
            Some(_) if !import.name.says_something() => return None,
            Some(exporters) if exporters.len() > MAX_EXPORTERS => return None,
            Some(exporters) => (
                exporters.clone(),
                import.name.is_literal() || self.has_all_imports(template, import),
            ),
            None => (self.behind_stack_name(&import.name)?, false),
        };
        let (first, others) = exporters.split_first()?;
        let mut found = exporters
            .iter()
            .map(|(exporter, output)| self.through(*exporter, output, true, way));
        let mut given = found.next()??;
        let is_same = |other: Option<Given>| {
            other.is_some_and(|other| other.is_role == given.is_role && other.form == given.form)
        };
        if !found.all(is_same) {
            return None;
        }
        given.has_several = !others.is_empty();
        // With a variable, only one template may be meant.
        let is_one = others.is_empty() || import.name.is_literal();
        given.is_likely |= !is_certain || first.0 == template;
        is_one.then_some(given)
    }

    /// Returns whether the exporter of an import exports all that the template imports behind the same variable.
    fn has_all_imports(&self, template: usize, import: &ImportEnd) -> bool {
        let source = self.sources.get(&(template, import.variable.clone()));
        source.is_some_and(Option::is_some)
    }

    fn only_exporter(&self, name: &SharedName) -> Option<usize> {
        match self.exporters.get(name).map(Vec::as_slice) {
            Some([(exporter, _)]) => Some(*exporter),
            _ => None,
        }
    }

    /// Returns the exporter of a name that has the name of its stack in place of the beginning of a literal name.
    ///
    /// Returns `None` if there are several.
    fn behind_stack_name(&self, name: &SharedName) -> Option<Vec<(usize, String)>> {
        let ends = name.ends().map(|end| SharedName(end.to_owned()));
        let ends = ends.filter(SharedName::says_something);
        let mut found = ends.filter_map(|end| self.exporters.get(&SharedName(format!("{{}}{}", end.0))));
        match (found.next(), found.next()) {
            (Some(exporters), None) if exporters.len() == 1 => Some(exporters.clone()),
            _ => None,
        }
    }

    /// Returns a number for each of `count` files: what a file refers to in another one has a smaller number there.
    ///
    /// Files that refer to each other are equal.
    pub fn file_order(&self, count: usize) -> Vec<usize> {
        let mut order = vec![0; count];
        let edges = self.references();
        // A longer way has a circle.
        for _ in 0..MAX_HOPS {
            let mut has_changed = false;
            for &(user, target) in &edges {
                let least = order.get(target).map_or(0, |number| number + 1);
                if let Some(number) = order.get_mut(user).filter(|number| **number < least) {
                    *number = least;
                    has_changed = true;
                }
            }
            if !has_changed {
                break;
            }
        }
        order
    }

    /// Returns the pairs of files of which the first takes a value from the second.
    fn references(&self) -> BTreeSet<(usize, usize)> {
        let file = |template: usize| self.templates.get(template).map(|template| template.file);
        let mut edges = BTreeSet::new();
        for (at, template) in self.templates.iter().enumerate() {
            let stacks = template.stacks.iter().filter(|stack| !stack.outputs.is_empty());
            let children = stacks.filter_map(|stack| file(self.link(at, &stack.id).target()?.template));
            let exporters = template
                .imports
                .iter()
                .filter_map(|import| self.exporters.get(&import.name));
            let exporters = exporters.flatten().filter_map(|(exporter, _)| file(*exporter));
            let targets = children.chain(exporters).filter(|target| *target != template.file);
            edges.extend(targets.map(|target| (template.file, target)));
        }
        edges
    }

    /// Returns whether an export of the project has this name.
    pub fn is_exported(&self, name: &SharedName) -> bool {
        self.exporters.contains_key(name)
    }

    /// Returns an output of a template.
    pub fn output(&self, template: usize, name: &str) -> Option<&OutputEnd> {
        self.templates.get(template)?.outputs.get(name)
    }
}

/// The way of a value.
#[derive(Default)]
struct Way {
    /// The outputs on the way.
    hops: Vec<Hop>,
    /// The number of outputs that were looked at, in this way and in those of other exporters.
    steps: usize,
}
