"""Compares the output of a long run in a terminal with its output in a pipe. Run by `.ci/progress`.

The run is long on any machine, because its first template is a slow pipe.
"""

import os
import pty
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from fcntl import ioctl
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parent.parent
TOOL = os.environ["TOOL"]
BROKEN = (ROOT / "examples/ec2-instance.yaml").read_text()
ROWS, COLUMNS = 60, 200
# Seconds; a run shows no progress in the first one.
SLOW = 1.5


def run(options, folder, output):
    """Starts a run over a slow template and three others, which prints to `output`."""
    slow = folder / "slow.yaml"
    slow.unlink(missing_ok=True)
    os.mkfifo(slow)

    def write():
        with slow.open("w") as pipe:
            time.sleep(SLOW)
            pipe.write(BROKEN)

    threading.Thread(target=write).start()
    command = [TOOL, "--jobs", "1", "--check", *options, "slow.yaml", "a.yaml", "b.yaml", "c.yaml"]
    environment = {**os.environ, "TERM": "xterm-256color", "NO_COLOR": "1"}
    return subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output)


def in_pipe(options, folder):
    done = run(options, folder, subprocess.PIPE)
    stdout, stderr = done.communicate()
    return stdout.decode() + stderr.decode()


def in_terminal(options, folder):
    """Returns the bytes that reached the terminal, and the lines that its screen shows after the run."""
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = run(options, folder, theirs)
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            # Linux raises this when the other end is closed.
            break
        if not part:
            break
        seen += part
    process.wait()
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.ByteStream(screen).feed(seen)
    shown = [line.rstrip() for line in screen.display]
    return seen.decode(), [line for line in shown if line]


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for name in "abc":
            (folder / f"{name}.yaml").write_text(BROKEN)
        plain = in_pipe([], folder)
        verbose = in_pipe(["--verbose"], folder)
        seen, shown = in_terminal(["--verbose"], folder)
        _, default = in_terminal([], folder)
        quiet, _ = in_terminal(["--quiet"], folder)
    sources = [line for line in default if line.startswith("10 |")]
    explanations = [line for line in default if line.startswith("  AWS says: ")]
    cases = [
        ("a pipe gets findings and no progress", "4 findings in 4 files" in plain and "checked" not in plain),
        ("a pipe gets a line for each finding and one for the summary", len(plain.splitlines()) == 5),
        ("a terminal gets progress", "of 4 files checked" in seen),
        ("the progress is cleared at the end", shown == [line.rstrip() for line in verbose.splitlines()]),
        ("a terminal gets source lines, and an explanation once", (len(sources), len(explanations)) == (4, 1)),
        ("a quiet run shows no progress", "checked" not in quiet),
    ]
    for name, holds in cases:
        print("ok     " if holds else "FAILED ", name)
    if not all(holds for _, holds in cases):
        print(plain, verbose, seen.encode(), "\n".join(shown), "\n".join(default), quiet.encode(), sep="\n---\n")
        return 1
    return 0


sys.exit(main())
