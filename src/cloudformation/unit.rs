//! A template with its model: what the rules read, and the nodes that it was read from.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

use super::calls::{Calls, LongCall};
use super::details::Details;
use super::ids::LogicalIds;
use super::intrinsic::{self, Attribute, Call, branches, is_no_value, looked_up, written_id};
use super::loops::{first_name, names};
use super::policies::policy_slots;
use super::slots::{
    MiscasedKey, SlotNode, SlotScan, SlotValue, may_give_object, object_slots, profile_slots, role_slots, slots_of,
};
use super::suppressions::WrittenSuppression;
use super::template::{ResourceNode, Template};
use super::uses::Uses;
use super::value::{BuiltName, Mention, Said, is_role_arn, name_key};
use crate::model::{
    Arn, ArnName, Elsewhere, Gives, Kind, ListItem, LostReference, Model, ModelError, ProfileName, Reference, Referred,
    ResourceId, RoleList, Slot, SlotId, Text, Unknown, Value, Wants,
};
use crate::profile::{Profiles, ROLE_OF_PROFILE, ROLES};
use crate::yaml::{Node, NodeId, Stream};

/// The IDs that the items of a list refer to.
type Targets = Arc<[Option<String>]>;

/// A template with its model.
#[derive(Debug)]
pub struct Unit<'s> {
    /// The model that the rules read.
    pub(super) model: Model<'s>,
    /// The template.
    pub(super) template: Template<'s>,
    /// The slots of the model, as they are written.
    pub(super) slots: Vec<SlotValue<'s>>,
    /// Every slot that takes an object with the name or ARN of a profile.
    pub(super) objects: Vec<SlotValue<'s>>,
    /// Keys on the way to slots with wrong capitalisation.
    pub(super) miscased: Vec<MiscasedKey<'s>>,
    /// The value of every profile's `Roles`.
    pub(super) role_lists: Vec<SlotValue<'s>>,
    /// Functions that hide slots for profiles and their roles.
    pub(super) opaque: Vec<SlotNode<'s>>,
    /// The profiles, by the roles that they hold.
    pub(super) profiles: Profiles<'s>,
    /// The calls of the template.
    pub(super) calls: Calls<'s>,
    /// The suppressions of the model, as they are written.
    pub(super) suppressions: Vec<WrittenSuppression<'s>>,
}

impl<'s> Unit<'s> {
    /// Reads the document below `root`; `None` if it is not a template.
    ///
    /// # Errors
    ///
    /// If the resources cannot be told apart.
    pub(super) fn read(
        root: Node<'s>,
        name: ProfileName,
        calls_of_file: Rc<LongCall<'s>>,
    ) -> Result<Option<Self>, ModelError> {
        let Some((template, repeats)) = Template::read(root)? else {
            return Ok(None);
        };
        let mut details = Details::of(&template, &repeats);
        let resources = template.resources.iter().map(|(&id, node)| (id, details.read(node)));
        let resources = resources.collect();
        let mut model = Model::new(resources, template.scopes.clone(), repeats);
        model.conditions = template.conditions.clone();
        let SlotScan {
            slots,
            mut miscased,
            opaque,
        } = profile_slots(&template);
        let role_lists = slots_of(&template, &ROLES);
        miscased.extend(role_lists.miscased);
        let objects = object_slots(&template);
        let mut unit = Self {
            profiles: Profiles::of(&model),
            calls: Calls::of(root, calls_of_file),
            slots: Vec::new(),
            objects: objects.iter().cloned().map(SlotValue::of).collect(),
            miscased,
            role_lists: role_lists.slots.into_iter().map(SlotValue::of).collect(),
            opaque,
            suppressions: Vec::new(),
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
        let mut ids = LogicalIds::of(&unit.template);
        unit.profiles.choose(&mut unit.model, name, &mut ids);
        Ok(Some(unit))
    }

    /// Returns the file that the template is in.
    pub(super) fn stream(&self) -> &'s Stream {
        self.template.root.stream()
    }

    /// Returns the node of a resource.
    pub(super) fn resource(&self, id: ResourceId) -> &ResourceNode<'s> {
        &self.template.resources[id.0]
    }

    /// Returns a slot as it is written.
    pub(super) fn slot(&self, id: SlotId) -> &SlotValue<'s> {
        &self.slots[id.0]
    }

    /// Resolves the resources that a logical ID names where `user` is: several where it has loop variables in it.
    pub(super) fn referred(&self, id: &str, user: Node<'_>) -> Vec<Referred> {
        let referred = |name: String| {
            let resource = self.model.resource(&name)?;
            Some(Referred { name, resource })
        };
        if let Some(itself) = referred(id.to_owned()) {
            return vec![itself];
        }
        // Most IDs name nothing, as the first expansion shows.
        if self.model.resource(&first_name(user, id)).is_none() {
            return Vec::new();
        }
        let referred: Option<Vec<_>> = names(user, id).into_iter().map(referred).collect();
        referred.unwrap_or_default()
    }

    /// Returns whether a logical ID names roles alone, or profiles alone, where `user` is.
    pub(super) fn is_role_or_profile(&self, id: &str, user: Node<'_>) -> bool {
        let referred = self.referred(id, user);
        let are_all = |is_wanted: fn(&Kind<'_>) -> bool| {
            !referred.is_empty() && referred.iter().all(|one| is_wanted(&self.model.get(one.resource).kind))
        };
        are_all(|kind| matches!(kind, Kind::Role(_))) || are_all(|kind| matches!(kind, Kind::Profile(_)))
    }

    fn add_uses(&mut self) {
        let mut uses = Uses::with(|id: &'s str, user: Node<'s>| {
            let referred = self.referred(id, user).into_iter();
            referred.map(|one| one.resource).collect()
        });
        let uses: Vec<_> = self
            .template
            .resources
            .values()
            .map(|resource| uses.of(resource))
            .collect();
        for (resource, uses) in self.model.resources.values_mut().zip(uses) {
            resource.uses = uses;
        }
    }

    fn add_role_lists(&mut self) {
        for list in &self.role_lists {
            let value = list.slot.value.resolved();
            let Some(resource) = self.model.resources.get_mut(list.slot.resource.id) else {
                continue;
            };
            if let Kind::Profile(profile) = &mut resource.kind
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

    fn add_slots(&mut self, wants: Wants, slots: impl Iterator<Item = SlotNode<'s>>) {
        let lookups = OnceCell::new();
        let mut targets = HashMap::new();
        for slot in slots.flat_map(SlotValue::each_of) {
            let Some(resource) = self.template.resources.get_index_of(slot.slot.resource.id) else {
                continue;
            };
            let lookups = || lookups.get_or_init(|| role_lookups(&self.template));
            let (place, path) = slot.spot();
            self.model.slots.push(Slot {
                wants,
                resource: ResourceId(resource),
                property: slot.slot.property,
                name: slot.slot.name,
                takes: slot.slot.takes,
                value: self.value_of(&slot, wants, lookups),
                is_misnamed: slot.slot.is_misnamed(),
                list: (wants == Wants::Role)
                    .then(|| Self::item(&slot.slot, &mut targets))
                    .flatten(),
                guards: slot.slot.guards.clone(),
                place,
                path,
                served_by: Vec::new(),
            });
            self.slots.push(slot);
        }
    }

    /// Reads the list of which a slot is an item, itself or by a branch of an `Fn::If`.
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
            let targets = list.items().map(|item| match Said::read(item) {
                Said::Mention(mention) => Some(mention.target.to_owned()),
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
        role_lookups: impl Fn() -> &'l HashSet<RoleLookup<'s>>,
    ) -> Value<'s>
    where
        's: 'l,
    {
        let value = slot.slot.value;
        let key = || name_key(value.resolved()).filter(|_| wants == Wants::Profile);
        match &slot.said {
            Said::Mention(mention) => match self.reference(mention, value) {
                Some(reference) => Value::Reference(reference),
                None if mention.attribute != Attribute::Ref => Value::Unknown(Unknown::default()),
                None => {
                    let default = self.template.parameters.default_of(mention.target);
                    Value::Unknown(Unknown {
                        key: key(),
                        role_arn: default.is_some_and(is_role_arn).then_some(Elsewhere::Parameter),
                    })
                }
            },
            Said::BuiltArn(arn) => Value::Arn(Arn {
                kind: arn.kind,
                has_path: !arn.folder.is_empty(),
                name: match &arn.name {
                    BuiltName::Mention(mention) => self
                        .reference(mention, value)
                        .map_or(ArnName::Other, ArnName::Reference),
                    BuiltName::Text(text) => ArnName::Text(text.clone()),
                    BuiltName::Unknown => ArnName::Unknown,
                },
            }),
            Said::Text(text) => Value::Text(Text {
                text: text.clone(),
                lost: self.missing_reference(text, slot, wants),
            }),
            Said::Transform => Value::Macro,
            Said::Unknown(_) => {
                let is_mapped = || looked_up(value.resolved()).is_some_and(|keys| role_lookups().contains(&keys));
                Value::Unknown(Unknown {
                    role_arn: (wants == Wants::Profile && is_mapped()).then_some(Elsewhere::Mapping),
                    key: key(),
                })
            }
        }
    }

    /// Returns the reference to resources of the template that a mention is, if it is one.
    fn reference(&self, mention: &Mention<'s>, user: Node<'_>) -> Option<Reference<'s>> {
        let targets = self.referred(mention.target, user);
        (!targets.is_empty()).then(|| Reference {
            id: mention.target,
            gives: match mention.attribute {
                Attribute::Ref => Gives::Name,
                Attribute::GetAtt(attribute) if attribute.eq_ignore_ascii_case("Arn") => Gives::Arn,
                Attribute::GetAtt(_) => Gives::Attribute,
            },
            targets,
            is_from_arn: mention.is_part_of_arn(),
        })
    }

    /// Reads a text as the argument of a `Ref`, `Fn::GetAtt` or `Fn::Sub` that lost its function: `ID`, `ID.Arn`, `${ID}`.
    fn missing_reference(&self, text: &str, slot: &SlotValue<'s>, wants: Wants) -> Option<LostReference> {
        let value = slot.slot.value.resolved();
        // A variable that is left in an `Fn::Sub` is meant to be a text.
        let is_bare = value.scalar().is_some() && value.tag().is_none();
        let variable = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
        let reference = variable.filter(|_| is_bare).unwrap_or(text);
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
        Some(LostReference {
            id: id.to_owned(),
            resource: resource?,
            is_arn: text.contains(".Arn"),
        })
    }
}

/// Returns whether a value is given in place of an object.
pub(super) fn is_bare(slot: &SlotNode<'_>) -> bool {
    let value = slot.value.resolved();
    !value.is_mapping() || Call::read(value).is_some_and(|call| !may_give_object(&call))
}

/// Returns the logical ID in a list of it and `Arn`.
pub(super) fn bare_get_att(value: Node<'_>) -> Option<&str> {
    let mut items = value.items();
    match (items.next(), items.next(), items.next()) {
        (Some(id), Some(attribute), None) if value.tag().is_none() && attribute.resolved().scalar() == Some("Arn") => {
            written_id(id)
        }
        _ => None,
    }
}

/// Counts the roles in a list; `None` if an item is chosen by a condition or is itself a list.
fn count_of_roles(list: Node<'_>) -> Option<usize> {
    let items = || list.items().map(Node::resolved);
    let is_countable = |item: Node<'_>| {
        intrinsic::Reference::read(item).is_some() || (item.scalar().is_some() && item.tag().is_none())
    };
    let are_countable = items().all(is_countable);
    are_countable.then(|| items().filter(|item| !is_no_value(*item)).count())
}

/// The mapping and the two keys of a lookup, each if it is written out.
type RoleLookup<'s> = [Option<&'s str>; 3];

/// Returns the lookups that find the ARN of a role in a mapping.
fn role_lookups<'s>(template: &Template<'s>) -> HashSet<RoleLookup<'s>> {
    let arns = template.mapped_texts().filter(|(_, text)| is_role_arn(text));
    // Each key may be a parameter instead.
    let as_written = |[mapping, first, second]: [&'s str; 3]| {
        (0..8).map(move |bits| {
            let written = |bit: u8, key| (bits & bit != 0).then_some(key);
            [written(1, mapping), written(2, first), written(4, second)]
        })
    };
    arns.flat_map(|(keys, _)| as_written(keys)).collect()
}
