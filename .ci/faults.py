"""Tries to make `cfn-ipfix --write` leave something else than the old file or the new one. Run by `.ci/faults`.

Every system call of a write is made to fail, and every one is the last before the process is killed; disks are full,
permissions are missing, others write at the same time, and files are not what they seem.
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
# Seconds, far more than any run takes; reached by failures alone.
PATIENCE = 60
NOBODY = 65534
AS_NOBODY = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
OLD = (ROOT / "examples/ec2-instance.yaml").read_text()
NEW = (ROOT / "examples/ec2-instance.fixed.yaml").read_text()
FORMATS = ["diff", "text", "json", "jsonl", "sarif", "github", "gitlab", "junit"]


class Run:
    """A run of the tool, to its end."""

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
        assert self.status == status and all(word in self.stderr for word in words), f"{self}, and not {status} {words}"

    def __str__(self):
        return f"status {self.status}\n{self.stdout}{self.stderr}"


class Place:
    """A folder with a template to be mended."""

    def __init__(self, name="template.yaml", parent=WORK, mode=0o640):
        self.folder = parent / "place"
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        self.file = self.folder / name
        self.file.write_text(OLD)
        self.file.chmod(mode)
        self.mode = mode

    def is_whole(self, texts=(OLD, NEW)):
        """The file holds one of the texts, and has its mode."""
        text = self.file.read_text()
        assert text in texts, f"a part was written:\n{text}"
        mode = stat.S_IMODE(self.file.stat().st_mode)
        assert mode == self.mode, f"the mode is {mode:o}"
        return text

    def left(self):
        """What is there and should not be."""
        return [path.name for path in self.folder.iterdir() if path.name.endswith("cfn-ipfix")]

    def has_nothing_left(self):
        assert not self.left(), f"{self.left()} is left"

    def is_mended(self):
        """The next run mends the file and leaves nothing beside it; if what the file held was kept, it says so."""
        kept = self.folder / f".{self.file.name}.before-cfn-ipfix"
        if kept.exists():
            told = "a run was stopped while it wrote this file"
            Run("--write", "--quiet", self.file).says(2, told, str(kept))
            assert kept.read_text() == OLD
            shutil.copyfile(kept, self.file)
            kept.unlink()
        Run("--write", "--quiet", self.file).says(0)
        self.is_whole([NEW])
        self.has_nothing_left()


def plain():
    place = Place()
    return place, ["--write", "--quiet", place.file]


def through_links():
    place = Place()
    (place.folder / "first").symlink_to("template.yaml")
    (place.folder / "second").symlink_to("first")
    return place, ["--write", "--quiet", place.folder / "second"]


def in_place():
    """A file with two names is written in place, as parting them would be worse."""
    place = Place()
    (place.folder / "other.yaml").hardlink_to(place.file)
    return place, ["--write", "--quiet", place.file]


# What must not fail for the tool to be started and ended at all.
NO_CALLS = {"execve", "brk", "mmap", "munmap", "mprotect", "exit_group", "sigaltstack", "rt_sigaction", "futex"}


def calls(scenario):
    """The system calls of a run, as names and how many of that name came before and with it."""
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
        has_begun |= "template.yaml" in line and name == "openat" or "second" in line and name == "openat"
        if has_begun and name not in NO_CALLS:
            yield name, numbers[name]


def inject(name, number, what):
    return ["strace", "-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:{what}:when={number}"]


def killed_at_calls():
    """Killed at every system call from the reading of the file on."""
    for scenario in [plain, through_links, in_place]:
        for name, number in [*calls(scenario), ("exit_group", 1)]:
            place, arguments = scenario()
            run = Run(*arguments, through=inject(name, number, "signal=KILL"))
            assert run.status in (-signal.SIGKILL, 128 + signal.SIGKILL), f"{name} {number}: {run}"
            # What is written in place may be there in part; the next run says so.
            if scenario is not in_place:
                place.is_whole()
            assert len(place.left()) <= 1, place.left()
            place.is_mended()
            yield


def failing_calls():
    """Every system call from the reading of the file on fails, in several ways."""
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
                    place.has_nothing_left()
                yield


def calls_failing_for_good():
    """From each system call on, all of that name fail: what was begun cannot be taken back either."""
    for scenario in [plain, through_links, in_place]:
        for name, number in calls(scenario):
            place, arguments = scenario()
            run = Run(*arguments, through=inject(name, f"{number}+", "error=EIO"))
            assert run.status in (0, 1, 2), f"{name} {number}: {run}"
            is_kept = ".template.yaml.before-cfn-ipfix" in place.left()
            assert is_kept or place.is_whole() == NEW or run.status != 0, f"{name} {number}: {run}"
            place.is_mended()
            yield


def killed_after_a_while():
    """Killed after some time, long or short, in a run over a file that takes longer."""
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
        place.has_nothing_left()
        yield


@contextmanager
def mounted(*arguments):
    """A file system for a while."""
    folder = WORK / "mounted"
    folder.mkdir(exist_ok=True)
    subprocess.run(["mount", *arguments, folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def full_disks():
    """Less and less room on the disk, down to none; no room for another file."""
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
                place.has_nothing_left()
            yield
        assert (0, True) in outcomes and (is_in_place or (2, False) in outcomes), outcomes
    with mounted("-t", "tmpfs", "-o", "nr_inodes=4", "tmpfs") as disk:
        place = Place(parent=disk)
        (disk / "last").touch()
        Run("--write", "--quiet", place.file).says(2, "cannot be written: No space left on device")
        place.is_whole([OLD])
        place.has_nothing_left()
    yield


def small_limits():
    """A file may not become as long as the new one."""
    for limit in [0, 1, 100, len(OLD), len(NEW) - 1, len(NEW)]:
        for scenario in [plain, in_place]:
            place, arguments = scenario()
            run = Run(*arguments, through=["prlimit", f"--fsize={limit}"])
            if scenario is not in_place:
                place.is_whole()
            is_done = place.file.read_text() == NEW and not place.left()
            assert run.status == 0 if is_done else run.status in (2, -signal.SIGXFSZ), run
            place.is_mended()
            yield


def without_permission():
    """As another user, whom modes hold back."""
    cases = [
        # The mode and owner of the folder, of the file, and what comes of it.
        (0o755, 0, 0o600, 0, 2, "cannot be read: Permission denied"),
        (0o755, 0, 0o644, 0, 2, "this is read-only; make it writable and run again"),
        (0o777, 0, 0o644, 0, 2, "this is read-only; make it writable and run again"),
        (0o777, 0, 0o444, NOBODY, 2, "this is read-only; make it writable and run again"),
        (0o700, 0, 0o666, 0, 2, "Permission denied"),
        (0o755, NOBODY, 0o640, NOBODY, 0, ""),
        # In place: the folder takes no new file, the owner cannot be given, what is another's cannot be taken away.
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
        place.has_nothing_left()
        yield
    # The permission goes on the way to the file.
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
    place.has_nothing_left()
    yield


@contextmanager
def stopped(call, place, *through):
    """A run that is held behind its first system call of that name while something else is done."""
    log = WORK / "log"
    log.write_text("")
    log.chmod(0o666)
    strace = ["strace", "-f", "-o", log, "-e", f"trace={call}", "-e", f"inject={call}:signal=STOP:when=1"]
    found = []
    command = [*through, *strace]
    run = threading.Thread(target=lambda: found.append(Run("--write", "--quiet", place.file, through=command)))
    run.start()
    while not (held := re.search(r"^(\d+) .*stopped by SIGSTOP", log.read_text(), re.MULTILINE)):
        assert run.is_alive(), f"it was never held: {found[0]}"
        time.sleep(0.01)

    def finish():
        run.join()
        return found[0]

    try:
        yield finish
    finally:
        os.kill(int(held[1]), signal.SIGCONT)


def changed_meanwhile():
    """Somebody else does something to the file between its reading and its replacement."""

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
            place.has_nothing_left()
            yield
        place = Place()
        with stopped(call, place) as run:
            place.file.unlink()
        run().says(2, "No such file or directory")
        assert not place.file.exists()
        place.has_nothing_left()
        yield
        place = Place()
        with stopped(call, place) as run:
            place.file.unlink()
            place.file.mkdir()
        assert run().status == 2 and place.file.is_dir()
        place.has_nothing_left()
        yield


def runs_at_once():
    """Several runs over one file at the same time, which want different things."""
    named, unnamed = (["--write", "--profile-name", name] for name in ["role", "none"])
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
            place.has_nothing_left()
            assert 0 in [status for _, status in done], done
            for stderr, status in done:
                assert status in (0, 2), stderr
                is_told = "another run is writing this file" in stderr or "the file changed" in stderr
                # A file that is being written in place is read as it is then, and may be no template.
                assert status == 0 or is_told, stderr
            yield


def remnants():
    """Something has the name of the file beside."""
    beside = ".template.yaml.cfn-ipfix"
    place = Place()
    (place.folder / beside).write_text("left by a killed run")
    (place.folder / beside).chmod(0o400)
    place.is_mended()
    yield
    for make in [
        lambda path: path.mkdir(),
        lambda path: path.symlink_to("template.yaml"),
        lambda path: path.symlink_to("nowhere"),
        lambda path: os.mkfifo(path),
    ]:
        place = Place()
        make(place.folder / beside)
        Run("--write", "--quiet", place.file).says(2, beside, "is in the way")
        place.is_whole([OLD])
        yield
    # What keeps the text of a file that is written in place is a file, or nothing of ours.
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
    (place.folder / beside).touch()
    holder = subprocess.Popen(["flock", place.folder / beside, "sleep", str(PATIENCE)])
    while subprocess.run(["flock", "--nonblock", place.folder / beside, "true"]).returncode == 0:
        time.sleep(0.01)
    Run("--write", "--quiet", place.file).says(2, "another run is writing this file; run again")
    place.is_whole([OLD])
    holder.kill()
    holder.wait()
    yield


def read_only():
    """The file system takes no writes, or the file is mounted by itself."""
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
        place.has_nothing_left()
    finally:
        subprocess.run(["umount", "--lazy", mount], check=True)
    yield


def odd_files():
    """What is no file, or somewhere else."""
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
    place.has_nothing_left()
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
    place.has_nothing_left()
    yield
    os.symlink("nowhere", place.folder / "dangling.yaml")
    Run("--write", "--quiet", place.folder / "dangling.yaml").says(2, "No such file or directory")
    yield
    os.symlink("loop.yaml", place.folder / "loop.yaml")
    Run("--write", "--quiet", place.folder / "loop.yaml").says(2, "Too many levels of symbolic links")
    yield


def looping_folders():
    """Links that lead back up, or to themselves, in a folder that is given as a path."""
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
        place.has_nothing_left()
        yield


def odd_names():
    """No name of a file, and nothing in a template, speaks to a terminal."""
    names = ["a\nb::error::c.yaml", "\x1b[2J\x1b]0;title\x07.yaml", "\r\x08\x7f.yaml", "\x9b31m.yaml", "\\\"'$(a).yaml"]
    names += ["%0A %1b.yaml", "-é日本 .yaml", b"\xff\x1b.yaml".decode(errors="surrogateescape"), "n" * 250 + ".yaml"]
    names += ["長" * 83 + ".yaml"]
    told = OLD.replace("Server:", '"Ser\\e[2J\\nver\\x9b":')
    for name in names:
        for text in [OLD, told, "Resources: [\x1b[2J\n", "Resources: {\x07: \x1b[31m, \x9b2J: \x85}\n"]:
            for option in FORMATS:
                for more in [["--color=always"], ["--color=never", "--verbose"]]:
                    place = Place(name)
                    place.file.write_text(text)
                    run = Run(*more, f"--output-format={option}", "--", f"./{name}", cwd=place.folder)
                    assert run.status in (1, 3), run
                    # A diff without colours is for programs, and holds the template as it is.
                    is_plain_diff = option == "diff" and "--color=never" in more
                    speaks_not(run.stderr, f"{name!r} {option}")
                    # Behind a name with a space, `patch` wants a tab.
                    stdout = run.stdout.replace(".yaml\t", ".yaml") if option == "diff" else run.stdout
                    speaks_not("" if is_plain_diff and text != OLD else stdout, f"{name!r} {option}")
                    yield
        place = Place(name)
        Run("--write", "--", f"./{name}", cwd=place.folder).says(0)
        place.is_whole([NEW])
        place.has_nothing_left()
        yield


def speaks_not(text, what):
    without_colours = re.sub(r"\x1b\[[0-9;]*m", "", text) if "\x1b[2J" not in text else text
    odd = re.search(r"[\x00-\x09\x0b-\x1f\x7f\x80-\x9f]", without_colours)
    assert odd is None, f"{what}: {odd[0]!r} in {text!r}"


CASES = [
    ("killed at each system call", killed_at_calls),
    ("killed after a while", killed_after_a_while),
    ("each system call fails", failing_calls),
    ("each system call fails from then on", calls_failing_for_good),
    ("the disk is full", full_disks),
    ("files may not grow", small_limits),
    ("permission is missing", without_permission),
    ("the file changes meanwhile", changed_meanwhile),
    ("several runs at once", runs_at_once),
    ("something has the name of the file beside", remnants),
    ("the disk is read-only", read_only),
    ("no file, or elsewhere", odd_files),
    ("folders that lead back into themselves", looping_folders),
    ("names and texts with control characters", odd_names),
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
