//! A template with its model and the nodes from which the model was read.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::calls::{Calls, LongCall};
use super::details::Details;
use super::expanded::possible_uses;
use super::hosts::{self, HostedTemplate};
use super::ids::{LogicalIds, usual_id};
use super::intrinsic::{self, Attribute, Call, branches, is_no_value, looked_up, written_id};
use super::loops::{may_be_expanded, names};
use super::outside::Outside;
use super::placeholder::known_start;
use super::policies::policy_slots;
use super::resolve::{BuiltArn, BuiltName, ResolvedValue, ResourceRef, arn_kind};
use super::slots::{
    MiscasedKey, SlotNode, SlotScan, SlotValue, may_give_object, object_slots, profile_slots, role_slots, slots_of,
};
use super::suppressions::WrittenSuppression;
use super::template::{ResourceNode, Template};
use super::uses::Uses;
use crate::model::{
    Arn, ArnElsewhere, ArnKeys, ArnKind, ArnName, GivenPart, ListItem, MissingReference, Model, ModelError, NameOrArn,
    ProfileName, Reference, ReferencedResource, ResourceDetails, ResourceId, RoleList, Slot, SlotId, Takes, TextValue,
    Unknown, Value, ValueOrigin, Wants,
};
use crate::profile::{Profiles, ROLE_OF_PROFILE, ROLES};
use crate::text::{EditObstacle, FileId};
use crate::yaml::{Change, Node, NodeId, StreamId, YamlFile, render};

/// The maximum number of resources in a template.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>
const MAX_RESOURCES: usize = 500;

/// The maximum number of outputs in a template:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html>.
pub(super) const MAX_OUTPUTS: usize = 200;

/// The other sections that can refer to resources.
const SECTIONS_WITH_USES: [&str; 2] = ["Outputs", "Globals"];

/// The IDs that the items of a list refer to.
type Targets = Arc<[Option<String>]>;

/// A template with its model.
#[derive(Debug)]
pub struct Unit<'s> {
    /// The model that the rules read.
    pub(super) model: Model<'s>,
    /// The template.
    pub(super) template: Template<'s>,
    /// The slots of the model with their nodes.
    pub(super) slots: Vec<SlotValue<'s>>,
    /// The slots that take an object with a name or an ARN.
    pub(super) objects: Vec<SlotValue<'s>>,
    /// Miscased keys on the paths to slots.
    pub(super) miscased: Vec<MiscasedKey<'s>>,
    /// The value of `Roles` of each profile.
    pub(super) role_lists: Vec<SlotValue<'s>>,
    /// Functions that hide slots for profiles and their roles.
    pub(super) opaque: Vec<SlotNode<'s>>,
    /// The profiles, by the roles that they hold.
    pub(super) profiles: Profiles<'s>,
    /// The calls of the template.
    pub(super) calls: Calls<'s>,
    /// The suppressions of the model in the source.
    pub(super) suppressions: Vec<WrittenSuppression<'s>>,
    /// The facts that other templates give, if they are known.
    pub(super) outside: Option<Outside<'s>>,
}

impl<'s> Unit<'s> {
    /// Reads a template, without the choice of its profiles.
    ///
    /// # Errors
    ///
    /// If two resources have the same logical ID, or there are two `Resources` sections.
    pub(super) fn read(hosted: HostedTemplate<'s>, calls_of_file: Rc<LongCall<'s>>) -> Result<Self, ModelError> {
        let (mut template, repeats) = Template::read(hosted)?;
        let mut details = Details::of(&template, &repeats);
        let resources = template.resources.iter().map(|(&id, node)| (id, details.read(node)));
        let resources = resources.collect();
        let mut model = Model::new(resources, template.scopes.clone(), repeats);
        model.conditions = template.conditions.clone();
        model.path = template.root.path();
        model.max_resources = Some(MAX_RESOURCES);
        let outputs = template.sections("Outputs");
        model.outputs = outputs.map(|section| section.resolved().entries().len()).sum();
        model.max_outputs = Some(MAX_OUTPUTS);
        let mut scan = profile_slots(&template);
        hosts::find_slots(&template, &mut scan);
        let SlotScan {
            slots,
            mut miscased,
            opaque,
            unknown,
        } = scan;
        template.hosted.unknown.extend(unknown);
        let role_lists = slots_of(&template, &ROLES);
        miscased.extend(role_lists.miscased);
        let objects = object_slots(&template);
        let mut unit = Self {
            profiles: Profiles::of(&model),
            calls: Calls::of(template.root, calls_of_file, template.hosted.is_long_form_only),
            slots: Vec::new(),
            objects: objects.iter().cloned().map(SlotValue::of).collect(),
            miscased,
            role_lists: role_lists.slots.into_iter().map(SlotValue::of).collect(),
            opaque,
            suppressions: Vec::new(),
            outside: None,
            model,
            template,
        };
        unit.add_uses();
        unit.add_role_lists();
        let roles_of_profiles = slots_of(&unit.template, &ROLE_OF_PROFILE);
        unit.opaque.extend(roles_of_profiles.opaque);
        let bare = objects.into_iter().filter(is_bare);
        let roles = role_slots(&unit.template).into_iter();
        let roles = roles.chain(policy_slots(&unit.template, &unit.model.repeats));
        unit.add_slots(Wants::Profile, slots.into_iter().chain(bare));
        unit.add_slots(Wants::RoleOfProfile, roles_of_profiles.slots.into_iter());
        unit.add_slots(Wants::Role, roles);
        Ok(unit)
    }

    /// Chooses the profiles for the roles that slots name.
    pub(super) fn choose(&mut self, name: ProfileName) {
        let mut ids = LogicalIds::of(&self.template);
        self.profiles.choose(&mut self.model, name, &mut ids);
    }

    /// Returns the file that contains the template.
    pub(super) fn yaml_file(&self) -> &'s YamlFile {
        self.template.root.yaml_file()
    }

    /// Returns the text with this identity: that of a part of the template, or a document in one of its strings.
    pub(super) fn text(&self, id: StreamId) -> Option<&'s YamlFile> {
        let hosted = &self.template.hosted;
        let mut nodes = hosted.parts().chain(hosted.documents.values().copied());
        nodes.find(|node| node.yaml_file().id() == id).map(Node::yaml_file)
    }

    /// Iterates over the files with parts of the template.
    pub(super) fn files(&self) -> impl Iterator<Item = FileId> {
        self.template.hosted.parts().map(Node::file)
    }

    /// Fails if a change of the template cannot be written.
    pub(super) fn check_change(&self, change: &Change) -> Result<(), EditObstacle> {
        let text = self.text(change.stream()).ok_or(EditObstacle::UnusualNotation)?;
        render(text, change).map(drop)
    }

    /// Returns a node of the template.
    pub(super) fn node(&self, id: NodeId) -> Option<Node<'s>> {
        self.text(id.stream).map(|text| text.node(id))
    }

    /// Returns the node of a resource.
    pub(super) fn resource(&self, id: ResourceId) -> &ResourceNode<'s> {
        &self.template.resources[id.0]
    }

    /// Returns a slot with its node.
    pub(super) fn slot(&self, id: SlotId) -> &SlotValue<'s> {
        &self.slots[id.0]
    }

    /// Resolves a logical ID at `user`.
    ///
    /// An ID with loop variables may name several resources.
    pub(super) fn referred(&self, id: &str, user: Node<'_>) -> Vec<ReferencedResource> {
        let referred = |name: &str| {
            let resource = self.model.resource(name)?;
            let name = name.to_owned();
            Some(ReferencedResource { name, resource })
        };
        match referred(id) {
            Some(itself) => vec![itself],
            None if !may_be_expanded(id) => Vec::new(),
            None => {
                let names = names(user, id);
                let referred: Option<Vec<_>> = names.iter().map(|name| referred(name)).collect();
                referred.unwrap_or_default()
            }
        }
    }

    /// Returns whether an ID at `user` names only roles or only profiles.
    pub(super) fn is_role_or_profile(&self, id: &str, user: Node<'_>) -> bool {
        let referred = self.referred(id, user);
        let are_all = |is_wanted: fn(&ResourceDetails<'_>) -> bool| {
            !referred.is_empty()
                && referred
                    .iter()
                    .all(|target| is_wanted(&self.model.get(target.resource).details))
        };
        are_all(|details| matches!(details, ResourceDetails::Role(_)))
            || are_all(|details| matches!(details, ResourceDetails::Profile(_)))
    }

    fn add_uses(&mut self) {
        let referred = |id: &str, user: Node<'s>| {
            let referred = self.referred(id, user).into_iter();
            referred.map(|target| target.resource).collect()
        };
        let mut uses = Uses::with(referred);
        let resources = self.template.resources.values();
        let by_resource: Vec<_> = resources.map(|resource| uses.of(resource)).collect();
        let sections = SECTIONS_WITH_USES
            .into_iter()
            .flat_map(|name| self.template.sections(name));
        let sections = sections.chain(self.template.hosted.users.iter().copied());
        let used_elsewhere = sections.flat_map(|section| uses.of_section(section)).collect();
        let possible = possible_uses(&self.template, &referred);
        let resources = self.model.resources.values_mut();
        for (resource, (uses, possible)) in resources.zip(by_resource.into_iter().zip(possible)) {
            (resource.uses, resource.may_use) = (uses, possible);
        }
        self.model.used_elsewhere = used_elsewhere;
    }

    fn add_role_lists(&mut self) {
        for list in &self.role_lists {
            let value = list.slot.value.resolved();
            let Some(resource) = self.model.resources.get_mut(list.slot.resource.id) else {
                continue;
            };
            if let ResourceDetails::Profile(profile) = &mut resource.details
                && value.is_sequence()
                && value.tag().is_none()
            {
                profile.role_lists.push(RoleList {
                    place: list.slot.value.place(),
                    path: list.slot.path.clone(),
                    count: count_of_roles(value),
                });
            }
        }
    }

    pub(super) fn add_slots(&mut self, wants: Wants, slots: impl Iterator<Item = SlotNode<'s>>) {
        let lookups = OnceCell::new();
        let mut targets = HashMap::new();
        for slot in slots.flat_map(SlotValue::each_of) {
            let Some(resource) = self.template.resources.get_index_of(slot.slot.resource.id) else {
                continue;
            };
            let lookups = || lookups.get_or_init(|| arn_lookups(&self.template));
            let (place, path) = slot.site();
            let value = self.value_of(&slot, wants, lookups);
            let is_writable = self.is_writable(&slot, &value);
            self.model.slots.push(Slot {
                wants,
                resource: ResourceId(resource),
                also_of: self.ids_of(&slot.slot.also_of),
                property: slot.slot.property,
                name: slot.slot.name,
                takes: slot.slot.takes,
                key: self.key_of(&slot, &value),
                value,
                is_misnamed: slot.slot.is_misnamed(),
                may_deny: slot.slot.may_deny,
                is_writable,
                list: (wants == Wants::Role)
                    .then(|| Self::item(&slot.slot, &mut targets))
                    .flatten(),
                guards: slot.slot.guards.clone(),
                place,
                path,
                served_by: Vec::new(),
                passing: None,
            });
            self.slots.push(slot);
        }
    }

    fn ids_of(&self, resources: &[ResourceNode<'s>]) -> Vec<ResourceId> {
        let indexes = resources
            .iter()
            .map(|resource| self.template.resources.get_index_of(resource.id));
        indexes.flatten().map(ResourceId).collect()
    }

    /// Returns whether a reference can be written in place of a value that names a role outside the template.
    fn is_writable(&self, slot: &SlotValue<'s>, value: &Value<'s>) -> bool {
        let Value::Arn(Arn {
            kind: ArnKind::Role,
            name: ArnName::Text(name),
            ..
        }) = value
        else {
            return true;
        };
        let form = match slot.slot.takes {
            Takes::Arn => NameOrArn::Arn,
            Takes::Name | Takes::Either => NameOrArn::Name,
        };
        let change = self.refer(slot, &usual_id(name), form);
        change.is_ok_and(|change| self.check_change(&change).is_ok())
    }

    /// Returns the list item of a slot.
    ///
    /// The slot may also be a branch of an `Fn::If` in the list.
    fn item(slot: &SlotNode<'s>, targets: &mut HashMap<NodeId, Targets>) -> Option<ListItem> {
        let mut item = slot.value;
        let list = loop {
            let around = item.ancestors().nth(1).filter(|around| around.is_sequence())?;
            let is_long = around
                .key()
                .and_then(Node::scalar)
                .is_some_and(|key| key.starts_with("Fn::"));
            let call = if is_long { around.ancestors().nth(1)? } else { around };
            match branches(call) {
                Some(_) => item = call,
                None if is_long || around.tag().is_some() => return None,
                None => break around,
            }
        };
        let read = || {
            let targets = list.items().map(|item| match ResolvedValue::read(item) {
                ResolvedValue::Reference(resource_ref) => Some(resource_ref.target.to_owned()),
                _ => None,
            });
            targets.collect()
        };
        let targets = Arc::clone(targets.entry(list.id()).or_insert_with(read));
        let at = list.items().position(|other| other == item)?;
        Some(ListItem { targets, at })
    }

    fn value_of<'l>(
        &self,
        slot: &SlotValue<'s>,
        wants: Wants,
        arn_lookups: impl Fn() -> &'l HashSet<ArnLookup<'s>>,
    ) -> Value<'s>
    where
        's: 'l,
    {
        let value = slot.slot.value;
        let elsewhere = |origin: ValueOrigin, is_there: &dyn Fn(ArnKind) -> bool| {
            let kind = wrong_arns(wants).iter().copied().find(|kind| is_there(*kind));
            kind.map(|kind| ArnElsewhere { kind, origin })
        };
        match &slot.resolved {
            ResolvedValue::Reference(resource_ref) => match self.reference(resource_ref, value) {
                Some(reference) => Value::Reference(reference),
                None if resource_ref.attribute != Attribute::Ref => Value::Unknown(Unknown::default()),
                None => {
                    let default = self.template.parameters.default_of(resource_ref.target);
                    Value::Unknown(Unknown {
                        arn: elsewhere(ValueOrigin::Parameter, &|kind| default.and_then(arn_kind) == Some(kind)),
                    })
                }
            },
            ResolvedValue::BuiltArn(arn) => Value::Arn(Arn {
                kind: arn.kind,
                has_path: !arn.folder.is_empty(),
                name: match &arn.name {
                    BuiltName::Reference(resource_ref) => self
                        .reference(resource_ref, value)
                        .map_or(ArnName::Other, ArnName::Reference),
                    BuiltName::Text(text) => ArnName::Text(text.clone()),
                    BuiltName::Unknown => ArnName::Unknown,
                },
                keys: self.arn_keys(arn, value),
            }),
            ResolvedValue::Text(text) => Value::Text(TextValue {
                known: known_start(text).len(),
                text: text.clone(),
                missing: self.missing_reference(text, slot, wants),
            }),
            ResolvedValue::Transform => Value::Macro,
            ResolvedValue::Unknown(_) => {
                let keys = looked_up(value.resolved());
                let is_mapped = |kind| keys.is_some_and(|keys| arn_lookups().contains(&(keys, kind)));
                Value::Unknown(Unknown {
                    arn: elsewhere(ValueOrigin::Mapping, &is_mapped),
                })
            }
        }
    }

    /// Returns the key of a slot's value, unless that refers to a role or a profile.
    fn key_of(&self, slot: &SlotValue<'s>, value: &Value<'s>) -> Option<String> {
        match value {
            Value::Arn(_) | Value::Macro => None,
            Value::Reference(reference) if self.model.is_to_role_or_profile(reference) => None,
            Value::Reference(_) | Value::Text(_) | Value::Unknown(_) => {
                self.template.key_of(slot.slot.value, slot.resolved.name_parts())
            }
        }
    }

    fn arn_keys(&self, arn: &BuiltArn<'s>, value: Node<'s>) -> Option<ArnKeys> {
        let (path, name) = arn.path_and_name();
        arn.is_of_stack.then_some(())?;
        Some(ArnKeys {
            path: self.template.key_of(value, path)?,
            name: self.template.key_of(value, name)?,
        })
    }

    /// Converts a reference, if it is to resources of the template.
    pub(super) fn reference(&self, resource_ref: &ResourceRef<'s>, user: Node<'_>) -> Option<Reference<'s>> {
        let targets = self.referred(resource_ref.target, user);
        (!targets.is_empty()).then(|| Reference {
            id: resource_ref.target,
            gives: match resource_ref.attribute {
                Attribute::Ref => GivenPart::Name,
                Attribute::GetAtt(attribute) if attribute.eq_ignore_ascii_case("Arn") => GivenPart::Arn,
                Attribute::GetAtt(_) => GivenPart::Attribute,
                Attribute::Missing => GivenPart::Missing,
            },
            targets,
            is_from_arn: resource_ref.is_part_of_arn(),
        })
    }

    /// Reads a string as a reference without its function: `ID`, `ID.Arn`, `${ID}`, or a quoted `!Ref ID`.
    fn missing_reference(&self, text: &str, slot: &SlotValue<'s>, wants: Wants) -> Option<MissingReference> {
        let value = slot.slot.value.resolved();
        // A variable that an `Fn::Sub` leaves unresolved is meant literally.
        let is_bare = value.scalar().is_some() && value.tag().is_none();
        let variable = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
        let inside = variable.or_else(|| MissingReference::after_tag(text));
        let reference = inside.filter(|_| is_bare).unwrap_or(text);
        let id = reference.strip_suffix(".Arn").unwrap_or(reference);
        let role = self.model.role(id);
        let resource = match wants {
            Wants::Profile => self.model.profile(id).or(role),
            // The parts of a reference in place of the list are not its items.
            Wants::RoleOfProfile => role.filter(|_| {
                let list = slot.slot.value.ancestors().nth(1);
                list.and_then(bare_get_att).is_none()
            }),
            Wants::Role => None,
        };
        Some(MissingReference {
            id: id.to_owned(),
            resource: resource?,
            is_arn: text.contains(".Arn"),
        })
    }
}

/// Returns whether a value appears in place of an object.
pub(super) fn is_bare(slot: &SlotNode<'_>) -> bool {
    let value = slot.value.resolved();
    !value.is_mapping() || Call::read(value).is_some_and(|call| !may_give_object(&call))
}

/// Returns the logical ID of a list `[ID, Arn]` without its `Fn::GetAtt`.
pub(super) fn bare_get_att(value: Node<'_>) -> Option<&str> {
    let mut items = value.items();
    match (items.next(), items.next(), items.next()) {
        (Some(id), Some(attribute), None) if value.tag().is_none() && attribute.resolved().scalar() == Some("Arn") => {
            written_id(id)
        }
        _ => None,
    }
}

/// Counts the roles in a list.
///
/// Returns `None` if an item depends on a condition or is itself a list.
fn count_of_roles(list: Node<'_>) -> Option<usize> {
    let items = || list.items().map(Node::resolved);
    let is_countable =
        |item: Node<'_>| intrinsic::RefCall::read(item).is_some() || (item.scalar().is_some() && item.tag().is_none());
    let are_countable = items().all(is_countable);
    are_countable.then(|| items().filter(|item| !is_no_value(*item)).count())
}

/// Returns the types of ARNs that a slot does not take.
fn wrong_arns(wants: Wants) -> &'static [ArnKind] {
    match wants {
        Wants::Profile => &[ArnKind::Role],
        Wants::Role => &[ArnKind::Profile],
        // It takes a name.
        Wants::RoleOfProfile => &[ArnKind::Role, ArnKind::Profile],
    }
}

/// The mapping and the two keys of a lookup, if literal, and the type of the ARN that it returns.
type ArnLookup<'s> = ([Option<&'s str>; 3], ArnKind);

/// Returns the lookups of ARNs in mappings.
fn arn_lookups<'s>(template: &Template<'s>) -> HashSet<ArnLookup<'s>> {
    let arns = template.mapped_texts();
    let arns = arns.filter_map(|(keys, text)| Some((keys, arn_kind(text)?)));
    // Each key may be a parameter instead.
    let as_written = |[mapping, first, second]: [&'s str; 3]| {
        (0..8).map(move |bits| {
            let written = |bit: u8, key| (bits & bit != 0).then_some(key);
            [written(1, mapping), written(2, first), written(4, second)]
        })
    };
    arns.flat_map(|(keys, kind)| as_written(keys).map(move |keys| (keys, kind)))
        .collect()
}
