"""Breaks correct Terraform modules and fixes them. Run by `scripts/break-terraform`.

An argument is correct if it refers, by name or by ARN as it requires, to a profile of the module that has a role of
the module. The script breaks the module there by an edit of its source. After `cfn-ipfix --write`, HashiCorp's parser
of HCL must read the original meaning. Only the following count as equal:

- `id` and `name` of a role or a profile, and a profile's name and its ARN if the argument takes either;
- different profiles of one role, because cfn-ipfix chooses one of them;
- a deleted profile and the one that cfn-ipfix adds, which has the role's name, path, `count` and `for_each`.

A file that `terraform fmt` leaves unchanged must stay so.
"""

import argparse
import collections
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pygohcl

from hcl import Hcl
from modules import OWN, TOOL, cases

PROFILE, ROLE = "aws_iam_instance_profile", "aws_iam_role"
INDEX = r"((?:\[[^\[\]]*\]|\.\*|\.\d+(?=\.))*)"
PROFILE_REFERENCE = re.compile(rf"(?<![\w.-]){PROFILE}\.([\w-]+){INDEX}\.(name|id|arn)(?![\w.\[-])")
ROLE_REFERENCE = re.compile(rf"(?<![\w.-]){ROLE}\.([\w-]+){INDEX}\.(name|id)(?![\w.\[-])")
# The arguments that take a profile: the type, the block or none, the argument, and what it takes. From the
# documentation of the provider, not from the tables of cfn-ipfix.
ARGUMENTS = [
    ("aws_instance", None, "iam_instance_profile", "name"),
    ("aws_spot_instance_request", None, "iam_instance_profile", "name"),
    ("aws_launch_template", "iam_instance_profile", "name", "name"),
    ("aws_launch_template", "iam_instance_profile", "arn", "arn"),
    ("aws_launch_configuration", None, "iam_instance_profile", "either"),
    ("aws_spot_fleet_request", "launch_specification", "iam_instance_profile", "name"),
    ("aws_spot_fleet_request", "launch_specification", "iam_instance_profile_arn", "arn"),
    ("aws_batch_compute_environment", "compute_resources", "instance_role", "arn"),
    ("aws_emr_cluster", "ec2_attributes", "instance_profile", "either"),
    ("aws_elastic_beanstalk_environment", "setting", "value", "either"),
    ("aws_elastic_beanstalk_configuration_template", "setting", "value", "either"),
    ("aws_imagebuilder_infrastructure_configuration", None, "instance_profile_name", "name"),
    ("aws_opsworks_stack", None, "default_instance_profile_arn", "arn"),
    ("aws_opsworks_custom_layer", None, "custom_instance_profile_arn", "arn"),
]
# In memory if possible, because each written file waits for the disk.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
EITHER = {kind for kind, _, _, takes in ARGUMENTS if takes == "either"}


def main():
    parser = argparse.ArgumentParser(prog="break-terraform", description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep wrong results here")
    arguments = parser.parse_args()
    modules = correct_modules()
    line = "{:44}{:>8}{:>8}{:>8}{:>8}".format
    print_row = (lambda *row: None) if arguments.json else lambda *row: print(line(*row), flush=True)
    print_row(f"{len(modules)} correct modules", "tried", *VERDICTS)
    outcomes = {}
    for variation in VARIATIONS:
        tried = [broken for module in modules for broken in module.broken(variation)]
        outcomes[variation.name] = fix_all(tried, variation)
        print_row(variation.name, *row(outcomes[variation.name]))
        for broken in outcomes[variation.name]:
            if broken.verdict == WRONG:
                print(f"wrong: {broken.module.name}: {variation.name}: {broken.detail}", file=sys.stderr)
                if arguments.keep:
                    name = re.sub(r"\W+", "-", f"{broken.module.name} {broken.pair.profile} {variation.name}")
                    broken.keep(arguments.keep / name)
    all_outcomes = [broken for found in outcomes.values() for broken in found]
    print_row("", *row(all_outcomes))
    reasons = collections.Counter(broken.detail for broken in all_outcomes if broken.verdict == NO_FIX)
    counts = dict(zip(["tried", *VERDICTS], row(all_outcomes)))
    if arguments.json:
        print(json.dumps({"modules": len(modules), **counts}, indent=2))
    else:
        print(*(f"{count:6} {reason}" for reason, count in reasons.most_common()), sep="\n")
    return counts[WRONG] > 0


SAME, NO_FIX, WRONG = VERDICTS = ["same", "no fix", "wrong"]


def row(outcomes):
    verdicts = collections.Counter(broken.verdict for broken in outcomes)
    return [len(outcomes), *(verdicts[verdict] for verdict in VERDICTS)]


@dataclass(frozen=True)
class Edit:
    file: str
    span: tuple
    text: str


@dataclass
class Pair:
    """A correct profile: its file, block and label, its role, and the references to it where a profile is taken."""

    file: str
    block: object
    profile: str
    role: str
    index: str
    value: tuple
    references: list = field(default_factory=list)


@dataclass
class Reference:
    """A reference to a profile: where it is, its index and attribute, what is taken, and the range of the value."""

    file: str
    span: tuple
    index: str
    attribute: str
    takes: str
    value: tuple


class Module:
    """The files of a folder that are written in HCL."""

    def __init__(self, name, sources):
        self.name = name
        self.sources = sources
        self.files = {file: Hcl(source) for file, source in sources.items()}
        self.resources = {
            block.labels: (file, block) for file, hcl in self.files.items() for block in hcl.resources()
        }
        self.pairs = [pair for labels in self.resources if labels[0] == PROFILE if (pair := self.pair(labels))]
        self.all_code = "\n".join(hcl.code for hcl in self.files.values())

    def argument(self, labels, name):
        """Returns the source of an argument."""
        file, block = self.resources[labels]
        span = self.files[file].argument(name, block)
        return span and " ".join(self.files[file].text(span).split())

    def pair(self, labels):
        file, block = self.resources[labels]
        # What an override file gives is not analysed.
        if re.search(r"(^|_)override\.", file):
            return None
        hcl = self.files[file]
        value = hcl.argument("role", block)
        roles = list(ROLE_REFERENCE.finditer(hcl.text(value))) if value else []
        if len(roles) != 1 or (ROLE, roles[0][1]) not in self.resources:
            return None
        role = roles[0][1]
        for meta in ("count", "for_each", "provider"):
            if self.argument(labels, meta) != self.argument((ROLE, role), meta):
                return None
        pair = Pair(file, block, labels[1], role, roles[0][2], value)
        pair.references = [one for one in self.references() if one[0] == labels[1]]
        pair.references = [reference for _, reference in pair.references]
        return pair

    def references(self):
        """Yields the references to profiles where a profile is taken, with the label of the profile."""
        for (kind, _), (file, block) in self.resources.items():
            hcl = self.files[file]
            for _, around, name, takes in (row for row in ARGUMENTS if row[0] == kind):
                blocks = hcl.blocks(around, block) if around else [block]
                for inner in blocks:
                    value = hcl.argument(name, inner)
                    setting = hcl.argument("name", inner) if around == "setting" else None
                    if not value or setting and hcl.text(setting) != '"IamInstanceProfile"':
                        continue
                    text = hcl.code[slice(*value)]
                    # What is in a condition is no value.
                    start = text.find("?") + 1
                    for found in PROFILE_REFERENCE.finditer(text, start):
                        span = value[0] + found.start(), value[0] + found.end()
                        yield found[1], Reference(file, span, found[2], found[3], takes, value)

    def broken(self, variation):
        """Yields the modules that a variation makes of this one, one for each profile."""
        for pair in self.pairs:
            if edits := variation.edit(self, pair):
                yield Broken(self, pair, applied(self.sources, edits))

    def has_role_name(self, pair):
        """Returns whether a profile has the name of its role, so that its name may be written either way."""
        own, role = self.argument((PROFILE, pair.profile), "name"), self.argument((ROLE, pair.role), "name")
        return own and (own == role or ROLE_REFERENCE.search(own) is not None)

    def is_labelled(self, kind, label):
        return (kind, label) in self.resources


def applied(sources, edits):
    sources = dict(sources)
    for edit in sorted(set((edit.file, edit.span, edit.text) for edit in edits), reverse=True):
        file, (start, end), text = edit
        sources[file] = sources[file][:start] + text + sources[file][end:]
    return sources


def correct_modules():
    """Returns the modules with a correct profile that cfn-ipfix does not change, and reports nothing about."""
    found = []
    for name, sources in all_sources():
        try:
            for source in sources.values():
                pygohcl.loads(source.lstrip("\ufeff"))
        except pygohcl.HCLParseError:
            continue
        module = Module(name, sources)
        if module.pairs:
            found.append(module)
    outcomes = run_tool([module.sources for module in found], "--unsafe-fixes")
    return [
        module
        for module, (sources, findings) in zip(found, outcomes, strict=True)
        if sources == module.sources and not findings
    ]


def all_sources():
    """Yields modules with their names: the expected results of the own cases, and folders of `CFN_IPFIX_TERRAFORM`."""
    for case in cases(OWN, ["fix", "unsafe", "keep"]):
        sources = hcl_of(case.folder) | hcl_of(case.folder / "expect")
        yield case.name, {file: source for file, source in sources.items()}
    if root := os.environ.get("CFN_IPFIX_TERRAFORM"):
        folders = sorted({file.parent for file in Path(root).rglob("*.tf")})
        for folder in folders:
            sources = hcl_of(folder)
            if any(PROFILE in source for source in sources.values()):
                yield str(folder.relative_to(root)), sources


def hcl_of(folder):
    sources = {}
    for file in sorted(folder.glob("*.tf")):
        if file.is_file():
            sources[file.name] = file.read_bytes().decode(errors="replace")
    return sources


@dataclass
class Broken:
    """A module that a variation broke, and its result."""

    module: Module
    pair: Pair
    sources: dict
    fixed: dict = field(default_factory=dict)
    verdict: str = ""
    detail: str = ""
    # The label of the added profile, if there is one.
    new: str = None

    def judge(self, findings, variation):
        """Compares the result with the original."""
        if self.fixed == self.sources:
            reasons = [finding["no_fix"] for finding in findings if finding["no_fix"]]
            if reasons:
                self.verdict, self.detail = NO_FIX, re.sub(r"`[^`]*`", "`…`", reasons[0])
            elif not findings and self.module.has_role_name(self.pair):
                self.verdict, self.detail = NO_FIX, "nothing is found, because the profile has the role's name"
            else:
                self.verdict, self.detail = WRONG, "the fix is not applied" if findings else "nothing is found"
            return
        self.new = self.added()
        problem = self.problem(variation)
        left = [finding["message"] for finding in findings if not finding["fixed"]]
        self.detail = problem or (f"not fixed: {left[0]}" if left else "")
        self.verdict = WRONG if self.detail else SAME

    def problem(self, variation):
        try:
            new = meaning(self.fixed)
        except pygohcl.HCLParseError as error:
            return f"not HCL any more: {error}"
        old = meaning(self.module.sources)
        if variation.removes:
            if problem := self.compare_new(old, new):
                return problem
        roles = {pair.profile: pair.role for pair in self.module.pairs}
        if variation.removes:
            roles[self.new] = self.pair.role
        return difference(canonical(old, roles), canonical(new, roles))

    def added(self):
        before = {block.labels for source in self.sources.values() for block in Hcl(source).resources()}
        after = {block.labels for source in self.fixed.values() for block in Hcl(source).resources()}
        added = {labels[1] for labels in after - before if labels[0] == PROFILE}
        return min(added, default=None)

    def compare_new(self, old, new):
        """Takes the deleted and the added profile out of both, and compares the new one with its role."""
        old[PROFILE].pop(self.pair.profile)
        if not self.new:
            return "no profile is added"
        profile, role = new[PROFILE].pop(self.new), old[ROLE][self.pair.role]
        for meta in ("count", "for_each", "provider", "path"):
            if profile.get(meta) != role.get(meta):
                return f"{meta} of the new profile is {profile.get(meta)}, but that of the role is {role.get(meta)}"
        index = "[count.index]" if "count" in role else "[each.key]" if "for_each" in role else ""
        name = f"{ROLE}.{self.pair.role}{index}.name"
        if profile["role"] != name:
            return f"role of the new profile is {profile['role']}, not {name}"
        if "name" in profile and profile["name"] != name:
            return f"name of the new profile is {profile['name']}, not {name}"
        if not old[PROFILE]:
            old.pop(PROFILE)
            new.pop(PROFILE, None)
        return None

    def keep(self, folder):
        for state, sources in (("original", self.module.sources), ("broken", self.sources), ("fixed", self.fixed)):
            write(folder / state, sources)


def meaning(sources):
    """Returns the resources of a module as HashiCorp's parser reads them, and everything else by file."""
    merged = {}
    for file, source in sources.items():
        read = pygohcl.loads(source.lstrip("\ufeff"))
        resources = read.pop("resource", {})
        for one in resources if isinstance(resources, list) else [resources]:
            for kind, labelled in one.items():
                merged.setdefault(kind, {}).update(labelled)
        merged[file] = read
    return merged


def canonical(value, roles, is_either=False):
    """Returns a meaning in which equal references are spelled in the same way; `roles` are those of profiles."""
    match value:
        case dict():
            return {key: canonical(item, roles, is_either or key in EITHER) for key, item in value.items()}
        case list():
            return [canonical(item, roles, is_either) for item in value]
        case str():
            attribute = "(name|id|arn)" if is_either else "(name|id)"
            profile = re.compile(rf"{PROFILE}\.([\w-]+){INDEX}\.{attribute}(?![\w-])")

            def spelled(found):
                return f"profile_of.{roles.get(found[1], found[1])}{found[2]}.name"

            value = re.sub(rf"({ROLE}\.[\w-]+{INDEX})\.id(?![\w-])", r"\1.name", value)
            return profile.sub(spelled, value)
    return value


def difference(old, new, path=""):
    """Returns the first difference of two meanings."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            if key not in old or key not in new:
                return f"{path}.{key} is only in {'the original' if key in old else 'the result'}"
            if found := difference(old[key], new[key], f"{path}.{key}"):
                return found
        return None
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        items = (difference(one, other, f"{path}[{at}]") for at, (one, other) in enumerate(zip(old, new)))
        return next(filter(None, items), None)
    return None if old == new else f"{path.strip('.')} was {old!r}, is {new!r}"


def fix_all(tried, variation):
    """Fixes broken modules and judges the results."""
    results = run_tool([broken.sources for broken in tried], *["--unsafe-fixes"] * variation.is_unsafe)
    for broken, (sources, findings) in zip(tried, results, strict=True):
        broken.fixed = sources
        broken.judge(findings, variation)
    check_format([broken for broken in tried if broken.verdict == SAME])
    return tried


def run_tool(modules, *options):
    """Fixes modules, and returns the sources and the findings of each."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        for at, sources in enumerate(modules):
            write(Path(folder, str(at)), sources)
        command = [TOOL, "--write", "--isolated", "--quiet", "--output-format", "json", *options, "."]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        findings = collections.defaultdict(list)
        for finding in json.loads(done.stdout)["findings"]:
            findings[finding["path"].split("/")[0]].append(finding)
        return [(read(Path(folder, str(at)), sources), findings[str(at)]) for at, sources in enumerate(modules)]


def write(folder, sources):
    folder.mkdir(parents=True)
    for file, source in sources.items():
        (folder / file).write_bytes(source.encode())


def read(folder, sources):
    return {file: (folder / file).read_bytes().decode() for file in sources}


def check_format(outcomes):
    """Fails results that `terraform fmt` would change, if it would not change the broken module."""
    if not shutil.which("terraform"):
        return
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        for at, broken in enumerate(outcomes):
            write(Path(folder, "before", str(at)), broken.sources)
            write(Path(folder, "after", str(at)), broken.fixed)
        changed = {}
        for state in ("before", "after"):
            command = ["terraform", "fmt", "-recursive", "-list=true", state]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            changed[state] = {tuple(line.split("/")[1:]) for line in done.stdout.split("\n") if line.endswith(".tf")}
        for at, file in changed["after"] - changed["before"]:
            broken = outcomes[int(at)]
            formatted = Path(folder, "after", at, file).read_bytes().decode()
            # Comments after arguments are aligned, and stay where they are.
            pair = (re.sub(r" +(#|//)", r" \1", one).split("\n") for one in (broken.fixed[file], formatted))
            lines = difflib.ndiff(*pair)
            if new := [line for line in lines if line.startswith("+ ")]:
                broken.verdict, broken.detail = WRONG, f"terraform fmt would write {new[0][2:].strip()}"


@dataclass(frozen=True)
class Variation:
    """A way to break a module: a function that returns the edits for a profile, or none if it does not apply."""

    name: str
    edit: object
    is_unsafe: bool = False
    removes: bool = False


def to_role(attribute):
    """Replaces all references to a profile by ones to its role."""

    def edit(module, pair):
        return [
            Edit(one.file, one.span, f"{ROLE}.{pair.role}{one.index}{attribute}")
            for one in pair.references
            if attribute or is_whole(module, one)
        ]

    return edit


def is_whole(module, reference):
    """Returns whether a reference is the whole value, without a splat."""
    return reference.span == reference.value and "*" not in reference.index


def to_role_as_written(module, pair):
    def attribute(one):
        return "arn" if one.attribute == "arn" else "name"

    return [Edit(one.file, one.span, f"{ROLE}.{pair.role}{one.index}.{attribute(one)}") for one in pair.references]


def quoted(module, pair):
    wholes = [one for one in pair.references if is_whole(module, one)]
    return [Edit(one.file, one.span, f'"${{{ROLE}.{pair.role}{one.index}.name}}"') for one in wholes]


def to_other_attribute(module, pair):
    other = {"name": "arn", "arn": "name"}
    return [
        Edit(one.file, one.span, f"{PROFILE}.{pair.profile}{one.index}.{other[one.takes]}")
        for one in pair.references
        if one.takes in other
    ]


def to_whole_profile(module, pair):
    wholes = [one for one in pair.references if is_whole(module, one) and one.takes != "either"]
    return [Edit(one.file, one.span, f"{PROFILE}.{pair.profile}{one.index}") for one in wholes]


def without_profile(module, pair):
    """Deletes a profile that is referred to nowhere else, and refers to its role."""
    used = len(re.findall(rf"(?<![\w.-]){PROFILE}\.{re.escape(pair.profile)}(?![\w-])", module.all_code))
    is_only = [other.role for other in module.pairs].count(pair.role) == 1
    if not pair.references or used != len(pair.references) or not is_only:
        return []
    source = module.sources[pair.file]
    end = pair.block.end + 1
    while source[end : end + 1] in ("\r", "\n"):
        end += 1
    return [*to_role_as_written(module, pair), Edit(pair.file, (pair.block.start, end), "")]


def of_role_in_profile(form):
    """Replaces the role of a profile; `form` gets the address of the role."""

    def edit(module, pair):
        found = ROLE_REFERENCE.fullmatch(module.files[pair.file].text(pair.value))
        # An address with an index is not recognized in a string.
        if not found or "*" in pair.index or pair.index and form.startswith('"'):
            return []
        return [Edit(pair.file, pair.value, form.format(f"{ROLE}.{pair.role}{pair.index}"))]

    return edit


def roles_in_profile(module, pair):
    hcl = module.files[pair.file]
    start = hcl.source.rfind("role", 0, pair.value[0])
    if hcl.source.rfind("\n", 0, pair.value[0]) > start:
        return []
    gap = hcl.source[start + 4 : pair.value[0]]
    # The equals sign stays where it is, if there is room.
    gap = gap[1:] if gap.startswith("  ") else gap
    return [
        Edit(pair.file, (start, pair.value[0]), f"roles{gap}"),
        Edit(pair.file, pair.value, f"[{hcl.text(pair.value)}]"),
    ]


def to_wrong_type(module, pair):
    if module.is_labelled(ROLE, pair.profile):
        return []
    return [Edit(one.file, one.span, f"{ROLE}.{pair.profile}{one.index}.{one.attribute}") for one in pair.references]


def to_text(module, pair):
    wholes = [one for one in pair.references if is_whole(module, one) and not one.index]
    return [Edit(one.file, one.span, f'"{ROLE}.{pair.role}.name"') for one in wholes]


VARIATIONS = [
    Variation("name of the role", to_role(".name")),
    Variation("id of the role", to_role(".id")),
    Variation("arn of the role", to_role(".arn")),
    Variation("unique_id of the role", to_role(".unique_id")),
    Variation("whole role", to_role("")),
    Variation("quoted name of the role", quoted),
    Variation("arn for name, name for arn", to_other_attribute),
    Variation("whole profile", to_whole_profile),
    Variation("no profile", without_profile, removes=True),
    Variation("label of the profile, type of the role", to_wrong_type),
    Variation("profile with the arn of its role", of_role_in_profile("{}.arn")),
    Variation("profile with its whole role", of_role_in_profile("{}")),
    Variation("profile with a list for its role", of_role_in_profile("[{}.name]")),
    Variation("profile with roles", roles_in_profile),
    Variation("address of the role as text", to_text, is_unsafe=True),
    Variation("profile with an address as text", of_role_in_profile('"{}.name"'), is_unsafe=True),
]


if __name__ == "__main__":
    sys.exit(main())
