"""Breaks values that pass between templates and fixes them. Run by `scripts/break-and-mend-projects`.

The script follows values on its own, and in a simpler way than cfn-ipfix: from a nested stack to the files that its
template's location may mean, and there from the parameter to the properties that take a profile. A value is correct if
it refers to a profile of its template that has a role of the same template.

A broken value that a template passes must be fixed byte for byte. A broken output must stay, since others may read it:
each template that reads it must read another output with the original value instead.
"""

import argparse
import collections
import difflib
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml

TOOL = os.environ["TOOL"]
ENDINGS = {".yaml", ".yml", ".json", ".template"}
NESTED = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
# The properties that take a profile, by their last names. Not from the tables of cfn-ipfix.
PLACES = {"IamInstanceProfile", "InstanceProfileName", "InstanceProfile", "InstanceRole", "JobFlowRole"}
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def main():
    parser = argparse.ArgumentParser(prog="break-and-mend-projects", description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="a folder of projects")
    arguments = parser.parse_args()
    tool = Tool()
    counts = collections.Counter()
    for folder in sorted(path for folder in arguments.folders for path in folder.iterdir() if path.is_dir()):
        project = Project(folder)
        if not project.templates:
            continue
        counts["projects"] += 1
        counts["templates"] += len(project.templates)
        check_silence(project, tool, counts)
        for broken in project.broken(counts):
            mend(project, broken, tool, counts)
    if arguments.json:
        print(json.dumps(counts, indent=2))
    else:
        for name, count in counts.items():
            print(f"{count:8} {name}")
    return counts["wrong"] + counts["not found"] + counts["errors across files"] > 0


class Tool:
    """The helper program, which checks one project for each line."""

    def __init__(self):
        self.process = subprocess.Popen([TOOL, "projects"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def check(self, texts):
        """Returns the findings and the fixed files of a project."""
        self.process.stdin.write(json.dumps(texts) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def check_silence(project, tool, counts):
    """Checks that values from other files lead to no finding."""
    # Without links, each file is checked as if it were alone.
    if not any(template.stacks or template.has_imports for template in project.templates.values()):
        return
    counts["projects with nested stacks or imports"] += 1
    result = tool.check(project.texts)
    for finding in result["findings"]:
        counts["findings"] += 1
        if not finding["is_alone"]:
            is_error = finding["severity"] == "Error" or finding["fix"] == "applied"
            counts["errors across files" if is_error else "warnings across files"] += 1
            print(f"{project.name}/{finding['path']}:{finding['line']}: {finding['message']}", file=sys.stderr)


def mend(project, broken, tool, counts):
    """Breaks a value, fixes it, and compares."""
    kind = "outputs" if broken.is_output else "passed values"
    counts[f"{kind} broken"] += 1
    original = project.texts[broken.path]
    text = original[: broken.start] + broken.role + original[broken.end :]
    result = tool.check({**project.texts, broken.path: text})
    after = {**project.texts, broken.path: text, **result["fixed"]}
    new = [finding for finding in result["findings"] if not finding["is_alone"]]
    where = f"{project.name}/{broken.path}: {broken.name}"
    if broken.is_output:
        verdict = mended_output(project, broken, text, after)
    elif after == project.texts:
        verdict = "mended"
    elif after[broken.path] == text:
        verdict = None
    else:
        verdict = "wrong"
    if verdict is None:
        verdict = "no safe fix" if new else "not found"
        for finding in new[:1]:
            print(f"no fix: {where}: {finding['severity']}: {finding['fix']}", file=sys.stderr)
    counts[f"{kind} {verdict}"] += 1
    if verdict in ("wrong", "not found"):
        counts[verdict] += 1
        print(f"{verdict}: {where}", file=sys.stderr)


def mended_output(project, broken, text, after):
    """Compares the meaning of the templates, if only an output was broken."""
    if after == {**project.texts, broken.path: text}:
        return None
    changed = {path for path in after if path != broken.path and after[path] != project.texts[path]}
    if not changed or not contains(after[broken.path], text):
        return "wrong"
    child = Template(broken.path, after[broken.path])
    output = broken.name.split(".")[1]
    original = project.templates[broken.path].outputs[output]
    mended = {name for name, value in child.outputs.items() if plain(value) == plain(original)}
    # Some properties take a name or an ARN, of which cfn-ipfix chooses one.
    is_same_form = bool(mended)
    if not is_same_form:
        mended = {name for name, value in child.outputs.items() if referred(value) == referred(original)}
    # A template between has an output of its own for it.
    for path in changed:
        mended |= Template(path, after[path]).outputs.keys() - project.templates[path].outputs.keys()
    for path in changed:
        old, new = lines_of(project.texts[path]), lines_of(after[path])
        for kind, start, end, other_start, other_end in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind == "delete" or (kind == "replace" and end - start != other_end - other_start):
                return "wrong"
            if kind != "replace":
                continue
            for one, other in zip(old[start:end], new[other_start:other_end], strict=True):
                read = re.search(r"Outputs\.(\w+)", other)
                is_same = re.sub(r"Outputs\.\w+", "", one) == re.sub(r"Outputs\.\w+", "", other)
                if read is None or read[1] not in mended or not is_same:
                    return "wrong"
    return "mended" if is_same_form else "mended in the other form"


def contains(text, lines):
    """Returns whether a source has all lines of another one, in order."""
    rest = iter(lines_of(text))
    return all(line in rest for line in lines_of(lines))


def lines_of(text):
    """Splits a source into lines, without the commas between entries of JSON."""
    return [line.rstrip().removesuffix(",") for line in text.splitlines()]


@dataclass
class Broken:
    """A value to break: the profile's ID in a source, and the role's."""

    path: str
    name: str
    start: int
    end: int
    role: str
    is_output: bool


class Project:
    """The templates of a folder."""

    def __init__(self, folder):
        self.name = folder.name
        self.texts, self.templates = {}, {}
        for path in sorted(folder.rglob("*")):
            if path.suffix in ENDINGS and path.is_file() and not path.is_symlink():
                try:
                    text = path.read_bytes().decode()
                except UnicodeDecodeError:
                    continue
                name = path.relative_to(folder).as_posix()
                if "Resources" in text and "AWS::" in text:
                    try:
                        template = Template(name, text)
                    except (yaml.YAMLError, RecursionError, ValueError):
                        continue
                    if template.resources:
                        self.texts[name], self.templates[name] = text, template

    def broken(self, counts):
        """Lists the values to break."""
        for template in self.templates.values():
            for stack in template.stacks.values():
                counts["nested stacks"] += 1
                child = self.child(template, stack)
                if child is None:
                    continue
                counts["nested stacks with one template"] += 1
                for parameter, value in stack.passed.items():
                    if self.reaches(child, parameter, set()):
                        counts["values passed to places"] += 1
                        found = self.own_profile(template, value)
                        if found:
                            yield Broken(template.path, f"{stack.id}.{parameter}", *found, is_output=False)
        yield from self.broken_outputs(counts)

    def broken_outputs(self, counts):
        """Lists the outputs to break, each once."""
        seen = set()
        for template in self.templates.values():
            for stack, parameter, value in self.values_at_places(template):
                read = output_read(value)
                source = read and template.stacks.get(read[0])
                child = source and self.child(template, source)
                value = child and child.outputs.get(read[1])
                if value is None:
                    continue
                counts["outputs read at places"] += 1
                found = self.own_profile(child, value)
                if found and (child.path, read[1]) not in seen:
                    seen.add((child.path, read[1]))
                    yield Broken(child.path, f"{stack}.{read[1]}", *found, is_output=True)

    def values_at_places(self, template):
        for stack in template.stacks.values():
            child = self.child(template, stack)
            for parameter, value in stack.passed.items():
                if child and self.reaches(child, parameter, set()):
                    yield stack.id, parameter, value
        for value in template.places:
            yield "", "", value

    def child(self, template, stack):
        """Returns the template of a nested stack, if exactly one fits."""
        ends = {end for end in map(url_end, scalars(stack.location)) if end}
        if isinstance(stack.location, yaml.ScalarNode) and "://" not in stack.location.value:
            path = os.path.normpath(os.path.join(os.path.dirname(template.path), stack.location.value))
            return self.templates.get(path.replace(os.sep, "/"))
        found = set()
        for end in ends:
            for path, child in self.templates.items():
                is_same = f"/{path}".endswith(f"/{end}") or f"/{end}".endswith(f"/{path}")
                required = {name for name, has_default in child.parameters.items() if not has_default}
                if is_same and required <= set(stack.passed) <= set(child.parameters):
                    found.add(path)
        return self.templates[found.pop()] if len(found) == 1 else None

    def reaches(self, template, parameter, seen):
        """Returns whether a parameter reaches a property that takes a profile."""
        if (template.path, parameter) in seen:
            return False
        seen.add((template.path, parameter))
        if any(referred(value) == parameter for value in template.places):
            return True
        for stack in template.stacks.values():
            handed = [name for name, value in stack.passed.items() if referred(value) == parameter]
            child = handed and self.child(template, stack)
            if child and any(self.reaches(child, name, seen) for name in handed):
                return True
        return False

    def own_profile(self, template, value):
        """Returns the range of a profile's ID in a reference, and its role."""
        target = referred(value)
        profile = template.resources.get(target)
        if profile is None or type_of(profile) != "AWS::IAM::InstanceProfile":
            return None
        properties = get(profile, "Properties")
        if get(properties, "InstanceProfileName") is not None:
            # The role's name may be that of the profile, so that it would be right.
            return None
        roles = get(properties, "Roles")
        held = roles.value if isinstance(roles, yaml.SequenceNode) else []
        role = referred(held[0]) if len(held) == 1 else None
        own = template.resources.get(role)
        if own is None or type_of(own) != "AWS::IAM::Role" or target in (None, role):
            return None
        others = [one for one in template.resources.values() if type_of(one) == "AWS::IAM::InstanceProfile"]
        held = [scalars(get(get(one, "Properties"), "Roles")) for one in others]
        if sum(role in names for names in held) != 1:
            return None
        start, end = value.start_mark.index, value.end_mark.index
        matches = list(re.finditer(rf"\b{target}\b", template.text[start:end]))
        if len(matches) != 1:
            return None
        return start + matches[0].start(), start + matches[0].end(), role


@dataclass
class Stack:
    """A nested stack."""

    id: str
    location: yaml.Node
    passed: dict


class Template:
    """A template."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        root = yaml.compose(text, LOADER)
        self.resources = entries(get(root, "Resources"))
        self.parameters = {name: get(body, "Default") is not None for name, body in entries(get(root, "Parameters")).items()}
        outputs = entries(get(root, "Outputs"))
        self.outputs = {name: get(body, "Value") for name, body in outputs.items()}
        self.has_imports = "ImportValue" in text
        self.stacks, self.places = {}, []
        for name, body in self.resources.items():
            properties = get(body, "Properties")
            if type_of(body) in NESTED:
                passed = entries(get(properties, "Parameters"))
                self.stacks[name] = Stack(name, get(properties, NESTED[type_of(body)]), passed)
            else:
                self.places += list(places(properties))


def places(node, depth=0):
    """Lists the values of the properties that take a profile."""
    if depth > 12:
        return
    for key, value in entries(node).items():
        if key in PLACES:
            inner = entries(value)
            is_object = inner and not any(name.startswith("Fn::") or name == "Ref" for name in inner)
            values = [inner[name] for name in ("Arn", "Name") if name in inner] if is_object else [value]
            for value in values:
                yield from branches(value)
        else:
            yield from places(value, depth + 1)
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from places(item, depth + 1)


def branches(value):
    """Lists what a value can be, by its conditions."""
    argument = value if value.tag == "!If" else entries(value).get("Fn::If")
    if isinstance(argument, yaml.SequenceNode) and len(argument.value) == 3:
        for branch in argument.value[1:]:
            yield from branches(branch)
    else:
        yield value


def referred(value):
    """Returns the ID or the parameter that a value refers to."""
    inner = entries(value)
    if isinstance(value, yaml.ScalarNode) and value.tag in ("!Ref", "!GetAtt"):
        return value.value.removesuffix(".Arn")
    if len(inner) == 1 and "Ref" in inner:
        return inner["Ref"].value
    names = scalars(inner.get("Fn::GetAtt") or (value if value is not None and value.tag == "!GetAtt" else None))
    return names[0] if len(names) == 2 and names[1] == "Arn" else None


def output_read(value):
    """Returns the stack and the output that a value reads."""
    inner = entries(value)
    if isinstance(value, yaml.ScalarNode) and value.tag == "!GetAtt":
        names = value.value.split(".", 1)
    else:
        names = scalars(inner.get("Fn::GetAtt") or (value if value is not None and value.tag == "!GetAtt" else None))
    if len(names) == 2 and names[1].startswith("Outputs."):
        return names[0], names[1].removeprefix("Outputs.")
    return None


def url_end(text):
    """Returns the part of a location after the last variable and the host."""
    end = text.rsplit("}", 1)[-1]
    if "://" in end:
        end = end.split("://", 1)[1].split("/", 1)[-1]
    elif end.startswith("."):
        end = end.split("/", 1)[-1]
    end = end.strip("/")
    return end if re.search(r"\.(ya?ml|json|template)$", end) else None


def entries(node):
    if not isinstance(node, yaml.MappingNode):
        return {}
    return {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}


def get(node, key):
    return entries(node).get(key)


def type_of(body):
    named = get(body, "Type")
    return named.value if isinstance(named, yaml.ScalarNode) else None


def scalars(node):
    """Lists the strings in a value."""
    if isinstance(node, yaml.ScalarNode):
        return [node.value]
    if isinstance(node, yaml.SequenceNode):
        return [text for item in node.value for text in scalars(item)]
    return [text for value in entries(node).values() for text in scalars(value)]


def plain(node):
    """Returns a value without its range."""
    if isinstance(node, yaml.ScalarNode):
        return node.tag, node.value
    if isinstance(node, yaml.SequenceNode):
        return node.tag, [plain(item) for item in node.value]
    return node.tag, {key: plain(value) for key, value in entries(node).items()}


if __name__ == "__main__":
    sys.exit(main())
