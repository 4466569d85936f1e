"""Tests the program and how Python runs it. Run by `packages/pypi/test`, in an environment with only the wheel."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import cfn_ipfix

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ROOT / "examples"
PROGRAM = Path(sys.prefix, "bin", "cfn-ipfix")
# The interpreter outside of the environment, with nothing of the wheel.
BASE = os.path.realpath(sys.executable)
MODULE = [sys.executable, "-m", "cfn_ipfix"]


class TemporaryFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(os.path.realpath(folder.name))


class FindBin(TemporaryFolder):
    def install(self, *options, **environment):
        """Installs the wheel outside of the environment."""
        pip = [sys.executable, "-m", "pip", "--python", BASE, "install", "--quiet", "--no-index", "--no-deps"]
        # Debian asks for this outside of environments; nothing of the system is changed.
        environment = {**os.environ, "PIP_BREAK_SYSTEM_PACKAGES": "1", "PIP_ROOT_USER_ACTION": "ignore", **environment}
        subprocess.run([*pip, *options, os.environ["WHEEL"]], check=True, env=environment)

    def found(self, **environment):
        """Returns the program that the interpreter outside of the environment finds."""
        code = "import cfn_ipfix; print(cfn_ipfix.find_bin())"
        environment = {**os.environ, "PYTHONUSERBASE": str(self.folder), **environment}
        done = subprocess.run([BASE, "-c", code], check=True, capture_output=True, text=True, env=environment)
        self.assertEqual(version(done.stdout.strip()), version(PROGRAM))
        return Path(done.stdout.strip())

    def test_in_an_environment(self):
        self.assertEqual(Path(cfn_ipfix.find_bin()), PROGRAM)

    def test_of_a_user(self):
        self.install("--user", PYTHONUSERBASE=str(self.folder))
        self.assertEqual(self.found(), self.folder / "bin" / "cfn-ipfix")

    def test_of_a_target(self):
        self.install("--target", str(self.folder / "target"))
        found = self.found(PYTHONPATH=str(self.folder / "target"))
        self.assertEqual(found, self.folder / "target" / "bin" / "cfn-ipfix")

    def test_of_a_target_below_the_program_of_somebody_else(self):
        target = self.folder / "a" / "b" / "target"
        self.install("--target", str(target))
        (self.folder / "bin").mkdir()
        shutil.copy("/bin/false", self.folder / "bin" / "cfn-ipfix")
        self.assertEqual(self.found(PYTHONPATH=str(target)), target / "bin" / "cfn-ipfix")

    def test_of_a_prefix(self):
        self.install("--prefix", str(self.folder / "prefix"))
        (module,) = self.folder.glob("prefix/**/cfn_ipfix")
        found = self.found(PYTHONPATH=str(module.parent))
        self.assertEqual(found, next(self.folder.glob("prefix/**/bin/cfn-ipfix")))

    def test_says_where_it_searched(self):
        packages = self.folder / "lib" / "packages"
        shutil.copytree(Path(cfn_ipfix.__file__).parent, packages / "cfn_ipfix")
        environment = {**os.environ, "PYTHONPATH": str(packages), "PYTHONUSERBASE": str(self.folder / "user")}
        command = [BASE, "-m", "cfn_ipfix", "--version"]
        done = subprocess.run(command, capture_output=True, text=True, env=environment)
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertTrue(
            done.stderr.startswith("cfn-ipfix: the program cfn-ipfix is in none of these folders"), done.stderr
        )
        for folder in (packages / "bin", self.folder / "user" / "bin", Path(BASE).parent):
            self.assertIn(f"\n  {folder}\n", f"{done.stderr}\n")
        self.assertNotIn("Traceback", done.stderr)


class Module(TemporaryFolder):
    """`python -m cfn_ipfix` is the program, in all that can be seen of it."""

    def test_has_the_output_and_the_exit_status_of_the_program(self):
        broken = self.folder / "broken.yaml"
        broken.write_text('Resources: ["open\n')
        for status, arguments in [
            (0, ["--version"]),
            (0, ["--check", str(EXAMPLES / "correct.yaml")]),
            (1, [str(EXAMPLES / "ec2-instance.yaml")]),
            (2, ["--no-such-option"]),
            (3, ["--check", str(broken)]),
            (0, ["--write", "--stdin-filename", "a b.yaml", "-"]),
        ]:
            with self.subTest(arguments):
                results = [run([*command, *arguments]) for command in ([PROGRAM], MODULE)]
                self.assertEqual(results[0], results[1])
                self.assertEqual(results[0][0], status)

    def test_is_ended_by_a_signal(self):
        command = [*MODULE, "--lsp"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            # The program is in the place of Python, unless Python has not started it yet.
            while os.path.realpath(f"/proc/{process.pid}/exe") != str(PROGRAM):
                self.assertIsNone(process.poll())
            process.send_signal(signal.SIGTERM)
        self.assertEqual(process.returncode, -signal.SIGTERM)

    def test_takes_a_closed_pipe_as_the_program_does(self):
        results = []
        for command in ([PROGRAM], MODULE):
            read, write = os.pipe()
            os.close(read)
            done = subprocess.run([*command, "--man"], stdout=write, stderr=subprocess.PIPE)
            os.close(write)
            results.append((done.returncode, done.stderr))
        self.assertEqual(results[0], results[1])


class Readme(TemporaryFolder):
    def test_fixes_the_mistake(self):
        template = self.folder / "template.yaml"
        shutil.copy(EXAMPLES / "ec2-instance.yaml", template)
        command = next(
            line for line in (ROOT / "README.md").read_text().splitlines() if line.endswith("--write template.yaml")
        )
        environment = {"PATH": str(PROGRAM.parent)}
        subprocess.run(["/bin/sh", "-c", command], check=True, cwd=self.folder, env=environment, stderr=subprocess.PIPE)
        self.assertEqual(template.read_bytes(), (EXAMPLES / "ec2-instance.fixed.yaml").read_bytes())


def run(command):
    done = subprocess.run(command, input=(EXAMPLES / "ec2-instance.yaml").read_bytes(), capture_output=True)
    return done.returncode, done.stdout, done.stderr


def version(program):
    return subprocess.run([program, "--version"], check=True, capture_output=True).stdout


if __name__ == "__main__":
    unittest.main()
