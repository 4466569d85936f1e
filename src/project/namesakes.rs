//! Finds the roles that give profiles of other templates their names.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::ends::ValueEnd;
use super::flows::Flows;
use super::want::MAX_ENDS;
use crate::model::NameOrArn;

/// A role, by the index of its template and its ID there.
type RoleId = (usize, String);

/// The roles whose name a profile of another template is given as its own.
#[derive(Debug, Default)]
pub struct Namesakes(HashMap<RoleId, Vec<Namesake>>);

/// A profile with the name of a role of another template.
#[derive(Debug)]
struct Namesake {
    /// The index of its template.
    template: usize,
    /// True if the role's own template passes the name to nested stacks, which may be complete before it is.
    may_be_first: bool,
}

impl Namesakes {
    /// Finds these roles in a project.
    pub fn of(flows: &Flows) -> Self {
        if flows.templates().all(|(_, template)| template.profile_names.is_empty()) {
            return Self::default();
        }
        let mut passed: HashMap<(usize, &str), Vec<(usize, &ValueEnd)>> = HashMap::new();
        for (parent, template) in flows.templates() {
            for stack in &template.stacks {
                let Some(target) = flows.link(parent, &stack.id).target() else {
                    continue;
                };
                for end in &stack.passed {
                    let values = passed.entry((target.template, &end.parameter)).or_default();
                    values.extend(end.values.iter().map(|value| (parent, value)));
                }
            }
        }
        let search = Search { flows, passed };
        let mut namesakes = Self::default();
        for (at, template) in flows.templates() {
            let found = template.profile_names.iter().flat_map(|name| search.roles_of(at, name));
            for (role, may_be_first) in found.filter(|((home, _), _)| *home != at) {
                namesakes.0.entry(role).or_default().push(Namesake {
                    template: at,
                    may_be_first,
                });
            }
        }
        namesakes
    }

    /// Returns whether such a profile may exist when a template uses the name of a role.
    ///
    /// A profile of the same template is not meant: its name may be that of a role of another stack with the same template.
    pub fn may_exist(&self, role: (usize, &str), user: usize) -> bool {
        let (home, id) = role;
        let mut namesakes = self.0.get(&(home, id.to_owned())).into_iter().flatten();
        namesakes.any(|namesake| namesake.template != user && (home != user || namesake.may_be_first))
    }
}

/// The search for roles behind a value.
struct Search<'f> {
    flows: &'f Flows,
    /// The values that are passed to each parameter of a template, each with the template that passes it.
    passed: HashMap<(usize, &'f str), Vec<(usize, &'f ValueEnd)>>,
}

impl Search<'_> {
    /// Returns the roles whose name a value of a template may be; true for those whose own templates pass it down.
    fn roles_of(&self, template: usize, value: &ValueEnd) -> BTreeSet<(RoleId, bool)> {
        let mut roles = BTreeSet::new();
        let mut pending = vec![(template, value)];
        let mut seen: HashSet<(usize, &str)> = HashSet::new();
        while let Some((at, value)) = pending.pop() {
            match value {
                ValueEnd::Resource {
                    id,
                    is_role: true,
                    form: NameOrArn::Name,
                } => drop(roles.insert(((at, id.clone()), true))),
                ValueEnd::Output { .. } | ValueEnd::Import(_) => {
                    let given = self.flows.given(at, value);
                    let named = given.filter(|given| given.is_role && given.form == NameOrArn::Name);
                    roles.extend(named.map(|given| ((given.template, given.id), false)));
                }
                ValueEnd::Parameter(name) => {
                    if seen.len() < MAX_ENDS && seen.insert((at, name)) {
                        let passed = self.passed.get(&(at, name.as_str()));
                        pending.extend(passed.into_iter().flatten().take(MAX_ENDS));
                    }
                }
                ValueEnd::Resource { .. } | ValueEnd::Unknown => {}
            }
        }
        roles
    }
}
