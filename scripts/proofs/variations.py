"""The ways to break a template."""

import re
from dataclasses import dataclass

from hand import Hand
from sites import places_once
from template import PROFILE, ROLE, Reference


@dataclass(frozen=True)
class Variation:
    """A way to break a template at one kind of site.

    `break_it` and `prepare` make edits for a site, places of the text and what to put there, or nothing where the site
    cannot be broken so. What `prepare` changes leaves the template right. A fix that `is_unsafe` has to be asked for; a
    template that `stays` is for a person to mend.
    """

    name: str
    sites: str
    break_it: object
    is_unsafe: bool = False
    stays: bool = False
    prepare: object = None


def becomes(value):
    """The value at the place becomes another, which is made out of the site."""
    return lambda site: [Hand(site.template).replace(site.place.path, value(site))]


def role(what=None):
    """The role: its name or its ARN, or what the place has of the profile."""
    return lambda site: Reference(site.role, what or site.what).value


def profile(what=None):
    return lambda site: Reference(site.profile, what or site.what).value


def sub(text):
    """A text with `ROLE` and `PROFILE` for the logical IDs."""
    return lambda site: {"Fn::Sub": text.replace("ROLE", site.role).replace("PROFILE", site.profile)}


def text(text):
    return lambda site: text.replace("ROLE", site.role).replace("PROFILE", site.profile)


def joined_arn(site):
    return {"Fn::Join": ["", ["arn:aws:iam::", {"Ref": "AWS::AccountId"}, ":role/", {"Ref": site.role}]]}


def name_out_of_arn(site):
    return {"Fn::Select": [1, {"Fn::Split": ["/", {"Fn::GetAtt": [site.role, "Arn"]}]}]}


def misspelt_attribute(site):
    return {"Fn::GetAtt": [site.profile, "ARN"]}


def without_getatt(site):
    return [site.profile, "Arn"]


def role_name(site):
    """What the role's name is made of."""
    return site.template.resources[site.role]["Properties"]["RoleName"]


def itself(site):
    return site.value


def where(holds, break_it):
    """Breaks sites of a kind only."""
    return lambda site: holds(site) and break_it(site)


def has(what):
    return lambda site: site.what == what


def takes(*what):
    return lambda site: site.takes in what


def is_in_object(site):
    """Whether the value is that of a key of an object, and no branch of it."""
    return site.place.object == site.place.path[:-1]


def is_bare(site):
    """Whether the property takes a value where others of that name take an object."""
    return site.place.property.path.endswith("IamInstanceProfile")


def has_key_for_each(site):
    """Whether the object around the value has a key for the name and one for the ARN."""
    return is_in_object(site) and site.place.property.resource != "AWS::EC2::SpotFleet"


def has_no_path(site):
    return "Path" not in (site.template.resources[site.role].get("Properties") or {})


def own_name(value):
    """The value becomes the role's name, unless a profile bears that too, which would then be what is named."""

    def is_own(site):
        profiles = site.template.of_type(PROFILE).values()
        return {"Ref": site.role} not in [(one.get("Properties") or {}).get("InstanceProfileName") for one in profiles]

    return where(is_own, becomes(value))


def is_no_name(value):
    """Whether nothing of the template bears this text as its name."""

    def holds(site):
        keys = {PROFILE: "InstanceProfileName", ROLE: "RoleName"}
        named = [site.template.of_type(kind).values() for kind in keys]
        properties = [resource.get("Properties") or {} for resources in named for resource in resources]
        return value(site) not in [one.get(key) for one in properties for key in keys.values()]

    return holds


def lost(value):
    """The value becomes a text, unless that is a name."""
    return where(is_no_name(value), becomes(value))


def without_object(value):
    return where(is_in_object, lambda site: [Hand(site.template).replace(site.place.object, value(site))])


def in_object(key, value):
    """An object where a bare value is taken."""
    return where(is_bare, becomes(lambda site: {key: value(site)}))


def in_block(site):
    """The same on lines of its own."""
    return is_bare(site) and Hand(site.template).replace_below(site.place.path, "Name")


def in_list(site):
    path = site.place.object or site.place.path
    return [Hand(site.template).replace(path, [site.template.at(path)])]


def name_and_arn(value):
    """Beside the one key the other."""
    add = lambda site: [Hand(site.template).add(site.place.path, site.other, value(site.other)(site))]
    return where(has_key_for_each, add)


def other_key(site):
    return has_key_for_each(site) and [Hand(site.template).rename(site.place.path, site.other)]


def misspelt(spell):
    """The key of the property in other letters."""

    def break_it(site):
        path = site.place.object or site.place.path
        while not isinstance(path[-1], str) or path[-1].startswith("Fn::"):
            path = path[:-1]
        new = spell(path[-1])
        # `Value` is no key of an option's own, and two spellings beside one another are for a person to choose from.
        beside = [key.lower() for key in site.template.at(path[:-1])]
        is_alone = beside.count(new.lower()) == 1
        return is_alone and path[-1] not in (new, "Value") and [Hand(site.template).rename(path, new)]

    return break_it


def in_capitals(key):
    return re.sub("Arn$", "ARN", re.sub("^Iam", "IAM", key))


def without_capital(key):
    return key[0].lower() + key[1:]


def everywhere(site):
    """The role for the profile, wherever that is referred to."""
    template = site.template
    places = places_of(template, site.profile)
    edits = [Hand(template).replace(place.path, Reference(site.role, found.what).value) for place, found in places]
    return len(edits) > 1 and edits


def without_profile(what=None):
    """The profile is not there, and what refers to it refers to the role."""

    def break_it(site):
        template, hand = site.template, Hand(site.template)
        places = places_of(template, site.profile)
        if not places or mentions(template.value, site.profile) != len(places):
            return None
        edits = [hand.replace(place.path, Reference(site.role, what or found.what).value) for place, found in places]
        return [hand.delete(("Resources", site.profile)), *edits]

    return break_it


def places_of(template, profile):
    return [(place, found) for place, found in places_once(template, template.places()) if found.id == profile]


def mentions(value, name):
    """How often a value refers to a resource, in whatever way."""
    match value:
        case {"Ref": str(target), **rest} | {"Fn::GetAtt": [str(target), *_], **rest} if not rest:
            return int(target == name)
        case dict():
            return sum(mentions(item, name) for item in value.values())
        case list():
            return sum(mentions(item, name) for item in value)
    # `DependsOn`, or part of an `Fn::Sub`.
    return int(isinstance(value, str) and re.search(rf"^{name}$|\${{{name}\b", value) is not None)


def roles_become(value):
    """`Roles` becomes something else as a whole."""
    return lambda site: [Hand(site.template).replace(site.roles, value(site), inline=True)]


def role_becomes(value):
    """The role in `Roles` becomes something else."""
    return lambda site: [Hand(site.template).replace((*site.roles, 0), value(site))]


def role_becomes_lost(site):
    return is_no_name(text("ROLE"))(site) and role_becomes(text("ROLE"))(site)


def roles_misspelt(site):
    return [Hand(site.template).rename(site.roles, "roles")]


def singular_role(site):
    hand = Hand(site.template)
    return [hand.rename(site.roles, "Role"), hand.replace(site.roles, role("Name")(site), inline=True)]


def two_roles(site):
    others = [name for name in site.template.of_type(ROLE) if name != site.role]
    return others and roles_become(lambda site: [{"Ref": site.role}, {"Ref": others[0]}])(site)


def untrusted(site):
    """The role trusts Lambda in the place of EC2."""
    policy = ("Resources", site.role, "Properties", "AssumeRolePolicyDocument")
    if "AssumeRolePolicyDocument" not in (site.template.resources[site.role].get("Properties") or {}):
        return None
    start, end = Hand(site.template).extent(policy)
    old = site.template.text[start:end]
    trusted = set(re.findall(r"[\w-]+\.amazonaws\.com", old))
    is_only = trusted == {"ec2.amazonaws.com"} and "URLSuffix" not in old
    return is_only and [(start, end, old.replace("ec2.", "lambda."))]


def name_role(name):
    """The role gets a name, if it has none."""

    def prepare(site):
        properties = site.template.resources[site.role].get("Properties") or {"RoleName": ""}
        path = ("Resources", site.role, "Properties", next(iter(properties)))
        return "RoleName" not in properties and [Hand(site.template).add(path, "RoleName", name)]

    return prepare


def name_profile(name):
    """The profile gets a name, made out of the site, if it has none and is the role's only one."""

    def prepare(site):
        is_only = list(site.template.roles_of_profiles().values()).count(site.role) == 1
        is_named = "InstanceProfileName" in site.template.resources[site.profile]["Properties"]
        add = lambda: [Hand(site.template).add(site.roles, "InstanceProfileName", name(site))]
        return is_only and not is_named and add()

    return prepare


def name_after_role(site):
    return name_profile(role("Name"))(site)


def name_both(name):
    """The role and its profile get one name."""

    def prepare(site):
        role, profile = name_role(name)(site), name_profile(lambda site: name)(site)
        return role and profile and role + profile

    return prepare


NAME, EXPRESSION = "cfn-ipfix-role", {"Fn::Sub": "${AWS::StackName}-cfn-ipfix"}
ARN = "arn:${AWS::Partition}:iam::${AWS::AccountId}"
ROLE_ARN, PROFILE_ARN = ARN + ":role/${ROLE}", ARN + ":instance-profile/${PROFILE}"
LITERAL_ARN = f"arn:aws:iam::123456789012:role/{NAME}"
UNSAFE, STAYS = {"is_unsafe": True}, {"stays": True}

VARIATIONS = [
    Variation("the role for the profile", "place", becomes(role())),
    Variation("the role's name", "place", becomes(role("Name"))),
    Variation("the role's ARN", "place", becomes(role("Arn"))),
    Variation("the role, everywhere", "profile", everywhere),
    Variation("the role, and no profile", "profile", without_profile()),
    Variation("the role's name, and no profile", "profile", without_profile("Name")),
    Variation("the role's ARN, and no profile", "profile", without_profile("Arn")),
    Variation("the role, and the profile has its name", "place", becomes(role("Name")), prepare=name_after_role),
    Variation("the role, and both have one name", "place", becomes(role("Name")), prepare=name_both(NAME)),
    Variation("the role's name by Fn::Sub", "place", becomes(sub("${ROLE}"))),
    Variation("the role's ARN by Fn::Sub", "place", becomes(sub("${ROLE.Arn}"))),
    Variation("the role's ARN by hand", "place", becomes(sub(ROLE_ARN))),
    Variation("the role's ARN by Fn::Join", "place", becomes(joined_arn)),
    Variation("the role's name out of its ARN", "place", where(has_no_path, becomes(name_out_of_arn))),
    Variation("the ARN for the name", "place", where(takes("Name"), becomes(profile("Arn")))),
    Variation("the ARN for the name, by hand", "place", where(takes("Name"), becomes(sub(PROFILE_ARN)))),
    Variation("the name for the ARN", "place", where(takes("Arn"), becomes(profile("Name")))),
    Variation("Arn for Name, or the reverse", "place", other_key),
    Variation("Name and Arn", "place", name_and_arn(profile)),
    Variation("no object", "place", without_object(itself)),
    Variation("no object, and the role", "place", without_object(role())),
    Variation("an object with the name", "place", in_object("Name", profile("Name"))),
    Variation("an object with the name, in lines", "place", in_block),
    Variation("an object with the ARN", "place", in_object("Arn", profile("Arn"))),
    Variation("an object with the role's name", "place", in_object("Name", role("Name"))),
    Variation("an object with the role's ARN", "place", in_object("Arn", role("Arn"))),
    Variation("a list of one", "place", in_list),
    Variation("the property in capitals", "place", misspelt(in_capitals)),
    Variation("the property without its capital", "place", misspelt(without_capital)),
    Variation("GetAtt with ARN", "place", where(has("Arn"), becomes(misspelt_attribute))),
    Variation("the profile without GetAtt, a list", "place", where(has("Arn"), becomes(without_getatt))),
    Variation("the profile without GetAtt, a string", "place", where(has("Arn"), lost(text("PROFILE.Arn"))), **UNSAFE),
    Variation("the profile without Ref", "place", where(has("Name"), lost(text("PROFILE"))), **UNSAFE),
    Variation("the profile without Sub", "place", where(has("Name"), lost(text("${PROFILE}"))), **UNSAFE),
    Variation("the role without Ref", "place", lost(text("ROLE")), **UNSAFE),
    Variation("the role's name, written out", "place", own_name(text(NAME)), prepare=name_role(NAME), **UNSAFE),
    Variation("the role's ARN, written out", "place", becomes(text(LITERAL_ARN)), prepare=name_role(NAME), **UNSAFE),
    Variation("the expression of its name", "place", own_name(role_name), prepare=name_role(EXPRESSION), **UNSAFE),
    Variation("Roles: the ARN", "profile", role_becomes(role("Arn"))),
    Variation("Roles: the ARN by hand", "profile", role_becomes(sub(ROLE_ARN))),
    Variation("Roles: no list", "profile", roles_become(role("Name"))),
    Variation("Roles: no list, and the ARN", "profile", roles_become(role("Arn"))),
    Variation("Roles: the role without Ref", "profile", role_becomes_lost, **UNSAFE),
    Variation("Roles without its capital", "profile", roles_misspelt),
    Variation("Role for Roles", "profile", singular_role),
    Variation("the profile where a role is taken", "role", becomes(profile())),
    Variation("the profile where a role is passed", "passed", becomes(profile())),
    Variation("Roles: two roles", "profile", two_roles, **STAYS),
    Variation("Roles: none", "profile", roles_become(lambda site: []), **STAYS),
    Variation("the role does not trust EC2", "profile", untrusted, **STAYS),
]
