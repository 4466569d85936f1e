"""Breaks right templates on purpose and mends them. Run by `scripts/break-and-mend`.

A template is right at a place that refers, in the form that the property takes, to a profile of the template that holds
one role of the template. It is broken there by an edit of its text, so that comments and layout stay, mended by
`cfn-ipfix --write`, and read anew: it has to mean what it meant. Held for the same, and nothing else is:

- the spellings of one reference;
- a profile's name and its ARN where the property takes either, or its object has a key for each;
- the profiles of one role, of which cfn-ipfix chooses one;
- for a profile that was deleted, the one that it adds, which has the role's condition and path, and its name.
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
from template import PROFILE, PROPERTIES, ROLE, ROOT, Reference, Template, Unreadable, reference, steps
from tool import run
from variations import VARIATIONS


def main():
    parser = argparse.ArgumentParser(prog="break-and-mend", description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, metavar="COUNT", help="try so many of each variation")
    parser.add_argument("--json", action="store_true", help="print the counts for programs")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep here what comes out wrong")
    parser.add_argument("--only-break", type=Path, metavar="FOLDER", help="write the broken ones here, and fix none")
    arguments = parser.parse_args()
    templates = right_templates()
    if arguments.only_break:
        return write_broken(templates, arguments.sample, arguments.only_break)
    report = Report(len(templates))
    line = "{:50}{:>8}{:>8}{:>8}{:>8}".format
    tell = (lambda *row: None) if arguments.json else lambda *row: print(line(*row), flush=True)
    tell(f"{len(templates)} right templates", *Report.KEYS)
    for variation in VARIATIONS:
        cases = list(break_all(templates, variation, arguments.sample))
        outcomes = report.outcomes[variation.name] = mend(cases, variation)
        tell(variation.name, *Report.row(outcomes).values())
        for case, outcome in zip(cases, outcomes, strict=True):
            if outcome.verdict == WRONG:
                print(f"wrong: {case.right.name}: {variation.name}: {outcome.detail}", file=sys.stderr)
                if arguments.keep:
                    keep(arguments.keep, case, outcome)
    tell("", *report.total.values())
    print(report.as_json() if arguments.json else report.details())
    return report.total["wrong"] > 0


@dataclass(frozen=True)
class Right:
    """A template that has a right place, and that cfn-ipfix leaves as it is; `known` is what it finds there anyway."""

    name: str
    template: Template
    sites: dict
    known: frozenset


def right_templates():
    found = []
    for name, text in texts():
        try:
            template = Template(text)
        except Unreadable:
            continue
        sites = sites_of(template)
        if any(sites.values()):
            found.append((name, template, sites))
    runs = run([(name, template.text) for name, template, _ in found], "--unsafe-fixes")
    return [
        Right(*one, frozenset(map(key, ran.findings)))
        for one, ran in zip(found, runs, strict=True)
        if ran.text == one[1].text and not ran.errors
    ]


def texts():
    """The names and texts of all templates: one for each property, the project's own, those of the corpus."""
    for at, property in enumerate(PROPERTIES):
        yield f"property {at}.json", example_of(property)
    for folder in [ROOT / "examples", ROOT / "tests" / "cases", ROOT / "tests" / "variations", *corpus()]:
        for file in sorted(file for file in folder.rglob("*") if file.is_file()):
            source = file.read_bytes()
            if PROFILE.encode() in source:
                name = file.relative_to(ROOT if file.is_relative_to(ROOT) else folder)
                yield str(name), source.decode(errors="replace")


def example_of(property):
    """A right template with this property."""
    value = Reference("Profile", "Arn" if property.takes == "Arn" else "Name").value
    for step in reversed(list(steps(property.path))):
        value = {step: value} if isinstance(step, str) else [step | value]
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
        print("CFN_IPFIX_CORPUS names no folder: only the project's own templates are broken", file=sys.stderr)
    return [Path(folder)] if folder else []


def key(finding):
    return finding["rule"]["code"], finding["property"]


@dataclass(frozen=True)
class Case:
    """A right template, as it is or with something prepared, and that broken."""

    right: Right
    site: Site
    broken: Template


def break_all(templates, variation, most):
    """The templates that can be broken in this way, each at every site; at most so many, spread over all."""
    sites = [(right, site) for right in templates for site in right.sites[variation.sites]]
    if most is not None:
        # Not every site can be broken in every way, so those between the chosen ones come next.
        step = max(1, len(sites) // most)
        sites = [one for start in range(step) for one in sites[start::step]]
    return itertools.islice(filter(None, (break_one(*one, variation) for one in sites)), most)


def break_one(right, site, variation):
    if variation.prepare:
        edits = variation.prepare(site)
        if not edits:
            return None
        site = replace(site, template=Template(edited(site.template.text, edits)))
    edits = variation.break_it(site)
    if not edits:
        return None
    broken = Template(edited(site.template.text, edits))
    return Case(right, site, broken) if broken.value != site.template.value else None


def edited(text, edits):
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def write_broken(templates, most, folder):
    """Writes the broken templates, a folder for each variation."""
    for number, variation in enumerate(VARIATIONS):
        inner = folder / f"{number:02}"
        inner.mkdir(parents=True)
        for at, case in enumerate(break_all(templates, variation, most)):
            suffix = Path(case.right.name).suffix
            (inner / f"{at:03}{suffix}").write_bytes(case.broken.text.encode())


SAME, LEFT, WRONG = "same", "left", "wrong"


@dataclass(frozen=True)
class Outcome:
    verdict: str
    detail: str
    text: str


def mend(cases, variation):
    """Mends the broken templates. One whose fix is not safe has to stay as it is until that fix is asked for."""
    texts = [(case.right.name, case.broken.text) for case in cases]
    ran = run(texts)
    if not variation.is_unsafe:
        return [judge(*one, variation) for one in zip(cases, ran, strict=True)]
    asked = [judge(*one, variation) for one in zip(cases, run(texts, "--unsafe-fixes"), strict=True)]
    unasked = lambda one: Outcome(WRONG, "changed without being asked", one.text)
    return [
        outcome if one.text == case.broken.text else unasked(one)
        for case, one, outcome in zip(cases, ran, asked, strict=True)
    ]


def judge(case, ran, variation):
    if ran.errors:
        return Outcome(WRONG, ran.errors[0]["message"], ran.text)
    new = [finding for finding in ran.findings if key(finding) not in case.right.known]
    reasons = [finding["withheld"] for finding in new if finding["withheld"]]
    if ran.text == case.broken.text:
        if reasons:
            return Outcome(LEFT, reasons[0], ran.text)
        return Outcome(WRONG, "left without a reason" if new else "not found", ran.text)
    if variation.stays:
        return Outcome(WRONG, "changed, though a person has to decide", ran.text)
    try:
        mended = Template(ran.text)
    except Unreadable as problem:
        return Outcome(WRONG, f"cannot be read any more: {problem}", ran.text)
    how = same(case, mended)
    return Outcome(WRONG if how is None else SAME, "; ".join(reasons) if how is None else how, ran.text)


def same(case, mended):
    """In which way the mended template means what the right one did, or None."""
    site, right, broken = case.site, case.site.template, case.broken
    if meaning(mended) == meaning(right):
        return ""
    if meaning(mended, by_role=True) == meaning(right, by_role=True):
        return "by another profile of the role"
    if site.profile in broken.resources:
        return None
    # The profile was deleted: another holds the role as well, or one was added.
    added = [name for name in mended.resources if name not in broken.resources]
    without = {site.profile, *added}
    if meaning(mended, True, without) != meaning(right, True, without):
        return None
    if not added:
        return "by another profile of the role"
    is_right = [mended.resources[name] for name in added] == [new_profile(broken, right.resources[site.role], site.role)]
    return "by the profile that was added" if is_right else None


def new_profile(template, role, name):
    """The profile that is to be added for a role."""
    properties = {"Roles": [{"Ref": name}]}
    has = role.get("Properties", {})
    if "RoleName" in has and not may_be_taken(template, has["RoleName"], name):
        properties["InstanceProfileName"] = {"Ref": name}
    if "Path" in has:
        properties["Path"] = has["Path"]
    profile = {"Type": PROFILE, "Properties": properties}
    return profile | ({"Condition": role["Condition"]} if "Condition" in role else {})


def may_be_taken(template, name, role):
    """Whether a profile of a template may have the name of a role. One that has the name of another role does not."""
    others = [profile.get("Properties", {}).get("InstanceProfileName") for profile in template.of_type(PROFILE).values()]
    of_roles = [{"Ref": other} for other in template.of_type(ROLE) if other != role]
    others = [other for other in others if other is not None and other not in of_roles]
    is_text = isinstance(name, str)
    return any(not is_text or not isinstance(other, str) or name.lower() == other.lower() for other in others)


def meaning(template, by_role=False, without=()):
    """What a template means. A right place means its profile, or its profile's role."""
    value, roles = template.value, template.roles_of_profiles()
    for place in template.places():
        found = reference(template.at(place.path))
        if found and found.id in roles and found.fits(place.property):
            is_alone = place.object and len(template.at(place.object)) == 1
            meant = {"profile": roles[found.id] if by_role else found.id}
            value = put(value, place.object if is_alone else place.path, meant)
    resources = {name: resource for name, resource in value["Resources"].items() if name not in without}
    return value | {"Resources": resources}


def put(value, path, new):
    """The same with another value at the end of this way."""
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = put(value[path[0]], path[1:], new)
    return copy


def keep(folder, case, outcome):
    folder.mkdir(parents=True, exist_ok=True)
    name, suffix = len(list(folder.glob("*.right*"))), Path(case.right.name).suffix
    texts = {"right": case.site.template.text, "broken": case.broken.text, "mended": outcome.text}
    for kind, text in texts.items():
        (folder / f"{name:03}.{kind}{suffix}").write_bytes(text.encode())


@dataclass(frozen=True)
class Report:
    """What came of how many right templates, by variation."""

    templates: int
    outcomes: dict = field(default_factory=dict)

    KEYS = ("tried", SAME, LEFT, WRONG)

    @staticmethod
    def row(outcomes):
        verdicts = collections.Counter(outcome.verdict for outcome in outcomes)
        return {"tried": len(outcomes)} | {verdict: verdicts[verdict] for verdict in (SAME, LEFT, WRONG)}

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
