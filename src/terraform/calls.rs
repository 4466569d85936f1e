//! Calls of local modules: an argument whose variable is only used where a profile is taken is such a place itself.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::address::only_attribute;
use super::file::{ModuleFile, ParsedFile};
use super::iam::IamTypes;
use super::names::{Owner, stated};
use super::origins::{Iterators, Search, iterators};
use super::resolve::{Locals, outcomes};
use super::slots::{Argument, arguments};
use super::source::{DeclaredContent, ParsedModule, address_of_block, of_body};
use crate::hcl::{Attribute, Block, Body, Expr, ExprKind, Traversal};
use crate::model::{PossibleNames, Property};
use crate::profile::terraform_profile_properties;
use crate::text::{File, FileId, NodePath, TextRange};

/// The limit of modules that pass a variable on.
const MAX_DEPTH: usize = 4;

/// The arguments of a call that are not values of variables.
///
/// <https://developer.hashicorp.com/terraform/language/modules/syntax#meta-arguments>
const META: [&str; 6] = ["source", "version", "providers", "count", "for_each", "depends_on"];

/// Returns the files of the module in a folder, by its path relative to the calling module.
pub type LoadModule<'l> = &'l dyn Fn(&str) -> Option<Vec<ModuleFile>>;

/// The way from an argument of a call to a place that takes a profile.
#[derive(Clone, Copy, Debug)]
pub(super) enum Reach {
    /// The variable is only used at such places.
    Slot(Property),
    /// The variable is used elsewhere too.
    Shared,
    /// An iterator, a function or another expression is on the way.
    Indirect,
    /// An override file changes the place, or what is on the way.
    Overridden,
    /// It is not known, because a module on the way is not analysed.
    Unread,
}

/// An argument of a call that may reach a place that takes a profile.
pub(super) struct PassedArgument<'s> {
    pub(super) reach: Reach,
    pub(super) argument: Argument<'s>,
    /// The name of the argument.
    pub(super) name: &'s str,
}

/// The facts about a module that matter to its callers.
struct ChildModule {
    /// The variables that may reach a place that takes a profile.
    reach: HashMap<String, Reach>,
    /// The names that its profiles can have, and those of the modules that it calls.
    profile_names: PossibleNames,
}

/// A use of a variable where a profile is taken.
struct VariableUse {
    reach: Reach,
    /// The number of references to the variable.
    count: usize,
}

/// The module that a call names.
enum Called {
    Read(Rc<ChildModule>),
    /// A local module that cannot be read.
    Unread,
    /// A module that is not in a folder.
    Remote,
}

impl Called {
    /// Returns the names that its profiles can have; those of a module that is not in a folder do not count.
    fn profile_names(&self) -> PossibleNames {
        match self {
            Self::Read(module) => module.profile_names.clone(),
            Self::Unread => PossibleNames::UNKNOWN,
            Self::Remote => PossibleNames::of([]),
        }
    }
}

/// The local modules that a module calls.
pub(super) struct ChildModules<'l> {
    load: LoadModule<'l>,
    /// `None` for a module that cannot be read.
    known: RefCell<HashMap<String, Option<Rc<ChildModule>>>>,
}

impl<'l> ChildModules<'l> {
    pub(super) fn new(load: LoadModule<'l>) -> Self {
        Self {
            load,
            known: RefCell::default(),
        }
    }

    /// Returns the arguments of a call that may reach a place that takes a profile.
    ///
    /// `given` has the arguments, and `source` names the module; an override file has them in two blocks.
    pub(super) fn passed<'s>(&self, source: &Block, given: &'s Block, path: &NodePath) -> Vec<PassedArgument<'s>> {
        self.passed_in((source, given), path, "", 0)
    }

    /// Returns the names that the profiles of the called modules can have.
    pub(super) fn profile_names<'b>(&self, calls: impl Iterator<Item = &'b Block>) -> PossibleNames {
        let mut names = PossibleNames::of([]);
        for block in calls {
            names.extend(&self.called(block, "", 0).profile_names());
        }
        names
    }

    fn passed_in<'s>(
        &self,
        (source, given): (&Block, &'s Block),
        path: &NodePath,
        folder: &str,
        depth: usize,
    ) -> Vec<PassedArgument<'s>> {
        let called = self.called(source, folder, depth);
        let reach = |attribute: &Attribute| match &called {
            Called::Read(module) => module.reach.get(&attribute.key.text).copied(),
            Called::Unread => Some(Reach::Unread),
            Called::Remote => is_profile_name(attribute).then_some(Reach::Unread),
        };
        let attributes = given.body.attributes.iter();
        let values = attributes.filter(|attribute| !META.contains(&attribute.key.text.as_str()));
        let passed = values.filter_map(|attribute| {
            Some(PassedArgument {
                reach: reach(attribute)?,
                argument: Argument {
                    value: &attribute.value,
                    path: path.key(&attribute.key.text),
                },
                name: &attribute.key.text,
            })
        });
        passed.collect()
    }

    /// Returns the module that a call in a folder names.
    fn called(&self, block: &Block, folder: &str, depth: usize) -> Called {
        let source = block.body.attribute("source").and_then(|source| source.value.text());
        match source.filter(|source| is_local(source)) {
            Some(source) => {
                let module = self.module(&joined(folder, source), depth);
                module.map_or(Called::Unread, Called::Read)
            }
            None => Called::Remote,
        }
    }

    /// Returns the module at a path; `None` if it cannot be read.
    fn module(&self, folder: &str, depth: usize) -> Option<Rc<ChildModule>> {
        if let Some(known) = self.known.borrow().get(folder) {
            return known.clone();
        }
        // Another caller may be nearer.
        if depth > MAX_DEPTH {
            return None;
        }
        let infos = (self.load)(folder);
        let module = infos.and_then(|infos| self.read(folder, &infos, depth)).map(Rc::new);
        self.known.borrow_mut().insert(folder.to_owned(), module.clone());
        module
    }

    fn read(&self, folder: &str, infos: &[ModuleFile], depth: usize) -> Option<ChildModule> {
        let texts = infos.iter().map(|info| info.text.clone().unwrap_or_default());
        let files: Vec<_> = (0..).zip(texts).map(|(id, text)| File::new(FileId(id), text)).collect();
        let module = ParsedModule::parse(&files, infos);
        let is_whole =
            infos.iter().all(|info| info.text.is_some()) && module.files.iter().all(|file| file.error().is_none());
        is_whole.then_some(())?;
        let totals = total_uses(&module);
        let uses = self.uses(folder, &module, depth).into_iter();
        let reach = uses.filter_map(|(name, uses)| {
            let total = totals.get(&name).copied().unwrap_or_default();
            Some((name, combined(&uses, total)?))
        });
        Some(ChildModule {
            reach: reach.collect(),
            profile_names: self.names_in(folder, &module, depth),
        })
    }

    /// Returns the names that the profiles of a module and of the modules that it calls can have.
    fn names_in(&self, folder: &str, module: &ParsedModule, depth: usize) -> PossibleNames {
        let mut names = PossibleNames::of([]);
        let is_profile = |address: &String| {
            let resource_type = address.split_once('.').map(|(resource_type, _)| resource_type);
            resource_type.is_some_and(|resource_type| IamTypes::of_profile(resource_type).is_some())
        };
        if Overrides::of(module).addresses.iter().any(is_profile) {
            return PossibleNames::UNKNOWN;
        }
        for declared in module.declared() {
            match declared.content {
                DeclaredContent::Resource(resource_type, block) => {
                    let Some(types) = IamTypes::of_profile(resource_type) else {
                        continue;
                    };
                    let text = module.file(declared.file).map_or("", ParsedFile::text);
                    // The variables of another module have other values.
                    let source = |span: TextRange| format!("{} in {folder}", span.slice(text));
                    let owner = Owner {
                        address: declared.address,
                        repetition: None,
                        source: &source,
                    };
                    let name = stated(&block.body, (types.profile_name, "name_prefix"), &owner, &|_| None);
                    name.iter().for_each(|name| names.extend(&name.possible));
                }
                DeclaredContent::Call(block) => {
                    names.extend(&self.called(block, folder, depth + 1).profile_names());
                }
                DeclaredContent::Data(..) | DeclaredContent::Local(_) => {}
            }
        }
        names
    }

    /// Returns the uses of variables where a profile is taken.
    fn uses(&self, folder: &str, module: &ParsedModule, depth: usize) -> HashMap<String, Vec<VariableUse>> {
        let locals = module.declared().filter_map(|declared| match declared.content {
            DeclaredContent::Local(value) => Some((declared.address, (declared.file, value))),
            _ => None,
        });
        let locals: Locals<'_> = locals.collect();
        let overrides = Overrides::of(module);
        let root = NodePath {
            document: 0,
            steps: Vec::new(),
        };
        let mut uses = Uses {
            found: HashMap::new(),
            locals: &locals,
            certain: Search::new(&locals),
            unread: Search::new(&locals),
        };
        for declared in module.declared() {
            let is_overridden = overrides.addresses.contains(declared.address);
            let reach = |reach| if is_overridden { Reach::Overridden } else { reach };
            match declared.content {
                DeclaredContent::Resource(resource_type, block) => {
                    let slots = profile_arguments(resource_type, &block.body, &root).into_iter();
                    let slots = slots.map(|(property, argument)| (reach(Reach::Slot(property)), argument));
                    uses.add_all(slots, declared.file, &block.body);
                }
                DeclaredContent::Call(block) => {
                    let given = overrides.calls.get(declared.address).into_iter().flatten();
                    for given in std::iter::once(&block).chain(given) {
                        let passed = self.passed_in((block, given), &root, folder, depth + 1).into_iter();
                        let passed = passed.map(|passed| (reach(passed.reach), passed.argument));
                        uses.add_all(passed, declared.file, &given.body);
                    }
                }
                DeclaredContent::Data(..) | DeclaredContent::Local(_) => {}
            }
        }
        for (file, block) in &overrides.blocks {
            let values = overridden_values(block, &root).into_iter();
            let values = values.map(|argument| (Reach::Overridden, argument));
            uses.add_all(values, *file, &block.body);
        }
        uses.found
    }
}

/// Returns whether an argument of a module may be a profile, by its name.
pub(super) fn is_profile_name(attribute: &Attribute) -> bool {
    let name = attribute.key.text.as_str();
    let is_other = matches!(attribute.value.kind, ExprKind::Scalar(_)) || name.starts_with("create_");
    name.contains("instance_profile") && !is_other && !name.ends_with("_path")
}

/// Returns the way of a variable to a profile slot, by its uses and the number of all references to it.
fn combined(uses: &[VariableUse], total: usize) -> Option<Reach> {
    let slots = uses.iter().filter_map(|one| match one.reach {
        Reach::Slot(property) => Some(property),
        _ => None,
    });
    let slots: Vec<_> = slots.collect();
    let Some(first) = slots.first() else {
        return uses.first().map(|one| one.reach);
    };
    let count: usize = uses.iter().map(|one| one.count).sum();
    let is_one_kind = slots.iter().all(|slot| slot.takes == first.takes);
    let is_only = slots.len() == uses.len() && count == total;
    Some(if is_one_kind && is_only {
        Reach::Slot(*first)
    } else {
        Reach::Shared
    })
}

/// Returns the arguments of a resource that take a profile.
fn profile_arguments<'s>(resource_type: &str, body: &'s Body, path: &NodePath) -> Vec<(Property, Argument<'s>)> {
    let properties = terraform_profile_properties(resource_type);
    let found = properties.flat_map(|property| {
        let found = arguments(body, property, path);
        found.into_iter().map(move |argument| (*property, argument))
    });
    found.collect()
}

/// The uses of variables where a profile is taken, as they are found.
struct Uses<'u, 's> {
    found: HashMap<String, Vec<VariableUse>>,
    locals: &'u Locals<'s>,
    /// The search for what certainly reaches a profile slot.
    certain: Search<'u, 's>,
    /// The search for what a module that is not analysed takes.
    unread: Search<'u, 's>,
}

impl<'s> Uses<'_, 's> {
    /// Adds the variables that the values of arguments in a block may come from.
    fn add_all(&mut self, arguments: impl Iterator<Item = (Reach, Argument<'s>)>, file: FileId, body: &'s Body) {
        let mut known = None;
        for (reach, argument) in arguments {
            let iterators = known.get_or_insert_with(|| iterators(body));
            self.add(reach, argument.value, file, iterators);
        }
    }

    fn add(&mut self, reach: Reach, value: &'s Expr, file: FileId, iterators: &Iterators<'s>) {
        let mut direct = HashSet::new();
        if matches!(reach, Reach::Slot(_)) {
            let found = outcomes(value, file, self.locals);
            direct.extend(found.iter().filter_map(|outcome| variable(outcome.expr.traversal()?)));
            for &name in &direct {
                let traversals = value.descendants().filter_map(Expr::traversal);
                // An attribute of an object is another value.
                let traversals = traversals.filter(|one| only_attribute(one, 1) == Some(None));
                let count = traversals.filter(|one| variable(one) == Some(name)).count();
                self.insert(name, reach, count);
            }
        }
        // A variable in a local value that was found before has a use already.
        let search = match reach {
            Reach::Unread => &mut self.unread,
            _ => &mut self.certain,
        };
        let origins = search.new_origins(value, iterators);
        let names = origins.iter().filter_map(|origin| variable(origin.traversal()?));
        for name in names.collect::<HashSet<_>>() {
            match reach {
                Reach::Slot(_) if direct.contains(name) => {}
                Reach::Slot(_) => self.insert(name, Reach::Indirect, 0),
                other => self.insert(name, other, 0),
            }
        }
    }

    fn insert(&mut self, name: &str, reach: Reach, count: usize) {
        let uses = self.found.entry(name.to_owned()).or_default();
        uses.push(VariableUse { reach, count });
    }
}

/// The content of the override files of a module.
struct Overrides<'s> {
    blocks: Vec<(FileId, &'s Block)>,
    /// The addresses of what they change.
    addresses: HashSet<String>,
    /// The calls that they change.
    calls: HashMap<String, Vec<&'s Block>>,
}

impl<'s> Overrides<'s> {
    fn of(module: &'s ParsedModule) -> Self {
        let files = module.files.iter().filter(|file| file.is_override);
        let blocks = files.flat_map(|file| {
            let blocks = file.body().map_or(&[][..], |body| &body.blocks);
            blocks.iter().map(|block| (file.id(), block))
        });
        let blocks: Vec<_> = blocks.collect();
        let mut calls: HashMap<String, Vec<&Block>> = HashMap::new();
        for (_, block) in blocks.iter().filter(|(_, block)| block.block_type.text == "module") {
            if let Some(address) = address_of_block(block) {
                calls.entry(address).or_default().push(block);
            }
        }
        Self {
            addresses: blocks.iter().filter_map(|(_, block)| address_of_block(block)).collect(),
            blocks,
            calls,
        }
    }
}

/// Returns the arguments in a block of an override file that take a profile, or all its local values.
fn overridden_values<'s>(block: &'s Block, path: &NodePath) -> Vec<Argument<'s>> {
    match (block.block_type.text.as_str(), block.labels.first()) {
        ("resource", Some(resource_type)) => {
            let found = profile_arguments(&resource_type.text, &block.body, path).into_iter();
            found.map(|(_, argument)| argument).collect()
        }
        ("locals", _) => {
            let locals = block.body.attributes.iter();
            let values = locals.map(|local| Argument {
                value: &local.value,
                path: path.key(&local.key.text),
            });
            values.collect()
        }
        _ => Vec::new(),
    }
}

/// Joins a folder and the source of a module in it, so that each folder has one path.
fn joined(folder: &str, source: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(source.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    match parts.as_slice() {
        [] => ".".to_owned(),
        parts => parts.join("/"),
    }
}

/// Returns whether the source of a module is a folder.
///
/// <https://developer.hashicorp.com/terraform/language/modules/sources#local-paths>
fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../")
}

/// Returns the name of the variable that a traversal refers to.
fn variable(traversal: &Traversal) -> Option<&str> {
    let is_variable = traversal.variable().is_some_and(|word| word.text == "var");
    traversal.attribute(0).filter(|_| is_variable)
}

/// Counts the references to each variable, without those in the declarations of variables.
fn total_uses(module: &ParsedModule) -> HashMap<String, usize> {
    let blocks = module
        .files
        .iter()
        .filter_map(|file| file.body())
        .flat_map(|body| &body.blocks);
    let blocks = blocks.filter(|block| block.block_type.text != "variable");
    let mut totals = HashMap::new();
    for (_, traversal) in blocks.flat_map(|block| of_body(&block.body)) {
        if let Some(name) = variable(traversal) {
            *totals.entry(name.to_owned()).or_insert(0) += 1;
        }
    }
    totals
}
