"""Shows the findings of cfn-ipfix in cfn-lint, and in everything that runs cfn-lint, such as `sam validate --lint`.

`append_rules: [cfn_ipfix.cfnlint]` in `.cfnlintrc` loads this module. A finding of IPF001 is E9301 there if it is an
error, and W9301 if it is a warning, so that both can be ignored or required as any rule of cfn-lint. E9300 reports that
a template could not be checked, and I9300 a value that could not be checked.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

from cfn_ipfix import find_bin

PREFIXES = {"error": "E", "warning": "W"}


class Check(CloudFormationLintRule):
    """Runs the program, once for each template, and reports for all rules.

    The other rules exist so that cfn-lint knows them; it drops what is reported for one that is ignored.
    """

    id = "E9300"
    shortdesc = "cfn-ipfix can check the template"
    description = "Reports why cfn-ipfix cannot check a template"
    tags = ["cfn-ipfix"]

    def match(self, cfn: Template) -> list[RuleMatch]:
        try:
            source = Source(cfn)
            report = source.check()
        except (OSError, ValueError) as error:
            return [RuleMatch([], f"cfn-ipfix cannot check the template: {printable(str(error))}")]
        return list(matches(report, source))


class Unchecked(CloudFormationLintRule):
    """Reports what the program did not check."""

    id = "I9300"
    shortdesc = "cfn-ipfix can check each value"
    description = "Reports values of instance profiles and their roles that the template does not show"
    tags = ["cfn-ipfix"]


class Source:
    """The template of cfn-lint, in the form that the program gets it."""

    def __init__(self, cfn: Template) -> None:
        self.file = os.path.abspath(cfn.filename) if cfn.filename and os.path.isfile(cfn.filename) else None
        self.text = None if self.file else text_given_to_lint()
        self.template = cfn.template
        # The JSON of a template has other places.
        self.has_places = self.file is not None or self.text is not None

    def check(self) -> dict[str, Any]:
        options = ["--check", "--force-exclude", "--output-format", "json"]
        if self.file:
            return run(*options, "--", self.file)
        text = json.dumps(self.template, default=str) if self.text is None else self.text
        return run(*options, "-", text=text)


def matches(report: dict[str, Any], source: Source) -> Iterator[RuleMatch]:
    for finding in report["findings"]:
        # A rule is missing only if the program has failed once, and works now.
        rule = RULES.get(rule_id(finding["rule"]["code"], finding["severity"]), Check)
        yield match(rule, f"{finding['rule']['code']} {explained(finding)}", source, finding["span"], path_of(finding))
    for error in report["errors"]:
        # A fix that was discarded is the reason in a finding, and is nothing that cfn-lint could do.
        if error["kind"] != "refused":
            message = f"cfn-ipfix cannot check the template: {error['message']}"
            yield match(Check, message, source, error["span"])
    for value in [*report["notes"], *report["unchecked"]]:
        yield match(Unchecked, f"not checked by cfn-ipfix: {value['message']}", source, value["span"])


def match(
    rule: type[CloudFormationLintRule],
    message: str,
    source: Source,
    span: dict[str, Any] | None,
    path: list[Any] | None = None,
) -> RuleMatch:
    """Returns a match at a span, or at a path if the span is that of another text."""
    place = {"location": location(span)} if span and source.has_places else {}
    return RuleMatch(path or [], printable(message), rule=rule(), **place)


def location(span: dict[str, Any]) -> tuple[int, int, int, int]:
    """Returns a span as cfn-lint counts, which is from 0."""
    start, end = span["start"], span["end"]
    return start["line"] - 1, start["column"] - 1, end["line"] - 1, end["column"] - 1


def path_of(finding: dict[str, Any]) -> list[Any]:
    """Returns the path of a finding, by which cfn-lint finds the `Metadata` that ignores a rule."""
    resource, path = finding["resource"], finding["property"]
    start = []
    if resource and path.startswith(f"Resources.{resource}"):
        start, path = ["Resources", resource], path[len(f"Resources.{resource}") :]
    keys = re.findall(r"[^.\[\]]+", path)
    return start + [int(key) if key.isdecimal() else key for key in keys]


def explained(finding: dict[str, Any]) -> str:
    """Returns the message of a finding and what to do."""
    message = finding["message"]
    if not message.endswith((".", "?", "!")):
        message += "."
    if finding["no_fix"]:
        return f"{message} No fix: {finding['no_fix']}"
    if finding["fix"] is None:
        return f"{message} Fix: fixed by the fixes of other findings (`cfn-ipfix --write`)"
    unsafe = "" if finding["fix"]["applicability"] == "safe" else " --unsafe-fixes"
    return f"{message} Fix: {finding['fix']['title']} (`cfn-ipfix --write{unsafe}`)"


def printable(text: str) -> str:
    """Escapes characters of a template that act on a terminal."""
    return "".join(character if character.isprintable() else repr(character)[1:-1] for character in text)


def text_given_to_lint() -> str | None:
    """Returns the text that a caller such as sam gave to `cfnlint.api.lint`.

    cfn-lint passes on only what it parsed, which has neither comments nor all places. Without the text, a report would
    ignore comments that suppress findings.
    """
    frame: FrameType | None = sys._getframe()
    while frame and (frame.f_globals.get("__name__"), frame.f_code.co_name) != ("cfnlint.api", "lint"):
        frame = frame.f_back
    text = frame.f_locals.get("s") if frame else None
    return text if isinstance(text, str) else None


def run(*arguments: str, text: str = "") -> dict[str, Any]:
    """Returns the report of the program. The exit status says no more than the report."""
    command = [find_bin(), "--quiet", *arguments]
    done = subprocess.run(command, input=text.encode(), capture_output=True)
    try:
        report = json.loads(done.stdout)
        if not isinstance(report, dict):
            raise ValueError
    except ValueError:
        reason = done.stderr.decode(errors="replace").strip() or "no report"
        raise ValueError(f"{command[0]} exits with {done.returncode}: {reason}") from None
    return report


def rule_id(code: str, severity: str) -> str:
    return f"{PREFIXES[severity]}{9300 + int(code.removeprefix('IPF'))}"


def rules() -> dict[str, type[CloudFormationLintRule]]:
    """Returns a class for each rule of the program and each severity that its findings can have."""
    try:
        report = run("--isolated", "--output-format", "sarif", "-")
    except (OSError, ValueError):
        # E9300 has the reason, for each template. An error here would be printed with the calls that led to it.
        return {}
    classes = {}
    for rule in report["runs"][0]["tool"]["driver"]["rules"]:
        for severity in PREFIXES:
            name = rule_id(rule["id"], severity)
            fields = {
                "id": name,
                "shortdesc": f"{rule['id']} {rule['name']}",
                "description": f"Finds {rule['shortDescription']['text']}",
                "source_url": rule.get("helpUri", ""),
                "tags": ["cfn-ipfix"],
            }
            classes[name] = type(name, (CloudFormationLintRule,), fields)
    return classes


RULES = rules()
# cfn-lint takes the classes that a module has.
globals().update(RULES)
