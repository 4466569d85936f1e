"""Compares the tables of properties with the resource schemas that the installed cfn-lint carries."""

import fnmatch
import json
import re
import sys
from dataclasses import dataclass, field
from importlib import metadata, resources
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROFILES = ROOT / "tests" / "property-table.txt"
ROLES = ROOT / "src" / "profile" / "role_properties.tsv"
EXCEPTIONS = Path(__file__).with_name("schema_exceptions.tsv")

# Paths are deeper only in schemas that contain themselves.
MAX_DEPTH = 16


@dataclass(frozen=True)
class Row:
    """A row of a table, with a path of keys and `*` for every item or value."""

    type: str
    path: str
    takes: str
    on_update: str
    source: str


@dataclass
class Exceptions:
    """Properties that are no rows, and rows that no schema has, by patterns."""

    entries: list
    used: set = field(default_factory=set)

    def has(self, kind, type, path):
        matching = [
            entry
            for entry in self.entries
            if entry[0] == kind and fnmatch.fnmatchcase(type, entry[1]) and fnmatch.fnmatchcase(path, entry[2])
        ]
        self.used.update(matching)
        return bool(matching)

    def unused(self):
        return [entry for entry in self.entries if entry not in self.used]


class Schema:
    """The schema of a resource type."""

    def __init__(self, value):
        self.value = value

    def resolved(self, node):
        """A schema with the one that it refers to."""
        while reference := node.get("$ref"):
            target = self.value
            for key in reference.removeprefix("#/").split("/"):
                target = target[key.replace("~1", "/").replace("~0", "~")]
            node = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
        return node

    def properties(self):
        """Every property at any depth, as its path and its schema, or each of its alternatives."""
        yield from self.below({"properties": self.value["properties"]}, (), ())

    def below(self, node, path, references):
        if len(path) > MAX_DEPTH:
            return
        for key, child in self.children(node):
            reference = child.get("$ref")
            if reference and reference in references:
                continue
            inside = (*references, reference) if reference else references
            child, way = self.resolved(child), (*path, key) if key else path
            if way:
                yield ".".join(way), child
            yield from self.below(child, way, inside)

    def children(self, node):
        """The schemas directly inside another one, by key, `*` or None for an alternative."""
        for key in ("anyOf", "oneOf", "allOf"):
            yield from ((None, one) for one in node.get(key) or [])
        yield from (node.get("properties") or {}).items()
        values = [node.get("items"), node.get("additionalProperties"), *(node.get("patternProperties") or {}).values()]
        yield from (("*", value) for value in values if isinstance(value, dict))

    def at(self, path):
        """The schemas of a property: one, or the alternatives for it."""
        nodes = [{"properties": self.value["properties"]}]
        for segment in path.split("."):
            nodes = [child for node in nodes for child in self.named(self.resolved(node), segment)]
        return [alternative for node in nodes for alternative in self.alternatives(self.resolved(node))]

    def named(self, node, segment):
        for key, child in self.children(node):
            if key == segment:
                yield child
            elif key is None:
                yield from self.named(self.resolved(child), segment)

    def alternatives(self, node):
        yield node
        for key, child in self.children(node):
            if key is None:
                yield from self.alternatives(self.resolved(child))

    def lists(self, key, path):
        """Whether one of the property pointers under a key covers a path."""
        pointer = "/properties/" + path.replace(".", "/") + "/"
        return any(pointer.startswith(covered.rstrip("/") + "/") for covered in self.value.get(key) or [])

    def on_update(self, path):
        if self.lists("createOnlyProperties", path):
            return "replacement"
        return "conditional" if self.lists("conditionalCreateOnlyProperties", path) else "in-place"


def main():
    schemas, rows, exceptions = read_schemas(), read_rows(), read_exceptions()
    problems = [problem for row in rows for problem in of_row(row, schemas.get(row.type), exceptions)]
    known = {(row.type, row.path) for row in rows}
    for type, schema in schemas.items():
        problems += of_schema(type, schema, known, exceptions)
    problems += [f"{' '.join(entry[:3])}: this exception is not needed" for entry in exceptions.unused()]
    for problem in problems:
        print(problem)
    version = metadata.version("cfn-lint")
    print(f"{len(rows)} properties, {len(schemas)} schemas of cfn-lint {version}, {len(problems)} problems")
    return int(bool(problems))


def read_schemas():
    """The schema of each type, from the first region that has it."""
    folder = resources.files("cfnlint") / "data" / "schemas"
    hashes = {}
    for region in sorted(folder.joinpath("providers").iterdir(), key=lambda file: (file.name != "us-east-1.json", file.name)):
        if region.name.endswith(".json"):
            for type, hash in json.loads(region.read_text()).items():
                hashes.setdefault(type, hash)
    return {type: Schema(json.loads((folder / "resources" / f"{hash}.json").read_text())) for type, hash in sorted(hashes.items())}


def read_rows():
    rows = []
    for line in PROFILES.read_text().splitlines():
        type, path, takes, on_update = line.split(" ")
        on_update = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", on_update).lower()
        rows.append(Row(type, every_item(path), takes.lower(), on_update, ""))
    for line in ROLES.read_text().splitlines():
        if not line.startswith("#"):
            type, path, *rest = line.split("\t")
            rows.append(Row(type, every_item(path), *rest))
    return rows


def every_item(path):
    return re.sub(r"\[[^\]]*\]", ".*", path)


def read_exceptions():
    lines = [line for line in EXCEPTIONS.read_text().splitlines() if not line.startswith("#")]
    return Exceptions([tuple(line.split("\t")) for line in lines])


def of_row(row, schema, exceptions):
    """What the schema says against a row."""
    about = f"{row.type} {row.path}"
    if exceptions.has("row", row.type, row.path):
        return
    found = schema.at(row.path) if schema else []
    if not found:
        yield f"{about}: no schema has this property"
        return
    if schema.lists("readOnlyProperties", row.path):
        yield f"{about}: the property is read-only"
    on_update = row.on_update.replace("no-interruption", "in-place")
    if not row.type.startswith("AWS::Serverless::") and on_update != schema.on_update(row.path):
        yield f"{about}: the effect of an update is {schema.on_update(row.path)} in the schema, {row.on_update} in the table"
    if row.takes in ("name", "path-and-name", "name-elsewhere") and "format" in map(role_source, found):
        yield f"{about}: the schema wants the ARN of a role"
    if row.source in ("format", "relation", "pattern") and row.source not in map(role_source, found):
        yield f"{about}: the source `{row.source}` does not hold"
    if row.source == "text":
        around = schema.at(row.path.removesuffix(".*"))
        if not any("role" in node.get("description", "").lower() for node in found + around):
            yield f"{about}: the source `text` does not hold"


def of_schema(type, schema, known, exceptions):
    """The properties of a schema that are missing in the tables."""
    reported = set()
    for path, node in schema.properties():
        if (type, path) in known or path in reported or schema.lists("readOnlyProperties", path):
            continue
        reason = profile_reason(path, node) or role_reason(path, node)
        if reason and not exceptions.has("property", type, path):
            reported.add(path)
            yield f"{type} {path}: {reason}, and is in no table"


def role_source(node):
    """The part of a schema that says that a property takes a role."""
    if node.get("format") == "AWS::IAM::Role.Arn":
        return "format"
    if "AWS::IAM::Role" in json.dumps(node.get("relationshipRef", {})):
        return "relation"
    return "pattern" if re.search(r":?role\b", node.get("pattern", "")) else None


def role_reason(path, node):
    if source := role_source(node):
        return f"takes a role by its {source}"
    if not is_text(node):
        return None
    key = path.removesuffix(".*").rsplit(".", 1)[-1]
    if "role" in key.lower():
        return "is named like a role"
    words = r"(iam|execution|service) role|role arn|arn of (the|an) .*role"
    is_about_role = re.search(words, node.get("description", ""), re.IGNORECASE)
    return "is described as a role" if is_about_role and key.lower().endswith("arn") else None


def profile_reason(path, node):
    key = path.removesuffix(".*").rsplit(".", 1)[-1]
    hints = json.dumps([node.get(key) for key in ("format", "relationshipRef", "pattern")])
    if re.search("InstanceProfile|instance-profile", hints):
        return "takes an instance profile"
    return "is named like an instance profile" if is_text(node) and "instanceprofile" in key.lower() else None


def is_text(node):
    types = node.get("type", "string")
    is_structured = any(node.get(key) for key in ("properties", "items", "enum", "additionalProperties", "patternProperties"))
    return "string" in types and not is_structured


if __name__ == "__main__":
    sys.exit(main())
