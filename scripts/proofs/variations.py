"""The ways to break a template."""

import re
from dataclasses import dataclass

from editor import Editor
from sites import unique_slots
from template import PROFILE, ROLE, Reference


@dataclass(frozen=True)
class Variation:
    """A way to break a template at one kind of site.

    `break_it` and `prepare` return edits for a site, or a false value if the variation does not apply to it. After the
    edits of `prepare`, the template is still correct. If `is_unsafe`, the fix needs `--unsafe-fixes`. If `has_no_fix`,
    a person must fix the template.
    """

    name: str
    sites: str
    break_it: object
    is_unsafe: bool = False
    has_no_fix: bool = False
    prepare: object = None


def becomes(value):
    """Replaces the value of the slot by one that is made from the site."""
    return lambda site: [Editor(site.template).replace(site.slot.path, value(site))]


def role(attribute=None):
    """Returns a reference to the role, by default the same attribute as the slot has of the profile."""
    return lambda site: Reference(site.role, attribute or site.attribute).value


def profile(attribute=None):
    return lambda site: Reference(site.profile, attribute or site.attribute).value


def sub(string):
    """Returns an `Fn::Sub`, with logical IDs in place of `ROLE` and `PROFILE`."""
    return lambda site: {"Fn::Sub": string.replace("ROLE", site.role).replace("PROFILE", site.profile)}


def literal(string):
    return lambda site: string.replace("ROLE", site.role).replace("PROFILE", site.profile)


def joined_arn(site):
    return {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":role/", {"Ref": site.role}]]}


def name_out_of_arn(site):
    return {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::GetAtt": [site.role, "Arn"]}]}]}


def attribute_in_wrong_case(site):
    return {"Fn::GetAtt": [site.profile, "ARN"]}


def without_getatt(site):
    return [site.profile, "Arn"]


def role_name(site):
    """Returns the expression of the role's name."""
    return site.template.resources[site.role]["Properties"]["RoleName"]


def unchanged(site):
    return site.value


def where(applies, break_it):
    """Breaks only the sites to which a condition applies."""
    return lambda site: applies(site) and break_it(site)


def has(attribute):
    return lambda site: site.attribute == attribute


def takes(*attributes):
    return lambda site: site.takes in attributes


def is_in_object(site):
    """Checks that the value is directly under a key of an object, and not in a branch of an `Fn::If`."""
    return site.slot.object == site.slot.path[:-1]


def is_bare(site):
    """Checks that the property takes a string, unlike others of its name, which take an object."""
    return site.slot.property.path.endswith("IamInstanceProfile")


def has_key_for_each(site):
    """Checks that the object around the value may have `Name` or `Arn`."""
    return is_in_object(site) and site.slot.property.resource != "AWS::EC2::SpotFleet"


def is_mentioned_once(site):
    """Whether nothing but the place refers to the profile, so that no other reference states their order."""
    resources = site.template.resources.values()
    return sum(mentions(resource, site.profile) for resource in resources) == 1


def is_used_at_creation(site):
    """Whether the name is used while the stack is created, and not when a document runs."""
    return is_mentioned_once(site) and site.slot.property.resource != "AWS::SSM::Document"


def profile_has_no_path(site):
    return site.template.resources[site.profile]["Properties"].get("Path", "/") == "/"


def only_roles_state_the_order(site):
    """Whether the profile refers to its role in `Roles` alone, and to nothing that is created after the role."""
    resources = site.template.resources
    if mentions(resources[site.profile], site.role) != 1:
        return False
    reached, open_ends = {site.profile, site.role}, [site.profile]
    while open_ends:
        value = resources[open_ends.pop()]
        found = {name for name in resources if name not in reached and mentions(value, name)}
        if any(mentions(resources[name], site.role) for name in found):
            return False
        reached |= found
        open_ends += found
    return True


def has_no_path(site):
    return "Path" not in (site.template.resources[site.role].get("Properties") or {})


def own_name(value):
    """Replaces the value by the role's name, unless a profile has the same name and would be meant."""

    def is_own(site):
        profiles = site.template.of_type(PROFILE).values()
        return {"Ref": site.role} not in [(one.get("Properties") or {}).get("InstanceProfileName") for one in profiles]

    return where(is_own, becomes(value))


def is_not_a_name(value):
    """Checks that no profile or role of the template has this string as its name."""

    def applies(site):
        keys = {PROFILE: "InstanceProfileName", ROLE: "RoleName"}
        named = [site.template.of_type(resource_type).values() for resource_type in keys]
        properties = [resource.get("Properties") or {} for resources in named for resource in resources]
        return value(site) not in [one.get(key) for one in properties for key in keys.values()]

    return applies


def as_string(value):
    """Replaces the value by a string, unless that is a name."""
    return where(is_not_a_name(value), becomes(value))


def without_object(value):
    return where(is_in_object, lambda site: [Editor(site.template).replace(site.slot.object, value(site))])


def in_object(key, value):
    """Puts the value into an object, at a property that takes a string."""
    return where(is_bare, becomes(lambda site: {key: value(site)}))


def in_block(site):
    """Puts the value into an object in block style, at a property that takes a string."""
    return is_bare(site) and Editor(site.template).replace_below(site.slot.path, "Name")


def in_list(site):
    path = site.slot.object or site.slot.path
    return [Editor(site.template).replace(path, [site.template.at(path)])]


def name_and_arn(value):
    """Adds `Arn` next to `Name`, or the reverse."""
    add = lambda site: [Editor(site.template).add(site.slot.path, site.other, value(site.other)(site))]
    return where(has_key_for_each, add)


def other_key(site):
    return has_key_for_each(site) and [Editor(site.template).rename(site.slot.path, site.other)]


def respelled(spell):
    """Changes the case of the property's key."""

    def break_it(site):
        path = site.slot.object or site.slot.path
        while not isinstance(path[-1], str) or path[-1].startswith("Fn::"):
            path = path[:-1]
        new = spell(path[-1])
        # Systems Manager decides about the keys of its documents.
        if site.slot.property.resource == "AWS::SSM::Document":
            return None
        # `Value` is the key of every option, not of the property. Two spellings of one key have no fix.
        keys = [key.lower() for key in site.template.at(path[:-1])]
        is_alone = keys.count(new.lower()) == 1
        return is_alone and path[-1] not in (new, "Value") and [Editor(site.template).rename(path, new)]

    return break_it


def in_capitals(key):
    return re.sub("Arn$", "ARN", re.sub("^Iam", "IAM", key))


def without_capital(key):
    return key[0].lower() + key[1:]


def everywhere(site):
    """Replaces all references to the profile by references to the role."""
    template = site.template
    slots = slots_with(template, site.profile)
    edits = [Editor(template).replace(slot.path, Reference(site.role, found.attribute).value) for slot, found in slots]
    return len(edits) > 1 and edits


def without_profile(attribute=None):
    """Deletes the profile, and replaces all references to it by references to the role."""

    def break_it(site):
        template, editor = site.template, Editor(site.template)
        slots = slots_with(template, site.profile)
        if not slots or mentions(template.value, site.profile) != len(slots) or has_other_name(site):
            return None
        values = [Reference(site.role, attribute or found.attribute).value for _, found in slots]
        edits = [editor.replace(slot.path, value) for (slot, _), value in zip(slots, values, strict=True)]
        return [editor.delete(("Resources", site.profile)), *edits]

    return break_it


def has_other_name(site):
    """Whether a new profile may not get the name of this one: it is not its role's, or a parameter may repeat it."""
    resources = site.template.resources
    name = resources[site.profile].get("Properties", {}).get("InstanceProfileName")
    role = resources[site.role].get("Properties", {})
    return name is not None and (not isinstance(name, str) or name != role.get("RoleName"))


def slots_with(template, profile):
    return [(slot, found) for slot, found in unique_slots(template, template.slots()) if found.id == profile]


def mentions(value, name):
    """Counts the references to a resource in a value, of any kind."""
    match value:
        case {"Ref": str(target), **rest} | {"Fn::GetAtt": [str(target), *_], **rest} if not rest:
            return int(target == name)
        case dict():
            return sum(mentions(item, name) for item in value.values())
        case list():
            return sum(mentions(item, name) for item in value)
    # `DependsOn` or part of an `Fn::Sub`.
    return int(isinstance(value, str) and re.search(rf"^{name}$|\${{{name}\b", value) is not None)


def roles_become(value):
    """Replaces the value of `Roles`."""
    return lambda site: [Editor(site.template).replace(site.roles, value(site), inline=True)]


def role_becomes(value):
    """Replaces the role in `Roles`."""
    return lambda site: [Editor(site.template).replace((*site.roles, 0), value(site))]


def role_without_ref(site):
    return is_not_a_name(literal("ROLE"))(site) and role_becomes(literal("ROLE"))(site)


def roles_in_wrong_case(site):
    return [Editor(site.template).rename(site.roles, "roles")]


def singular_role(site):
    editor = Editor(site.template)
    return [editor.rename(site.roles, "Role"), editor.replace(site.roles, role("Name")(site), inline=True)]


def two_roles(site):
    others = [name for name in site.template.of_type(ROLE) if name != site.role]
    return others and roles_become(lambda site: [{"Ref": site.role}, {"Ref": others[0]}])(site)


def without_ec2_trust(site):
    """Makes the role trust Lambda instead of EC2."""
    policy = ("Resources", site.role, "Properties", "AssumeRolePolicyDocument")
    if "AssumeRolePolicyDocument" not in (site.template.resources[site.role].get("Properties") or {}):
        return None
    start, end = Editor(site.template).extent(policy)
    old = site.template.source[start:end]
    trusted = set(re.findall(r"[\w-]+\.amazonaws\.com", old))
    is_only = trusted == {"ec2.amazonaws.com"} and "URLSuffix" not in old
    return is_only and [(start, end, old.replace("ec2.", "lambda."))]


def name_role(name):
    """Gives the role a name, if it has none."""

    def prepare(site):
        properties = site.template.resources[site.role].get("Properties") or {"RoleName": ""}
        path = ("Resources", site.role, "Properties", next(iter(properties)))
        return "RoleName" not in properties and [Editor(site.template).add(path, "RoleName", name)]

    return prepare


def name_profile(name):
    """Gives the profile a name made from the site, if it has none and is the role's only profile."""

    def prepare(site):
        is_only = list(site.template.roles_of_profiles().values()).count(site.role) == 1
        is_named = "InstanceProfileName" in site.template.resources[site.profile]["Properties"]
        add = lambda: [Editor(site.template).add(site.roles, "InstanceProfileName", name(site))]
        return is_only and not is_named and add()

    return prepare


def name_after_role(site):
    return name_profile(role("Name"))(site)


def name_both(name):
    """Gives the role and its profile the same name."""

    def prepare(site):
        role, profile = name_role(name)(site), name_profile(lambda site: name)(site)
        return role and profile and role + profile

    return prepare


NAME, EXPRESSION = "cfn-ipfix-role", {"Fn::Sub": "${AWS::StackName}-cfn-ipfix"}
ARN = "arn:${AWS::Partition}:iam::${AWS::AccountId}"
ROLE_ARN, PROFILE_ARN = ARN + ":role/${ROLE}", ARN + ":instance-profile/${PROFILE}"
NAME_ARN = f"{ARN}:instance-profile/{NAME}"
LITERAL_ARN = f"arn:aws:iam::123456789012:role/{NAME}"
UNSAFE, NO_FIX = {"is_unsafe": True}, {"has_no_fix": True}

VARIATIONS = [
    Variation("the role for the profile", "slot", becomes(role())),
    Variation("the role's name", "slot", becomes(role("Name"))),
    Variation("the role's ARN", "slot", becomes(role("Arn"))),
    Variation("the role, everywhere", "profile", everywhere),
    Variation("the role, and no profile", "profile", without_profile()),
    Variation("the role's name, and no profile", "profile", without_profile("Name")),
    Variation("the role's ARN, and no profile", "profile", without_profile("Arn")),
    Variation("the role, and the profile has its name", "slot", becomes(role("Name")), prepare=name_after_role),
    Variation(
        "the role, and both have one name",
        "slot",
        where(is_mentioned_once, becomes(role("Name"))),
        prepare=name_both(NAME),
    ),
    Variation("the role's name by Fn::Sub", "slot", becomes(sub("${ROLE}"))),
    Variation("the role's ARN by Fn::Sub", "slot", becomes(sub("${ROLE.Arn}"))),
    Variation("the role's ARN by hand", "slot", becomes(sub(ROLE_ARN))),
    Variation("the role's ARN by Fn::Join", "slot", becomes(joined_arn)),
    Variation("the role's name out of its ARN", "slot", where(has_no_path, becomes(name_out_of_arn))),
    Variation("the ARN for the name", "slot", where(takes("Name"), becomes(profile("Arn")))),
    Variation("the ARN for the name, by hand", "slot", where(takes("Name"), becomes(sub(PROFILE_ARN)))),
    Variation("the name for the ARN", "slot", where(takes("Arn"), becomes(profile("Name")))),
    Variation("Arn for Name, or the reverse", "slot", other_key),
    Variation("Name and Arn", "slot", name_and_arn(profile)),
    Variation("no object", "slot", without_object(unchanged)),
    Variation("no object, and the role", "slot", without_object(role())),
    Variation("an object with the name", "slot", in_object("Name", profile("Name"))),
    Variation("an object with the name, in lines", "slot", in_block),
    Variation("an object with the ARN", "slot", in_object("Arn", profile("Arn"))),
    Variation("an object with the role's name", "slot", in_object("Name", role("Name"))),
    Variation("an object with the role's ARN", "slot", in_object("Arn", role("Arn"))),
    Variation("a list of one", "slot", in_list),
    Variation("the property in capitals", "slot", respelled(in_capitals)),
    Variation("the property without its capital", "slot", respelled(without_capital)),
    Variation("GetAtt with ARN", "slot", where(has("Arn"), becomes(attribute_in_wrong_case))),
    Variation("the profile without GetAtt, a list", "slot", where(has("Arn"), becomes(without_getatt))),
    Variation(
        "the profile without GetAtt, a string", "slot", where(has("Arn"), as_string(literal("PROFILE.Arn"))), **UNSAFE
    ),
    Variation("the profile without Ref", "slot", where(has("Name"), as_string(literal("PROFILE"))), **UNSAFE),
    Variation("the profile without Sub", "slot", where(has("Name"), as_string(literal("${PROFILE}"))), **UNSAFE),
    Variation("the role without Ref", "slot", as_string(literal("ROLE")), **UNSAFE),
    Variation("the role's name, written out", "slot", own_name(literal(NAME)), prepare=name_role(NAME), **UNSAFE),
    Variation("the role's ARN, written out", "slot", becomes(literal(LITERAL_ARN)), prepare=name_role(NAME), **UNSAFE),
    Variation("the expression of its name", "slot", own_name(role_name), prepare=name_role(EXPRESSION), **UNSAFE),
    Variation(
        "the profile's name, written out",
        "slot",
        where(is_mentioned_once, where(has("Name"), becomes(literal(NAME)))),
        prepare=name_profile(literal(NAME)),
    ),
    Variation(
        "the expression of the profile's name",
        "slot",
        where(is_mentioned_once, where(has("Name"), becomes(lambda site: EXPRESSION))),
        prepare=name_profile(lambda site: EXPRESSION),
    ),
    Variation(
        "the profile's ARN with its name",
        "slot",
        where(is_used_at_creation, where(profile_has_no_path, where(has("Arn"), becomes(sub(NAME_ARN))))),
        prepare=name_profile(literal(NAME)),
    ),
    Variation(
        "Roles: the role's name, written out",
        "profile",
        where(only_roles_state_the_order, role_becomes(literal(NAME))),
        prepare=name_role(NAME),
    ),
    Variation("Roles: the ARN", "profile", role_becomes(role("Arn"))),
    Variation("Roles: the ARN by hand", "profile", role_becomes(sub(ROLE_ARN))),
    Variation("Roles: no list", "profile", roles_become(role("Name"))),
    Variation("Roles: no list, and the ARN", "profile", roles_become(role("Arn"))),
    Variation("Roles: the role without Ref", "profile", role_without_ref, **UNSAFE),
    Variation("Roles without its capital", "profile", roles_in_wrong_case),
    Variation("Role for Roles", "profile", singular_role),
    Variation("the profile where a role is taken", "role", becomes(profile())),
    Variation("the profile where a role is passed", "passed", becomes(profile())),
    Variation("Roles: two roles", "profile", two_roles, **NO_FIX),
    Variation("Roles: none", "profile", roles_become(lambda site: []), **NO_FIX),
    Variation("the role does not trust EC2", "profile", without_ec2_trust, **NO_FIX),
]
