//! Deploys the templates of a project in the mind: every value is computed as CloudFormation does.
//!
//! It shares nothing with the product. A value is a string; roles and profiles get names that no other value has.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::node::Node;

/// How certain a way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// Nobody but the deployer knows it.
    Unknown,
    /// Any answer is right, as long as it does no harm.
    Any,
    /// It is probable.
    Likely,
    Certain,
}

/// The truth about a project, which its files do not tell.
#[derive(Clone, Debug, Default)]
pub(super) struct Truth {
    /// The stacks that are no nested ones, in the order of their deployment, by file.
    pub(super) roots: Vec<String>,
    /// The template of each nested stack, by the parent's file and the ID; none if it is no file of the project.
    pub(super) links: HashMap<(String, String), (Option<String>, Option<Level>)>,
    /// The level of each import, by file and name.
    pub(super) imports: HashMap<(String, String), Level>,
}

/// The location of a value: a file, and a path in it, which ends in `?1` or `?2` for a branch of a condition.
pub(super) type Location = (String, String);

/// A value, and where it comes from.
#[derive(Clone, Debug)]
pub(super) struct Value {
    pub(super) text: String,
    /// The location where a template hands it over.
    pub(super) at: Location,
    pub(super) level: Level,
    /// The parameters that it passes through.
    pub(super) parameters: Vec<(String, String)>,
    /// True if a condition decides about it.
    pub(super) is_conditional: bool,
    /// True if it passes through an output that another stack exports under a name that may not be its own.
    pub(super) is_shared: bool,
    /// True if it is read from another template.
    pub(super) is_outside: bool,
}

/// A resource that a deployment makes.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) resource_type: String,
    /// The values of its properties by path.
    pub(super) values: BTreeMap<String, Value>,
}

/// What a deployment makes.
#[derive(Debug, Default)]
pub(super) struct Deployed {
    /// The resources by the stack's name and their ID.
    pub(super) resources: BTreeMap<String, Made>,
    /// The outputs by the stack's name and their key.
    pub(super) outputs: BTreeMap<String, String>,
    pub(super) exports: BTreeMap<String, Value>,
    /// The values that were needed.
    pub(super) reached: BTreeSet<Location>,
}

/// Deploys the stacks of a project, with values of some parameters by name.
///
/// # Errors
///
/// If AWS would reject it.
pub(super) fn deployed(
    files: &BTreeMap<String, Node>,
    truth: &Truth,
    given: &BTreeMap<String, String>,
) -> Result<Deployed, String> {
    let cloud = Cloud {
        files,
        truth,
        given,
        stacks: RefCell::default(),
        pending: RefCell::default(),
        deployed: RefCell::default(),
    };
    for root in &truth.roots {
        cloud.stack(&stack_name(root), root, &BTreeMap::new())?;
    }
    Ok(cloud.deployed.into_inner())
}

/// Returns the name of a stack that is no nested one.
pub(super) fn stack_name(file: &str) -> String {
    file.replace(['/', '.'], "-")
}

type Values = BTreeMap<String, Value>;

struct Cloud<'c> {
    files: &'c BTreeMap<String, Node>,
    truth: &'c Truth,
    given: &'c BTreeMap<String, String>,
    stacks: RefCell<HashMap<String, Rc<Values>>>,
    pending: RefCell<BTreeSet<String>>,
    deployed: RefCell<Deployed>,
}

/// A stack that is being made.
struct Stack<'s> {
    name: &'s str,
    file: &'s str,
    template: &'s Node,
    parameters: Values,
}

impl Cloud<'_> {
    /// Makes a stack, and returns its outputs.
    fn stack(&self, name: &str, file: &str, passed: &Values) -> Result<Rc<Values>, String> {
        if let Some(outputs) = self.stacks.borrow().get(name) {
            return Ok(Rc::clone(outputs));
        }
        let template = self.files.get(file).ok_or_else(|| format!("no file {file}"))?;
        let declared = template.get("Parameters").map_or(&[][..], Node::entries);
        if let Some(unknown) = passed.keys().find(|key| declared.iter().all(|(name, _)| name != *key)) {
            return Err(format!("{file} has no parameter {unknown}"));
        }
        let mut parameters = Values::new();
        for (key, body) in declared {
            let default = body.get("Default").and_then(Node::as_text);
            let at = (file.to_owned(), format!("/Parameters/{key}/Default"));
            let own = |text: String| Value::of(text, &at);
            let value = match (self.given.get(key), passed.get(key), default) {
                (Some(given), None, _) => own(given.clone()),
                (_, Some(passed), _) => passed.clone(),
                (None, None, Some(default)) => own(default.to_owned()),
                (None, None, None) if self.truth.roots.iter().any(|root| root == file) => own(format!("any-{key}")),
                (None, None, None) => return Err(format!("{file} needs the parameter {key}")),
            };
            parameters.insert(key.clone(), value);
        }
        let stack = Stack {
            name,
            file,
            template,
            parameters,
        };
        let mut outputs = Values::new();
        for (id, body) in template.get("Resources").map_or(&[][..], Node::entries) {
            if !self.exists(&stack, body)? {
                continue;
            }
            if is_nested(body) {
                self.nested(&stack, id)?;
                continue;
            }
            let mut made = Made {
                resource_type: body.get("Type").and_then(Node::as_text).unwrap_or_default().to_owned(),
                values: BTreeMap::new(),
            };
            let path = format!("/Resources/{id}/Properties");
            let is_conditional = body.get("Condition").is_some();
            if let Some(properties) = body.get("Properties") {
                self.properties(&stack, properties, &path, &mut made.values)?;
            }
            for value in made.values.values_mut() {
                value.is_conditional |= is_conditional;
            }
            self.deployed
                .borrow_mut()
                .resources
                .insert(format!("{name}:{id}"), made);
        }
        for (key, body) in template.get("Outputs").map_or(&[][..], Node::entries) {
            if !self.exists(&stack, body)? {
                continue;
            }
            let at = (file.to_owned(), format!("/Outputs/{key}/Value"));
            let mut value = self.value(&stack, body.get("Value").unwrap(), &at)?;
            value.is_conditional |= body.get("Condition").is_some();
            self.deployed
                .borrow_mut()
                .outputs
                .insert(format!("{name}:{key}"), value.text.clone());
            if let Some(export) = body.get("Export").and_then(|export| export.get("Name")) {
                let is_shared = !matches!(export, Node::Call(name, text) if name == "Sub"
                    && text.as_text().is_some_and(|text| text.starts_with("${AWS::StackName}-")));
                let export = self.value(&stack, export, &at)?.text;
                let exported = Value {
                    is_shared: value.is_shared | is_shared,
                    ..value.clone()
                };
                if self
                    .deployed
                    .borrow_mut()
                    .exports
                    .insert(export.clone(), exported)
                    .is_some()
                {
                    return Err(format!("the export {export} exists twice"));
                }
            }
            outputs.insert(key.clone(), value);
        }
        let outputs = Rc::new(outputs);
        self.stacks.borrow_mut().insert(name.to_owned(), Rc::clone(&outputs));
        Ok(outputs)
    }

    /// Makes a nested stack, and returns its outputs; none if it is no file of the project.
    fn nested(&self, stack: &Stack<'_>, id: &str) -> Result<Option<(Rc<Values>, Level)>, String> {
        let body = stack.template.get("Resources").and_then(|all| all.get(id)).unwrap();
        if !self.exists(stack, body)? {
            return Err(format!("{}: {id} does not exist", stack.name));
        }
        let link = self.truth.links.get(&(stack.file.to_owned(), id.to_owned()));
        let (child, level) = link.ok_or_else(|| format!("{}: no link {id}", stack.name))?;
        let level = level.unwrap_or(Level::Unknown);
        let name = format!("{}-{id}", stack.name);
        if let Some(outputs) = self.stacks.borrow().get(&name) {
            return Ok(Some((Rc::clone(outputs), level)));
        }
        if !self.pending.borrow_mut().insert(name.clone()) {
            return Err(format!("{name} waits for itself"));
        }
        let mut passed = Values::new();
        let properties = body.get("Properties").unwrap();
        for (key, value) in properties.get("Parameters").map_or(&[][..], Node::entries) {
            let at = (
                stack.file.to_owned(),
                format!("/Resources/{id}/Properties/Parameters/{key}"),
            );
            let mut value = self.value(stack, value, &at)?;
            value.level = value.level.min(level);
            value.is_conditional |= body.get("Condition").is_some();
            if let Some(child) = child {
                value.parameters.push((child.clone(), key.clone()));
            }
            passed.insert(key.clone(), value);
        }
        let outputs = match child {
            Some(child) => Some((self.stack(&name, child, &passed)?, level)),
            None => None,
        };
        self.pending.borrow_mut().remove(&name);
        Ok(outputs)
    }

    fn exists(&self, stack: &Stack<'_>, body: &Node) -> Result<bool, String> {
        match body.get("Condition").and_then(Node::as_text) {
            Some(name) => self.condition(stack, name),
            None => Ok(true),
        }
    }

    fn condition(&self, stack: &Stack<'_>, name: &str) -> Result<bool, String> {
        let found = stack.template.get("Conditions").and_then(|all| all.get(name));
        self.holds(stack, found.ok_or_else(|| format!("no condition {name}"))?)
    }

    fn holds(&self, stack: &Stack<'_>, node: &Node) -> Result<bool, String> {
        let Node::Call(name, argument) = node else {
            panic!("{node:?} is no condition")
        };
        match (name.as_str(), argument.items()) {
            ("Equals", [one, other]) => {
                let at = (String::new(), String::new());
                Ok(self.value(stack, one, &at)?.text == self.value(stack, other, &at)?.text)
            }
            ("Not", [one]) => Ok(!self.holds(stack, one)?),
            ("And", [one, other]) => Ok(self.holds(stack, one)? && self.holds(stack, other)?),
            ("Condition", _) => self.condition(stack, argument.as_text().unwrap()),
            _ => panic!("{node:?} is no condition"),
        }
    }

    fn properties(&self, stack: &Stack<'_>, node: &Node, path: &str, values: &mut Values) -> Result<(), String> {
        match node {
            Node::Map(entries) => {
                for (key, value) in entries {
                    self.properties(stack, value, &format!("{path}/{key}"), values)?;
                }
            }
            Node::List(items) => {
                for (at, value) in items.iter().enumerate() {
                    self.properties(stack, value, &format!("{path}/{at}"), values)?;
                }
            }
            Node::Text(_) | Node::Call(..) => {
                let value = self.value(stack, node, &(stack.file.to_owned(), path.to_owned()))?;
                values.insert(path.to_owned(), value);
            }
        }
        Ok(())
    }

    fn value(&self, stack: &Stack<'_>, node: &Node, at: &Location) -> Result<Value, String> {
        if !matches!(node, Node::Call(name, _) if name == "If") {
            self.deployed.borrow_mut().reached.insert(at.clone());
        }
        let (name, argument) = match node {
            Node::Text(text) => return Ok(Value::of(text.clone(), at)),
            Node::Call(name, argument) => (name.as_str(), argument.as_ref()),
            Node::List(_) | Node::Map(_) => panic!("{node:?} is no value"),
        };
        match (name, argument.items()) {
            ("Ref", _) => self.named(stack, argument.as_text().unwrap(), at),
            ("GetAtt", [id, attribute]) => {
                let target = format!("{}.{}", id.as_text().unwrap(), attribute.as_text().unwrap());
                self.named(stack, &target, at)
            }
            ("Sub", _) => self.substituted(stack, argument.as_text().unwrap(), at),
            ("Join", [_, items]) => match items.items() {
                [only] => self.value(stack, only, at),
                items => {
                    let texts: Result<Vec<_>, _> = items.iter().map(|item| self.value(stack, item, at)).collect();
                    let texts: Vec<_> = texts?.into_iter().map(|value| value.text).collect();
                    let separator = argument.items()[0].as_text().unwrap();
                    Ok(Value::of(texts.join(separator), at))
                }
            },
            ("If", branches) => {
                let holds = self.condition(stack, branches[0].as_text().unwrap())?;
                let branch = if holds { 1 } else { 2 };
                let at = (at.0.clone(), format!("{}?{branch}", at.1));
                let value = self.value(stack, &branches[branch], &at)?;
                Ok(Value {
                    is_conditional: true,
                    ..value
                })
            }
            ("ImportValue", _) => {
                let written = match argument {
                    Node::Text(text) => text.as_str(),
                    Node::Call(_, text) => text.as_text().unwrap(),
                    _ => panic!("{argument:?} is no name"),
                };
                let level = self.truth.imports.get(&(stack.file.to_owned(), written.to_owned()));
                let name = self.value(stack, argument, at)?.text;
                let exported = self.deployed.borrow().exports.get(&name).cloned();
                let exported = exported.ok_or_else(|| format!("{}: no export {name}", stack.name))?;
                let level = level.copied().unwrap_or(Level::Any).min(exported.level);
                Ok(Value {
                    at: at.clone(),
                    level,
                    is_outside: true,
                    parameters: Vec::new(),
                    ..exported
                })
            }
            _ => panic!("{node:?} is no value"),
        }
    }

    fn substituted(&self, stack: &Stack<'_>, text: &str, at: &Location) -> Result<Value, String> {
        if let Some(name) = text.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'))
            && !name.contains('}')
        {
            return self.named(stack, name, at);
        }
        let (mut result, mut rest) = (String::new(), text);
        let mut is_known = Level::Certain;
        while let Some((before, (name, after))) = rest
            .split_once("${")
            .and_then(|(before, inside)| Some((before, inside.split_once('}')?)))
        {
            let value = self.named(stack, name, at)?;
            // An ARN that is built around a parameter is not followed.
            if !value.parameters.is_empty() || value.is_outside {
                is_known = Level::Any;
            }
            result += before;
            result += &value.text;
            rest = after;
        }
        Ok(Value {
            level: is_known,
            ..Value::of(result + rest, at)
        })
    }

    /// Returns the value of a parameter, a resource or an attribute.
    fn named(&self, stack: &Stack<'_>, name: &str, at: &Location) -> Result<Value, String> {
        if let Some(value) = stack.parameters.get(name) {
            return Ok(value.clone());
        }
        if let Some(pseudo) = name.strip_prefix("AWS::") {
            let text = match pseudo {
                "StackName" => stack.name,
                "AccountId" => "123456789012",
                "Partition" => "aws",
                other => other,
            };
            return Ok(Value::of(text.to_owned(), at));
        }
        let (id, attribute) = name.split_once('.').unwrap_or((name, ""));
        let resources = stack.template.get("Resources");
        let body = resources
            .and_then(|all| all.get(id))
            .ok_or_else(|| format!("{}: no {id}", stack.file))?;
        if !self.exists(stack, body)? {
            return Err(format!("{}: {id} does not exist, but is referred to", stack.name));
        }
        if let Some(output) = attribute.strip_prefix("Outputs.") {
            let Some((outputs, level)) = self.nested(stack, id)? else {
                let outside = Value::of(format!("outside-{id}-{output}"), at);
                return Ok(Value {
                    level: Level::Unknown,
                    ..outside
                });
            };
            let value = outputs
                .get(output)
                .ok_or_else(|| format!("{}: no output {id}.{output}", stack.name))?
                .clone();
            // A parameter that a stack gives back is not followed.
            let level = if value.parameters.is_empty() { level } else { Level::Any };
            return Ok(Value {
                at: at.clone(),
                level: level.min(value.level),
                is_outside: true,
                parameters: Vec::new(),
                ..value
            });
        }
        let kind = match body.get("Type").and_then(Node::as_text) {
            Some("AWS::IAM::Role") => "role",
            Some("AWS::IAM::InstanceProfile") => "instance-profile",
            _ => "other",
        };
        let made = format!("{}:{id}", stack.name).replace(':', "+");
        Ok(Value::of(
            match attribute {
                "Arn" => format!("arn:aws:iam::123456789012:{kind}/{made}"),
                _ => made,
            },
            at,
        ))
    }
}

impl Value {
    fn of(text: String, at: &Location) -> Self {
        Self {
            text,
            at: at.clone(),
            level: Level::Certain,
            parameters: Vec::new(),
            is_conditional: false,
            is_shared: false,
            is_outside: false,
        }
    }
}

fn is_nested(body: &Node) -> bool {
    let kind = body.get("Type").and_then(Node::as_text);
    kind.is_some_and(|kind| ["AWS::CloudFormation::Stack", "AWS::Serverless::Application"].contains(&kind))
}
