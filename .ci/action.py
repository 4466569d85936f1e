"""Runs action.yml like GitHub, and the other recipes of docs/ci.md like their hosts. Run by `.ci/action`.

Steps that use an action of another repository do not run. The test checks whether they would, and with which inputs.
"""

import contextlib
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
WHEELS = os.environ["WHEELS"]
PAGE = (ROOT / "docs/ci.md").read_text()
EXAMPLES = ROOT / "examples"
BROKEN, CORRECT = EXAMPLES / "ec2-instance.yaml", EXAMPLES / "ec2-instance.fixed.yaml"
UNPARSABLE = "Resources:\n  Server:\n    Type: AWS::EC2::Instance\n    Properties: {IamInstanceProfile: \"open\n"
CHART = "{{- if .Values.on }}\nkind: [Service\n{{- end }}\n"


def repository(**files):
    """Creates a repository with these files; in their names, `_` is a dot and `__` a slash."""
    folder = Path(tempfile.mkdtemp(dir=WORK))
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    (folder / ".gitignore").write_text("build/\n.cfn-ipfix/\n")
    for name, text in files.items():
        file = folder / name.replace("__", "/").replace("_", ".")
        file.parent.mkdir(exist_ok=True)
        file.write_text(text.read_text() if isinstance(text, Path) else text)
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    return folder


def with_submodule(folder):
    """Adds this repository as a submodule, as the page describes."""
    done = run_recipe([recipe("git submodule")], folder, ["sh", "-e", "-c"])
    assert done.returncode == 0, done.stderr
    return folder


@dataclass
class Run:
    """The result of the action."""

    status: int = 0
    printed: str = ""
    summary: str = ""
    outputs: dict = field(default_factory=dict)
    used: dict = field(default_factory=dict)


class Runner:
    """The parts of a GitHub runner that the action needs; keeps what the action caches."""

    def __init__(self):
        self.temp = WORK / "runner"
        self.temp.mkdir()
        self.action = WORK / "action"
        self.action.mkdir()
        # GitHub downloads an action without its history.
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=CLONE, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x"], cwd=self.action, input=archive, check=True)
        self.steps = YAML(typ="safe").load((self.action / "action.yml").read_text())["runs"]["steps"]

    def run(self, folder, path=os.environ["PATH"], action=None, wheels="", **inputs):
        values = {"inputs.files": "", "inputs.sarif": "false", "runner.temp": str(self.temp)}
        values |= {f"inputs.{name}": value for name, value in inputs.items()}
        run = Run()
        for step in self.steps:
            if not self.is_true(step.get("if", "True"), values, run):
                continue
            if "uses" in step:
                run.used[step["uses"].split("@")[0]] = self.fill_in(step["with"], values)
                continue
            files = {name: self.temp / name for name in ("GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STEP_SUMMARY")}
            for file in files.values():
                file.write_text("")
            environment = {
                **os.environ,
                **{name: str(file) for name, file in files.items()},
                **self.fill_in(step.get("env", {}), values),
                "GITHUB_ACTION_PATH": str(action or self.action),
                "RUNNER_TEMP": str(self.temp),
                "RUNNER_OS": "Linux",
                "RUNNER_ARCH": "X64",
                "PIP_FIND_LINKS": wheels,
                "PATH": path,
            }
            script = self.temp / "script"
            script.write_text(step["run"])
            command = ["/bin/bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
            done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
            run.printed += done.stdout + done.stderr
            run.status = run.status or done.returncode
            run.summary += files["GITHUB_STEP_SUMMARY"].read_text()
            path = ":".join([*files["GITHUB_PATH"].read_text().split(), path])
            for line in files["GITHUB_OUTPUT"].read_text().splitlines():
                name, value = line.split("=", 1)
                values[f"steps.{step['id']}.outputs.{name}"] = run.outputs[name] = value
        return run

    @staticmethod
    def fill_in(mapping, values):
        return {
            name: re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda found: values.get(found[1], ""), value)
            for name, value in mapping.items()
        }

    @staticmethod
    def is_true(condition, values, run):
        # After a failed step, only steps with `always()` run.
        if run.status != 0 and "always()" not in condition:
            return False
        value = re.sub(r"steps\.[\w.-]+", lambda found: repr(values.get(found[0], "")), condition)
        return eval(value.replace("always()", "True").replace("&&", "and"), {})


RUNNER = Runner()
UPLOAD = "github/codeql-action/upload-sarif"


def action_builds_once():
    # A Rust project, whose workspace and toolchain must not affect the build of the tool.
    others = {"Cargo_toml": "[workspace]\n", "rust-toolchain_toml": '[toolchain]\nchannel = "none"\n'}
    folder = with_submodule(repository(a_yaml=CORRECT, **others))
    checkout, use = YAML(typ="safe").load(recipe("name"))["jobs"]["cfn-ipfix"]["steps"]
    equal("the checkout", checkout["with"], {"submodules": True})
    first = RUNNER.run(folder, action=folder / use["uses"])
    equal("the status", (first.status, first.printed), (0, "Nothing to fix in 1 file.\n"))
    cache = first.used["actions/cache/save"]
    equal("the restored cache", first.used["actions/cache/restore"], cache)
    assert (Path(cache["path"]) / "bin/cfn-ipfix").exists(), cache
    assert re.fullmatch(r"cfn-ipfix-Linux-X64-\w*-[0-9a-f]{40}", cache["key"]), cache
    again = RUNNER.run(repository(a_yaml=CORRECT), path="/usr/bin:/bin")
    equal("the status without cargo", (again.status, again.printed), (0, first.printed))
    equal("the restored cache without the submodule", again.used["actions/cache/restore"], cache)


@contextlib.contextmanager
def without_cache():
    """Hides what the action caches."""
    (RUNNER.temp / "cfn-ipfix").rename(RUNNER.temp / "away")
    try:
        yield
    finally:
        shutil.rmtree(RUNNER.temp / "cfn-ipfix", ignore_errors=True)
        (RUNNER.temp / "away").rename(RUNNER.temp / "cfn-ipfix")


def action_without_cargo():
    with without_cache():
        run = RUNNER.run(repository(a_yaml=CORRECT), path="/usr/bin:/bin")
    equal("the status", run.status, 2)
    assert "cargo is not on the PATH" in run.printed, run


def action_installs_release():
    python = Path(sys.executable).parent
    with without_cache():
        run = RUNNER.run(repository(a_yaml=CORRECT), path=f"{python}:/usr/bin:/bin", wheels=WHEELS)
    equal("the status", (run.status, run.printed), (0, "Nothing to fix in 1 file.\n"))


def action_annotates():
    hidden = {"_stacks__b_yaml": BROKEN}
    folder = repository(stacks__a_yaml=BROKEN, correct_yaml=CORRECT, chart_yaml=CHART, build__c_yaml=BROKEN, **hidden)
    run = RUNNER.run(folder)
    equal("the status", (run.status, run.outputs["exit-status"]), (1, "1"))
    files = re.findall(r"^::error file=([^,]*)", run.printed, re.MULTILINE)
    equal("the files", files, [".stacks/b.yaml", "stacks/a.yaml"])
    assert re.search(r"^::error file=stacks/a\.yaml,line=10,.*title=IPF001 ", run.printed, re.MULTILINE), run.printed
    assert "correct.yaml" not in run.printed and "chart.yaml" not in run.printed, run.printed
    assert UPLOAD not in run.used, run.used


def action_summarizes():
    run = RUNNER.run(repository(stacks__a_yaml=BROKEN, correct_yaml=CORRECT))
    titles = re.findall(r"^##+ .*", run.summary, re.MULTILINE)
    equal("the titles", titles, ["## cfn-ipfix", "### `stacks/a.yaml`"])
    assert "\n+++ b/stacks/a.yaml\n" in run.summary and run.summary.endswith(" fixable with `--write`.\n"), run.summary
    # GitHub would reject the whole report of more than 1 MiB.
    template = BROKEN.read_text().replace("# What the server", "#" * 300_000)
    many = RUNNER.run(repository(**{f"a{number}_yaml": template for number in range(4)}))
    assert "too long" in many.summary and "4 files" in many.summary and len(many.summary) < 1000, many.summary[:1000]


def action_uploads():
    run = RUNNER.run(repository(stacks__a_yaml=BROKEN), sarif="true")
    equal("the status", run.status, 1)
    report = json.loads(Path(run.used[UPLOAD]["sarif_file"]).read_text())
    (result,) = report["runs"][0]["results"]
    location = result["locations"][0]["physicalLocation"]["artifactLocation"]
    equal("the rule and the file", (result["ruleId"], location["uri"]), ("IPF001", "stacks/a.yaml"))


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
    """Returns the code block of the page that begins like this."""
    (block,) = re.findall(rf"^```\w+\n({beginning}.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return block


def run_recipe(commands, folder, shell):
    environment = {**os.environ, "PIP_FIND_LINKS": WHEELS}
    return subprocess.run([*shell, "\n".join(commands)], cwd=folder, env=environment, capture_output=True, text=True)


def gitlab():
    job = YAML(typ="safe").load(recipe("cfn-ipfix:\n"))["cfn-ipfix"]
    report = job["artifacts"]["reports"]["codequality"]
    shell = ["bash", "-e", "-o", "pipefail", "-c"]
    folder = repository(stacks__a_yaml=BROKEN, chart_yaml=CHART)
    done = run_recipe(job["script"], folder, shell)
    assert done.returncode != 0 and "cannot" not in done.stderr, done
    (finding,) = json.loads((folder / report).read_text())
    equal("the rule and the file", (finding["check_name"], finding["location"]["path"]), ("IPF001", "stacks/a.yaml"))
    shutil.copy(CORRECT, folder / "stacks/a.yaml")
    again = run_recipe(job["script"], folder, shell)
    equal("the status of a correct template", (again.returncode, json.loads((folder / report).read_text())), (0, []))


def codebuild():
    build = YAML(typ="safe").load(recipe("version"))
    (report,) = build["reports"]["cfn-ipfix"]["files"]
    commands = [*build["phases"]["install"]["commands"], *build["phases"]["build"]["commands"]]
    folder = repository(stacks__a_yaml=BROKEN, chart_yaml=CHART)
    done = run_recipe(commands, folder, ["sh", "-c"])
    assert done.returncode != 0, done
    assert len(xml.parse(folder / report).getroot().findall(".//failure")) == 1
    shutil.copy(CORRECT, folder / "stacks/a.yaml")
    done = run_recipe(commands, folder, ["sh", "-c"])
    equal("the status of a correct template", done.returncode, 0)
    assert xml.parse(folder / report).getroot().find(".//failure") is None


def anywhere_else():
    folder = repository(stacks__a_yaml=BROKEN, chart_yaml=CHART)
    done = run_recipe([recipe("cfn-ipfix --check")], folder, ["sh", "-c"])
    equal("the status", done.returncode, 1)
    assert "stacks/a.yaml:10:27: IPF001" in done.stdout, done.stdout
    shutil.copy(CORRECT, folder / "stacks/a.yaml")
    done = run_recipe([recipe("cfn-ipfix --check")], folder, ["sh", "-c"])
    equal("the status of a correct template", done.returncode, 0)


def branch_changes():
    folder = repository(a_yaml=BROKEN, gone_yaml=BROKEN)
    commit = "git add . && git commit --quiet --message 'A change'"
    subprocess.run(["sh", "-c", f"{commit} && git update-ref refs/remotes/origin/main HEAD"], cwd=folder, check=True)
    shutil.copy(CORRECT, folder / "my b.yaml")
    (folder / "gone.yaml").unlink()
    subprocess.run(["sh", "-c", commit], cwd=folder, check=True)
    done = run_recipe([recipe("git diff")], folder, ["sh", "-c"])
    equal("the status of a correct template", (done.returncode, done.stderr), (0, "Nothing to fix in 1 file.\n"))
    shutil.copy(BROKEN, folder / "my b.yaml")
    subprocess.run(["sh", "-c", commit], cwd=folder, check=True)
    done = run_recipe([recipe("git diff")], folder, ["sh", "-c"])
    equal("the status", done.returncode, 1)
    assert done.stdout.startswith("my b.yaml:10:27: IPF001") and "\na.yaml" not in done.stdout, done.stdout


def split_list():
    folder = repository(**{f"stacks__{number}_yaml": BROKEN for number in range(20)})
    done = run_recipe([recipe("find")], folder, ["sh", "-c"])
    equal("the status", done.returncode, 0)
    whole = run_recipe(["cfn-ipfix --output-format jsonl --files-from templates.txt"], folder, ["sh", "-c"])
    equal("the report", done.stdout, whole.stdout)
    assert len(done.stdout.splitlines()) == 20, done.stdout
    remove = "rm " + re.search(r"`(templates\.part\.\*)`", PAGE)[1]
    find, *check, join = recipe("find").splitlines()
    lines = [remove, f"{find}; echo missing.yaml >> templates.txt", *check]
    equal("the status with a missing file", run_recipe(lines, folder, ["sh", "-c"]).returncode, 123)
    # The part with that file has no report, so the next run checks it, and no other.
    (folder / "missing.yaml").write_text(BROKEN.read_text())
    (folder / "stacks/0.yaml").write_text(CORRECT.read_text())
    done = run_recipe([lines[1], *check, join], folder, ["sh", "-c"])
    equal("the status of the next run", done.returncode, 0)
    paths = [json.loads(line)["path"] for line in done.stdout.splitlines()]
    assert len(paths) == 21 and any(path.endswith("stacks/0.yaml") for path in paths), paths


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
    ("the action builds once, from the submodule of the workflow, and passes a correct template", action_builds_once),
    ("the action reports that cargo is missing", action_without_cargo),
    ("the action installs a release", action_installs_release),
    ("the action annotates findings, and fails", action_annotates),
    ("the action adds a report to the page of the run", action_summarizes),
    ("the action uploads a SARIF report on request", action_uploads),
    ("the action checks only the files that are passed", action_takes_files),
    ("the action passes a repository without templates, and fails without a repository", action_without_templates),
    ("the action fails for a template that cannot be parsed", action_cannot_parse),
    ("the GitLab job fails with a report, and passes a correct template", gitlab),
    ("the CodeBuild project fails with a report, and passes a correct template", codebuild),
    ("the recipe for anywhere else fails for findings, and passes a correct template", anywhere_else),
    ("the recipe for a branch checks only what it changes", branch_changes),
    ("the recipe that splits a list gives the report of a single run", split_list),
]


def equal(name, found, expected):
    assert found == expected, f"{name} is {found!r}, expected {expected!r}"


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
