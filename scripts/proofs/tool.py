"""Runs cfn-ipfix over many templates."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

TOOL = os.environ["TOOL"]
# Number of files per command.
BATCH = 200
# In memory if possible, because each written file waits for the disk.
FOLDER = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None


@dataclass
class Result:
    """The result for a file."""

    source: str
    findings: list = field(default_factory=list)
    errors: list = field(default_factory=list)


def run(files, *options):
    """Fixes files, given as names and sources, and returns a result for each."""
    results = []
    for start in range(0, len(files), BATCH):
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            paths = {}
            for at, (name, source) in enumerate(files[start : start + BATCH]):
                path = f"{at}{Path(name).suffix}"
                Path(folder, path).write_bytes(source.encode())
                paths[path] = Result(source)
            command = [TOOL, "--write", "--isolated", "--quiet", "--output-format", "json", *options, "--", *paths]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
            report = json.loads(done.stdout)
            for kind in ("findings", "errors"):
                for entry in report[kind]:
                    getattr(paths[entry["path"]], kind).append(entry)
            for path, result in paths.items():
                result.source = Path(folder, path).read_bytes().decode()
            results += paths.values()
    return results
