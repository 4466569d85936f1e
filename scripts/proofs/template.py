"""Reads CloudFormation templates by PyYAML, which shares no code with the readers of cfn-ipfix.

What the scripts of this folder share: what a template means, however it is spelt, and where it names instance profiles.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
PROFILE, ROLE = "AWS::IAM::InstanceProfile", "AWS::IAM::Role"


class Unreadable(Exception):
    """What is no template that can be read here."""


@dataclass(frozen=True)
class Property:
    """A property that takes an instance profile, or a role.

    In `path`, `[]` is every item of a list, and `[Key=Value,…]` every item with these entries. `takes` is `Name`,
    `Arn` or `Either`.
    """

    resource: str
    path: str
    takes: str


def read_table(text):
    return [Property(*line.split()[:3]) for line in text.splitlines()]


PROPERTIES = read_table((ROOT / "tests" / "property-table.txt").read_text())


@dataclass(frozen=True)
class Place:
    """A value of such a property, in `resource`: the way to it in what the template means."""

    resource: str
    property: Property
    path: tuple

    @property
    def object(self):
        """The way to the object whose `Name` or `Arn` the value is, or None."""
        if not self.property.path.endswith(("IamInstanceProfile.Name", "IamInstanceProfile.Arn")):
            return None
        return self.path[: max(at for at, step in enumerate(self.path) if step in ("Name", "Arn"))]


@dataclass(frozen=True)
class Reference:
    """The `Name` or the `Arn` of a resource."""

    id: str
    what: str

    @property
    def value(self):
        return {"Ref": self.id} if self.what == "Name" else {"Fn::GetAtt": [self.id, "Arn"]}

    def fits(self, property):
        return property.takes in (self.what, "Either")


def reference(value):
    """The reference that a value is, or None."""
    match value:
        case {"Ref": str(target), **rest} if not rest:
            return Reference(target, "Name")
        case {"Fn::GetAtt": [str(target), "Arn"], **rest} if not rest:
            return Reference(target, "Arn")
    return None


class Template:
    """A template: its text, its nodes with their places in the text, and what it means."""

    def __init__(self, text):
        self.text = text
        self.is_json = is_json(text)
        try:
            # YAML has no tabs between its tokens, JSON has, and none anywhere else.
            self.root = yaml.compose(text.replace("\t", " ") if self.is_json else text, yaml.CSafeLoader)
            self.value = spelt_out(plain(self.root))
            self.resources = dict(self.value["Resources"])
        except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
            raise Unreadable(problem) from problem

    def of_type(self, kind):
        """The resources of a type, by their logical IDs."""
        return {
            name: resource
            for name, resource in self.resources.items()
            if isinstance(resource, dict) and resource.get("Type") == kind
        }

    def roles_of_profiles(self):
        """The logical ID of the one role of the template that each profile holds, by that of the profile."""
        roles = {}
        for name, profile in self.of_type(PROFILE).items():
            match profile.get("Properties"):
                case {"Roles": [role]} if (found := reference(role)) and found.what == "Name":
                    if found.id in self.of_type(ROLE):
                        roles[name] = found.id
        return roles

    def places(self, properties=None):
        """Every value of these properties, those that take a profile unless told otherwise."""
        for name, resource in self.resources.items():
            if not isinstance(resource, dict):
                continue
            for property in PROPERTIES if properties is None else properties:
                if property.resource == resource.get("Type"):
                    start = ("Resources", name, "Properties")
                    for path in ways(resource.get("Properties"), steps(property.path), start):
                        yield Place(name, property, path)

    def at(self, path):
        """The value at the end of this way."""
        value = self.value
        for step in path:
            value = value[step]
        return value

    def nodes(self, path):
        """The nodes along this way, each with the node of its key where it has one."""
        node, found = self.root, [(None, self.root)]
        for step in path:
            if node.tag == tag(step):
                # A short function is one node with its argument.
                continue
            if isinstance(node, yaml.MappingNode):
                key, node = next(entry for entry in node.value if entry[0].value == step)
                found.append((key, node))
            else:
                node = node.value[step]
                found.append((None, node))
        return found

    def node(self, path):
        return self.nodes(path)[-1][1]


def is_json(text):
    try:
        json.loads(text.removeprefix("\ufeff"))
    except ValueError:
        return False
    return True


def plain(node):
    """What a node holds, with functions in their long form. Keys are texts."""
    if isinstance(node, yaml.ScalarNode):
        value = scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = [plain(item) for item in node.value]
    else:
        value = {key.value: plain(item) for key, item in node.value}
        if len(value) < len(node.value):
            raise ValueError("a key stands twice in one mapping")
    return {function(node.tag): value} if node.tag.startswith("!") and len(node.tag) > 1 else value


def scalar(node):
    # CloudFormation takes a date for a text.
    if node.tag.endswith((":int", ":float", ":bool", ":null")):
        return yaml.SafeLoader.yaml_constructors[node.tag](yaml.constructor.SafeConstructor(), node)
    return node.value


def function(tag):
    name = tag.removeprefix("!")
    return name if name in ("Ref", "Condition") else f"Fn::{name}"


def tag(step):
    return "!" + str(step).removeprefix("Fn::")


def spelt_out(value):
    """The same, with references that can be spelt in several ways spelt in one."""
    if isinstance(value, list):
        return [spelt_out(item) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Fn::GetAtt": str(text), **rest} if not rest and "." in text:
            return {"Fn::GetAtt": text.split(".", 1)}
        case {"Fn::Sub": str(text) | [str(text)] | [str(text), {}], **rest} if not rest:
            if lone := re.fullmatch(r"\$\{([\w:]+)(?:\.([\w.]+))?\}", text):
                name, attribute = lone.groups()
                return {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}
            return {"Fn::Sub": text}
    return {key: spelt_out(item) for key, item in value.items()}


def steps(path):
    """The steps of a table's path: keys, and the entries that an item of a list must have."""
    for part in path.split("."):
        key, *items = re.findall(r"[^\[\]]+|\[[^\[\]]*\]", part)
        yield key
        for item in items:
            yield dict(entry.split("=") for entry in item[1:-1].split(",") if entry)


def ways(value, steps, path):
    """Every way along the steps, through both branches of each `Fn::If`."""
    steps = list(steps)
    match value:
        case {"Fn::If": [_, _, _] as branches, **rest} if not rest:
            for at in (1, 2):
                yield from ways(branches[at], steps, (*path, "Fn::If", at))
            return
    if not steps:
        yield path
    elif isinstance(steps[0], str):
        if isinstance(value, dict) and steps[0] in value:
            yield from ways(value[steps[0]], steps[1:], (*path, steps[0]))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            if not steps[0] or isinstance(item, dict) and steps[0].items() <= item.items():
                yield from ways(item, steps[1:], (*path, at))
