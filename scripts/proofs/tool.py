"""Runs cfn-ipfix over many templates."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

TOOL = os.environ["TOOL"]
# How many files a command names.
BATCH = 200
# In memory where there is such a folder: each file that is written waits for the disk.
FOLDER = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@dataclass
class Ran:
    """What came of a file."""

    text: str
    findings: list = field(default_factory=list)
    errors: list = field(default_factory=list)


def run(files, *options):
    """Mends files, given as names and texts, and tells what came of each."""
    ran = []
    for start in range(0, len(files), BATCH):
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            paths = {}
            for at, (name, text) in enumerate(files[start : start + BATCH]):
                path = f"{at}{Path(name).suffix}"
                Path(folder, path).write_bytes(text.encode())
                paths[path] = Ran(text)
            command = [TOOL, "--write", "--isolated", "--quiet", "--output-format", "json", *options, "--", *paths]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            report = json.loads(done.stdout)
            for kind in ("findings", "errors"):
                for entry in report[kind]:
                    getattr(paths[entry["path"]], kind).append(entry)
            for path, one in paths.items():
                one.text = Path(folder, path).read_bytes().decode()
            ran += paths.values()
    return ran
