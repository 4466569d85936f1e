"""Breaks references in documents that contain templates, and fixes them. Run by `scripts/break-and-mend-hosts`.

The script knows no document: it finds the names of profiles and their roles by their text, and references by theirs. So it also
replaces references that are not values of a property, such as outputs; they are counted as not found, and are for a person to
look at.
"""

import collections
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

TOOL = os.environ["TOOL"]
ENDINGS = {".yaml", ".yml", ".json", ".config", ".template"}
# In memory if possible, because each written file waits for the disk.
MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
QUOTE = r"""["'\\]*"""
PROFILE = re.compile(
    rf"{QUOTE}(\w+){QUOTE}\s*:\s*[{{\s]\s*{QUOTE}Type{QUOTE}\s*:\s*{QUOTE}AWS::IAM::InstanceProfile"
    rf"(?:(?!AWS::).)*?Roles(?:(?!AWS::).)*?Ref{QUOTE}[\s:]*{QUOTE}(\w+)",
    re.DOTALL,
)


def references(profile):
    """Returns a pattern for references to a profile, whose group is its name."""
    name = re.escape(profile)
    forms = [
        rf"Ref{QUOTE}\s*:?\s*{QUOTE}({name})\b",
        rf"GetAtt{QUOTE}\s*:?\s*{QUOTE}({name})\.Arn\b",
        rf"GetAtt{QUOTE}\s*:?\s*(?:\[\s*|-\s+){QUOTE}({name}){QUOTE}\s*(?:,|-)\s*{QUOTE}Arn\b",
        rf"\${{({name})(?:\.Arn)?}}",
    ]
    return re.compile("|".join(forms))


def main():
    counts = collections.Counter()
    for folder in sorted(path for name in sys.argv[1:] for path in Path(name).iterdir() if path.is_dir()):
        texts = read(folder)
        counts["projects"] += 1
        counts["files"] += len(texts)
        found, _ = fix(texts)
        for finding in found:
            counts["findings as they are"] += 1
            print(f"{folder.name}: {finding['path']}:{finding['line']}: {finding['code']}")
        for broken, path, line in breaks(texts):
            counts["references"] += 1
            found, fixed = fix(broken)
            if fixed == texts:
                counts["fixed to the original"] += 1
                continue
            kind = "fixed to something else" if fixed != broken else "found without a fix" if found else "not found"
            counts[kind] += 1
            print(f"{folder.name}: {path}:{line}: {kind}")
    for name, count in counts.items():
        print(f"{count:8} {name}")


def read(folder):
    """Returns the texts of a project by their paths."""
    texts = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in ENDINGS and path.is_file() and path.stat().st_size < 1 << 20:
            try:
                texts[str(path.relative_to(folder))] = path.read_bytes().decode()
            except UnicodeDecodeError:
                continue
    return texts


def breaks(texts):
    """Yields the project with one reference broken, the path of the reference and its line."""
    pairs = {found.groups() for text in texts.values() for found in PROFILE.finditer(text)}
    for profile, role in sorted(pair for pair in pairs if pair[0] != pair[1]):
        for path, text in texts.items():
            for found in references(profile).finditer(text):
                at = next(number for number in range(1, 5) if found[number])
                broken = text[: found.start(at)] + role + text[found.end(at) :]
                yield texts | {path: broken}, path, text.count("\n", 0, found.start(at)) + 1


def fix(texts):
    """Returns the findings in a project, and the texts after their fixes."""
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        for path, text in texts.items():
            file = Path(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode())
        command = [TOOL, "--write", "--isolated", "--quiet", "--output-format", "json", "."]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        report = json.loads(done.stdout)
        return report["findings"], {path: Path(folder, path).read_bytes().decode() for path in texts}


main()
