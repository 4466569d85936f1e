"""Tests that the recipes of `editors/` do what their pages say. Run by `.ci/editors`.

Vim, Neovim and Emacs run in a terminal, with the recipe as their only configuration. The test presses keys to save a
template, like a user. For the other editors, the test runs the same command as the editor.
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
ON_SAVE = ROOT / "editors/on-save"
LSP = ROOT / "editors/lsp"
# The folder of the built cfn-ipfix.
TOOL = os.environ["TOOL"]
# The pages, by the folder of the recipes that each shows.
PAGES = {ON_SAVE: "docs/editors-on-save.md", LSP: "docs/editors.md"}
SYSTEM = "/usr/bin:/bin"
ROWS, COLUMNS = 40, 200
# Seconds, far more than any step takes; only failures reach it.
PATIENCE = 60


@dataclass
class Editor:
    """An editor: the command to start it, its recipes, the path of its configuration, and its keys."""

    command: list[str]
    recipes: list[Path]
    configuration: str
    goto: str
    append: str
    clear: str
    save: str
    save_all: str
    undo: str
    state: str
    before_recipe: str = ""
    # True if the recipe starts the language server.
    has_server: bool = False
    # Shows the findings, unless they are shown next to the text.
    findings: str = ""
    # Shows the quick fixes at the end of the cursor's line, and chooses the first.
    quick_fixes: str = ""
    first: str = ""
    # Answers the question if another file may be edited, if there is one.
    proceed: str = ""
    # Sets `unchecked`: a part of the recipe, and the line that follows it, as the page has both.
    setting: tuple[str, str] = ("", "")
    # Is shown once the server has started, if anything is.
    started: str = ""
    # Is shown if there are no findings, if anything is.
    no_findings: str = ""


VIM = dict(
    goto="{line}G",
    append=":$put ='{text}'\r",
    clear=":%d\r",
    save=":w\r",
    save_all=":wa\r",
    undo="u",
    state=":call writefile([getline('.')] + getline(1, '$'), '{file}.new') | call rename('{file}.new', '{file}')\r",
)
EMACS = dict(
    goto="\x1bgg{line}\r",
    append="\x1b>{text}\r",
    clear="\x18h\x17",
    save="\x18\x13",
    save_all="\x18s!",
    undo="\x1f",
    state="\x1b:(let ((line (buffer-substring (line-beginning-position) (line-end-position))) (text (buffer-string)))"
    ' (with-temp-file "{file}.new" (insert line "\\n" text)) (rename-file "{file}.new" "{file}") nil)\r',
)
# The functions that Neovim 0.7 lacks; Debian has no newer version.
NEOVIM_11 = (ROOT / ".ci/nvim-0.11.lua").read_text()
NEOVIM = ["nvim", "-n", "-i", "NONE"]
EDITORS = {
    "Vim": Editor(["vim", "-n", "-i", "NONE"], [ON_SAVE / "vim.vim"], ".vimrc", **VIM),
    "Neovim": Editor(NEOVIM, [ON_SAVE / "nvim.lua"], ".config/nvim/init.lua", **VIM),
    "Emacs": Editor(["emacs", "-nw", "--no-splash"], [ON_SAVE / "emacs.el"], ".emacs.d/init.el", **EMACS),
}
CONFORM = Editor(
    NEOVIM,
    [ON_SAVE / "conform.lua"],
    ".config/nvim/init.lua",
    before_recipe=(ROOT / ".ci/conform.lua").read_text(),
    **VIM,
)
LUA = dict(
    has_server=True,
    quick_fixes="$:lua vim.lsp.buf.code_action()\r",
    first="1\r",
    setting=("cmd", "init_options = { unchecked = true },"),
)
# Vim fixes on save without the server.
SERVER_EDITORS = {
    "Vim with ALE": Editor(
        ["vim", "-n", "-i", "NONE"],
        [LSP / "ale.vim", ON_SAVE / "vim.vim"],
        ".vimrc",
        before_recipe="filetype on\nset hidden\npackadd ale\n",
        has_server=True,
        quick_fixes="$:ALECodeAction\r",
        first="1\r",
        setting=("'command'", "\\ 'initialization_options': {'unchecked': v:true},"),
        **VIM,
    ),
    "Neovim 0.7 with the server": Editor(
        NEOVIM, [LSP / "nvim-0.7.lua"], ".config/nvim/init.lua", **LUA, **VIM
    ),
    "Neovim 0.11 (replacements of its functions)": Editor(
        NEOVIM, [LSP / "nvim.lua"], ".config/nvim/init.lua", before_recipe=NEOVIM_11, **LUA, **VIM
    ),
    "Emacs with eglot": Editor(
        ["emacs", "-nw", "--no-splash"],
        [LSP / "eglot.el"],
        ".emacs.d/init.el",
        # Debian compiles its packages when they are first used, and warns.
        before_recipe="(setq native-comp-async-report-warnings-errors nil)\n",
        has_server=True,
        findings="\x1bxflymake-goto-next-error\r",
        quick_fixes="\x05\x1bxeglot-code-actions\r",
        first="\r",
        proceed="y",
        setting=('"--lsp"', ":initializationOptions '(:unchecked t)"),
        started="[eglot:",
        no_findings="Flymake[0 0]",
        **EMACS,
    ),
}


class Session:
    """An editor with an open template, in a terminal and with a temporary home directory."""

    def __init__(self, editor, name, text, path, change_recipe=str, others=()):
        self.editor = editor
        self.folder = Path(tempfile.mkdtemp())
        self.file = self.folder / name
        self.file.write_text(text, newline="")
        for other, other_text in others:
            (self.folder / other).write_text(other_text)
        self.states = 0
        home = self.folder / "home"
        configuration = home / editor.configuration
        configuration.parent.mkdir(parents=True)
        recipes = [recipe.read_text() for recipe in editor.recipes]
        configuration.write_text(editor.before_recipe + change_recipe("\n".join(recipes)))
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
        """Returns the cursor's line and the content of the buffer."""
        self.states += 1
        file = self.folder / f"state{self.states}"
        self.do("state", file=file)
        self.wait(file.exists)
        line, text = file.read_text().split("\n", 1)
        return line, text

    def sees(self, text):
        self.wait(lambda: text in self.seen())

    def finds(self, text):
        """Waits until the finding with this text is shown."""
        self.sees(self.editor.started)
        self.wait(lambda: text in self.seen(), self.editor.findings)

    def finds_no(self, text):
        """Waits until the finding with this text is no longer shown."""
        self.wait(lambda: text not in self.seen() and self.editor.no_findings in self.seen())

    def seen(self):
        return "\n".join(self.screen.display)

    def wait(self, is_done, keys=""):
        """Waits; presses keys every three seconds if there are any."""
        started = time.monotonic()
        pressed = started - 2
        while not is_done():
            now = time.monotonic()
            assert now < started + PATIENCE, f"timed out; the screen shows:\n{self.seen()}"
            if keys and now > pressed + 3:
                os.write(self.terminal, keys.encode())
                pressed = now
            if select.select([self.terminal], [], [], 0.05)[0]:
                self.stream.feed(os.read(self.terminal, 65536))

    def written(self):
        return self.file.read_bytes().decode()


def example(name):
    stem, suffix = name.split(".")
    examples = ROOT / "examples"
    return (examples / name).read_text(), (examples / f"{stem}.fixed.{suffix}").read_text()


# The lines of findings in the examples.
FINDINGS = {"services.yaml": 46, "launch-template.json": 23}


def fixes(editor, name, line, added="", newline="\n"):
    """Checks that a save fixes buffer and file and keeps the cursor's line, and that one undo reverts only the fix.

    Checks before that the findings are shown, if there is a server.
    """
    before, after = (text.replace("\n", newline) for text in example(name))
    with Session(editor, name, before, f"{TOOL}:{SYSTEM}") as user:
        if editor.has_server:
            user.do("goto", line=FINDINGS[name])
            user.finds("refers to the role `")
        user.do("append", text=added)
        user.do("goto", line=line)
        line_before, typed = user.state()
        user.do("save")
        line_after, buffer = user.state()
        fixed = after + added + newline
        equal("the file", user.written(), fixed)
        equal("the buffer", buffer, fixed.replace(newline, "\n"))
        if editor is not CONFORM:  # conform moves the cursor itself
            is_kept = line_before in buffer.split("\n")
            text = (lambda line: line) if is_kept else (lambda line: line.partition(":")[0])
            equal("the cursor's line", text(line_after), text(line_before))
        user.do("undo")
        equal("the buffer after one undo", user.state()[1], typed)


def keeps(editor, name, text, message=None, path=f"{TOOL}:{SYSTEM}"):
    """Checks that a save keeps what was typed, and shows the message, or none."""
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


def shows_error(editor, name, text, error):
    """Checks that a save keeps a file with an error, and that the error is shown as a finding."""
    with Session(editor, name, text, f"{TOOL}:{SYSTEM}") as user:
        user.finds(error)
        user.do("append", text="# typed")
        _, typed = user.state()
        user.do("save")
        _, buffer = user.state()
        equal("the buffer", buffer, typed)
        equal("the file", user.written(), text + "# typed\n")


def forgets(editor, name):
    """Checks that a document that is no longer a template has no findings."""
    with Session(editor, name, example(name)[0], f"{TOOL}:{SYSTEM}") as user:
        user.do("goto", line=FINDINGS[name])
        user.finds("refers to the role `")
        user.do("clear")
        user.do("append", text="other: yaml")
        user.finds_no("refers to the role `")


def fixes_one(editor, name):
    """Checks that the first quick fix at a finding fixes it in the buffer only."""
    before, after = example(name)
    number = FINDINGS[name]
    with Session(editor, name, before, f"{TOOL}:{SYSTEM}") as user:
        user.do("goto", line=number)
        user.finds("refers to the role `")
        user.do("goto", line=number)
        user.do("quick_fixes")
        user.sees("Add the instance profile `")
        user.do("first")
        line, buffer = user.state()
        expected = set(after.splitlines()) - set(before.splitlines())
        assert line in expected, line
        equal("the lines that are added", set(buffer.splitlines()) - set(before.splitlines()) <= expected, True)
        equal("the file", user.written(), before)


def shows_unchecked(editor, name):
    """Checks that the line of the page turns on the hints at values that could not be checked."""
    after, line = editor.setting

    def with_setting(recipe):
        if after == '"--lsp"':  # an argument among others
            return recipe.replace(after, f"{after} {line}")
        place = re.search(rf"(?<!\w){re.escape(after)}(?!\w).*\n", recipe)
        return f"{recipe[: place.end()]}{line}\n{recipe[place.end() :]}"

    with Session(editor, name, IMPORTED, f"{TOOL}:{SYSTEM}", with_setting) as user:
        user.finds(UNCHECKED)


def fixes_module(editor):
    """Checks that a save fixes a file that refers to another one of its module."""
    with Session(editor, "main.tf", MAIN, f"{TOOL}:{SYSTEM}", others=[("iam.tf", ROLE + PROFILE)]) as user:
        user.finds("refers to the role `")
        user.do("append", text="# typed")
        user.do("save")
        _, buffer = user.state()
        equal("the file", user.written(), MAIN.replace("role.web", "instance_profile.web") + "# typed\n")
        equal("the buffer", buffer, user.written())
        equal("the other file", (user.folder / "iam.tf").read_text(), ROLE + PROFILE)


def fixes_two_files(editor):
    """Checks that a quick fix edits a file and another one of its module, which is not open."""
    with Session(editor, "main.tf", MAIN, f"{TOOL}:{SYSTEM}", others=[("iam.tf", ROLE)]) as user:
        user.finds("refers to the role `")
        user.do("goto", line=4)
        user.do("quick_fixes")
        user.sees("Add the instance profile `")
        user.do("first")
        if editor.proceed:
            user.sees("Proceed?")
            user.do("proceed")
        user.state()
        user.do("save_all")
        user.wait(lambda: user.written() == MAIN.replace("role.web", "instance_profile.web"))
        user.wait(lambda: (user.folder / "iam.tf").read_text() == ROLE + PROFILE)


def shows_invalid_configuration(editor, name):
    """Checks that the editor says why no file is checked."""
    others = [(".cfn-ipfix.yaml", "selct: [IPF001]\n")]
    with Session(editor, name, example(name)[0], f"{TOOL}:{SYSTEM}", others=others) as user:
        user.sees(".cfn-ipfix.yaml: ")


def reports_missing(editor, name, message):
    """Checks that a missing program is reported, and that the file can be saved."""
    before, _ = example(name)
    with Session(editor, name, before, SYSTEM) as user:
        if editor.recipes[-1].parent == ON_SAVE:
            user.do("save")
        user.sees(message)
        user.do("append", text="# typed")
        user.do("save")
        user.state()
        equal("the file", user.written(), before + "# typed\n")


UNPARSABLE = 'Resources:\n  Server:\n    Type: AWS::EC2::Instance\n    Properties: ["open\n'
# The server reads only what a rule can apply to.
UNPARSABLE_PROFILE = UNPARSABLE.replace('["open', '{IamInstanceProfile: "open')
# Its only fix is discarded, because serde_yaml rejects the tab.
UNFIXABLE = """Resources:
  Server: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !Ref Role}}
  Role: {Type: AWS::IAM::Role}
  Bucket:
    Type: AWS::S3::Bucket
    Description: |+
      a
\t
"""
IMPORTED = """Resources:
  Server: {Type: AWS::EC2::Instance, Properties: {IamInstanceProfile: !ImportValue profile}}
"""
MAIN = """resource "aws_instance" "web" {
  ami                  = "ami-0123456789abcdef0"
  instance_type        = "t3.micro"
  iam_instance_profile = aws_iam_role.web.name
}
"""
ROLE = """resource "aws_iam_role" "web" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "ec2.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}
"""
PROFILE = """
resource "aws_iam_instance_profile" "web" {
  role = aws_iam_role.web.name
}
"""
UNCHECKED = "comes from an export of another stack"
CHART = "{{- if .Values.on }}\nkind: [Service\n{{- end }}\n"


def editor_cases():
    for name, editor in EDITORS.items():
        for line, place in [(1, "above"), (40, "between"), (46, "on"), (69, "below")]:
            yield f"{name}: fixes, the cursor {place} what changes", fixes, editor, "services.yaml", line, "# typed"
        yield f"{name}: fixes JSON", fixes, editor, "launch-template.json", 22
        yield f"{name}: fixes lines that end with CR LF", fixes, editor, "services.yaml", 40, "# typed", "\r\n"
        why = "broken.yaml:4:18: error: "
        yield f"{name}: keeps what cannot be parsed, and says why", keeps, editor, "broken.yaml", UNPARSABLE, why
        why = "serde_yaml rejects it"
        yield f"{name}: keeps what has no fix, and says why", keeps, editor, "tab.yaml", UNFIXABLE, why
        yield f"{name}: says nothing about a correct template", keeps, editor, "a.yaml", example("services.yaml")[1]
        yield f"{name}: says nothing about other YAML", keeps, editor, "chart.yaml", CHART
        why = "cfn-ipfix is not on the PATH"
        yield f"{name}: saves without cfn-ipfix, and says so", keeps, editor, "a.yaml", UNPARSABLE, why, SYSTEM
    for name, editor in SERVER_EDITORS.items():
        for line, place in [(1, "above"), (40, "between"), (46, "on"), (69, "below")]:
            what = f"{name}: shows findings and fixes, the cursor {place} what changes"
            yield what, fixes, editor, "services.yaml", line, "# typed"
        yield f"{name}: shows findings and fixes in JSON", fixes, editor, "launch-template.json", 22
        yield f"{name}: fixes lines that end with CR LF", fixes, editor, "services.yaml", 40, "# typed", "\r\n"
        yield f"{name}: applies a quick fix", fixes_one, editor, "services.yaml"
        yield f"{name}: fixes a Terraform file", fixes_module, editor
        yield f"{name}: applies a quick fix to two Terraform files", fixes_two_files, editor
        yield f"{name}: takes settings", shows_unchecked, editor, "imported.yaml"
        yield f"{name}: shows that the configuration is invalid", shows_invalid_configuration, editor, "services.yaml"
        why = "this quote is never closed"
        yield f"{name}: shows why a file cannot be parsed", shows_error, editor, "broken.yaml", UNPARSABLE_PROFILE, why
        yield f"{name}: says nothing about a correct template", keeps, editor, "a.yaml", example("services.yaml")[1]
        yield f"{name}: says nothing about other YAML", keeps, editor, "chart.yaml", CHART
        yield f"{name}: forgets what is no longer a template", forgets, editor, "services.yaml"
        why = "cfn-ipfix is not on the PATH"
        if editor.before_recipe is not NEOVIM_11:  # Neovim itself reports it
            yield f"{name}: reports that there is no cfn-ipfix", reports_missing, editor, "services.yaml", why
    name = "conform.nvim (a replacement)"
    yield f"{name}: fixes", fixes, CONFORM, "services.yaml", 40, "# typed"
    yield f"{name}: fixes JSON", fixes, CONFORM, "launch-template.json", 22
    why = "broken.yaml:4:18: error: "
    yield f"{name}: keeps what cannot be parsed, and says why", keeps, CONFORM, "broken.yaml", UNPARSABLE, why
    yield f"{name}: says nothing about other YAML", keeps, CONFORM, "chart.yaml", CHART


def run(command, folder, **options):
    environment = dict(os.environ, PATH=f"{TOOL}:{os.environ['PATH']}")
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, **options)


def helix():
    """Runs the formatter like Helix, which replaces the buffer with its output, or shows its error if it fails."""
    languages = tomllib.loads((ON_SAVE / "helix.toml").read_text())["language"]
    equal("the languages", [language["name"] for language in languages], ["yaml", "json"])
    for language, name in zip(languages, ["services.yaml", "launch-template.json"], strict=True):
        assert language["auto-format"], language
        before, after = example(name)
        command = [language["formatter"]["command"], *language["formatter"]["args"]]
        fixed = run(command, "/", input=before)
        equal("what is printed", (fixed.returncode, fixed.stdout, fixed.stderr), (0, after, ""))
        complaint = run(command, "/", input=UNPARSABLE)
        assert complaint.returncode == 3 and "error: " in complaint.stderr, complaint


def fixes_file(command_for, has_shell=False):
    """Checks that a command fixes the saved file, and fails with a message if the file cannot be parsed."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ["services.yaml", "launch-template.json"]:
            before, after = example(name)
            file = Path(folder) / f"my {name}"
            file.write_text(before)
            done = run(command_for(file), folder, shell=has_shell)
            equal("the file", (done.returncode, file.read_text()), (0, after))
            file.write_text(UNPARSABLE)
            complaint = run(command_for(file), folder, shell=has_shell)
            equal("the broken file", (complaint.returncode, file.read_text()), (3, UNPARSABLE))
            assert "error: " in complaint.stderr, complaint


def vscode():
    """Runs the command in a shell, with the file's name in place of `${file}`."""
    (command,) = json.loads((ON_SAVE / "vscode.json").read_text())["emeraldwalk.runonsave"]["commands"]
    for name in ["/a/b.yaml", "/a/b.yml", "/b.json", "/b.template", "/b.tf", "/b.tofu"]:
        assert re.search(command["match"], name), name
    for name in ["/b.yaml.md", "/b.tfvars"]:
        assert not re.search(command["match"], name), name
    fixes_file(lambda file: command["cmd"].replace("${file}", str(file)), has_shell=True)


def jetbrains():
    """Runs the program with its arguments, after replacing the macros."""
    watchers = xml.parse(ON_SAVE / "jetbrains.xml").getroot().findall("TaskOptions")
    equal("the watchers", [option(watcher, "fileExtension") for watcher in watchers], ["yaml", "json", "tf"])
    for watcher in watchers:
        arguments = shlex.split(option(watcher, "arguments"))
        program = option(watcher, "program")
        fixes_file(lambda file: [program, *(part.replace("$FilePath$", str(file)) for part in arguments)])


def commands():
    """Returns the command lines of the recipes that cannot run here."""
    server = tomllib.loads((LSP / "helix.toml").read_text())["language-server"]["cfn-ipfix"]
    yield "Helix", [server["command"], *server["args"]]
    yield "Sublime Text", json.loads((LSP / "sublime.json").read_text())["clients"]["cfn-ipfix"]["command"]
    for language, server in json.loads((LSP / "kate.json").read_text())["servers"].items():
        re.compile(server["highlightingModeRegex"])
        yield f"Kate, {language}", server["command"]
    yield "LSP4IJ", shlex.split(json.loads((LSP / "lsp4ij/template.json").read_text())["programArgs"]["default"])
    program = re.search(r'which\("(.+?)"\)', (LSP / "zed/cfn_ipfix.rs").read_text())[1]
    arguments = re.search(r'args: vec!\["(.+?)"', (LSP / "zed/cfn_ipfix.rs").read_text())[1]
    yield "Zed", [program, arguments]


def starts_server(command):
    """Checks that a command line starts the server, by its answer to the first message."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"processId": None, "capabilities": {}}}
    content = json.dumps(message)
    answer = run(command, "/", input=f"Content-Length: {len(content)}\r\n\r\n{content}").stdout
    result = json.loads(answer.partition("\n\n")[2])["result"]
    equal("the server", result["serverInfo"]["name"], "cfn-ipfix")
    assert "source.fixAll.cfn-ipfix" in result["capabilities"]["codeActionProvider"]["codeActionKinds"], result


def names_agree():
    """Checks that the recipes name the languages, the server and its action like the files that they refer to."""
    languages = tomllib.loads((LSP / "helix.toml").read_text())["language"]
    assert all(language["language-servers"][0] == "cfn-ipfix" for language in languages), languages
    extension = tomllib.loads((LSP / "zed/extension.toml").read_text())["language_servers"]["cfn-ipfix"]
    settings = json.loads((LSP / "zed.json").read_text())["languages"]
    equal("the languages of Zed", list(settings), extension["languages"])
    for language in settings.values():
        equal("the first server", language["language_servers"][0], "cfn-ipfix")
        equal("the action", language["formatter"], [{"code_action": "source.fixAll.cfn-ipfix"}])
    on_save = json.loads((LSP / "sublime.json").read_text())["lsp_code_actions_on_save"]
    equal("the actions of Sublime Text", on_save, {"source.fixAll.cfn-ipfix": True})
    package = tomllib.loads((LSP / "zed/Cargo.toml").read_text())["package"]
    equal("the version", package["version"], tomllib.loads((ROOT / "Cargo.toml").read_text())["package"]["version"])


def option(watcher, name):
    return watcher.find(f"option[@name='{name}']").get("value")


def documentation():
    """Checks that the pages show the recipes unchanged."""
    for folder, page in PAGES.items():
        shown = re.findall(r"^```\w+\n(.*?)^```$", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
        for recipe in sorted(folder.iterdir()):
            if recipe.is_file():
                assert recipe.read_text() in shown, f"{page} does not show {recipe.relative_to(ROOT)} unchanged"
    page = (ROOT / PAGES[LSP]).read_text()
    for editor in SERVER_EDITORS.values():
        after, line = editor.setting
        assert f"| `{line}` after `{after}` |" in page, f"docs/editors.md does not show `{line}`"


def equal(what, found, expected):
    if found != expected:
        lines = (str(value).splitlines(keepends=True) for value in (expected, found))
        raise AssertionError(f"{what} differs:\n{''.join(difflib.ndiff(*lines))}")


def main():
    cases = [
        ("the pages show the recipes unchanged", documentation),
        *editor_cases(),
        *((f"{name}: the command starts the server", starts_server, command) for name, command in commands()),
        ("the recipes agree with each other", names_agree),
        ("Helix: the formatter fixes, and reports errors", helix),
        ("VS Code: the command fixes, and reports errors", vscode),
        ("JetBrains: the watchers fix, and report errors", jetbrains),
    ]
    # An argument selects the cases whose name contains it.
    cases = [case for case in cases if not sys.argv[1:] or sys.argv[1] in case[0]]
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
