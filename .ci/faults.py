"""Tests that `cfn-ipfix --write` leaves the complete old file or the complete new one. Run by `.ci/faults`.

The files of a Terraform module are each complete, and consistent with each other.

Each system call of a write fails in turn, or the process is killed there. Disks are full, permissions are missing,
other processes write at the same time, and paths are not regular files.
"""

import os
import random
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TOOL = os.environ["TOOL"]
WORK = Path(os.environ["WORK"])
TIMES = int(os.environ["TIMES"])
# Seconds, far more than any run takes; only failures reach it.
PATIENCE = 60
NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
OLD = (ROOT / "examples/ec2-instance.yaml").read_text()
NEW = (ROOT / "examples/ec2-instance.fixed.yaml").read_text()
# Listed by the command itself.
USAGE = subprocess.run([TOOL, "--output-format=?"], capture_output=True, text=True, timeout=PATIENCE).stderr
FORMATS = re.search(r"possible values: (.*)\]", USAGE)[1].split(", ")


class Run:
    """A completed run of the tool."""

    def __init__(self, *arguments, through=(), stdin="", **options):
        command = [*through, TOOL, *map(str, arguments)]
        if isinstance(stdin, str):
            options["input"] = stdin.encode()
        else:
            options["stdin"] = stdin
        done = subprocess.run(command, capture_output=True, timeout=PATIENCE, **options)
        self.status = done.returncode
        self.stdout = done.stdout.decode(errors="surrogateescape")
        self.stderr = done.stderr.decode(errors="surrogateescape")

    def says(self, status, *words):
        is_as_expected = self.status == status and all(word in self.stderr for word in words)
        assert is_as_expected, f"{self}\nexpected {status} {words}"

    def __str__(self):
        return f"status {self.status}\n{self.stdout}{self.stderr}"


class Place:
    """A folder with a template to fix."""

    # The files whose opening begins the work on them.
    opened = r"template\.yaml|second"

    def __init__(self, name="template.yaml", parent=WORK, mode=0o640):
        self.folder = parent / "place"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.file = self.folder / name
        self.file.write_text(OLD)
        self.file.chmod(mode)
        self.mode = mode

    def is_whole(self, texts=(OLD, NEW)):
        """Checks that the file has its mode and one of these contents, and returns that."""
        text = self.file.read_text()
        assert text in texts, f"the file is incomplete:\n{text}"
        mode = stat.S_IMODE(self.file.stat().st_mode)
        assert mode == self.mode, f"the mode is {mode:o}"
        return text

    def leftovers(self):
        """Returns the names of files that the tool left in the folder."""
        return [path.name for path in self.folder.iterdir() if path.name.endswith("cfn-ipfix")]

    def has_no_leftovers(self):
        assert not self.leftovers(), f"leftovers: {self.leftovers()}"

    def next_run_fixes(self):
        """Checks that the next run fixes the file without leftovers, and reports a kept copy if there is one."""
        kept = self.folder / f".{self.file.name}.before-cfn-ipfix"
        if kept.exists():
            message = "a run was stopped while it wrote this file"
            Run("--write", "--quiet", self.file).says(2, message, str(kept))
            assert kept.read_text() == OLD
            shutil.copyfile(kept, self.file)
            kept.unlink()
        Run("--write", "--quiet", self.file).says(0)
        self.is_whole([NEW])
        self.has_no_leftovers()


def terraform(role, user):
    """Returns a file with a role, and with an instance that has another role in place of its profile."""
    return (
        f'resource "aws_iam_role" "{role}" {{\n  name = "{role}"\n  assume_role_policy = jsonencode({{\n'
        '    Version = "2012-10-17"\n    Statement = [{\n      Effect = "Allow"\n      Action = "sts:AssumeRole"\n'
        '      Principal = { Service = "ec2.amazonaws.com" }\n    }]\n  })\n}\n'
        if role
        else ""
    ) + (
        f'\nresource "aws_instance" "next_to_{role}" {{\n  ami = "ami-12c6146b"\n'
        f"  iam_instance_profile = aws_iam_role.{user}.name\n}}\n"
        if user
        else ""
    )


class Module:
    """A folder with Terraform files to fix together."""

    opened = r"\.tf"
    # A role in one file and its instance in another one.
    TWO = {"ec2.tf": terraform("", "web"), "iam.tf": terraform("web", ""), "variables.tf": 'variable "a" {}\n'}
    # Two files that need each other, and one that needs both.
    CIRCLE = {"a.tf": terraform("a", "b"), "b.tf": terraform("b", "a"), "c.tf": terraform("", "a")}
    # The new contents of these files, by their old contents.
    fixed = {}

    def __init__(self, files, is_linked=False):
        self.folder = WORK / "place"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.files = files
        for name, text in files.items():
            (self.folder / name).write_text(text)
            if is_linked:
                (self.folder / f"{name}.link").hardlink_to(self.folder / name)
        self.new = Module.fixed.get(str(files)) or self.fix()

    def fix(self):
        """Returns the files as a run without faults fixes them, and restores them."""
        Run("--write", "--quiet", self.folder).says(0)
        new = self.texts()
        assert new != self.files
        for name, text in self.files.items():
            (self.folder / name).write_text(text)
        Module.fixed[str(self.files)] = new
        return new

    def texts(self):
        return {name: (self.folder / name).read_text() for name in self.files}

    def is_consistent(self):
        """Checks that each file is complete, and that each profile that is referred to is declared."""
        texts = self.texts()
        for name, text in texts.items():
            added = self.new[name].replace("profile = aws_iam_instance_profile.", "profile = aws_iam_role.")
            assert text in (self.files[name], added, self.new[name]), f"{name} is incomplete:\n{text}"
        whole = "".join(texts.values())
        for label in re.findall(r"profile = aws_iam_instance_profile\.(\w+)", whole):
            assert f'resource "aws_iam_instance_profile" "{label}"' in whole, f"{label} is not declared:\n{whole}"
        return texts

    def leftovers(self):
        """Returns the names of files that the tool left in the folder."""
        return [path.name for path in self.folder.iterdir() if path.name.endswith("cfn-ipfix")]

    def next_run_fixes(self):
        """Checks that the next run fixes what is left."""
        Run("--write", "--quiet", self.folder).says(0)
        assert self.texts() == self.new
        assert not self.leftovers(), f"leftovers: {self.leftovers()}"


def two_files():
    place = Module(Module.TWO)
    return place, ["--write", "--quiet", place.folder]


def circle():
    place = Module(Module.CIRCLE)
    return place, ["--write", "--quiet", place.folder]


def linked_files():
    """Writes files with two names, which are written in place."""
    place = Module(Module.CIRCLE, is_linked=True)
    return place, ["--write", "--quiet", place.folder]


def plain():
    place = Place()
    return place, ["--write", "--quiet", place.file]


def through_links():
    place = Place()
    (place.folder / "first").symlink_to("template.yaml")
    (place.folder / "second").symlink_to("first")
    return place, ["--write", "--quiet", place.folder / "second"]


def in_place():
    """Writes a file with two names, which is written in place so that both names still share it."""
    place = Place()
    (place.folder / "other.yaml").hardlink_to(place.file)
    return place, ["--write", "--quiet", place.file]


# Without these calls, the tool can neither start nor end.
NO_CALLS = {"execve", "brk", "mmap", "munmap", "mprotect", "exit_group", "sigaltstack", "rt_sigaction", "futex"}


def calls(scenario):
    """Yields the system calls of a run: the name, and the number of calls with that name so far."""
    place, arguments = scenario()
    log = WORK / "calls"
    Run(*arguments, through=["strace", "-o", log]).says(0)
    numbers = {}
    has_begun = False
    for line in log.read_text().splitlines():
        name = line.split("(")[0]
        if not re.fullmatch(r"\w+", name):
            continue
        numbers[name] = numbers.get(name, 0) + 1
        has_begun |= name == "openat" and re.search(place.opened, line) is not None
        if has_begun and name not in NO_CALLS:
            yield name, numbers[name]


def inject(name, number, what):
    return ["strace", "-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:{what}:when={number}"]


def killed_at_calls():
    """Kills the process at each system call after it opens the file."""
    for scenario in [plain, through_links, in_place]:
        for name, number in [*calls(scenario), ("exit_group", 1)]:
            place, arguments = scenario()
            run = Run(*arguments, through=inject(name, number, "signal=KILL"))
            assert run.status in (-signal.SIGKILL, 128 + signal.SIGKILL), f"{name} {number}: {run}"
            # A file written in place may be incomplete; the next run reports that.
            if scenario is not in_place:
                place.is_whole()
            assert len(place.leftovers()) <= 1, place.leftovers()
            place.next_run_fixes()
            yield


def failing_calls():
    """Makes each system call after the tool opens the file fail, with several errors."""
    errors = ["EIO", "ENOSPC", "EACCES", "EINTR"] + (["EPERM", "EROFS", "ENOENT", "EBUSY"] if TIMES > 1 else [])
    for scenario in [plain, through_links, in_place]:
        for name, number in calls(scenario):
            for error in errors:
                place, arguments = scenario()
                run = Run(*arguments, through=inject(name, number, f"error={error}"))
                assert run.status in (0, 1, 2), f"{name} {number} {error}: {run}"
                text = place.is_whole()
                assert text == NEW or run.status != 0, f"{name} {number} {error}: {run}"
                if name != "unlink":
                    place.has_no_leftovers()
                yield


def calls_failing_for_good():
    """Makes all calls of one name fail from one call on, so that the tool cannot undo its work."""
    for scenario in [plain, through_links, in_place]:
        for name, number in calls(scenario):
            place, arguments = scenario()
            run = Run(*arguments, through=inject(name, f"{number}+", "error=EIO"))
            assert run.status in (0, 1, 2), f"{name} {number}: {run}"
            is_kept = ".template.yaml.before-cfn-ipfix" in place.leftovers()
            assert is_kept or place.is_whole() == NEW or run.status != 0, f"{name} {number}: {run}"
            place.next_run_fixes()
            yield


def modules_killed_at_calls():
    """Kills the process at each system call after it opens the first file of a module."""
    for scenario in [two_files, circle]:
        for name, number in [*calls(scenario), ("exit_group", 1)]:
            place, arguments = scenario()
            run = Run(*arguments, through=inject(name, number, "signal=KILL"))
            assert run.status in (-signal.SIGKILL, 128 + signal.SIGKILL), f"{name} {number}: {run}"
            place.is_consistent()
            place.next_run_fixes()
            yield


def modules_failing_calls():
    """Makes each system call after the tool opens the first file of a module fail."""
    states = set()
    for scenario in [two_files, circle, linked_files]:
        # Rust's library panics if a folder cannot be closed.
        for name, number in (call for call in calls(scenario) if call[0] != "close"):
            for error in ["EIO", "ENOSPC", "EACCES"] if TIMES > 1 else ["EIO"]:
                place, arguments = scenario()
                run = Run(*arguments, through=inject(name, number, f"error={error}"))
                assert run.status in (0, 1, 2), f"{name} {number} {error}: {run}"
                texts = place.is_consistent()
                is_done = texts == place.new
                assert is_done or run.status != 0, f"{name} {number} {error}: {run}"
                left = [name for name, text in texts.items() if text != place.new[name]]
                written = [name for name in texts if place.files[name] != place.new[name] and name not in left]
                if run.status == 2 and not is_done and written:
                    states.add((scenario, tuple(left)))
                    # The message of the file that failed has the files before it; the others have its name.
                    run.says(2, "before it, so run again", *left, *written)
                if name != "unlink":
                    assert not place.leftovers(), f"{name} {number} {error}: {place.leftovers()}"
                yield
    assert len(states) > 2, states


def modules_changed_meanwhile():
    """Changes a file of a module after the tool reads it and before the tool replaces the first file."""
    for changed in ["ec2.tf", "iam.tf", "variables.tf"]:
        place, arguments = two_files()
        place.file = place.folder
        with stopped("fsync", place) as run:
            with open(place.folder / changed, "a") as file:
                file.write("# more\n")
        run().says(2, "the file changed while it was being checked; run again", changed)
        texts = place.texts()
        assert texts == {**place.files, changed: place.files[changed] + "# more\n"}, texts
        assert not place.leftovers(), place.leftovers()
        yield


def modules_at_once():
    """Several runs over one module at the same time."""
    for scenario in [two_files, circle, linked_files]:
        for _ in range(15 * TIMES):
            place, arguments = scenario()
            command = [TOOL, *arguments]
            processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(4)]
            done = [(process.communicate(timeout=PATIENCE)[1].decode(), process.returncode) for process in processes]
            for stderr, status in done:
                reasons = ["another run is writing this file", "the file changed", "cannot be read"]
                assert status == 0 or any(reason in stderr for reason in reasons), done
            place.next_run_fixes()
            yield


def killed_after_a_while():
    """Kills the process after a random time, in a run over a larger file."""
    count = 40
    roles = "".join(f"  R{n}: {{Type: AWS::IAM::Role}}\n" for n in range(count))
    servers = "".join(
        f"  S{n}: {{Type: AWS::EC2::Instance, Properties: {{IamInstanceProfile: !Ref R{n}}}}}\n" for n in range(count)
    )
    old = f"Resources:\n{roles}{servers}"
    place = Place()
    place.file.write_text(old)
    began = time.monotonic()
    Run("--write", "--quiet", place.file).says(0)
    whole_time = time.monotonic() - began
    new = place.file.read_text()
    assert new != old
    for _ in range(60 * TIMES):
        place = Place()
        place.file.write_text(old)
        process = subprocess.Popen([TOOL, "--write", "--quiet", place.file], stderr=subprocess.DEVNULL)
        time.sleep(whole_time * random.random() * 1.1)
        process.kill()
        process.wait()
        place.is_whole([old, new])
        Run("--write", "--quiet", place.file).says(0)
        place.is_whole([new])
        place.has_no_leftovers()
        yield


@contextmanager
def mounted(*arguments):
    """Mounts a file system temporarily."""
    folder = WORK / "mounted"
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", *arguments, folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def full_disks():
    """Writes to disks with less and less space, and to one without space for another file."""
    page = os.sysconf("SC_PAGE_SIZE")
    long = "".join(f"  # {n:76}\n" for n in range(300))
    old, new = OLD + long, NEW + long
    size = 32 * page
    for is_in_place in [False, True]:
        outcomes = set()
        for room in range(16):
            with mounted("-t", "tmpfs", "-o", f"size={size}", "tmpfs") as disk:
                place = Place(parent=disk)
                place.file.write_text(old)
                if is_in_place:
                    (place.folder / "other.yaml").hardlink_to(place.file)
                with open(disk / "filler", "wb") as filler:
                    while os.statvfs(disk).f_bavail > room:
                        filler.write(bytes(page))
                        filler.flush()
                run = Run("--write", "--quiet", place.file)
                text = place.is_whole([old, new])
                outcomes.add((run.status, text == new))
                if text == old:
                    run.says(2, "cannot be written: No space left on device")
                place.has_no_leftovers()
            yield
        assert (0, True) in outcomes and (is_in_place or (2, False) in outcomes), outcomes
    with mounted("-t", "tmpfs", "-o", "nr_inodes=4", "tmpfs") as disk:
        place = Place(parent=disk)
        (disk / "last").touch()
        Run("--write", "--quiet", place.file).says(2, "cannot be written: No space left on device")
        place.is_whole([OLD])
        place.has_no_leftovers()
    yield


def small_limits():
    """Limits the length of files, from 0 to that of the new one."""
    for limit in [0, 1, 100, len(OLD), len(NEW) - 1, len(NEW)]:
        for scenario in [plain, in_place]:
            place, arguments = scenario()
            run = Run(*arguments, through=["prlimit", f"--fsize={limit}"])
            if scenario is not in_place:
                place.is_whole()
            is_done = place.file.read_text() == NEW and not place.leftovers()
            assert run.status == 0 if is_done else run.status in (2, -signal.SIGXFSZ), run
            place.next_run_fixes()
            yield


def without_permission():
    """Writes as another user, with missing permissions."""
    cases = [
        # Mode and owner of the folder, mode and owner of the file, expected status and message.
        (0o755, 0, 0o600, 0, 2, "cannot be read: Permission denied"),
        (0o755, 0, 0o644, 0, 2, "this is read-only; make it writable and run again"),
        (0o777, 0, 0o644, 0, 2, "this is read-only; make it writable and run again"),
        (0o777, 0, 0o444, NOBODY, 2, "this is read-only; make it writable and run again"),
        (0o700, 0, 0o666, 0, 2, "Permission denied"),
        (0o755, NOBODY, 0o640, NOBODY, 0, ""),
        # Written in place: the folder accepts no file, or the owner cannot be set, or the old file cannot be replaced.
        (0o755, 0, 0o666, 0, 0, ""),
        (0o777, 0, 0o666, 0, 0, ""),
        (0o1777, 0, 0o666, 0, 0, ""),
        (0o755, 0, 0o640, NOBODY, 0, ""),
    ]
    for folder_mode, folder_owner, mode, owner, status, words in cases:
        place = Place(mode=mode)
        os.chown(place.file, owner, owner)
        os.chown(place.folder, folder_owner, folder_owner)
        place.folder.chmod(folder_mode)
        Run("--write", "--quiet", place.file, through=AS_NOBODY).says(status, words)
        place.is_whole([NEW if status == 0 else OLD])
        assert (place.file.stat().st_uid, place.file.stat().st_gid) == (owner, owner)
        place.has_no_leftovers()
        yield
    # The permission is removed while the tool runs.
    place = Place(mode=0o644)
    os.chown(place.folder, NOBODY, NOBODY)
    os.chown(place.file, NOBODY, NOBODY)
    place.folder.chmod(0o755)
    with stopped("readlink", place, *AS_NOBODY) as run:
        place.folder.chmod(0o555)
        place.file.chmod(0o444)
    place.mode = 0o444
    run().says(2, "this is read-only; make it writable and run again")
    place.is_whole([OLD])
    place.has_no_leftovers()
    yield


@contextmanager
def stopped(call, place, *through):
    """Starts a run, stops it after its first system call of that name, and continues it at the end."""
    log = WORK / "log"
    log.write_text("")
    log.chmod(0o666)
    strace = ["strace", "-f", "-o", log, "-e", f"trace={call}", "-e", f"inject={call}:signal=STOP:when=1"]
    found = []
    command = [*through, *strace]
    run = threading.Thread(target=lambda: found.append(Run("--write", "--quiet", place.file, through=command)))
    run.start()
    while not (stop := re.search(r"^(\d+) .*stopped by SIGSTOP", log.read_text(), re.MULTILINE)):
        assert run.is_alive(), f"it was never stopped: {found[0]}"
        time.sleep(0.01)

    def finish():
        run.join()
        return found[0]

    try:
        yield finish
    finally:
        os.kill(int(stop[1]), signal.SIGCONT)


def changed_meanwhile():
    """Changes the file after the tool reads it and before the tool replaces it."""

    def appends(place):
        with open(place.file, "a") as file:
            file.write("# more\n")
        return OLD + "# more\n"

    def replaces(place):
        new = place.folder / "new"
        new.write_text("Resources: {}\n")
        new.chmod(place.mode)
        new.replace(place.file)
        return "Resources: {}\n"

    def empties(place):
        os.truncate(place.file, 0)
        return ""

    def writes_the_same(place):
        place.file.write_text(NEW)
        return NEW

    for call in ["flock", "fsync"]:
        for change in [appends, replaces, empties, writes_the_same]:
            place = Place()
            with stopped(call, place) as run:
                text = change(place)
            run().says(2, "the file changed while it was being checked; run again")
            place.is_whole([text])
            place.has_no_leftovers()
            yield
        place = Place()
        with stopped(call, place) as run:
            place.file.unlink()
        run().says(2, "No such file or directory")
        assert not place.file.exists()
        place.has_no_leftovers()
        yield
        place = Place()
        with stopped(call, place) as run:
            place.file.unlink()
            place.file.mkdir()
        assert run().status == 2 and place.file.is_dir()
        place.has_no_leftovers()
        yield


def runs_at_once():
    """Several runs over one file at the same time, which want different things."""
    named, unnamed = (["--write", "--instance-profile-name", name] for name in ["role", "none"])
    place = Place()
    Run(*named, place.file).says(0)
    texts = [place.file.read_text(), NEW]
    assert texts[0] != texts[1]
    for scenario in [plain, through_links, in_place]:
        for _ in range(15 * TIMES):
            place, arguments = scenario()
            commands = [[TOOL, *options, arguments[-1]] for options in [named, unnamed, named, unnamed]]
            processes = [subprocess.Popen(command, stderr=subprocess.PIPE) for command in commands]
            done = [(process.communicate(timeout=PATIENCE)[1].decode(), process.returncode) for process in processes]
            place.is_whole(texts)
            place.has_no_leftovers()
            assert 0 in [status for _, status in done], done
            for stderr, status in done:
                assert status in (0, 2), stderr
                is_reported = "another run is writing this file" in stderr or "the file changed" in stderr
                # A run may read a part of a file that another writes in place: that part may be no template, or no YAML.
                is_torn = scenario is in_place and stderr.startswith(f"{place.file}:")
                assert status == 0 or is_reported or is_torn, stderr
            yield


def remnants():
    """Puts something else under the names of the temporary file and of the kept copy."""
    temporary = ".template.yaml.cfn-ipfix"
    place = Place()
    (place.folder / temporary).write_text("left by a killed run")
    (place.folder / temporary).chmod(0o400)
    place.next_run_fixes()
    yield
    for make in [
        lambda path: path.mkdir(),
        lambda path: path.symlink_to("template.yaml"),
        lambda path: path.symlink_to("nowhere"),
        lambda path: os.mkfifo(path),
    ]:
        place = Place()
        make(place.folder / temporary)
        Run("--write", "--quiet", place.file).says(2, temporary, "is in the way")
        place.is_whole([OLD])
        yield
    # A kept copy is always a regular file; anything else with its name is not from cfn-ipfix.
    kept = ".template.yaml.before-cfn-ipfix"
    for make in [os.mkdir, os.mkfifo, lambda path: os.symlink("template.yaml", path)]:
        place = Place()
        make(place.folder / kept)
        Run("--write", "--quiet", place.file).says(0)
        place.is_whole([NEW])
        yield
    place = Place(mode=0o666)
    (place.folder / kept).touch(0o600)
    Run("--write", "--quiet", place.file, through=AS_NOBODY).says(2, "a run was stopped while it wrote this file", kept)
    place.is_whole([OLD])
    yield
    place = Place()
    (place.folder / temporary).touch()
    holder = subprocess.Popen(["flock", place.folder / temporary, "sleep", str(PATIENCE)])
    while subprocess.run(["flock", "--nonblock", place.folder / temporary, "true"]).returncode == 0:
        time.sleep(0.01)
    Run("--write", "--quiet", place.file).says(2, "another run is writing this file; run again")
    place.is_whole([OLD])
    holder.kill()
    holder.wait()
    yield


def read_only():
    """Writes to a read-only file system, and to a file that is a mount point."""
    with mounted("-t", "tmpfs", "tmpfs") as disk:
        place = Place(parent=disk)
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        Run("--write", "--quiet", place.file).says(2, "this is read-only")
        place.is_whole([OLD])
        yield
    place = Place()
    mount = place.folder / "mount.yaml"
    mount.touch()
    subprocess.run(["mount", "--bind", place.file, mount], check=True)
    try:
        Run("--write", "--quiet", mount).says(0)
        place.is_whole([NEW])
        place.has_no_leftovers()
    finally:
        subprocess.run(["umount", "--lazy", mount], check=True)
    yield


def odd_files():
    """Writes to paths that are not regular files, or links to other folders."""
    place = Place()
    fifo = place.folder / "fifo.yaml"
    os.mkfifo(fifo)
    threading.Thread(target=lambda: fifo.write_text(OLD), daemon=True).start()
    Run("--write", "--quiet", fifo).says(2, "this is not a regular file")
    yield
    with socket.socket(socket.AF_UNIX) as listening:
        os.chdir(place.folder)
        listening.bind("socket.yaml")
        os.chdir("/")
        Run("--write", "--quiet", place.folder / "socket.yaml").says(2, "cannot be read")
    yield
    Run("--write", "--quiet", "/dev/stdin", stdin=OLD).says(2, "this is not a regular file")
    yield
    with open(place.file) as stdin:
        Run("--write", "--quiet", "/dev/stdin", stdin=stdin).says(0)
    place.is_whole([NEW])
    place.has_no_leftovers()
    yield
    Run("--write", "--quiet", "/dev/null").says(0)
    yield
    for device in ["/dev/zero", "/dev/full", "/dev/urandom"]:
        limit = ["prlimit", f"--as={1 << 30}"]
        Run("--write", "--quiet", device, through=limit).says(2, "larger than")
        yield
    place = Place()
    away = WORK / "away"
    away.mkdir(exist_ok=True)
    (away / "real.yaml").write_text(OLD)
    os.symlink(away / "real.yaml", place.folder / "out.yaml")
    Run("--write", "--quiet", place.folder / "out.yaml").says(0)
    assert (away / "real.yaml").read_text() == NEW and (place.folder / "out.yaml").is_symlink()
    assert os.listdir(away) == ["real.yaml"]
    place.has_no_leftovers()
    yield
    os.symlink("nowhere", place.folder / "dangling.yaml")
    Run("--write", "--quiet", place.folder / "dangling.yaml").says(2, "No such file or directory")
    yield
    os.symlink("loop.yaml", place.folder / "loop.yaml")
    Run("--write", "--quiet", place.folder / "loop.yaml").says(2, "Too many levels of symbolic links")
    yield


def looping_folders():
    """Checks a folder with links to itself or to its parents."""
    for back in ["..", ".", "../..", "up", "inner/..", "{folder}"]:
        place = Place()
        inner = place.folder / "inner"
        inner.mkdir()
        (inner / "up").symlink_to(back.format(folder=place.folder))
        (inner / "up.yaml").symlink_to(back.format(folder=place.folder))
        (inner / "template.yaml").write_text(OLD)
        Run("--write", "--quiet", place.folder).says(0)
        place.is_whole([NEW])
        assert (inner / "template.yaml").read_text() == NEW
        place.has_no_leftovers()
        yield


def odd_names():
    """Checks that neither file names nor templates send control characters to the terminal."""
    names = ["a\nb::error::c.yaml", "\x1b[2J\x1b]0;title\x07.yaml", "\r\x08\x7f.yaml", "\x9b31m.yaml", "\\\"'$(a).yaml"]
    names += ["%0A %1b.yaml", "-é日本 .yaml", b"\xff\x1b.yaml".decode(errors="surrogateescape"), "n" * 250 + ".yaml"]
    names += ["長" * 83 + ".yaml"]
    odd = OLD.replace("Server:", '"Ser\\e[2J\\nver\\x9b":')
    for name in names:
        for text in [OLD, odd, "Resources: [\x1b[2J\n", "Resources: {\x07: \x1b[31m, \x9b2J: \x85}\n"]:
            for option in FORMATS:
                for more in [["--color=always"], ["--color=never", "--verbose"]]:
                    place = Place(name)
                    place.file.write_text(text)
                    run = Run(*more, f"--output-format={option}", "--", f"./{name}", cwd=place.folder)
                    assert run.status in (1, 3), run
                    # A diff without colours is for programs, and has the template's source unchanged.
                    is_plain_diff = option == "diff" and "--color=never" in more
                    has_no_controls(run.stderr, f"{name!r} {option}")
                    # `patch` needs a tab after a name with a space.
                    stdout = run.stdout.replace(".yaml\t", ".yaml") if option == "diff" else run.stdout
                    has_no_controls("" if is_plain_diff and text != OLD else stdout, f"{name!r} {option}")
                    yield
        place = Place(name)
        Run("--write", "--", f"./{name}", cwd=place.folder).says(0)
        place.is_whole([NEW])
        place.has_no_leftovers()
        yield


def has_no_controls(text, name):
    without_colours = re.sub(r"\x1b\[[0-9;]*m", "", text) if "\x1b[2J" not in text else text
    odd = re.search(r"[\x00-\x09\x0b-\x1f\x7f\x80-\x9f]", without_colours)
    assert odd is None, f"{name}: {odd[0]!r} in {text!r}"


CASES = [
    ("killed at each system call", killed_at_calls),
    ("a module: killed at each system call", modules_killed_at_calls),
    ("a module: each system call fails", modules_failing_calls),
    ("a module: a file changes during the run", modules_changed_meanwhile),
    ("a module: several runs at once", modules_at_once),
    ("killed after a while", killed_after_a_while),
    ("each system call fails", failing_calls),
    ("each system call fails repeatedly", calls_failing_for_good),
    ("the disk is full", full_disks),
    ("the length of files is limited", small_limits),
    ("permission is missing", without_permission),
    ("the file changes during the run", changed_meanwhile),
    ("several runs at once", runs_at_once),
    ("names of temporary files are taken", remnants),
    ("the disk is read-only", read_only),
    ("other kinds of files", odd_files),
    ("folders that contain themselves", looping_folders),
    ("names and templates with control characters", odd_names),
]


def main():
    failed = 0
    for name, case in CASES:
        if len(sys.argv) > 1 and case.__name__ not in sys.argv[1:]:
            continue
        tried = 0
        began = time.monotonic()
        try:
            for _ in case():
                tried += 1
            print(f"ok      {name}: {tried} tried in {time.monotonic() - began:.0f} s", flush=True)
        except Exception as problem:
            failed += 1
            print(f"FAILED  {name}, after {tried}\n{problem}", flush=True)
    return failed > 0


sys.exit(main())
