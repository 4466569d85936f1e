"""Terraform modules in folders, and their fixes."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOL = os.environ["TOOL"]
OWN = ROOT / "tests/modules"
# Files of a case that are not part of its module.
NOT_OF_MODULE = ["expect", "WHY", "findings.txt"]


@dataclass(frozen=True)
class Case:
    """A module that is kept as an example of safe or unsafe fixes, or of none."""

    folder: Path
    kind: str

    @property
    def name(self):
        return f"{self.kind}/{self.folder.name}"

    def copy(self, target):
        """Copies the module."""
        ignore = shutil.ignore_patterns(*NOT_OF_MODULE)
        # The copy can be written, even if the original cannot.
        shutil.copytree(self.folder, target, ignore=ignore, copy_function=shutil.copyfile)

    def fix(self, folder):
        """Fixes a copy of the module."""
        fix([folder], *["--unsafe-fixes"] * (self.kind == "unsafe"))


def cases(root, kinds=("fix", "unsafe")):
    """Returns the cases of a folder in this form: a folder for each kind of fix, with a folder for each module."""
    return [
        Case(folder, kind) for kind in kinds for folder in sorted((root / kind).glob("*")) if folder.is_dir()
    ]


def fix(folders, *options):
    """Fixes the modules in folders, and everything below them."""
    subprocess.run([TOOL, "--write", "--isolated", "--quiet", *options, "--", *folders], capture_output=True)


def as_terraform_reads(folder):
    """Renames the files of OpenTofu, which hide the others, so that Terraform reads the same module."""
    for file in folder.glob("**/*.tofu*"):
        file.replace(file.with_name(re.sub(r"\.tofu(?=\.json$|$)", ".tf", file.name)))


def sources(folder):
    """Returns the sources of a module by file name; without those of modules below it."""
    files = [*folder.glob("*.tf"), *folder.glob("*.tf.json")]
    return {file.name: file.read_bytes().decode() for file in sorted(files)}
