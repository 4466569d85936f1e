#![doc = include_str!("profile_shape.md")]

use std::collections::HashSet;

use super::context::{Context, Site, Verdict, is_bare};
use super::proposal::Proposal;
use super::{Find, Rule, Severity, Withheld};
use crate::fix::{Applicability, Fix};
use crate::profile::{Place, Takes, is_name_or_arn, name_or_arn};
use crate::template::{ArnKind, ArnName, Attribute, Call, Form, Mention, Said, branches, is_no_value};
use crate::yaml::{Node, Obstacle, Op, Path, Step};

pub(super) const RULE: Rule = Rule {
    code: "IPF003",
    name: "profile-shape",
    summary: "a profile without the object that should hold it, or with one too many",
    fix: "safe",
    explanation: include_str!("profile_shape.md"),
    find: Find::InTemplate(find),
};

// What AWS says, as people quote it: aws-cloudformation/cfn-lint#1552, aws/aws-sdk-java#647.
const NO_OBJECT: &str = "Value of property … does not match type {Object}";
const NO_NAME: &str = "Encountered unsupported property Name";
const NO_STRING: &str = "Value of property … does not match type {String}";
const BOTH: &str =
    "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'";

fn find<'d>(context: &Context<'_, 'd>) -> Vec<Proposal<'d>> {
    let objects = context
        .objects
        .iter()
        .filter_map(|object| match is_bare(&object.place) {
            true => bare(object, context),
            false => both(object, context).or_else(|| misnamed(object, context)),
        });
    let strings = context
        .sites
        .iter()
        .filter_map(|site| wrapped(site, context).or_else(|| listed(site, context)));
    objects.chain(strings).collect()
}

/// A bare value in place of an object; what lies in a list is bare in it only.
fn bare<'d>(object: &Site<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let value = object.place.value;
    let is_nothing = match &object.said {
        Said::Text(text) => text.is_empty(),
        Said::Mention(mention) => mention.target == "AWS::NoValue",
        _ => value.resolved().is_sequence() && Call::read(value.resolved()).is_none(),
    };
    if is_nothing || object.place.is_inside {
        return None;
    }
    let remedy = key_for(object, context).and_then(|name| {
        let wrap = Op::WrapInMapping { key: name.to_owned() };
        object.fix(format!("put it under `{name}`"), wrap, Applicability::Safe)
    });
    let wanted = object_wanted(object);
    let message = format!("{} is a bare value, but takes {wanted}", object.name());
    Some(object.proposal(value, verdict(message, "this is no object", NO_OBJECT, remedy)))
}

/// What is to stand where an object is taken.
fn object_wanted(object: &Site<'_>) -> &'static str {
    match object.place.takes {
        Takes::Name | Takes::Either => "an object with `Name` or `Arn`",
        Takes::Arn => "an object with `Arn`",
    }
}

/// The key that a bare value belongs under.
fn key_for<'d>(object: &Site<'d>, context: &Context<'_, 'd>) -> Result<&'static str, Withheld> {
    match (object.place.takes, form(object, context)) {
        (_, None) => Err(Withheld::NameOrArn(object_wanted(object))),
        (Takes::Arn, Some(Form::Name)) if matches!(object.said, Said::Text(_)) => Err(Withheld::PathUnknown),
        (Takes::Arn, Some(_)) | (Takes::Either, Some(Form::Arn)) => Ok("Arn"),
        (Takes::Name, Some(_)) | (Takes::Either, Some(Form::Name)) => Ok("Name"),
    }
}

/// Whether a value is a name or an ARN, as far as that can be told.
fn form<'d>(object: &Site<'d>, context: &Context<'_, 'd>) -> Option<Form> {
    match &object.said {
        Said::Mention(mention) => {
            let (id, user) = (mention.target, object.place.value);
            let is_known = context.is_role_or_profile(id, user);
            match mention.attribute {
                Attribute::Ref if is_known => Some(Form::Name),
                Attribute::GetAtt("Arn") if is_known || context.template.resource(id).is_some() => Some(Form::Arn),
                _ => None,
            }
        }
        Said::BuiltArn(_) => Some(Form::Arn),
        Said::Text(text) => Some(if text.starts_with("arn:") {
            Form::Arn
        } else {
            Form::Name
        }),
        Said::Transform | Said::Unknown => None,
    }
}

/// An object with both a name and an ARN.
fn both<'d>(object: &Site<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let value = object.place.value.resolved();
    let entry = |name| Held::of(object, name);
    let (name, arn) = (entry("Name")?, entry("Arn")?);
    // Conditions may see to it that there is only one of them.
    if [&name, &arn]
        .into_iter()
        .flat_map(|held| results(held.site.place.value))
        .any(|(value, _)| is_no_value(value))
    {
        return None;
    }
    let remedy = only_one(object, &name, &arn, context);
    let message = format!("{} has both `Name` and `Arn`, but takes one of them", object.name());
    Some(object.proposal(value, verdict(message, "one of the two must go", BOTH, remedy)))
}

/// The fix that leaves one of a name and an ARN, if they are those of one profile.
fn only_one<'d>(
    object: &Site<'d>,
    name: &Held<'d>,
    arn: &Held<'d>,
    context: &Context<'_, 'd>,
) -> Result<Fix, Withheld> {
    if !is_same(name, arn, context) {
        Err(Withheld::WhichProfile)
    } else if object.place.value.is_alias() {
        Err(Obstacle::Alias.into())
    } else {
        superfluous(name, arn, context).removal()
    }
}

/// Which of the two is to go: the `Arn`, or the `Name` where the property knows no other, if what stays gives what is
/// wanted or can be made to; else the other one, if that can.
fn superfluous<'u, 'd>(name: &'u Held<'d>, arn: &'u Held<'d>, context: &Context<'_, 'd>) -> &'u Held<'d> {
    let choices = match name.site.place.takes {
        Takes::Arn => [(arn, Form::Arn, name), (name, Form::Arn, arn)],
        Takes::Name | Takes::Either => [(name, Form::Name, arn), (arn, Form::Arn, name)],
    };
    let mut good = choices.iter();
    let good = good.find(|(stays, form, goes)| stays.can_give(*form, context) && goes.can_go());
    let [usual, _] = choices;
    let (.., goes) = good.copied().unwrap_or(usual);
    goes
}

/// An entry of an object.
struct Held<'d> {
    key: Node<'d>,
    /// What it holds.
    site: Site<'d>,
}

impl<'d> Held<'d> {
    fn of(object: &Site<'d>, name: &str) -> Option<Self> {
        let mut entries = object.place.value.resolved().entries();
        let (key, value) = entries.find(|(key, _)| key.scalar() == Some(name))?;
        let place = Place {
            value,
            path: object.place.path.key(name),
            ..object.place.clone()
        };
        Some(Self {
            key,
            site: Site::of(place),
        })
    }

    /// The logical ID that it refers to, and whether by its name.
    fn target(&self) -> Option<(&'d str, bool)> {
        match &self.site.said {
            Said::Mention(mention) => Some((mention.target, mention.attribute == Attribute::Ref)),
            Said::BuiltArn(arn) => arn.mention().map(|mention| (mention.target, false)),
            _ => None,
        }
    }

    /// Whether it refers to a profile in this form, or other rules can make it.
    fn can_give(&self, form: Form, context: &Context<'_, 'd>) -> bool {
        let is_given = match &self.site.said {
            Said::Mention(mention) => match mention.attribute {
                Attribute::Ref => form == Form::Name,
                Attribute::GetAtt(attribute) => form == Form::Arn && attribute == "Arn",
            },
            Said::BuiltArn(arn) => form == Form::Arn && arn.kind == ArnKind::Profile,
            _ => false,
        };
        let Some((target, _)) = self.target() else { return false };
        if is_given && context.profile(target).is_some() {
            return true;
        }
        let changed = match &self.site.said {
            Said::Mention(mention) => self.site.refer_to(mention, target, form, String::new()).1,
            _ => self.site.replaced_by(target, form, String::new(), Applicability::Safe),
        };
        changed.is_ok() && !self.is_used_elsewhere()
    }

    fn can_go(&self) -> bool {
        self.removal().is_ok() && !self.is_used_elsewhere()
    }

    fn is_used_elsewhere(&self) -> bool {
        let mut nodes = self.site.place.value.descendants();
        nodes.any(|node| node.aliases().next().is_some())
    }

    fn removal(&self) -> Result<Fix, Withheld> {
        let name = self.key.scalar().unwrap_or_default();
        let title = format!("remove the `{name}`, which names the same profile");
        self.site.fix(title, Op::Remove, Applicability::Safe)
    }
}

/// Whether a name and an ARN are of the same profile of the template, or are given as such by the same role.
fn is_same<'d>(name: &Held<'d>, arn: &Held<'d>, context: &Context<'_, 'd>) -> bool {
    let (Some((of_name, is_name)), Some((of_arn, is_name_too))) = (name.target(), arn.target()) else {
        return false;
    };
    if of_name != of_arn {
        // Where only the ARN is known, or the name cannot be changed, nothing else mends it.
        let is_arn_all = name.site.place.takes == Takes::Arn || !name.can_give(Form::Name, context);
        return is_arn_all && context.has_profile_for(of_name, of_arn);
    }
    let is_mended = || context.role(of_name).is_some() || context.profile(of_name).is_some();
    (is_name && !is_name_too) || is_mended()
}

/// An object with a name, at one of the properties that take an ARN only.
fn misnamed<'d>(object: &Site<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let mut entries = object.place.value.resolved().entries();
    let (key, value) = entries.find(|(key, _)| object.place.takes == Takes::Arn && key.scalar() == Some("Name"))?;
    let path = object.place.path.key("Name");
    let given: Vec<_> = inner_sites(object, value, &path);
    if given.iter().all(|inner| is_no_value(inner.place.value)) {
        return None;
    }
    // What refers to a profile or a role can be made to give its ARN.
    let mut fit = given.iter().map(|inner| fits(inner, "Name", context));
    let keys = || {
        object
            .place
            .value
            .resolved()
            .entries()
            .filter_map(|(key, _)| key.scalar())
    };
    let remedy = if keys().any(|key| key.eq_ignore_ascii_case("Arn")) {
        Err(Withheld::WhichProfile)
    } else {
        fit.try_for_each(|fit| fit)
    };
    let remedy = remedy.and_then(|()| {
        let place = Place {
            value,
            path,
            ..object.place.clone()
        };
        let rename = Op::Rename("Arn".to_owned());
        Site::of(place).fix("write `Arn`".to_owned(), rename, Applicability::Safe)
    });
    let message = format!("{} has a `Name`, but takes an `Arn`", object.name());
    Some(object.proposal(key, verdict(message, "only `Arn` is known here", NO_NAME, remedy)))
}

/// A list in place of its only item.
fn listed<'d>(site: &Site<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let value = site.place.value.resolved();
    let mut items = value.items();
    let (Some(item), None, None) = (items.next(), items.next(), value.tag()) else {
        return None;
    };
    let takes_object = site.place.name != site.place.property.path;
    let path = site.place.path.index(0);
    let is_movable = || {
        let mut items = inner_sites(site, item, &path).into_iter().filter(|_| takes_object);
        items.try_for_each(|item| match is_bare(&item.place) && !is_no_value(item.place.value) {
            true => key_for(&item, context).map(drop),
            false => Ok(()),
        })
    };
    let remedy = is_movable().and_then(|()| taken_out(site, &path, "take it out of the list"));
    let takes = match takes_object {
        true => object_wanted(site).to_owned(),
        false => format!("{} alone", site.place.takes),
    };
    let message = format!("{} is a list, but takes {takes}", site.name());
    Some(site.proposal(value, verdict(message, "this is a list", NO_STRING, remedy)))
}

/// An object in place of a bare value.
fn wrapped<'d>(site: &Site<'d>, context: &Context<'_, 'd>) -> Option<Proposal<'d>> {
    let value = site.place.value.resolved();
    let mut keys = value.entries().map(|(key, _)| key.scalar().is_some_and(is_name_or_arn));
    if value.entries().len() == 0 || !keys.all(|is_known| is_known) {
        return None;
    }
    let remedy = match name_or_arn(value) {
        Some((key, inner)) => {
            let key = key.scalar().unwrap_or_default();
            let path = site.place.path.key(key);
            let mut inside = inner_sites(site, inner, &path).into_iter();
            let fits = inside.try_for_each(|inner| fits(&inner, key, context));
            fits.and_then(|()| taken_out(site, &path, "take it out of the object"))
        }
        // What stays is taken out once it is alone.
        None => match (Held::of(site, "Name"), Held::of(site, "Arn")) {
            (Some(name), Some(arn)) => only_one(site, &name, &arn, context),
            _ => Err(Withheld::WhichProfile),
        },
    };
    let message = format!("{} is an object, but takes {} alone", site.name(), site.place.takes);
    Some(site.proposal(value, verdict(message, "this is an object", NO_STRING, remedy)))
}

/// Whether what stands under `key` is what the property takes, or becomes it by what other rules find in it.
fn fits<'d>(inner: &Site<'d>, key: &str, context: &Context<'_, 'd>) -> Result<(), Withheld> {
    let wanted = match inner.place.takes {
        Takes::Name => Form::Name,
        Takes::Arn => Form::Arn,
        Takes::Either => return Ok(()),
    };
    let is_known = |mention: &Mention<'_>| context.is_role_or_profile(mention.target, inner.place.value);
    match &inner.said {
        Said::Mention(mention) if is_known(mention) || is_no_value(inner.place.value) => return Ok(()),
        Said::BuiltArn(arn) => match &arn.name {
            ArnName::Mention(mention) if is_known(mention) => return Ok(()),
            ArnName::Text(_) => return Ok(()),
            _ => {}
        },
        _ => {}
    }
    let is_key = |name: &str| key.eq_ignore_ascii_case(name);
    match (wanted, form(inner, context)) {
        (Form::Name, Some(Form::Name)) | (Form::Arn, Some(Form::Arn)) => Ok(()),
        (Form::Arn, Some(Form::Name)) => Err(Withheld::PathUnknown),
        (Form::Name, Some(Form::Arn)) => Err(Withheld::ArnUnknown),
        (Form::Name, None) if is_key("Name") => Ok(()),
        (Form::Arn, None) if is_key("Arn") => Ok(()),
        (_, None) => Err(Withheld::OtherForm {
            key: key.to_owned(),
            takes: inner.place.takes,
        }),
    }
}

/// What `value`, which lies in that of `site`, gives, in its place.
fn inner_sites<'d>(site: &Site<'d>, value: Node<'d>, path: &Path) -> Vec<Site<'d>> {
    let places = results(value).into_iter().map(|(value, steps)| {
        let mut path = path.clone();
        path.steps.extend(steps);
        Place {
            value,
            path,
            is_inside: true,
            ..site.place.clone()
        }
    });
    places.map(Site::of).collect()
}

/// What a value gives: itself or, of an `Fn::If`, what its branches give, each with the way to it.
fn results<'d>(value: Node<'d>) -> Vec<(Node<'d>, Vec<Step>)> {
    let mut results = Vec::new();
    let mut left = vec![(value.resolved(), Vec::new())];
    let mut seen = HashSet::new();
    while let Some((node, way)) = left.pop() {
        match branches(node) {
            _ if !seen.insert(node.id()) => {}
            None => results.push((node, way)),
            Some(branches) => left.extend(
                branches
                    .into_iter()
                    .map(|(branch, steps)| (branch.resolved(), [way.as_slice(), &steps].concat())),
            ),
        }
    }
    results
}

/// Returns the fix that replaces the value of a place by its only part, which is at `path`.
fn taken_out(site: &Site<'_>, path: &Path, title: &str) -> Result<Fix, Withheld> {
    let inner = path.steps.last().cloned().into_iter().collect();
    site.fix(title.to_owned(), Op::Unwrap { inner }, Applicability::Safe)
}

fn verdict(message: String, label: &'static str, prevents: &'static str, remedy: Result<Fix, Withheld>) -> Verdict {
    Verdict {
        rule: &RULE,
        severity: Severity::Error,
        message,
        label,
        related: Vec::new(),
        prevents: Some(prevents),
        remedy,
    }
}
