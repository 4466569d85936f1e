"""Reads CloudFormation templates with PyYAML, which shares no code with the parsers of cfn-ipfix.

The scripts of this folder use it to compare what templates mean, and to find the values that take instance profiles.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
PROFILE, ROLE = "AWS::IAM::InstanceProfile", "AWS::IAM::Role"


class Unreadable(Exception):
    """Raised for a template that cannot be read."""


@dataclass(frozen=True)
class Property:
    """A property that takes an instance profile or a role.

    In `path`, `[]` matches every item of a list, and `[Key=Value,…]` every item with these entries. `takes` is `Name`,
    `Arn` or `Either`.
    """

    resource: str
    path: str
    takes: str


def read_table(table):
    return [Property(*line.split()[:3]) for line in table.splitlines()]


PROPERTIES = read_table((ROOT / "tests" / "property-table.txt").read_text())


@dataclass(frozen=True)
class Slot:
    """A value of such a property of a resource, with its path in `Template.value`."""

    resource: str
    property: Property
    path: tuple

    @property
    def object(self):
        """Returns the path of the object whose `Name` or `Arn` the value is, or None."""
        if not self.property.path.endswith(("IamInstanceProfile.Name", "IamInstanceProfile.Arn")):
            return None
        return self.path[: max(at for at, step in enumerate(self.path) if step in ("Name", "Arn"))]


@dataclass(frozen=True)
class Reference:
    """The `Name` or the `Arn` of a resource."""

    id: str
    attribute: str

    @property
    def value(self):
        return {"Ref": self.id} if self.attribute == "Name" else {"Fn::GetAtt": [self.id, "Arn"]}

    def fits(self, property):
        return property.takes in (self.attribute, "Either")


def reference(value):
    """Returns a value as a reference, or None if it is not one."""
    match value:
        case {"Ref": str(target), **rest} if not rest:
            return Reference(target, "Name")
        case {"Fn::GetAtt": [str(target), "Arn"], **rest} if not rest:
            return Reference(target, "Arn")
    return None


class Template:
    """A template: its source, its nodes, and its value in normal form."""

    def __init__(self, source):
        self.source = source
        self.is_json = is_json(source)
        try:
            # Unlike YAML, JSON allows tabs between tokens, and only there.
            self.root = yaml.compose(source.replace("\t", " ") if self.is_json else source, yaml.CSafeLoader)
            self.value = normalized(value_of(self.root))
            self.resources = dict(self.value["Resources"])
        except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as problem:
            raise Unreadable(problem) from problem

    def of_type(self, resource_type):
        """Returns the resources of a type by logical ID."""
        return {
            name: resource
            for name, resource in self.resources.items()
            if isinstance(resource, dict) and resource.get("Type") == resource_type
        }

    def roles_of_profiles(self):
        """Returns the role of each profile that has exactly one role of the template, as logical IDs."""
        roles = {}
        for name, profile in self.of_type(PROFILE).items():
            match profile.get("Properties"):
                case {"Roles": [role]} if (found := reference(role)) and found.attribute == "Name":
                    if found.id in self.of_type(ROLE):
                        roles[name] = found.id
        return roles

    def slots(self, properties=None):
        """Yields all values of these properties, by default of those that take a profile."""
        for name, resource in self.resources.items():
            if not isinstance(resource, dict):
                continue
            for property in PROPERTIES if properties is None else properties:
                if property.resource == resource.get("Type"):
                    start = ("Resources", name, "Properties")
                    for path in paths(resource.get("Properties"), segments(property.path), start):
                        yield Slot(name, property, path)

    def at(self, path):
        """Returns the value at a path."""
        value = self.value
        for step in path:
            value = value[step]
        return value

    def nodes(self, path):
        """Returns the nodes along a path, each with the node of its key, or None."""
        node, found = self.root, [(None, self.root)]
        for step in path:
            if node.tag == tag(step):
                # A function in short form and its argument are one node.
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


def is_json(source):
    try:
        json.loads(source.removeprefix("\ufeff"))
    except ValueError:
        return False
    return True


def value_of(node):
    """Returns the value of a node, with functions in long form and all keys as strings."""
    if isinstance(node, yaml.ScalarNode):
        value = scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = [value_of(item) for item in node.value]
    else:
        value = {key.value: value_of(item) for key, item in node.value}
        if len(value) < len(node.value):
            raise ValueError("a mapping has a duplicate key")
    return {function(node.tag): value} if node.tag.startswith("!") and len(node.tag) > 1 else value


def scalar(node):
    # CloudFormation reads a date as a string.
    if node.tag.endswith((":int", ":float", ":bool", ":null")):
        return yaml.SafeLoader.yaml_constructors[node.tag](yaml.constructor.SafeConstructor(), node)
    return node.value


def function(tag):
    name = tag.removeprefix("!")
    return name if name in ("Ref", "Condition") else f"Fn::{name}"


def tag(step):
    return "!" + str(step).removeprefix("Fn::")


def normalized(value):
    """Returns the value with a single spelling for equivalent references."""
    if isinstance(value, list):
        return [normalized(item) for item in value]
    if not isinstance(value, dict):
        return value
    match value:
        case {"Fn::GetAtt": str(target), **rest} if not rest and "." in target:
            return {"Fn::GetAtt": target.split(".", 1)}
        case {"Fn::Sub": str(string) | [str(string)] | [str(string), {}], **rest} if not rest:
            if lone := re.fullmatch(r"\$\{([\w:]+)(?:\.([\w.]+))?\}", string):
                name, attribute = lone.groups()
                return {"Fn::GetAtt": [name, attribute]} if attribute else {"Ref": name}
            return {"Fn::Sub": string}
    return {key: normalized(item) for key, item in value.items()}


def segments(path):
    """Yields the segments of a table's path: keys, and the entries that an item of a list must have."""
    for part in path.split("."):
        key, *items = re.findall(r"[^\[\]]+|\[[^\[\]]*\]", part)
        yield key
        for item in items:
            yield dict(entry.split("=") for entry in item[1:-1].split(",") if entry)


def paths(value, segments, path):
    """Yields all paths that match the segments, including both branches of each `Fn::If`."""
    segments = list(segments)
    match value:
        case {"Fn::If": [_, _, _] as branches, **rest} if not rest:
            for at in (1, 2):
                yield from paths(branches[at], segments, (*path, "Fn::If", at))
            return
    if not segments:
        yield path
    elif isinstance(segments[0], str):
        if isinstance(value, dict) and segments[0] in value:
            yield from paths(value[segments[0]], segments[1:], (*path, segments[0]))
    elif isinstance(value, list):
        for at, item in enumerate(value):
            if not segments[0] or isinstance(item, dict) and segments[0].items() <= item.items():
                yield from paths(item, segments[1:], (*path, at))
