"""Compares the tables of Terraform's arguments with the schemas of providers, as packages of CDK Terrain carry them.

The argument is the folder of these packages.
"""

import fnmatch
import io
import json
import re
import sys
import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROFILES = ROOT / "tests" / "terraform-property-table.txt"
TABLES = ROOT / "src" / "profile"
ROLES = ("terraform_role_arguments.tsv", "awscc_properties.tsv", "awscc_role_properties.tsv")
EXCEPTIONS = Path(__file__).with_name("provider_exceptions.tsv")

SOURCE = re.compile(r"package/lib/(?!data-)[^/]+/index\.js")
RESOURCE = re.compile(r'tfResourceType = "(\w+)"')
ARGUMENTS = re.compile(r"synthesizeHclAttributes\(\) \{(.*?)\n    \}\n", re.DOTALL)
OBJECT = re.compile(r"\nfunction (\w+ToHclTerraform)\(.*?\n\}\n", re.DOTALL)
ARGUMENT = re.compile(
    r'\n +"?(\w+)"?: \{\n +value: (.*?),\n +isBlock: \w+,\n +type: "\w+",\n +storageClassType: "(\w+)"', re.DOTALL
)
IS_NAMED_LIKE_SLOT = re.compile(r"(^|_)role(s|_arns?|_names?)?$|role_arn|iam_role|instance_profile")
TEXTS = ("string", "stringList", "stringMap")


@dataclass(frozen=True)
class Argument:
    """An argument: its type, the name of the object that it takes, if any, and whether it can be repeated."""

    type: str
    object: str | None
    is_repeated: bool

    def is_text(self):
        return self.type in TEXTS


class Resource:
    """The arguments of a resource, and those of the objects in it."""

    def __init__(self, source):
        self.objects = {found[1]: arguments(found[0]) for found in OBJECT.finditer(source)}
        self.root = arguments(ARGUMENTS.search(source)[1])

    def path(self, path):
        """Returns a path with `*` after what can be repeated, or None if there is no such argument."""
        within, found = self.root, []
        for name in path.split("."):
            argument = within.get(name)
            if not argument:
                return None
            found += [name, "*"] if argument.is_repeated else [name]
            within = self.objects.get(argument.object, {})
        return ".".join(found) if argument.is_text() else None

    def slots(self):
        """Yields the paths of arguments that are named like a role or a profile."""
        leading, todo = self.leading(), [((), self.root, ())]
        while todo:
            path, within, above = todo.pop()
            for name, argument in within.items():
                if argument.object in leading and argument.object not in above:
                    todo.append(((*path, name), self.objects[argument.object], (*above, argument.object)))
                elif is_slot(name, argument):
                    yield ".".join((*path, name))

    def leading(self):
        """Returns the objects with such an argument at any depth."""
        found, before = set(), None
        while found != before:
            before = set(found)
            for name, within in self.objects.items():
                if any(argument.object in found or is_slot(key, argument) for key, argument in within.items()):
                    found.add(name)
        return found


def arguments(source):
    found = {}
    for name, value, type in ARGUMENT.findall(source):
        object = re.search(r"\w+ToHclTerraform", value)
        is_repeated = "MapperHcl" in value or type in TEXTS[1:]
        found[name] = Argument(type, object[0] if object else None, is_repeated)
    return found


def is_slot(name, argument):
    return argument.is_text() and IS_NAMED_LIKE_SLOT.search(name)


@dataclass
class Exceptions:
    """Arguments that are no rows, and rows that no schema has, by patterns."""

    entries: list
    used: set = field(default_factory=set)

    def has(self, kind, resource, path):
        matching = [
            entry
            for entry in self.entries
            if entry[0] == kind and fnmatch.fnmatchcase(resource, entry[1]) and fnmatch.fnmatchcase(path, entry[2])
        ]
        self.used.update(matching)
        return bool(matching)

    def unused(self):
        return [entry for entry in self.entries if entry not in self.used]


def main():
    exceptions = read_exceptions()
    providers = [read_provider(package) for package in sorted(Path(sys.argv[1]).glob("*.whl"))]
    # An argument that was removed is only in an old version.
    newest_first = sorted(providers, key=lambda provider: provider[0], reverse=True)
    rows, problems = read_rows(), []
    for resource, path in rows:
        bare = re.sub(r"\.\*", "", path)
        found = [found for _, resources in newest_first if resource in resources and (found := resources[resource].path(bare))]
        if not found and not exceptions.has("row", resource, path):
            problems.append(f"{resource} {path}: no schema has this argument")
        elif found and found[0] != path.replace(".*.*", ".*"):
            # The packages do not distinguish maps of lists from maps.
            problems.append(f"{resource} {path}: the path is {found[0]}")
    known = {(resource, re.sub(r"\.\*", "", path)) for resource, path in rows}
    for version, resources in newest_first:
        if version.startswith("aws "):
            problems += [
                f"{resource} {path}: is named like a role or a profile in {version}, and is in no table"
                for resource, arguments in resources.items()
                for path in arguments.slots()
                if (resource, path) not in known and not exceptions.has("argument", resource, path)
            ]
    problems += [f"{' '.join(entry[:3])}: this exception is not needed" for entry in exceptions.unused()]
    print("\n".join(problems), end="\n" if problems else "")
    versions = ", ".join(version for version, _ in newest_first)
    print(f"{len(rows)} arguments, {versions}, {len(problems)} problems")
    return int(bool(problems))


def read_provider(package):
    """Returns the version of the provider in a package, and its resources by type."""
    archive = zipfile.ZipFile(package)
    name = next(name for name in archive.namelist() if name.endswith(".jsii.tgz"))
    version, resources = None, {}
    with tarfile.open(fileobj=io.BytesIO(archive.read(name)), mode="r|gz") as files:
        for file in files:
            if file.name == "package/package.json":
                described = json.load(files.extractfile(file))
                provider = (described.get("cdktn") or described["cdktf"])["provider"]
                version = f"{provider['name'].rsplit('/', 1)[-1]} {provider['version']}"
            elif SOURCE.fullmatch(file.name):
                source = files.extractfile(file).read().decode()
                if resource := RESOURCE.search(source):
                    resources[resource[1]] = Resource(source)
    return version, resources


def read_rows():
    rows = [line.split(" ")[:2] for line in PROFILES.read_text().splitlines()]
    for name in ROLES:
        lines = (TABLES / name).read_text().splitlines()
        rows += [line.split("\t")[:2] for line in lines if not line.startswith("#")]
    return [(resource, re.sub(r"\[[^\]]*\]", ".*", path)) for resource, path in rows]


def read_exceptions():
    lines = [line for line in EXCEPTIONS.read_text().splitlines() if not line.startswith("#")]
    return Exceptions([tuple(line.split("\t")) for line in lines])


if __name__ == "__main__":
    sys.exit(main())
