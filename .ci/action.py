"""Runs action.yml as GitHub does, and the other recipes of docs/ci.md as their hosts do. Run by `.ci/action`.

The steps that are scripts run; those that use actions of others are looked at: whether they would run, and what they
would be given.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from dataclasses import dataclass, field
from pathlib import Path

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parent.parent
WORK = Path(os.environ["WORK"])
CLONE = WORK / "cfn-ipfix"
PAGE = (ROOT / "docs/ci.md").read_text()
EXAMPLES = ROOT / "examples"
BROKEN, RIGHT = EXAMPLES / "ec2-instance.yaml", EXAMPLES / "ec2-instance.fixed.yaml"
UNPARSABLE = "Resources:\n  Server:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: \"open\n"
CHART = "{{- if .Values.on }}\nkind: [Service\n{{- end }}\n"


def repository(**files):
    """A new repository with these files, given by their names with `_` for a dot, tracked or named in `.gitignore`."""
    folder = Path(tempfile.mkdtemp(dir=WORK))
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    (folder / ".gitignore").write_text("build/\n.cfn-ipfix/\n")
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text.read_text() if isinstance(text, Path) else text)
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    return folder


@dataclass
class Run:
    """What came of the action."""

    status: int = 0
    printed: str = ""
    outputs: dict = field(default_factory=dict)
    used: dict = field(default_factory=dict)


class Runner:
    """As much of a GitHub runner as the action needs. What the action caches, it keeps."""

    def __init__(self):
        self.temp = WORK / "runner"
        self.temp.mkdir()
        self.action = WORK / "action"
        self.action.mkdir()
        # GitHub downloads an action without its history.
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=CLONE, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x"], cwd=self.action, input=archive, check=True)
        self.steps = YAML(typ="safe").load((self.action / "action.yml").read_text())["runs"]["steps"]

    def run(self, folder, path=os.environ["PATH"], **inputs):
        values = {"inputs.files": "", "inputs.sarif": "false", "runner.temp": str(self.temp)}
        values |= {f"inputs.{name}": value for name, value in inputs.items()}
        run = Run()
        for step in self.steps:
            if not self.holds(step.get("if", "True"), values, run):
                continue
            if "uses" in step:
                run.used[step["uses"].split("@")[0]] = self.fill_in(step["with"], values)
                continue
            files = {name: self.temp / name for name in ("GITHUB_OUTPUT", "GITHUB_PATH")}
            for file in files.values():
                file.write_text("")
            environment = {
                **os.environ,
                **{name: str(file) for name, file in files.items()},
                **self.fill_in(step.get("env", {}), values),
                "GITHUB_ACTION_PATH": str(self.action),
                "RUNNER_TEMP": str(self.temp),
                "RUNNER_OS": "Linux",
                "RUNNER_ARCH": "X64",
                "PATH": path,
            }
            script = self.temp / "script"
            script.write_text(step["run"])
            command = ["/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
            run.printed += done.stdout + done.stderr
            run.status = run.status or done.returncode
            path = ":".join([*files["GITHUB_PATH"].read_text().split(), path])
            for line in files["GITHUB_OUTPUT"].read_text().splitlines():
                name, value = line.split("=", 1)
                values[f"steps.{step['id']}.outputs.{name}"] = run.outputs[name] = value
        return run

    @staticmethod
    def fill_in(mapping, values):
        return {
            name: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda place: values.get(place[1], ""), value)
            for name, value in mapping.items()
        }

    @staticmethod
    def holds(condition, values, run):
        # After a step that failed, only those run that ask for it.
        if run.status != 0 and "always()" not in condition:
            return False
        value = re.sub(r"steps\.[\w.-]+", lambda place: repr(values.get(place[0], "")), condition)
        return eval(value.replace("always()", "True").replace("&&", "and"), {})


RUNNER = Runner()
UPLOAD = "github/codeql-action/upload-sarif"


def action_builds_once():
    first = RUNNER.run(repository(a_yaml=RIGHT))
    equal("the status", (first.status, first.printed), (0, "Nothing to fix in 1 template.\n"))
    cache = first.used["actions/cache/save"]
    equal("what is restored", first.used["actions/cache/restore"], cache)
    assert (Path(cache["path"]) / "bin/cfn-ipfix").exists(), cache
    assert re.fullmatch(r"cfn-ipfix-Linux-X64-\w*-[0-9a-f]{40}", cache["key"]), cache
    again = RUNNER.run(repository(a_yaml=RIGHT), path="/usr/bin:/bin")
    equal("the status without cargo", (again.status, again.printed), (0, first.printed))


def action_without_cargo():
    (RUNNER.temp / "cfn-ipfix").rename(RUNNER.temp / "away")
    run = RUNNER.run(repository(a_yaml=RIGHT), path="/usr/bin:/bin")
    (RUNNER.temp / "away").rename(RUNNER.temp / "cfn-ipfix")
    equal("the status", run.status, 2)
    assert "cargo is not on the PATH" in run.printed, run


def action_annotates():
    hidden = {"_stacks__b_yaml": BROKEN}
    run = RUNNER.run(repository(stacks__a_yaml=BROKEN, right_yaml=RIGHT, chart_yaml=CHART, build__c_yaml=BROKEN, **hidden))
    equal("the status", (run.status, run.outputs["exit-status"]), (1, "1"))
    equal("the files", re.findall(r"^::error file=([^,]*)", run.printed, re.MULTILINE), [".stacks/b.yaml", "stacks/a.yaml"])
    assert re.search(r"^::error file=stacks/a\.yaml,line=10,.*title=IPF001 ", run.printed, re.MULTILINE), run.printed
    assert "right.yaml" not in run.printed and "chart.yaml" not in run.printed, run.printed
    assert UPLOAD not in run.used, run.used


def action_uploads():
    run = RUNNER.run(repository(stacks__a_yaml=BROKEN), sarif="true")
    equal("the status", run.status, 1)
    report = json.loads(Path(run.used[UPLOAD]["sarif_file"]).read_text())
    (result,) = report["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    equal("the rule and the file", (result["ruleId"], place["uri"]), ("IPF001", "stacks/a.yaml"))


def action_takes_files():
    folder = repository(a_yaml=BROKEN, build__one_yaml=BROKEN, build__two_json=EXAMPLES / "launch-template.json")
    run = RUNNER.run(folder, files="build/*.yaml\nbuild/*.json\n")
    equal("the status", run.status, 1)
    assert "build/one.yaml" in run.printed and "build/two.json" in run.printed, run.printed
    assert "file=a.yaml" not in run.printed, run.printed
    nothing = RUNNER.run(folder, files="stacks/*.yaml")
    equal("the status without files", nothing.status, 2)
    assert "no file is named by stacks/*.yaml" in nothing.printed, nothing.printed


def action_without_templates():
    run = RUNNER.run(repository(chart_yaml=CHART))
    equal("the status", run.status, 0)
    assert "No template found" in run.printed, run.printed
    nothing = RUNNER.run(tempfile.mkdtemp(dir=WORK))
    equal("the status without a checkout", nothing.status, 2)
    assert "actions/checkout" in nothing.printed, nothing.printed


def action_cannot_parse():
    run = RUNNER.run(repository(a_yaml=UNPARSABLE))
    equal("the status", run.status, 3)
    assert re.search(r"^::error file=a\.yaml,line=4,.*quote is never closed", run.printed, re.MULTILINE), run.printed


def recipe(beginning):
    """The block of the page that begins like this, with `COMMIT` filled in."""
    (block,) = re.findall(rf"^```\w+\n({beginning}.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return block.replace("COMMIT", subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=CLONE, text=True).strip())


def run_recipe(commands, folder, shell):
    binaries = WORK / "binaries"
    environment = {
        **os.environ,
        "CARGO_INSTALL_ROOT": str(binaries),
        "PATH": f"{binaries}/bin:{os.environ['PATH']}",
    }
    return subprocess.run([*shell, "\n".join(commands)], cwd=folder, env=environment, capture_output=True, text=True)


def gitlab():
    job = YAML(typ="safe").load(recipe("cfn-ipfix:\n"))["cfn-ipfix"]
    report = job["artifacts"]["reports"]["codequality"]
    shell = ["bash", "-e", "-o", "pipefail", "-c"]
    folder = repository(stacks__a_yaml=BROKEN, chart_yaml=CHART)
    done = run_recipe(job["script"], folder, shell)
    assert done.returncode != 0 and "cannot" not in done.stderr, done
    (finding,) = json.loads((folder / report).read_text())
    place = finding["location"]
    equal("the place", (finding["check_name"], place["path"]), ("IPF001", "stacks/a.yaml"))
    shutil.copy(RIGHT, folder / "stacks/a.yaml")
    again = run_recipe(job["script"], folder, shell)
    equal("the status of a right template", (again.returncode, json.loads((folder / report).read_text())), (0, []))
    assert (folder / job["cache"]["paths"][0] / "bin/cfn-ipfix").exists()
    assert "is already installed" in again.stderr, again.stderr


def codebuild():
    build = YAML(typ="safe").load(recipe("version"))
    (report,) = build["reports"]["cfn-ipfix"]["files"]
    commands = [*build["phases"]["install"]["commands"], *build["phases"]["build"]["commands"]]
    folder = repository(stacks__a_yaml=BROKEN, chart_yaml=CHART)
    done = run_recipe(commands, folder, ["sh", "-c"])
    assert done.returncode != 0, done
    assert xml.parse(folder / report).getroot().find(".//failure") is not None
    shutil.copy(RIGHT, folder / "stacks/a.yaml")
    done = run_recipe(commands, folder, ["sh", "-c"])
    equal("the status of a right template", done.returncode, 0)
    assert xml.parse(folder / report).getroot().find(".//failure") is None


def anywhere_else():
    folder = repository(stacks__a_yaml=BROKEN, chart_yaml=CHART)
    done = run_recipe([recipe("cfn-ipfix --check")], folder, ["sh", "-c"])
    equal("the status", done.returncode, 1)
    assert "stacks/a.yaml:10:27: IPF001" in done.stderr, done.stderr
    shutil.copy(RIGHT, folder / "stacks/a.yaml")
    done = run_recipe([recipe("cfn-ipfix --check")], folder, ["sh", "-c"])
    equal("the status of a right template", done.returncode, 0)


def what_a_branch_changes():
    folder = repository(a_yaml=BROKEN, gone_yaml=BROKEN)
    commit = "git add . && git commit --quiet --message 'A change'"
    subprocess.run(["sh", "-c", f"{commit} && git update-ref refs/remotes/origin/main HEAD"], cwd=folder, check=True)
    shutil.copy(RIGHT, folder / "my b.yaml")
    (folder / "gone.yaml").unlink()
    subprocess.run(["sh", "-c", commit], cwd=folder, check=True)
    done = run_recipe([recipe("git diff")], folder, ["sh", "-c"])
    equal("the status of a right template", (done.returncode, done.stderr), (0, "Nothing to fix in 1 template.\n"))
    shutil.copy(BROKEN, folder / "my b.yaml")
    subprocess.run(["sh", "-c", commit], cwd=folder, check=True)
    done = run_recipe([recipe("git diff")], folder, ["sh", "-c"])
    equal("the status", done.returncode, 1)
    assert "my b.yaml:10:27: IPF001" in done.stderr and "\na.yaml" not in done.stderr, done.stderr


def shared_list():
    folder = repository(**{f"stacks__{number}_yaml": BROKEN for number in range(20)})
    done = run_recipe([recipe("find")], folder, ["sh", "-c"])
    equal("the status", done.returncode, 0)
    whole = run_recipe(["cfn-ipfix --output-format jsonl --files-from templates.txt"], folder, ["sh", "-c"])
    equal("the report", done.stdout, whole.stdout)
    assert len(done.stdout.splitlines()) == 20, done.stdout
    lines = recipe("find").splitlines()
    lines[0] += "; echo missing.yaml >> templates.txt"
    # The last command joins the parts.
    equal("the status with a file that is not there", run_recipe(lines[:-1], folder, ["sh", "-c"]).returncode, 123)


def schema(name, text, *options):
    file = WORK / "instance.yaml"
    file.write_text(text)
    command = ["check-jsonschema", "--builtin-schema", f"vendor.{name}", *options, str(file)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


# Resolves GitLab's own YAML tags.
GITLAB = ("--data-transform", "gitlab-ci")
CASES = [
    ("action.yml fits GitHub's schema", schema, "github-actions", (ROOT / "action.yml").read_text()),
    ("the workflow of docs/ci.md fits GitHub's schema", schema, "github-workflows", recipe("name")),
    ("the job of docs/ci.md fits GitLab's schema", schema, "gitlab-ci", recipe("cfn-ipfix:\n"), *GITLAB),
    ("the action builds once, and passes a right template", action_builds_once),
    ("the action says what it needs where there is no cargo", action_without_cargo),
    ("the action annotates findings, and fails", action_annotates),
    ("the action uploads a SARIF report if asked", action_uploads),
    ("the action takes the files that are named, and those only", action_takes_files),
    ("the action passes a repository without templates, and fails without one", action_without_templates),
    ("the action fails for a template that cannot be parsed", action_cannot_parse),
    ("the GitLab job fails with a report, and passes a right template", gitlab),
    ("the CodeBuild project fails with a report, and passes a right template", codebuild),
    ("the recipe for anywhere else fails for findings, and passes a right template", anywhere_else),
    ("the recipe for a branch looks at what it changes", what_a_branch_changes),
    ("the recipe that shares a list gives the report of a single run", shared_list),
]


def equal(what, found, expected):
    assert found == expected, f"{what} is {found!r} and should be {expected!r}"


def main():
    failed = 0
    for name, case, *arguments in CASES:
        try:
            case(*arguments)
            print(f"ok      {name}", flush=True)
        except Exception as problem:
            failed += 1
            print(f"FAILED  {name}\n{problem!r}", flush=True)
    print(f"{len(CASES) - failed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
