"""Tests the recipes of the pages, word for word. Run by `packages/pypi/test`, which sets WHEEL and names the tests.

The commands find the wheel as the page says, by PIP_FIND_LINKS and UV_FIND_LINKS. Everything else is from PyPI.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples"
SCRIPTS = Path(sys.prefix, "bin")
VERSION = re.search(r'^version = "(.*)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]


def blocks(page, language):
    """Returns the code blocks of a page in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text(), re.MULTILINE | re.DOTALL)


def commands(page, start):
    """Returns the commands of a page that start with this word."""
    return [line for block in blocks(page, "sh") for line in block.splitlines() if line.split()[0] == start]


def sessions(page):
    """Returns the commands of a page that have their exit status and their output next to them."""
    for block in blocks(page, "console"):
        yield re.fullmatch(r"\$ (.*)\n\? (\d+)\n(.*)", block, re.DOTALL).groups()


class InFolder(unittest.TestCase):
    """A folder with a template, a home, and the wheel where pip and uv search."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.home = Path(os.path.realpath(folder.name), "home")
        self.folder = self.home.with_name("folder")
        for path in (self.home, self.folder):
            path.mkdir()
        self.template = self.folder / "template.yaml"
        shutil.copy(EXAMPLES / "ec2-instance.yaml", self.template)
        self.log = ""
        wheels = str(Path(os.environ["WHEEL"]).parent)
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "VIRTUAL_ENV"))},
            "AWS_DEFAULT_REGION": "us-east-1",
            "HOME": str(self.home),
            "PATH": f"{self.home}/.local/bin:{SCRIPTS}:{os.environ['PATH']}",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_FIND_LINKS": wheels,
            "PIP_ROOT_USER_ACTION": "ignore",
            "PRE_COMMIT_HOME": str(self.home / "pre-commit"),
            "SAM_CLI_TELEMETRY": "0",
            "UV_FIND_LINKS": wheels,
            # Otherwise, uv downloads an interpreter.
            "UV_PYTHON": os.path.realpath(sys.executable),
        }

    def run_command(self, command):
        """Runs a command of a shell, and returns its exit status; `log` is its output."""
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.log = done.stdout
        return done.returncode

    def succeed(self, command):
        self.assertEqual(self.run_command(command), 0, f"{command}\n{self.log}")

    def check_that_installed_program_fixes(self):
        self.succeed("cfn-ipfix --write template.yaml")
        self.assertEqual(self.template.read_bytes(), (EXAMPLES / "ec2-instance.fixed.yaml").read_bytes())

    def follow(self, page):
        """Checks the sessions of a page whose program is installed."""
        (self.folder / ".cfnlintrc").write_text(blocks(page, "yaml")[0])
        followed = 0
        for command, status, output in sessions(page):
            if shutil.which(command.split()[0], path=self.environment["PATH"]):
                self.assertEqual(self.run_command(command), int(status), f"{command}\n{self.log}")
                self.assertEqual(self.log, output)
                followed += 1
        self.assertGreater(followed, 0)


class Install(InFolder):
    """The commands of docs/install.md."""

    def one(self, start):
        (command,) = commands("install.md", start)
        return command

    def test_finds_the_wheel_as_the_page_says(self):
        variables = re.findall(r'(\w+)="\$PWD/target/packages"', self.one("export"))
        self.assertEqual(variables, ["PIP_FIND_LINKS", "UV_FIND_LINKS"])

    def test_by_pip(self):
        self.succeed(f"'{sys.executable}' -m venv '{self.home}/.local'")
        self.succeed(self.one("pip"))
        self.succeed("command -v cfn-ipfix")
        self.assertEqual(self.log.strip(), f"{self.home}/.local/bin/cfn-ipfix")
        self.check_that_installed_program_fixes()

    def test_by_pipx(self):
        install, run = commands("install.md", "pipx")
        self.assertEqual(self.run_command(run), 1, self.log)
        self.assertIn("template.yaml:10:27: IPF001", self.log)
        self.succeed(install)
        self.check_that_installed_program_fixes()

    def test_by_uv(self):
        self.assertEqual(self.run_command(self.one("uvx")), 1, self.log)
        self.assertIn("template.yaml:10:27: IPF001", self.log)
        self.succeed(self.one("uv"))
        self.check_that_installed_program_fixes()


class Linters(InFolder):
    """The recipes of docs/cfn-lint.md, with that of sam if the environment has it."""

    def test_print_what_the_page_says(self):
        self.follow("cfn-lint.md")

    def test_ignore_what_the_page_says(self):
        rules, ignored, metadata = blocks("cfn-lint.md", "yaml")
        (self.folder / ".cfnlintrc").write_text(ignored)
        self.succeed("cfn-lint template.yaml")
        (self.folder / ".cfnlintrc").write_text(rules)
        source = self.template.read_text()
        self.template.write_text(source.replace("    Properties:\n", f"{metadata}    Properties:\n", 1))
        self.succeed("cfn-lint template.yaml")

    def test_take_rules_from_the_command_line(self):
        (command,) = re.findall(r"`(cfn-lint --append-rules .*)` uses", (DOCS / "cfn-lint.md").read_text())
        self.assertEqual(self.run_command(command), 2, self.log)
        self.assertIn("E9301 IPF001", self.log)


class LinterByItself(InFolder):
    """The other ways to install cfn-lint, in docs/cfn-lint.md."""

    def test_in_an_environment_of_pipx(self):
        (command,) = commands("cfn-lint.md", "pipx")
        self.succeed(f"pipx install {os.environ['CFN_LINT']} && {command}")
        self.follow("cfn-lint.md")

    def test_in_an_environment_of_uv(self):
        (command,) = commands("cfn-lint.md", "uv")
        self.succeed(command.replace(" cfn-lint", f" {os.environ['CFN_LINT']}"))
        self.follow("cfn-lint.md")


class PreCommit(InFolder):
    """The recipe of docs/ci.md; `.ci/pre-commit` tests the hook further, with the command on the PATH."""

    def setUp(self):
        super().setUp()
        (recipe,) = (block for block in blocks("ci.md", "yaml") if block.startswith("repos:"))
        self.assertIn(f"[cfn-ipfix=={VERSION}]", recipe)
        (self.folder / ".pre-commit-config.yaml").write_text(recipe)
        self.succeed("git init --quiet && git config user.name A && git config user.email a@example.com")
        self.succeed("pre-commit install")

    def test_fixes_a_commit_without_rust(self):
        # Nothing of Rust is on this PATH.
        self.environment["PATH"] = f"{SCRIPTS}:/usr/bin:/bin"
        self.assertIsNone(shutil.which("cargo", path=self.environment["PATH"]))
        self.assertEqual(self.run_command("git add . && git commit --message 'A change'"), 1, self.log)
        self.assertIn("template.yaml:10:27: IPF001", self.log)
        self.assertEqual(self.template.read_bytes(), (EXAMPLES / "ec2-instance.fixed.yaml").read_bytes())
        self.succeed("git add . && git commit --message 'A change'")


if __name__ == "__main__":
    unittest.main()
