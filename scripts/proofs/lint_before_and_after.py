"""Compares cfn-lint's findings before and after the fixes of templates. Run by `scripts/lint-before-and-after`."""

import collections
import json
import os
import pathlib
import subprocess
import sys

BATCH = 100


def main(folder):
    new = collections.defaultdict(list)
    count = 0
    for options in sorted(folder.iterdir()):
        before, after = (findings_of(options / state) for state in ("before", "after"))
        count += len(list((options / "after").iterdir()))
        for name, codes in after.items():
            for code in codes - before[name]:
                if code != "W3005" or not says_so(options / "before" / name, options.name.startswith("unsafe")):
                    new[code].append(f"{options.name} {name}")
    for code, names in sorted(new.items()):
        print(f"{code}: {len(names)} templates, such as {names[0]}")
    print(f"{count} fixed templates, {sum(map(len, new.values()))} new findings")
    return 1 if new else 0


def findings_of(folder):
    """Counts the findings in each file of a folder, by rule."""
    found = collections.defaultdict(collections.Counter)
    files = sorted(path.name for path in folder.iterdir())
    for start in range(0, len(files), BATCH):
        command = [os.environ["LINTER"], "--format", "json", "--include-checks", "I", "--", *files[start : start + BATCH]]
        run = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        for finding in json.loads(run.stdout or "[]"):
            found[finding["Filename"]][finding["Rule"]["Id"]] += 1
    return found


def says_so(template, is_unsafe):
    """Checks that a finding reports a `DependsOn` that its fix makes redundant."""
    command = [os.environ["TOOL"], "--isolated", "--output-format", "json", str(template)]
    run = subprocess.run(command + ["--unsafe-fixes"] * is_unsafe, capture_output=True, text=True)
    return "the explicit dependency on it is no longer needed" in run.stdout


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1])))
