//! Dependencies that no reference shows: those of resources that macros, modules and frameworks add or change.

use std::collections::HashMap;

use super::intrinsic::RefCall;
use super::template::{ResourceNode, Template};
use super::uses::{EVENTS, Uses, is_of_sam};
use crate::model::ResourceId;
use crate::yaml::Node;

/// The end of the types of modules in the registry of CloudFormation.
const MODULE: &str = "::MODULE";

/// The beginning of the IDs of resources that AWS SAM adds for several others, such as `ServerlessRestApi`.
///
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html>
const SHARED: &str = "Serverless";

/// The beginning of the IDs of those that depend on no other.
const SHARED_ALONE: &str = "ServerlessDeployment";

/// The types of events that share an API unless they name one, and the keys in `Globals` with the properties of that API.
const APIS: [&str; 2] = ["Api", "HttpApi"];

/// The properties of events with a resource into which AWS SAM writes the function, whatever its type.
///
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-function-eventsource.html>
const CHANGED: [&str; 2] = ["Bucket", "UserPool"];

/// The properties of events with an API, which AWS SAM changes if it is its own.
const CHANGED_API: [&str; 2] = ["RestApiId", "ApiId"];

/// The beginnings of the IDs of resources into which the Serverless Framework writes functions.
///
/// A template may declare them too: <https://www.serverless.com/framework/docs/providers/aws/guide/resources>.
const OF_FUNCTIONS: [&str; 6] = [
    "ApiGateway",
    "CognitoUserPool",
    "HttpApi",
    "S3Bucket",
    "SNSTopic",
    "Websockets",
];

/// The ends of the IDs of resources that the Serverless Framework adds, and that depend on no other.
const OF_FRAMEWORK_ALONE: [&str; 3] = ["DeploymentBucket", "DeploymentBucketPolicy", "LogGroup"];

/// Returns the resources that each resource may depend on, besides those that it uses.
///
/// `referred` returns the resources that a logical ID names at a node.
pub(super) fn possible_uses<'d>(
    template: &Template<'d>,
    referred: &dyn Fn(&str, Node<'d>) -> Vec<ResourceId>,
) -> Vec<Vec<ResourceId>> {
    let resources = || (0..).map(ResourceId).zip(template.resources.values());
    let mut possible = vec![Vec::new(); template.resources.len()];
    let has_expanded = resources().any(|(_, resource)| is_expanded_into_several(resource));
    if !has_expanded && template.hosted.users.is_empty() {
        return possible;
    }
    let mut shown = Uses::with(referred);
    let globals = template.sections("Globals").flat_map(Node::entries);
    let globals = globals.filter_map(|(kind, section)| Some((kind.scalar()?, shown.of_section(section))));
    let globals: HashMap<_, _> = globals.collect();
    let service = template.hosted.users.iter();
    let sources = Sources {
        template,
        of_apis: APIS
            .iter()
            .filter_map(|kind| globals.get(kind))
            .flatten()
            .copied()
            .collect(),
        in_service: service.flat_map(|part| shown.of_section(*part)).collect(),
    };
    let mut hidden = Uses::with(|id: &'d str, node: Node<'d>| match referred(id, node).is_empty() {
        true => sources.of(id),
        false => Vec::new(),
    });
    for (id, resource) in resources() {
        let uses = &mut possible[id.0];
        uses.extend(
            hidden
                .of(resource)
                .iter()
                .flat_map(|uses| uses.iter().map(|one| one.target)),
        );
        uses.extend(globals.get(kind_of(resource)).into_iter().flatten());
        if OF_FUNCTIONS.iter().any(|start| resource.id.starts_with(start)) {
            uses.extend(&sources.in_service);
        }
        for changed in changed_by_events(resource, template) {
            let users = shown.of_section(changed).into_iter();
            users.for_each(|user| possible[user.0].push(id));
        }
    }
    for (id, uses) in possible.iter_mut().enumerate() {
        uses.retain(|target| target.0 != id);
    }
    possible
}

/// The origins of resources that are not in the template.
struct Sources<'t, 'd> {
    template: &'t Template<'d>,
    /// The resources that `Globals` names for shared APIs.
    of_apis: Vec<ResourceId>,
    /// The resources that the other parts of a service of the Serverless Framework name.
    in_service: Vec<ResourceId>,
}

impl Sources<'_, '_> {
    /// Returns the resources from which one with this ID may be built, or that it may use.
    fn of(&self, id: &str) -> Vec<ResourceId> {
        // Such as `Function.Alias` and `Module.Resource`.
        let id = id.split('.').next().unwrap_or(id);
        if let Some(at) = self.template.resources.get_index_of(id) {
            return vec![ResourceId(at)];
        }
        // A pseudo parameter and a variable of a framework have colons.
        if self.template.has_name(id) || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Vec::new();
        }
        let is_shared = id.starts_with(SHARED) && !id.starts_with(SHARED_ALONE);
        let resources = (0..).map(ResourceId).zip(self.template.resources.values());
        let sources = resources.filter(|(_, resource)| {
            let is_own = is_expanded_into_several(resource) && id.starts_with(resource.id);
            is_own || (is_shared && has_api_event(resource))
        });
        let mut found: Vec<_> = sources.map(|(source, _)| source).collect();
        if is_shared {
            found.extend(&self.of_apis);
        }
        if !OF_FRAMEWORK_ALONE.iter().any(|end| id.ends_with(end)) {
            found.extend(&self.in_service);
        }
        found
    }
}

fn is_expanded_into_several(resource: &ResourceNode<'_>) -> bool {
    is_of_sam(resource) || resource.resource_type.ends_with(MODULE)
}

/// Returns the key in `Globals` with properties of a resource.
fn kind_of<'d>(resource: &ResourceNode<'d>) -> &'d str {
    match is_of_sam(resource) {
        true => resource.resource_type.rsplit(':').next().unwrap_or_default(),
        false => "",
    }
}

fn events_of<'d>(resource: &ResourceNode<'d>) -> impl Iterator<Item = Node<'d>> {
    let properties = resource.body.get("Properties").filter(|_| is_of_sam(resource));
    let events = properties.and_then(|properties| properties.resolved().get(EVENTS));
    let events = events.into_iter().flat_map(|events| events.resolved().entries());
    events.map(|(_, event)| event.resolved())
}

fn has_api_event(resource: &ResourceNode<'_>) -> bool {
    events_of(resource).any(|event| {
        let event_type = event.get("Type").and_then(|kind| kind.resolved().scalar());
        event_type.is_some_and(|kind| APIS.contains(&kind))
    })
}

/// Returns the values with the resources into which AWS SAM writes a function, by its events.
fn changed_by_events<'d>(resource: &ResourceNode<'d>, template: &Template<'d>) -> Vec<Node<'d>> {
    let is_own_api = |value: &Node<'d>| {
        let target = RefCall::read(value.resolved()).and_then(|call| template.resources.get(call.target));
        target.is_some_and(is_of_sam)
    };
    let properties = events_of(resource).filter_map(|event| Some(event.get("Properties")?.resolved()));
    let changed = properties.flat_map(|properties| {
        let apis = CHANGED_API.into_iter().filter_map(move |key| properties.get(key));
        let others = CHANGED.into_iter().filter_map(move |key| properties.get(key));
        apis.filter(is_own_api).chain(others).collect::<Vec<_>>()
    });
    changed.collect()
}
