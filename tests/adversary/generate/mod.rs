//! Random templates, right and wrong, in which an obvious fix can do harm.
//!
//! Every reference is to a resource that was planned earlier, so that no template has circular dependencies.

mod conditions;
mod loops;
mod names;
mod policies;
mod resources;
mod slots;

use crate::random::Random;
use crate::tree::{Tree, list, map, text};

use conditions::conditions;
use resources::Kind;

/// Maximum number of resources of a template.
const LIMIT: usize = 500;

/// Logical IDs that are similar to each other and to those of new profiles.
const IDS: [&str; 22] = [
    "Role",
    "WebRole",
    "Web",
    "App",
    "AppRole",
    "InstanceProfile",
    "WebInstanceProfile",
    "AppInstanceProfile",
    "AInstanceProfile",
    "BInstanceProfile",
    "Profile",
    "WebProfile",
    "InstanceRole",
    "Server",
    "ServerRole",
    "ServerInstanceProfile",
    "RoleInstanceProfile",
    "Template",
    "Topic",
    "Queue",
    "NO",
    "web",
];

/// Names of roles of the account.
///
/// Some are not strings in YAML 1.1.
const OUTSIDE: [&str; 8] = ["outside", "outside", "outside", "web", "Team", "1_0", "0123", "NO"];

/// A template under construction.
struct Generator {
    random: Random,
    /// The names of the conditions.
    conditions: Vec<String>,
    /// The resources that later ones may refer to.
    planned: Vec<Planned>,
}

/// A resource that others may refer to.
#[derive(Clone, Debug)]
struct Planned {
    id: String,
    kind: Kind,
    condition: Option<String>,
    /// The name that it states.
    name: Option<Tree>,
}

impl Planned {
    /// Returns its name if it states it as a literal, and its ID otherwise.
    fn literal(self) -> Tree {
        let name = self.name.filter(|name| name.as_text().is_some());
        name.unwrap_or_else(|| text(self.id))
    }
}

/// Generates the template of a seed.
pub(crate) fn template(random: Random) -> Tree {
    let mut generator = Generator {
        random,
        conditions: Vec::new(),
        planned: Vec::new(),
    };
    let mut sections = vec![("Transform".to_owned(), text("AWS::LanguageExtensions"))];
    sections.push(("Parameters".to_owned(), generator.parameters()));
    sections.push(("Mappings".to_owned(), mappings()));
    let conditions = conditions(&mut generator.random);
    generator.conditions = conditions.iter().map(|(name, _)| name.clone()).collect();
    sections.push(("Conditions".to_owned(), map(conditions)));
    let mut resources = generator.resources();
    if generator.random.chance(20) {
        generator.add_loop(&mut resources);
    }
    if generator.random.chance(1) {
        let size = LIMIT - generator.random.below(4);
        let topics = (resources.len()..size).map(|n| (format!("T{n}"), map([("Type", text("AWS::SNS::Topic"))])));
        resources.extend(topics.collect::<Vec<_>>());
    }
    sections.push(("Resources".to_owned(), map(resources)));
    if generator.random.chance(25) {
        sections.push(("Outputs".to_owned(), generator.outputs()));
    }
    map(sections)
}

impl Generator {
    fn parameters(&mut self) -> Tree {
        let string = || ("Type".to_owned(), text("String"));
        let mut environment = vec![string()];
        if self.random.chance(50) {
            environment.push(("Default".to_owned(), text("prod")));
        }
        if self.random.chance(30) {
            environment.push(("AllowedValues".to_owned(), list(["dev", "prod"].map(text))));
        }
        let mut name = vec![string()];
        if self.random.chance(60) {
            let default = self.random.one_of(&names::LITERALS);
            name.push(("Default".to_owned(), text(default)));
        }
        let letters = [("Type", text("CommaDelimitedList")), ("Default", text("A,B"))];
        map([
            ("Env", map(environment)),
            ("Tier", map([string()])),
            ("Name", map(name)),
            ("Letters", map(letters)),
        ])
    }

    fn outputs(&mut self) -> Tree {
        let mut outputs = Vec::new();
        for at in 0..=self.random.below(2) {
            let condition = self.condition();
            let Some(target) = self.target(condition.as_deref(), |_| true) else {
                continue;
            };
            let value = self.reference_to(&target);
            let mut output = Vec::new();
            output.extend(condition.map(|condition| ("Condition".to_owned(), text(condition))));
            output.push(("Value".to_owned(), value));
            outputs.push((format!("Out{at}"), map(output)));
        }
        map(outputs)
    }

    /// Picks the condition of a resource or an output, or none.
    fn condition(&mut self) -> Option<String> {
        let is_conditional = self.random.chance(40);
        self.random.pick(&self.conditions).filter(|_| is_conditional).cloned()
    }

    /// Picks the name of a role of the account.
    fn outside_name(&mut self) -> &'static str {
        self.random.one_of(&OUTSIDE)
    }

    /// Builds the ARN of something of the account: a `role` or an `instance-profile`.
    fn outside_arn(&mut self, section: &str) -> String {
        let path = self.random.one_of(&["", "", "team/"]);
        format!("arn:aws:iam::123456789012:{section}/{path}{}", self.outside_name())
    }

    /// Picks a resource to refer to, mostly one that exists whenever its user does.
    fn target(&mut self, condition: Option<&str>, is_wanted: impl Fn(&Planned) -> bool) -> Option<Planned> {
        let wanted: Vec<_> = self
            .planned
            .iter()
            .filter(|planned| is_wanted(planned))
            .cloned()
            .collect();
        let is_there = |planned: &&Planned| planned.condition.is_none() || planned.condition.as_deref() == condition;
        let there: Vec<_> = wanted.iter().filter(is_there).cloned().collect();
        match self.random.chance(90) {
            true => self.random.pick(&there).cloned(),
            false => self.random.pick(&wanted).cloned(),
        }
    }
}

fn mappings() -> Tree {
    let row = |name: &str| map([("name", text(name))]);
    map([(
        "Names",
        map([("dev", row("web")), ("prod", row("app")), ("test", row("Web-app"))]),
    )])
}
