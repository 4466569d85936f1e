"""Tests the rules for cfn-lint with cfn-lint itself. Run by `packages/pypi/test`, in an environment with both."""

import importlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

import cfn_ipfix
from cfnlint.api import lint
from cfnlint.config import ConfigMixIn
from cfnlint.runner import Runner

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"
SCRIPTS = Path(sys.prefix, "bin")
MODULE = "cfn_ipfix.cfnlint"
# A place after characters whose length differs in each encoding, and one suppressed by a comment.
TEMPLATE = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - {Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: sts:AssumeRole}
  Server: {Type: AWS::EC2::Instance, Metadata: {"é😀日本": x}, Properties: {IamInstanceProfile: !Ref Role}}
  Other:
    Type: AWS::EC2::Instance
    Properties:
      ImageId: ami-1
      IamInstanceProfile: !Ref Role # cfn-ipfix: ignore[IPF001] it is the example
"""
LINE = TEMPLATE.splitlines().index(next(line for line in TEMPLATE.splitlines() if "Server:" in line)) + 1
VALUE = TEMPLATE.splitlines()[LINE - 1].index("!Ref Role") + 1
AT_SERVER = [("E9301", (LINE, VALUE, LINE, VALUE + len("!Ref Role")))]
UNKNOWN = """\
Parameters: {Profile: {Type: String}}
Resources:
  Server: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref Profile, ImageId: ami-1}}
"""


class InFolder(unittest.TestCase):
    """A folder with a `.cfnlintrc`, as the page says."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.write(".cfnlintrc", f"append_rules: [{MODULE}]\n")
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(self.folder)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())

    def places(self, *arguments):
        return [(match.rule.id, place(match)) for match in matches(*arguments)]


class Findings(InFolder):
    def test_are_those_of_the_report_at_the_same_places(self):
        for file in EXAMPLES.iterdir():
            if file.is_file() and file.suffix != ".md":
                shutil.copy(file, self.folder)
        files = sorted(path.name for path in self.folder.glob("[!.]*"))
        found = matches("--", *files)
        places = [(match.filename, match.rule.id, place(match)) for match in found]
        report = program("--check", "--output-format", "json", *files)
        wanted = [(finding["path"], id_of(finding), place_of(finding["span"])) for finding in report["findings"]]
        self.assertGreater(len(wanted), 20)
        self.assertEqual(sorted(places), sorted(wanted))
        for match in found:
            self.assertEqual(match.message.split()[0], f"IPF0{match.rule.id[3:]}")
            # Each message ends with what to do.
            self.assertRegex(match.message, r" (No fix|Fix): .")

    def test_count_characters_and_lines_as_cfn_lint(self):
        for name, text in [("lf", TEMPLATE), ("crlf", TEMPLATE.replace("\n", "\r\n")), ("mark", f"\ufeff{TEMPLATE}")]:
            with self.subTest(name):
                self.write("template.yaml", text)
                self.assertEqual(self.places("template.yaml"), AT_SERVER)

    def test_show_no_control_characters(self):
        self.write("template.yaml", TEMPLATE.replace("  Server:", '  "Ser\\e[31mver":'))
        (match,) = matches("template.yaml")
        self.assertIn("`Ser\\x1b[31mver`", match.message)

    def test_include_values_that_are_not_checked(self):
        self.write("template.yaml", UNKNOWN)
        self.assertEqual(self.places("template.yaml"), [])
        (value,) = program("--check", "--output-format", "json", "template.yaml")["unchecked"]
        (match,) = matches("--include-checks", "I", "--", "template.yaml")
        self.assertEqual((match.rule.id, place(match)), ("I9300", place_of(value["span"])))
        self.assertIn(value["message"], match.message)


class Ignored(InFolder):
    def setUp(self):
        super().setUp()
        self.write("template.yaml", TEMPLATE)

    def test_by_id_and_prefix(self):
        for ids in ["E9301"], ["E93"], ["E"]:
            self.assertEqual(self.places("--ignore-checks", *ids, "--", "template.yaml"), [])
        self.assertEqual(self.places("--ignore-checks", "W9301", "E9302", "--", "template.yaml"), AT_SERVER)

    def test_by_cfnlintrc(self):
        self.write(".cfnlintrc", f"append_rules: [{MODULE}]\nignore_checks: [E9301]\n")
        self.assertEqual(self.places("template.yaml"), [])

    def test_by_metadata_of_the_resource(self):
        ignore = 'Metadata: {"cfn-lint": {config: {ignore_checks: [E9301]}}, '
        self.write("template.yaml", TEMPLATE.replace("Metadata: {", ignore))
        self.assertEqual(self.places("template.yaml"), [])

    def test_by_a_comment_only_where_it_is(self):
        self.write("template.yaml", TEMPLATE.replace(" # cfn-ipfix: ignore[IPF001] it is the example", ""))
        self.assertEqual([id for id, _ in self.places("template.yaml")], ["E9301", "E9301"])

    def test_by_the_configuration_near_the_template(self):
        self.write("stacks/template.yaml", TEMPLATE)
        self.assertEqual(self.places("stacks/template.yaml"), AT_SERVER)
        for setting in "ignore: [IPF001]", "exclude: [template.yaml]":
            self.write("stacks/.cfn-ipfix.yaml", setting)
            self.assertNotIn("E9301", [id for id, _ in self.places("stacks/template.yaml")], setting)


class Text(InFolder):
    """Templates that cfn-lint has no file of, as in `sam validate --lint`."""

    def places_in(self, text):
        return [(match.rule.id, place(match)) for match in ours(lint(text))]

    def test_has_the_same_places_and_suppressions(self):
        self.assertEqual(self.places_in(TEMPLATE), AT_SERVER)

    def test_has_the_configuration_of_the_working_directory(self):
        self.write(".cfn-ipfix.yaml", "ignore: [IPF001]")
        self.assertNotIn("E9301", [id for id, _ in self.places_in(TEMPLATE)])

    def test_on_standard_input_is_checked_without_comments(self):
        # The places are those of the keys, the only ones that cfn-lint knows.
        key = "IamInstanceProfile"
        lines = [(at, line.index(key) + 1) for at, line in enumerate(TEMPLATE.splitlines(), 1) if key in line]
        keys = [("E9301", (line, column, line, column + len(key))) for line, column in lines]
        command = [SCRIPTS / "cfn-lint", "--format", "parseable"]
        done = subprocess.run(command, input=TEMPLATE, capture_output=True, text=True)
        fields = [line.split(":", maxsplit=6) for line in done.stdout.splitlines()]
        places = [(id, tuple(map(int, place))) for _, *place, id, _ in fields if id[1:3] == "93"]
        self.assertEqual(places, keys)


class Rules(InFolder):
    def test_are_those_of_the_program(self):
        rules = importlib.import_module(MODULE).RULES
        listed = subprocess.run([cfn_ipfix.find_bin(), "--list-rules"], check=True, capture_output=True, text=True)
        codes = [line.split()[0] for line in listed.stdout.splitlines()]
        self.assertEqual([rule.shortdesc.split()[0] for id, rule in rules.items() if id[0] == "E"], codes)
        self.assertEqual([f"W{id[1:]}" for id in rules if id[0] == "E"], [id for id in rules if id[0] == "W"])
        shown = subprocess.run([SCRIPTS / "cfn-lint", "--list-rules"], check=True, capture_output=True, text=True)
        for id, rule in rules.items():
            self.assertIn(f"{id}: {rule.shortdesc}\n{rule.description}\n", shown.stdout)

    def test_link_to_their_pages_if_the_program_knows_them(self):
        module = importlib.import_module(MODULE)
        report = module.run("--isolated", "--output-format", "sarif", "-")
        for rule in report["runs"][0]["tool"]["driver"]["rules"]:
            rule["helpUri"] = f"https://example.com/{rule['id']}"
        with mock.patch.object(module, "run", return_value=report):
            self.assertEqual(module.rules()["W9302"].source_url, "https://example.com/IPF002")

    def test_run_the_program_once_for_each_template(self):
        module = importlib.import_module(MODULE)
        with mock.patch.object(module, "run", wraps=module.run) as run:
            lint(TEMPLATE)
        self.assertEqual(run.call_count, 1)


class Failures(InFolder):
    def setUp(self):
        super().setUp()
        self.write("template.yaml", TEMPLATE)

    def failing(self, program):
        """Returns the matches for a template if this program is in the place of ours after the rules are loaded."""
        module = importlib.import_module(MODULE)
        with mock.patch.object(module, "find_bin", return_value=program):
            return [(match.rule.id, match.message) for match in ours(lint(TEMPLATE))]

    def test_of_a_program_are_reported(self):
        for program, words in [("/bin/false", "/bin/false exits with 1: no report"), ("/no/program", "No such file")]:
            with self.subTest(program):
                # cfn-lint loads each module once.
                ((id, message),) = self.failing(program)
                self.assertEqual(id, "E9300")
                self.assertIn(words, message)

    def test_of_a_program_while_rules_are_loaded_are_reported(self):
        code = "import sys, cfn_ipfix, cfnlint.runner; cfn_ipfix.find_bin = lambda: '{}'; cfnlint.runner.main()"
        self.write("null", "#!/bin/sh\necho null\n")
        null = self.folder / "null"
        null.chmod(0o755)
        for program, words in [
            ("/bin/false", "/bin/false exits with 1"),
            ("/no/program", "No such file"),
            (null, "exits with 0: no report"),
        ]:
            command = [sys.executable, "-c", code.format(program), "template.yaml"]
            done = subprocess.run(command, capture_output=True, text=True)
            self.assertNotEqual(done.returncode, 0)
            self.assertRegex(done.stdout, rf"E9300 cfn-ipfix cannot check the template: .*{words}")
            self.assertNotIn("Traceback", done.stdout + done.stderr)

    def test_of_the_configuration_are_reported(self):
        self.write(".cfn-ipfix.yaml", "no-such-setting: 1\n")
        (match,) = matches("template.yaml")
        self.assertEqual(match.rule.id, "E9300")
        self.assertIn("no-such-setting", match.message)

    def test_of_the_report_are_shown_at_their_places_unless_they_are_about_fixes(self):
        module = importlib.import_module(MODULE)
        span = {"start": {"line": 3, "column": 5}, "end": {"line": 3, "column": 9}}
        errors = [{"kind": kind, "message": kind, "span": span} for kind in ("unparsable", "refused", "of the future")]
        report = {"findings": [], "errors": errors, "notes": [], "unchecked": []}
        with mock.patch.object(module, "run", return_value=report):
            found = ours(lint(TEMPLATE))
        self.assertEqual([match.message.split(": ")[1] for match in found], ["unparsable", "of the future"])
        self.assertEqual({(match.rule.id, place(match)) for match in found}, {("E9300", place_of(span))})


def program(*arguments):
    done = subprocess.run([cfn_ipfix.find_bin(), "--quiet", *arguments], capture_output=True, text=True)
    return json.loads(done.stdout)


def id_of(finding):
    return f"{finding['severity'][0].upper()}{9300 + int(finding['rule']['code'][3:])}"


def matches(*arguments):
    """Returns the matches of our rules for these arguments of cfn-lint."""
    return ours(Runner(ConfigMixIn(list(arguments))).run())


def ours(matches):
    return [match for match in matches if match.rule.id[1:3] == "93"]


def place(match):
    return match.linenumber, match.columnnumber, match.linenumberend, match.columnnumberend


def place_of(span):
    start, end = span["start"], span["end"]
    return start["line"], start["column"], end["line"], end["column"]


if __name__ == "__main__":
    unittest.main()
