//! Finds the roles that give profiles of other templates their names.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::ends::ValueEnd;
use super::flows::Flows;
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
    /// The nested stack to which the role's own template passes the name, if it does.
    stack: Option<String>,
}

/// The limit of values on the ways to one name, far above those of a real project.
const MAX_VALUES: usize = 1 << 14;

impl Namesakes {
    /// Finds these roles in a project.
    pub fn of(flows: &Flows) -> Self {
        if flows.templates().all(|(_, template)| template.profile_names.is_empty()) {
            return Self::default();
        }
        let mut passed: HashMap<(usize, &str), Vec<Passed<'_>>> = HashMap::new();
        for (parent, template) in flows.templates() {
            for stack in &template.stacks {
                let Some(target) = flows.link(parent, &stack.id).target() else {
                    continue;
                };
                for end in &stack.passed {
                    let values = passed.entry((target.template, &end.parameter)).or_default();
                    values.extend(end.values.iter().map(|value| Passed {
                        template: parent,
                        stack: Some(&stack.id),
                        value,
                    }));
                }
            }
        }
        let search = Search { flows, passed };
        let mut namesakes = Self::default();
        for (at, template) in flows.templates() {
            let found = template.profile_names.iter().flat_map(|name| search.roles_of(at, name));
            for (role, stack) in found.filter(|((home, _), _)| *home != at) {
                namesakes
                    .0
                    .entry(role)
                    .or_default()
                    .push(Namesake { template: at, stack });
            }
        }
        namesakes
    }

    /// Returns whether such a profile may exist when a template uses the name of a role.
    ///
    /// In the role's own template, only a nested stack that `may_be_first` can have made it. A profile of the using template is not
    /// meant: its name may be that of a role of another stack with the same template.
    pub fn may_exist(&self, role: (usize, &str), user: usize, may_be_first: impl Fn(&str) -> bool) -> bool {
        let (home, id) = role;
        let mut namesakes = self.0.get(&(home, id.to_owned())).into_iter().flatten();
        namesakes.any(|namesake| {
            let is_first = || namesake.stack.as_deref().is_some_and(&may_be_first);
            namesake.template != user && (home != user || is_first())
        })
    }
}

/// A value, which a template may pass to a nested stack.
#[derive(Clone, Copy)]
struct Passed<'f> {
    template: usize,
    stack: Option<&'f str>,
    value: &'f ValueEnd,
}

/// The search for roles behind a value.
struct Search<'f> {
    flows: &'f Flows,
    /// The values that are passed to each parameter of a template.
    passed: HashMap<(usize, &'f str), Vec<Passed<'f>>>,
}

impl<'f> Search<'f> {
    /// Returns the roles whose name a value of a template may be, each with the nested stack to which its template passes it.
    fn roles_of(&self, template: usize, value: &'f ValueEnd) -> BTreeSet<(RoleId, Option<String>)> {
        let mut roles = BTreeSet::new();
        let mut pending = vec![Passed {
            template,
            stack: None,
            value,
        }];
        let mut seen: HashSet<(usize, &str)> = HashSet::new();
        let mut left = MAX_VALUES;
        while let Some(Passed { template, stack, value }) = pending.pop() {
            match value {
                ValueEnd::Resource {
                    id,
                    is_role: true,
                    form: NameOrArn::Name,
                } => drop(roles.insert(((template, id.clone()), stack.map(str::to_owned)))),
                ValueEnd::Output { .. } | ValueEnd::Import(_) => {
                    let given = self.flows.given(template, value);
                    let named = given.filter(|given| given.is_role && given.form == NameOrArn::Name);
                    roles.extend(named.map(|given| ((given.template, given.id), None)));
                }
                ValueEnd::Parameter(name) => {
                    if seen.insert((template, name)) {
                        let passed = self.passed.get(&(template, name.as_str()));
                        let passed: Vec<_> = passed.into_iter().flatten().copied().take(left).collect();
                        left -= passed.len();
                        pending.extend(passed);
                    }
                }
                ValueEnd::Resource { .. } | ValueEnd::Unknown => {}
            }
        }
        roles
    }
}
