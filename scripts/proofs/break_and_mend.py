"""Breaks correct templates and fixes them. Run by `scripts/break-and-mend`.

A slot is correct if it refers, by name or by ARN as its property requires, to a profile of the template that has one
role of the template. The script breaks the template there by an edit of its source, which keeps comments and layout.
After `cfn-ipfix --write`, the template must have its original meaning. Only the following count as equal:

- different spellings of one reference;
- a profile's name and its ARN, if the property takes either, or its object has a key for each;
- different profiles of one role, because cfn-ipfix chooses one of them;
- a deleted profile and the one that cfn-ipfix adds, which has the role's name, path and condition.
"""

import argparse
import collections
import itertools
import json
import os
import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

from sites import Site, sites_of
from template import PROFILE, PROPERTIES, ROLE, ROOT, Reference, Template, Unreadable, reference, segments
from tool import run
from variations import VARIATIONS


def main():
    parser = argparse.ArgumentParser(prog="break-and-mend", description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, metavar="COUNT", help="try each variation COUNT times")
    parser.add_argument("--json", action="store_true", help="print the counts as JSON")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep wrong results here")
    parser.add_argument("--only-break", type=Path, metavar="FOLDER", help="write the broken templates here")
    arguments = parser.parse_args()
    templates = correct_templates()
    if arguments.only_break:
        return write_broken(templates, arguments.sample, arguments.only_break)
    report = Report(len(templates))
    line = "{:50}{:>8}{:>8}{:>8}{:>8}".format
    print_row = (lambda *row: None) if arguments.json else lambda *row: print(line(*row), flush=True)
    print_row(f"{len(templates)} correct templates", *Report.KEYS)
    for variation in VARIATIONS:
        cases = list(break_all(templates, variation, arguments.sample))
        outcomes = report.outcomes[variation.name] = fix(cases, variation)
        print_row(variation.name, *Report.row(outcomes).values())
        for case, outcome in zip(cases, outcomes, strict=True):
            if outcome.verdict == WRONG:
                print(f"wrong: {case.correct.name}: {variation.name}: {outcome.detail}", file=sys.stderr)
                if arguments.keep:
                    keep(arguments.keep, case, outcome)
    print_row("", *report.total.values())
    print(report.as_json() if arguments.json else report.details())
    return report.total["wrong"] > 0


@dataclass(frozen=True)
class Correct:
    """A template with a correct slot that cfn-ipfix does not change; `known` has the findings that it has anyway."""

    name: str
    template: Template
    sites: dict
    known: frozenset


def correct_templates():
    found = []
    for name, source in sources():
        try:
            template = Template(source)
        except Unreadable:
            continue
        sites = sites_of(template)
        if any(sites.values()):
            found.append((name, template, sites))
    results = run([(name, template.source) for name, template, _ in found], "--unsafe-fixes")
    return [
        Correct(*one, frozenset(map(key, result.findings)))
        for one, result in zip(found, results, strict=True)
        if result.source == one[1].source and not result.errors
    ]


def sources():
    """Yields the names and sources of all templates: of each property, this repository and the corpus."""
    for at, property in enumerate(PROPERTIES):
        yield f"property {at}.json", example_of(property)
    for folder in [ROOT / "examples", ROOT / "tests" / "cases", ROOT / "tests" / "variations", *corpus()]:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            source = file.read_bytes()
            if PROFILE.encode() in source:
                name = file.relative_to(ROOT if file.is_relative_to(ROOT) else folder)
                yield str(name), source.decode(errors="replace")


def example_of(property):
    """Returns a correct template with this property."""
    value = Reference("Profile", "Arn" if property.takes == "Arn" else "Name").value
    for segment in reversed(list(segments(property.path))):
        value = {segment: value} if isinstance(segment, str) else [segment | value]
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    resources = {
        "User": {"Type": property.resource, "Properties": value},
        "Profile": {"Type": PROFILE, "Properties": {"Roles": [{"Ref": "Role"}]}},
        "Role": {"Type": ROLE, "Properties": {"AssumeRolePolicyDocument": {"Statement": [trust]}}},
    }
    return json.dumps({"Resources": resources}, indent=2)


def corpus():
    folder = os.environ.get("CFN_IPFIX_CORPUS")
    if not folder:
        print("CFN_IPFIX_CORPUS names no folder: only the templates of this repository are broken", file=sys.stderr)
    return [Path(folder)] if folder else []


def key(finding):
    return finding["rule"]["code"], finding["property"]


@dataclass(frozen=True)
class Case:
    """A correct template, a site in it, possibly after preparation, and the broken template."""

    correct: Correct
    site: Site
    broken: Template


def break_all(templates, variation, most):
    """Returns the cases of a variation: each site of each template, or at most `most`, spread over the templates."""
    sites = [(correct, site) for correct in templates for site in correct.sites[variation.sites]]
    if most is not None:
        # The sites in between follow, because a variation does not apply to every site.
        step = max(1, len(sites) // most)
        sites = [one for start in range(step) for one in sites[start::step]]
    return itertools.islice(filter(None, (break_one(*one, variation) for one in sites)), most)


def break_one(correct, site, variation):
    if variation.prepare:
        edits = variation.prepare(site)
        if not edits:
            return None
        site = replace(site, template=Template(edited(site.template.source, edits)))
    edits = variation.break_it(site)
    if not edits:
        return None
    broken = Template(edited(site.template.source, edits))
    return Case(correct, site, broken) if broken.value != site.template.value else None


def edited(source, edits):
    for start, end, new in sorted(edits, reverse=True):
        source = source[:start] + new + source[end:]
    return source


def write_broken(templates, most, folder):
    """Writes the broken templates into a folder for each variation."""
    for number, variation in enumerate(VARIATIONS):
        inner = folder / f"{number:02}"
        inner.mkdir(parents=True)
        for at, case in enumerate(break_all(templates, variation, most)):
            suffix = Path(case.correct.name).suffix
            (inner / f"{at:03}{suffix}").write_bytes(case.broken.source.encode())


SAME, NO_FIX, WRONG = "same", "no_fix", "wrong"


@dataclass(frozen=True)
class Outcome:
    verdict: str
    detail: str
    source: str


def fix(cases, variation):
    """Fixes the broken templates. An unsafe fix must be applied with `--unsafe-fixes`, and only then."""
    sources = [(case.correct.name, case.broken.source) for case in cases]
    results = run(sources)
    if not variation.is_unsafe:
        return [judge(*one, variation) for one in zip(cases, results, strict=True)]
    outcomes = [judge(*one, variation) for one in zip(cases, run(sources, "--unsafe-fixes"), strict=True)]
    changed = lambda result: Outcome(WRONG, "changed without --unsafe-fixes", result.source)
    return [
        outcome if result.source == case.broken.source else changed(result)
        for case, result, outcome in zip(cases, results, outcomes, strict=True)
    ]


def judge(case, result, variation):
    if result.errors:
        return Outcome(WRONG, result.errors[0]["message"], result.source)
    new = [finding for finding in result.findings if key(finding) not in case.correct.known]
    reasons = [finding["no_fix"] for finding in new if finding["no_fix"]]
    if result.source == case.broken.source:
        if reasons:
            return Outcome(NO_FIX, reasons[0], result.source)
        return Outcome(WRONG, "no fix, without a reason" if new else "not found", result.source)
    if variation.has_no_fix:
        return Outcome(WRONG, "changed, although a person must decide", result.source)
    try:
        fixed = Template(result.source)
    except Unreadable as problem:
        return Outcome(WRONG, f"cannot be read after the fix: {problem}", result.source)
    detail = equivalence(case, fixed)
    if detail is None and reasons and refers_to_role(case, fixed):
        return Outcome(NO_FIX, reasons[0], result.source)
    if detail is None:
        return Outcome(WRONG, "; ".join(reasons), result.source)
    return Outcome(SAME, detail, result.source)


def refers_to_role(case, fixed):
    """Checks that the fix only made a slot refer to its role, which reveals that the role has no suitable profile."""
    path = case.site.slot.path
    found = reference(fixed.at(path))
    is_role = found is not None and found.id == case.site.role
    return is_role and put(fixed.value, path, None) == put(case.broken.value, path, None)


def equivalence(case, fixed):
    """Describes how the fixed template means the same as the correct one; returns None if it does not."""
    site, correct, broken = case.site, case.site.template, case.broken
    if meaning(fixed) == meaning(correct):
        return ""
    if meaning(fixed, by_role=True) == meaning(correct, by_role=True):
        return "by another profile of the role"
    if site.profile in broken.resources:
        return None
    # The profile was deleted. Either another profile has the role too, or one was added.
    added = [name for name in fixed.resources if name not in broken.resources]
    without = {site.profile, *added}
    if meaning(fixed, True, without) != meaning(correct, True, without):
        return None
    if not added:
        return "by another profile of the role"
    expected = new_profile(broken, correct.resources[site.role], site.role)
    return "by the added profile" if [fixed.resources[name] for name in added] == [expected] else None


def new_profile(template, role, name):
    """Returns the profile that cfn-ipfix must add for a role."""
    properties = {"Roles": [{"Ref": name}]}
    of_role = role.get("Properties", {})
    if "RoleName" in of_role and not may_be_taken(template, of_role["RoleName"], name):
        properties["InstanceProfileName"] = {"Ref": name}
    if "Path" in of_role:
        properties["Path"] = of_role["Path"]
    profile = {"Type": PROFILE, "Properties": properties}
    return profile | ({"Condition": role["Condition"]} if "Condition" in role else {})


def may_be_taken(template, name, role):
    """Checks that a profile may already have the name of a role. A reference to another role is another name."""
    profiles = template.of_type(PROFILE).values()
    others = [profile.get("Properties", {}).get("InstanceProfileName") for profile in profiles]
    of_roles = [{"Ref": other} for other in template.of_type(ROLE) if other != role]
    others = [other for other in others if other is not None and other not in of_roles]
    is_string = isinstance(name, str)
    return any(not is_string or not isinstance(other, str) or name.lower() == other.lower() for other in others)


def meaning(template, by_role=False, without=()):
    """Returns a template's value, with each correct slot replaced by its profile, or by the role of its profile."""
    value, roles = template.value, template.roles_of_profiles()
    for slot in template.slots():
        found = reference(template.at(slot.path))
        if found and found.id in roles and found.fits(slot.property):
            is_only_key = slot.object and len(template.at(slot.object)) == 1
            meant = {"profile": roles[found.id] if by_role else found.id}
            value = put(value, slot.object if is_only_key else slot.path, meant)
    resources = {name: resource for name, resource in value["Resources"].items() if name not in without}
    return value | {"Resources": resources}


def put(value, path, new):
    """Returns a copy of a value with another value at a path."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


def keep(folder, case, outcome):
    folder.mkdir(parents=True, exist_ok=True)
    name, suffix = len(list(folder.glob("*.correct*"))), Path(case.correct.name).suffix
    sources = {"correct": case.site.template.source, "broken": case.broken.source, "fixed": outcome.source}
    for kind, source in sources.items():
        (folder / f"{name:03}.{kind}{suffix}").write_bytes(source.encode())


@dataclass(frozen=True)
class Report:
    """The outcomes by variation, and the number of correct templates."""

    templates: int
    outcomes: dict = field(default_factory=dict)

    KEYS = ("tried", SAME, NO_FIX, WRONG)

    @staticmethod
    def row(outcomes):
        verdicts = collections.Counter(outcome.verdict for outcome in outcomes)
        return {"tried": len(outcomes)} | {verdict: verdicts[verdict] for verdict in (SAME, NO_FIX, WRONG)}

    @property
    def all(self):
        return [outcome for outcomes in self.outcomes.values() for outcome in outcomes]

    @property
    def total(self):
        return self.row(self.all)

    def as_json(self):
        rows = {name: self.row(outcomes) for name, outcomes in self.outcomes.items()}
        return json.dumps({"templates": self.templates, "total": self.total, "variations": rows}, indent=2)

    def details(self):
        details = collections.Counter(f"{one.verdict}: {one.detail}" for one in self.all if one.detail)
        return "\n".join(f"{count:6} {detail}" for detail, count in details.most_common())


if __name__ == "__main__":
    sys.exit(main())
