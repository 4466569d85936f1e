"""Holds the recipes of `editors/` to what `docs/editors.md` says of them. Run by `.ci/editors`.

Vim, Neovim and Emacs run in a terminal of their own, with the recipe as their only configuration, and templates are
saved in them by keys, as a user does. Of the other editors the command is run as they run it.
"""

import difflib
import json
import os
import pty
import re
import select
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import time
import tomllib
import xml.etree.ElementTree as xml
from dataclasses import dataclass
from fcntl import ioctl
from pathlib import Path

import pyte

ROOT = Path(__file__).resolve().parent.parent
RECIPES = ROOT / "editors"
# The folder of the built cfn-ipfix.
TOOL = os.environ["TOOL"]
SYSTEM = "/usr/bin:/bin"
ROWS, COLUMNS = 40, 120
# Seconds, far more than any step takes; reached by failures alone.
PATIENCE = 60


@dataclass
class Editor:
    """How a user starts an editor, where its configuration stands, and which keys do what."""

    command: list[str]
    recipe: str
    configuration: str
    goto: str
    append: str
    save: str
    undo: str
    state: str
    before_recipe: str = ""


VIM = dict(
    goto="{line}G",
    append=":$put ='{text}'\r",
    save=":w\r",
    undo="u",
    state=":call writefile([getline('.')] + getline(1, '$'), '{file}.new') | call rename('{file}.new', '{file}')\r",
)
EMACS = dict(
    goto="\x1bgg{line}\r",
    append="\x1b>{text}\r",
    save="\x18\x13",
    undo="\x1f",
    state="\x1b:(let ((line (buffer-substring (line-beginning-position) (line-end-position))) (text (buffer-string)))"
    ' (with-temp-file "{file}.new" (insert line "\\n" text)) (rename-file "{file}.new" "{file}") nil)\r',
)
NEOVIM = ["nvim", "-n", "-i", "NONE"]
EDITORS = {
    "Vim": Editor(["vim", "-n", "-i", "NONE"], "vim.vim", ".vimrc", **VIM),
    "Neovim": Editor(NEOVIM, "nvim.lua", ".config/nvim/init.lua", **VIM),
    "Emacs": Editor(["emacs", "-nw", "--no-splash"], "emacs.el", ".emacs.d/init.el", **EMACS),
}
CONFORM = Editor(
    NEOVIM,
    "conform.lua",
    ".config/nvim/init.lua",
    before_recipe=(ROOT / ".ci/conform.lua").read_text(),
    **VIM,
)


class Session:
    """An editor with a template in it, in a terminal of its own and with a throw-away home."""

    def __init__(self, editor, name, text, path):
        self.editor = editor
        self.folder = Path(tempfile.mkdtemp())
        self.file = self.folder / name
        self.file.write_text(text, newline="")
        self.states = 0
        home = self.folder / "home"
        configuration = home / editor.configuration
        configuration.parent.mkdir(parents=True)
        configuration.write_text(editor.before_recipe + (RECIPES / editor.recipe).read_text())
        environment = {"HOME": str(home), "PATH": path, "TERM": "linux", "LANG": "C.UTF-8"}
        self.screen = pyte.Screen(COLUMNS, ROWS)
        self.stream = pyte.ByteStream(self.screen)
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            size = struct.pack("HHHH", ROWS, COLUMNS, 0, 0)
            ioctl(0, termios.TIOCSWINSZ, size)
            os.chdir(self.folder)
            os.execvpe(editor.command[0], [*editor.command, name], environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)
        shutil.rmtree(self.folder)

    def do(self, action, **values):
        keys = getattr(self.editor, action).format(**values)
        os.write(self.terminal, keys.encode())

    def state(self):
        """The text of the cursor's line, and that of the buffer."""
        self.states += 1
        file = self.folder / f"state{self.states}"
        self.do("state", file=file)
        self.wait(file.exists)
        line, text = file.read_text().split("\n", 1)
        return line, text

    def sees(self, text):
        self.wait(lambda: text in self.seen())

    def seen(self):
        return "\n".join(self.screen.display)

    def wait(self, is_done):
        deadline = time.monotonic() + PATIENCE
        while not is_done():
            assert time.monotonic() < deadline, f"this did not happen; the screen shows:\n{self.seen()}"
            if select.select([self.terminal], [], [], 0.05)[0]:
                self.stream.feed(os.read(self.terminal, 65536))

    def written(self):
        return self.file.read_bytes().decode()


def example(name):
    stem, suffix = name.split(".")
    examples = ROOT / "examples"
    return (examples / name).read_text(), (examples / f"{stem}.fixed.{suffix}").read_text()


def mends(editor, name, line, added="", newline="\n"):
    """Buffer and file are mended, the cursor stays on its text, and one undo takes the change back, no more."""
    before, after = (text.replace("\n", newline) for text in example(name))
    with Session(editor, name, before, f"{TOOL}:{SYSTEM}") as user:
        user.do("append", text=added)
        user.do("goto", line=line)
        line_before, typed = user.state()
        user.do("save")
        line_after, buffer = user.state()
        mended = after + added + newline
        equal("the file", user.written(), mended)
        equal("the buffer", buffer, mended.replace(newline, "\n"))
        if editor is not CONFORM:  # which has its own way with the cursor
            is_kept = line_before in buffer.split("\n")
            text = (lambda line: line) if is_kept else (lambda line: line.partition(":")[0])
            equal("the cursor's line", text(line_after), text(line_before))
        user.do("undo")
        equal("the buffer after one undo", user.state()[1], typed)


def keeps(editor, name, text, message=None, path=f"{TOOL}:{SYSTEM}"):
    """What is typed is saved as it is, and the user sees the message, or none."""
    with Session(editor, name, text, path) as user:
        user.do("append", text="# typed")
        _, typed = user.state()
        user.do("save")
        if message:
            user.sees(message)
        _, buffer = user.state()
        equal("the buffer", buffer, typed)
        equal("the file", user.written(), text + "# typed\n")
        assert message or "cfn-ipfix" not in user.seen() and "error" not in user.seen(), user.seen()


UNPARSABLE = 'Resources:\n  Server:\n    Type: AWS::EC2::Instance\n    Properties: ["open\n'
# Its only fix is thrown away, because no reader agrees on a key that stands twice.
REFUSED = """Resources:
  Server: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref Role}}
  Role: {Type: AWS::IAM::Role}
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: a,
      BucketName: b}
"""
CHART = "{{- if .Values.on }}\nkind: [Service\n{{- end }}\n"


def editor_cases():
    for name, editor in EDITORS.items():
        for line, place in [(1, "above"), (28, "between"), (34, "on"), (50, "below")]:
            yield f"{name}: mends, the cursor {place} what changes", mends, editor, "services.yaml", line, "# typed"
        yield f"{name}: mends JSON", mends, editor, "launch-template.json", 22
        yield f"{name}: mends lines that end with CR LF", mends, editor, "services.yaml", 28, "# typed", "\r\n"
        why = "broken.yaml:4:18: error: "
        yield f"{name}: keeps what cannot be parsed, and says why", keeps, editor, "broken.yaml", UNPARSABLE, why
        why = "appears twice"
        yield f"{name}: keeps what cannot be mended, and says why", keeps, editor, "twice.yaml", REFUSED, why
        yield f"{name}: says nothing of a right template", keeps, editor, "right.yaml", example("services.yaml")[1]
        yield f"{name}: says nothing of other YAML", keeps, editor, "chart.yaml", CHART
        why = "cfn-ipfix is not on the PATH"
        yield f"{name}: saves without cfn-ipfix, and says so", keeps, editor, "a.yaml", UNPARSABLE, why, SYSTEM
    name = "conform.nvim (a stand-in)"
    yield f"{name}: mends", mends, CONFORM, "services.yaml", 28, "# typed"
    yield f"{name}: mends JSON", mends, CONFORM, "launch-template.json", 22
    why = "broken.yaml:4:18: error: "
    yield f"{name}: keeps what cannot be parsed, and says why", keeps, CONFORM, "broken.yaml", UNPARSABLE, why
    yield f"{name}: says nothing of other YAML", keeps, CONFORM, "chart.yaml", CHART


def run(command, folder, **options):
    environment = dict(os.environ, PATH=f"{TOOL}:{os.environ['PATH']}")
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, **options)


def helix():
    """A formatter is given the buffer; what it prints is taken if it ends with 0, else its complaint is shown."""
    languages = tomllib.loads((RECIPES / "helix.toml").read_text())["language"]
    equal("the languages", [language["name"] for language in languages], ["yaml", "json"])
    for language, name in zip(languages, ["services.yaml", "launch-template.json"], strict=True):
        assert language["auto-format"], language
        before, after = example(name)
        command = [language["formatter"]["command"], *language["formatter"]["args"]]
        mended = run(command, "/", input=before)
        equal("what is printed", (mended.returncode, mended.stdout, mended.stderr), (0, after, ""))
        complaint = run(command, "/", input=UNPARSABLE)
        assert complaint.returncode == 3 and "error: " in complaint.stderr, complaint


def mends_file(command_for, has_shell=False):
    """A command that is run with the saved file mends it, and fails with a message where it cannot be parsed."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ["services.yaml", "launch-template.json"]:
            before, after = example(name)
            file = Path(folder) / f"my {name}"
            file.write_text(before)
            mended = run(command_for(file), folder, shell=has_shell)
            equal("the file", (mended.returncode, file.read_text()), (0, after))
            file.write_text(UNPARSABLE)
            complaint = run(command_for(file), folder, shell=has_shell)
            equal("the broken file", (complaint.returncode, file.read_text()), (3, UNPARSABLE))
            assert "error: " in complaint.stderr, complaint


def vscode():
    """The command runs in a shell, with the file's name in place of `${file}`."""
    (command,) = json.loads((RECIPES / "vscode.json").read_text())["emeraldwalk.runonsave"]["commands"]
    for name, is_matched in [("/a/b.yaml", 1), ("/a/b.yml", 1), ("/b.json", 1), ("/b.template", 1), ("/b.yaml.md", 0)]:
        equal(name, bool(re.search(command["match"], name)), bool(is_matched))
    mends_file(lambda file: command["cmd"].replace("${file}", str(file)), has_shell=True)


def jetbrains():
    """The program runs with the arguments, in which the macros are filled in."""
    watchers = xml.parse(RECIPES / "jetbrains.xml").getroot().findall("TaskOptions")
    equal("the watchers", [option(watcher, "fileExtension") for watcher in watchers], ["yaml", "json"])
    for watcher in watchers:
        arguments = shlex.split(option(watcher, "arguments"))
        program = option(watcher, "program")
        mends_file(lambda file: [program, *(part.replace("$FilePath$", str(file)) for part in arguments)])


def option(watcher, name):
    return watcher.find(f"option[@name='{name}']").get("value")


def documentation():
    """The page shows the recipes as they are."""
    page = (ROOT / "docs/editors.md").read_text()
    shown = re.findall(r"^```\w+\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    for recipe in sorted(RECIPES.iterdir()):
        assert recipe.read_text() in shown, f"docs/editors.md does not show editors/{recipe.name} as it is"


def equal(what, found, expected):
    if found != expected:
        lines = (str(value).splitlines(keepends=True) for value in (expected, found))
        raise AssertionError(f"{what} differs:\n{''.join(difflib.ndiff(*lines))}")


def main():
    cases = [
        ("docs/editors.md shows the recipes as they are", documentation),
        *editor_cases(),
        ("Helix: the formatter mends, and complains", helix),
        ("VS Code: the command mends, and complains", vscode),
        ("JetBrains: the watchers mend, and complain", jetbrains),
    ]
    failed = 0
    for name, case, *arguments in cases:
        try:
            case(*arguments)
            print(f"ok      {name}", flush=True)
        except Exception as problem:
            failed += 1
            print(f"FAILED  {name}\n{problem}", flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return failed > 0


sys.exit(main())
