//! Plans a project: which templates there are, and which values pass between them.

use std::collections::{BTreeMap, BTreeSet};

use super::choices::Choices;
use super::deploy::{Level, Truth, stack_name};
use super::node::{Node, call, list, map, text};
use super::write::Form;

/// A project.
#[derive(Debug)]
pub(super) struct Plan {
    /// The templates by file, each with its form.
    pub(super) templates: BTreeMap<String, (Node, Form)>,
    pub(super) truth: Truth,
    /// The parameters that decide about conditions.
    pub(super) switches: Vec<String>,
}

/// Plans a project by choices.
pub(super) fn plan(choices: &mut Choices<'_>) -> Plan {
    let mut planner = Planner {
        choices,
        templates: Vec::new(),
        truth: Truth::default(),
        switches: Vec::new(),
        next: 0,
    };
    planner.trees();
    planner.exporters();
    for _ in 0..1 + planner.choices.below(5) {
        planner.flow();
    }
    planner.locate();
    planner.decoys();
    planner.finished()
}

/// The role or the profile that a value is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Role,
    Profile,
}

struct Template {
    path: String,
    form: Form,
    depth: usize,
    parameters: Vec<(String, Node)>,
    conditions: Vec<(String, Node)>,
    resources: Vec<(String, Node)>,
    outputs: Vec<(String, Node)>,
    stacks: Vec<Stack>,
    /// The tree that it is in.
    tree: usize,
}

/// A nested stack.
struct Stack {
    id: String,
    child: usize,
    passed: Vec<(String, Node)>,
    is_application: bool,
}

struct Planner<'p, 'c> {
    choices: &'p mut Choices<'c>,
    templates: Vec<Template>,
    truth: Truth,
    switches: Vec<String>,
    next: usize,
}

const FOLDERS: [&str; 5] = ["", "templates/", "stacks/iam/", "stacks/", "a/templates/"];
const NAMES: [&str; 5] = ["compute", "iam", "platform", "server", "base"];
const TREE: usize = 0;

/// The number of the property that takes the role of a profile.
const ROLES: usize = 3;

/// The name of a profile that no template has.
pub(super) const NAME: &str = "a-profile";

impl Planner<'_, '_> {
    fn number(&mut self) -> usize {
        self.next += 1;
        self.next
    }

    fn template(&mut self, depth: usize, tree: usize) -> usize {
        let form = self.choices.one(&[Form::Short, Form::Long, Form::Json]);
        let ending = if form == Form::Json { "json" } else { "yaml" };
        let (folder, name) = (self.choices.one(&FOLDERS), self.choices.one(&NAMES));
        let number = self.number();
        let is_taken = |path: &str| self.templates.iter().any(|template| template.path == path);
        let path = Some(format!("{folder}{name}.{ending}")).filter(|path| !is_taken(path));
        let path = path.unwrap_or_else(|| format!("{folder}{name}{number}.{ending}"));
        self.templates.push(Template {
            path,
            form,
            depth,
            parameters: Vec::new(),
            conditions: Vec::new(),
            resources: Vec::new(),
            outputs: Vec::new(),
            stacks: Vec::new(),
            tree,
        });
        self.templates.len() - 1
    }

    /// Plans the templates, and which nests which.
    fn trees(&mut self) {
        self.template(0, TREE);
        for _ in 0..1 + self.choices.below(6) {
            let parent = self.choices.below(self.templates.len());
            if self.templates[parent].depth < 3 {
                let child = self.template(self.templates[parent].depth + 1, TREE);
                self.nest(parent, child);
            }
        }
        // One template may have several parents, or be nested twice.
        for _ in 0..self.choices.below(3) {
            let child = self.choices.below(self.templates.len());
            if child > 0 {
                let parent = self.choices.below(child);
                self.nest(parent, child);
            }
        }
        self.truth.roots.push(self.templates[0].path.clone());
    }

    fn nest(&mut self, parent: usize, child: usize) {
        let id = format!("Stack{}", self.number());
        let is_application = self.choices.once_in(6);
        self.templates[parent].stacks.push(Stack {
            id,
            child,
            passed: Vec::new(),
            is_application,
        });
    }

    /// Plans stacks of their own, which export values.
    fn exporters(&mut self) {
        for tree in 1..=self.choices.below(3) {
            let root = self.template(0, tree);
            if self.choices.once_in(3) {
                let child = self.template(1, tree);
                self.nest(root, child);
            }
            let path = self.templates[root].path.clone();
            self.truth.roots.insert(tree - 1, path);
        }
    }

    /// Plans a value that reaches a place.
    fn flow(&mut self) {
        let own = self.templates.iter().filter(|template| template.tree == TREE).count();
        let user = self.choices.below(own);
        let property = self.choices.below(6);
        let reused = self.templates[user].parameters.iter().map(|(name, _)| name.clone());
        let reused: Vec<_> = reused.filter(|name| name.starts_with("Value")).collect();
        let value = match reused.is_empty() || !self.choices.once_in(4) {
            true => {
                let steps = self.choices.below(4);
                self.handed_down(user, steps, usize::MAX)
            }
            false => {
                let at = self.choices.below(reused.len());
                call("Ref", text(reused[at].as_str()))
            }
        };
        // The template may have a profile of its own for the role.
        if self.choices.once_in(4) {
            self.place(user, ROLES, value.clone());
        }
        self.place(user, property, value);
    }

    /// Returns a value in a template that is handed down by its parents, or from its nested stacks before `before`.
    fn handed_down(&mut self, user: usize, steps: usize, before: usize) -> Node {
        let parents = self.parents(user);
        if steps == 0 || parents.is_empty() {
            return self.source(user, before);
        }
        let (parent, stack) = parents[self.choices.below(parents.len())];
        let value = match steps {
            1 => self.source(parent, stack),
            _ => self.handed_down(parent, steps - 1, stack),
        };
        let value = self.perhaps_conditional(parent, value);
        let name = format!("Value{}", self.number());
        let mut needs_default = self.choices.once_in(3);
        for (other, at) in parents {
            if (other, at) == (parent, stack) {
                self.templates[other].stacks[at]
                    .passed
                    .push((name.clone(), value.clone()));
            } else if self.choices.once_in(2) {
                let value = self.source(other, at);
                self.templates[other].stacks[at].passed.push((name.clone(), value));
            } else {
                needs_default = true;
            }
        }
        let mut body = vec![("Type", text("String"))];
        if needs_default {
            body.push(("Default", text("")));
        }
        self.templates[user].parameters.push((name.clone(), map(body)));
        self.spelled(&name)
    }

    fn parents(&self, child: usize) -> Vec<(usize, usize)> {
        let templates = self.templates.iter().enumerate();
        let stacks = templates.flat_map(|(parent, template)| {
            let stacks = template.stacks.iter().enumerate();
            stacks.map(move |(at, stack)| (parent, at, stack.child))
        });
        stacks
            .filter(|(.., to)| *to == child)
            .map(|(parent, at, _)| (parent, at))
            .collect()
    }

    /// Returns a role or a profile as a template can get it, from nested stacks before `before`.
    fn source(&mut self, user: usize, before: usize) -> Node {
        let stacks = self.templates[user].stacks.len().min(before);
        let exporters: Vec<_> = (0..self.templates.len())
            .filter(|&at| self.templates[at].tree != TREE && self.templates[at].depth == 0)
            .collect();
        match self.choices.below(4) {
            0 | 1 if stacks > 0 => {
                let at = self.choices.below(stacks);
                self.output_of(user, at)
            }
            2 if !exporters.is_empty() && self.templates[user].tree == TREE => {
                let exporter = exporters[self.choices.below(exporters.len())];
                self.imported(user, exporter)
            }
            _ => self.own(user).0,
        }
    }

    /// Returns an output of a nested stack, which may get it from another one.
    fn output_of(&mut self, user: usize, at: usize) -> Node {
        let (id, child) = (
            self.templates[user].stacks[at].id.clone(),
            self.templates[user].stacks[at].child,
        );
        let deeper = self.templates[child].stacks.len();
        let (value, condition) = match deeper > 0 && self.choices.once_in(2) {
            true => {
                let at = self.choices.below(deeper);
                (self.output_of(child, at), None)
            }
            false => self.own(child),
        };
        let output = self.output(child, value, condition);
        let path = format!("Outputs.{output}");
        match self.choices.once_in(4) {
            true => call("Sub", text(format!("${{{id}.{path}}}"))),
            false => call("GetAtt", list([text(id), text(path)])),
        }
    }

    fn output(&mut self, template: usize, value: Node, condition: Option<String>) -> String {
        let same = self.templates[template]
            .outputs
            .iter()
            .find(|(_, body)| body.get("Value") == Some(&value));
        if let Some((name, _)) = same {
            return name.clone();
        }
        let name = format!("Out{}", self.number());
        let mut body = vec![("Value", value)];
        if let Some(condition) = condition {
            body.push(("Condition", text(condition)));
        }
        if self.choices.once_in(4) {
            body.insert(0, ("Description", text("A value.")));
        }
        self.templates[template].outputs.push((name.clone(), map(body)));
        name
    }

    fn imported(&mut self, user: usize, exporter: usize) -> Node {
        let value = match self.templates[exporter].stacks.is_empty() || self.choices.once_in(2) {
            true => self.own(exporter),
            false => (self.output_of(exporter, 0), None),
        };
        let output = self.output(exporter, value.0, value.1);
        let stack = stack_name(&self.templates[exporter].path);
        let word = self.choices.one(&["Role", "Profile", "Value"]);
        let is_own = !self.choices.once_in(3);
        let (number, path) = (self.next, self.templates[exporter].path.clone());
        let body = self.templates[exporter]
            .outputs
            .iter_mut()
            .find(|(name, _)| *name == output)
            .unwrap();
        let Node::Map(entries) = &mut body.1 else {
            unreachable!()
        };
        let known = entries
            .iter()
            .find(|(key, _)| key == "Export")
            .map(|(_, export)| export.get("Name").unwrap().clone());
        let name = known.unwrap_or_else(|| {
            let name = match is_own {
                true => call("Sub", text(format!("${{AWS::StackName}}-{word}{number}"))),
                // Two stacks of one template cannot both be there.
                false => text(format!("shared-{word}{number}")),
            };
            entries.push(("Export".to_owned(), map([("Name", name.clone())])));
            name
        });
        let (argument, written, level) = match &name {
            Node::Text(name) => (text(name.as_str()), name.clone(), Level::Certain),
            Node::Call(_, own) => {
                let rest = own
                    .as_text()
                    .unwrap()
                    .trim_start_matches("${AWS::StackName}")
                    .to_owned();
                match self.choices.once_in(4) {
                    true => (text(format!("{stack}{rest}")), format!("{stack}{rest}"), Level::Likely),
                    false => {
                        let parameter = format!("Stack{}", path.replace(|c: char| !c.is_alphanumeric(), ""));
                        let parameters = &mut self.templates[user].parameters;
                        if parameters.iter().all(|(name, _)| *name != parameter) {
                            let body = map([("Type", text("String")), ("Default", text(stack))]);
                            parameters.push((parameter.clone(), body));
                        }
                        let name = format!("${{{parameter}}}{rest}");
                        (call("Sub", text(name.as_str())), name, Level::Certain)
                    }
                }
            }
            _ => unreachable!(),
        };
        self.truth
            .imports
            .insert((self.templates[user].path.clone(), written), level);
        call("ImportValue", argument)
    }

    /// Returns a role or a profile of the template itself, and its condition.
    fn own(&mut self, template: usize) -> (Node, Option<String>) {
        let kind = if self.choices.once_in(2) {
            Kind::Profile
        } else {
            Kind::Role
        };
        let is_role = |(_, body): &&(String, Node)| body.get("Type").and_then(Node::as_text) == Some("AWS::IAM::Role");
        let roles = self.templates[template].resources.iter().filter(is_role);
        let roles: Vec<_> = roles
            .map(|(id, body)| (id.clone(), body.get("Condition").cloned()))
            .collect();
        let (role, condition) = match roles.is_empty() || self.choices.once_in(2) {
            true => {
                let id = format!("{}{}Role", self.choices.one(&["App", "Server", "Web"]), self.number());
                let condition = self.choices.once_in(6).then(|| text(self.switch(template)));
                self.add(
                    template,
                    &id,
                    "AWS::IAM::Role",
                    condition.clone(),
                    vec![("AssumeRolePolicyDocument", trust())],
                );
                (id, condition)
            }
            false => roles[self.choices.below(roles.len())].clone(),
        };
        let id = match kind {
            Kind::Role => role,
            Kind::Profile => {
                let id = format!("{}Profile", role.trim_end_matches("Role"));
                if self.templates[template].resources.iter().all(|(known, _)| *known != id) {
                    let roles = list([call("Ref", text(role))]);
                    self.add(
                        template,
                        &id,
                        "AWS::IAM::InstanceProfile",
                        condition.clone(),
                        vec![("Roles", roles)],
                    );
                }
                id
            }
        };
        let value = match self.choices.below(6) {
            0..=2 => self.spelled(&id),
            3 => call("Sub", text(format!("${{{id}.Arn}}"))),
            4 if kind == Kind::Profile => {
                let arn = "arn:${AWS::Partition}:iam::${AWS::AccountId}:instance-profile/";
                call("Sub", text(format!("{arn}${{{id}}}")))
            }
            _ => call("GetAtt", list([text(id), text("Arn")])),
        };
        (
            value,
            condition.and_then(|condition| condition.as_text().map(str::to_owned)),
        )
    }

    fn spelled(&mut self, name: &str) -> Node {
        match self.choices.below(6) {
            4 => call("Sub", text(format!("${{{name}}}"))),
            5 => call("Join", list([text(""), list([call("Ref", text(name))])])),
            _ => call("Ref", text(name)),
        }
    }

    fn add(&mut self, to: usize, id: &str, kind: &str, condition: Option<Node>, properties: Vec<(&str, Node)>) {
        let mut body = vec![("Type".to_owned(), text(kind))];
        body.extend(condition.map(|condition| ("Condition".to_owned(), condition)));
        body.push(("Properties".to_owned(), map(properties)));
        let resources = &mut self.templates[to].resources;
        let at = match resources.is_empty() {
            true => 0,
            false => self.choices.below(resources.len() + 1),
        };
        self.templates[to]
            .resources
            .insert(at, (id.to_owned(), Node::Map(body)));
    }

    /// Returns a condition that a parameter of the template decides.
    fn switch(&mut self, template: usize) -> String {
        if let Some((name, _)) = self.templates[template]
            .conditions
            .iter()
            .find(|(name, _)| name.starts_with("Is"))
        {
            return name.clone();
        }
        let number = self.number();
        let (name, parameter) = (format!("Is{number}"), format!("Switch{number}"));
        let body = map([("Type", text("String")), ("Default", text("on"))]);
        self.templates[template].parameters.push((parameter.clone(), body));
        let holds = call("Equals", list([call("Ref", text(parameter.as_str())), text("on")]));
        self.templates[template].conditions.push((name.clone(), holds));
        self.switches.push(parameter);
        name
    }

    fn perhaps_conditional(&mut self, template: usize, value: Node) -> Node {
        if !self.choices.once_in(8) {
            return value;
        }
        let other = match self.choices.once_in(2) {
            true => text(NAME),
            false => self.own(template).0,
        };
        call("If", list([text(self.switch(template)), value, other]))
    }

    fn place(&mut self, user: usize, property: usize, value: Node) {
        let value = match &value {
            Node::Call(name, parameter) if name == "Ref" && self.choices.once_in(6) => {
                let parameter = parameter.as_text().unwrap();
                let name = format!("Has{parameter}");
                let is_empty = call("Equals", list([call("Ref", text(parameter)), text("")]));
                let is_parameter = self.templates[user]
                    .parameters
                    .iter()
                    .any(|(name, _)| name == parameter);
                match is_parameter {
                    true => {
                        let conditions = &mut self.templates[user].conditions;
                        if conditions.iter().all(|(known, _)| *known != name) {
                            conditions.push((name.clone(), call("Not", list([is_empty]))));
                        }
                        call("If", list([text(name), value, call("Ref", text("AWS::NoValue"))]))
                    }
                    false => value,
                }
            }
            _ => self.perhaps_conditional(user, value),
        };
        let condition = self.choices.once_in(8).then(|| text(self.switch(user)));
        let id = format!("User{}", self.number());
        let image = ("ImageId", text("ami-12345678"));
        let (kind, properties) = match property {
            0 | 1 => ("AWS::EC2::Instance", vec![image, ("IamInstanceProfile", value)]),
            2 => {
                let data = map([image, ("IamInstanceProfile", map([("Arn", value)]))]);
                ("AWS::EC2::LaunchTemplate", vec![("LaunchTemplateData", data)])
            }
            ROLES => ("AWS::IAM::InstanceProfile", vec![("Roles", list([value]))]),
            4 => {
                let code = map([("ZipFile", text("def handler(event, context): pass"))]);
                let others = [
                    ("Handler", text("index.handler")),
                    ("Runtime", text("python3.13")),
                    ("Code", code),
                ];
                (
                    "AWS::Lambda::Function",
                    others.into_iter().chain([("Role", value)]).collect(),
                )
            }
            _ => ("AWS::SSM::Parameter", vec![("Type", text("String")), ("Value", value)]),
        };
        self.add(user, &id, kind, condition, properties);
    }

    /// Decides how each nested stack names its template.
    fn locate(&mut self) {
        let paths: Vec<_> = self.templates.iter().map(|template| template.path.clone()).collect();
        for parent in 0..self.templates.len() {
            for at in 0..self.templates[parent].stacks.len() {
                let (child, id) = (
                    self.templates[parent].stacks[at].child,
                    self.templates[parent].stacks[at].id.clone(),
                );
                let (from, to) = (paths[parent].clone(), paths[child].clone());
                let is_application = self.templates[parent].stacks[at].is_application;
                let (location, level) = self.location(parent, &from, &to, &paths, is_application);
                let stack = &self.templates[parent].stacks[at];
                let key = if is_application { "Location" } else { "TemplateURL" };
                let mut properties = vec![(key, location)];
                if !stack.passed.is_empty() {
                    properties.push(("Parameters", map(stack.passed.clone())));
                }
                let kind = match is_application {
                    true => "AWS::Serverless::Application",
                    false => "AWS::CloudFormation::Stack",
                };
                self.add(parent, &id, kind, None, properties);
                self.truth.links.insert((from, id), (Some(to), Some(level)));
            }
        }
        self.published();
    }

    /// Adds an application that is no file, and passes its output on.
    fn published(&mut self) {
        if !self.choices.once_in(4) {
            return;
        }
        let id = format!("App{}", self.number());
        let arn = "arn:aws:serverlessrepo:us-east-1:123456789012:applications/app";
        let location = map([("ApplicationId", text(arn)), ("SemanticVersion", text("1.0.0"))]);
        let role = self.own(0).0;
        let properties = vec![("Location", location), ("Parameters", map([("InstanceProfile", role)]))];
        self.add(0, &id, "AWS::Serverless::Application", None, properties);
        self.truth
            .links
            .insert((self.templates[0].path.clone(), id.clone()), (None, None));
        self.place(0, 0, call("GetAtt", list([text(id), text("Outputs.Role")])));
    }

    fn location(
        &mut self,
        parent: usize,
        from: &str,
        to: &str,
        paths: &[String],
        is_application: bool,
    ) -> (Node, Level) {
        let relative = relative(from, to);
        let name = to.rsplit('/').next().unwrap();
        let is_only = |end: &str| {
            paths
                .iter()
                .filter(|path| format!("/{path}").ends_with(&format!("/{end}")))
                .count()
                == 1
        };
        let is_sure = to.contains('/') && is_only(to);
        let choice = if is_application { 0 } else { self.choices.below(8) };
        let sub = |url: String| call("Sub", text(url));
        match choice {
            1 if is_sure => (
                self.with_bucket(parent, &|bucket| {
                    sub(format!("https://${{{bucket}}}.s3.amazonaws.com/{to}"))
                }),
                Level::Certain,
            ),
            2 if is_sure => {
                let url = |bucket: &str| {
                    let parts = [
                        text("https://"),
                        call("Ref", text(bucket)),
                        text(format!(".s3.amazonaws.com/x/{to}")),
                    ];
                    call("Join", list([text(""), list(parts)]))
                };
                let (url, level) = (self.with_bucket(parent, &url), Level::Unknown);
                // The folder `x` is not in the project.
                (url, level)
            }
            3 if is_sure => {
                let condition = self.switch(parent);
                let url = |bucket: &str| {
                    let own = sub(format!("https://${{{bucket}}}.s3.amazonaws.com/{to}"));
                    let public = text(format!("https://s3.amazonaws.com/public/v1/{to}"));
                    call("If", list([text(condition.as_str()), own, public]))
                };
                (self.with_bucket(parent, &url), Level::Certain)
            }
            4 if is_sure => (text(format!("https://s3.amazonaws.com/bucket/{to}")), Level::Certain),
            5 if is_only(name) => (
                self.with_bucket(parent, &|bucket| {
                    sub(format!("https://s3.amazonaws.com/${{{bucket}}}/{name}"))
                }),
                Level::Likely,
            ),
            6 if is_only(name) => (text(format!("https://s3.amazonaws.com/bucket/{name}")), Level::Likely),
            7 => (text(format!("./{relative}")), Level::Certain),
            _ => (text(relative), Level::Certain),
        }
    }

    fn with_bucket(&mut self, template: usize, url: &dyn Fn(&str) -> Node) -> Node {
        let parameters = &mut self.templates[template].parameters;
        if parameters.iter().all(|(name, _)| name != "Bucket") {
            parameters.push((
                "Bucket".to_owned(),
                map([("Type", text("String")), ("Default", text("bucket"))]),
            ));
        }
        url("Bucket")
    }

    /// Adds copies of templates in other folders, which do not fit.
    fn decoys(&mut self) {
        for at in 0..self.templates.len() {
            let template = &self.templates[at];
            let is_plain =
                template.stacks.is_empty() && template.outputs.iter().all(|(_, body)| body.get("Export").is_none());
            let imports: Vec<_> = self
                .truth
                .imports
                .keys()
                .filter(|(file, _)| *file == template.path)
                .cloned()
                .collect();
            if !is_plain || !imports.is_empty() || !template.path.contains('/') || !self.choices.once_in(4) {
                continue;
            }
            let mut parameters = template.parameters.clone();
            parameters.push(("Another".to_owned(), map([("Type", text("String"))])));
            let decoy = Template {
                path: format!("old/{}", template.path),
                form: template.form,
                depth: 0,
                parameters,
                conditions: template.conditions.clone(),
                resources: template.resources.clone(),
                outputs: template.outputs.clone(),
                stacks: Vec::new(),
                tree: usize::MAX,
            };
            self.truth.roots.push(decoy.path.clone());
            self.templates.push(decoy);
        }
    }

    fn finished(self) -> Plan {
        let names: BTreeSet<_> = self.templates.iter().map(|template| template.path.clone()).collect();
        assert_eq!(names.len(), self.templates.len());
        let is_application = |template: &Template| {
            let kinds = template
                .resources
                .iter()
                .filter_map(|(_, body)| body.get("Type")?.as_text());
            kinds.into_iter().any(|kind| kind == "AWS::Serverless::Application")
        };
        let templates = self.templates.into_iter().map(|template| {
            let mut sections = vec![("AWSTemplateFormatVersion", text("2010-09-09"))];
            if is_application(&template) {
                sections.push(("Transform", text("AWS::Serverless-2016-10-31")));
            }
            let mut resources = template.resources;
            if resources.is_empty() {
                let properties = map([("Type", text("String")), ("Value", text("x"))]);
                resources.push((
                    "Nothing".to_owned(),
                    map([("Type", text("AWS::SSM::Parameter")), ("Properties", properties)]),
                ));
            }
            for (name, entries) in [
                ("Parameters", template.parameters),
                ("Conditions", template.conditions),
                ("Resources", resources),
                ("Outputs", template.outputs),
            ] {
                if !entries.is_empty() {
                    sections.push((name, map(entries)));
                }
            }
            (template.path, (map(sections), template.form))
        });
        Plan {
            templates: templates.collect(),
            truth: self.truth,
            switches: self.switches,
        }
    }
}

fn trust() -> Node {
    let services = list([text("ec2.amazonaws.com"), text("lambda.amazonaws.com")]);
    let statement = map([
        ("Effect", text("Allow")),
        ("Principal", map([("Service", services)])),
        ("Action", text("sts:AssumeRole")),
    ]);
    map([("Version", text("2012-10-17")), ("Statement", list([statement]))])
}

/// Returns the path of a file from the folder of another one.
fn relative(from: &str, to: &str) -> String {
    let (from, to): (Vec<_>, Vec<_>) = (from.split('/').collect(), to.split('/').collect());
    let common = from[..from.len() - 1]
        .iter()
        .zip(&to[..to.len() - 1])
        .take_while(|(one, other)| one == other)
        .count();
    let up = vec![".."; from.len() - 1 - common];
    up.into_iter()
        .chain(to[common..].iter().copied())
        .collect::<Vec<_>>()
        .join("/")
}
