"""Counts the instructions of checks. Run by `scripts/count-instructions`."""

import argparse
import dataclasses
import pathlib
import subprocess
import tempfile

import performance

RECORD = performance.ROOT / "benches" / "instructions.tsv"
HEAD = ("build", "input", "cfn-ipfix", "bare yaml-rust2")


@dataclasses.dataclass(frozen=True)
class Build:
    """A build, how far its counts may be above the record, and the templates that it checks."""

    name: str
    options: tuple[str, ...]
    tolerance: float
    # Layout, resources, findings, bytes.
    templates: tuple[tuple[str, int, int, int], ...]

    @property
    def folder(self):
        return performance.ROOT / "target" / ("debug" if self.name == "dev" else self.name)


SMALL = ("yaml", 4, 0, 4_000)
BUILDS = {
    "release": Build(
        "release",
        ("--release",),
        0.03,
        (
            SMALL,
            ("yaml", 500, 0, 1_000_000),
            ("yaml", 500, 100, 1_000_000),
            ("json", 500, 100, 1_000_000),
            ("one-line", 500, 100, 1_000_000),
            ("yaml", 2000, 1000, 2_000_000),
        ),
    ),
    "dev": Build("dev", (), 0.10, (SMALL, ("yaml", 50, 10, 100_000), ("one-line", 50, 10, 100_000))),
}


def main():
    parser = argparse.ArgumentParser(prog="count-instructions", description=__doc__.split("\n")[0])
    parser.add_argument("--dev", action="store_true", help="count the unoptimised build")
    parser.add_argument("--record", action="store_true", help="put the counts on record")
    arguments = parser.parse_args()
    build = BUILDS["dev" if arguments.dev else "release"]
    lines = [tuple(line.split("\t")) for line in RECORD.read_text().splitlines()[1:]]
    record = {line[:2]: int(line[2]) / int(line[3]) for line in lines}
    others = [line for line in lines if line[0] != build.name]
    counted, slower = [], []
    with tempfile.TemporaryDirectory() as folder:
        for name, own, bare in counts(build, pathlib.Path(folder)):
            counted.append((build.name, name, str(own), str(bare)))
            recorded = record.get((build.name, name))
            if not recorded and not arguments.record:
                raise SystemExit(f"count-instructions: {name} is not on record; --record puts it there")
            change = own / bare / recorded - 1 if recorded else 0
            slower += [name] if change > build.tolerance else []
            print(f"{name:28} {own:13,} {own / bare:6.2f} x bare {change:+8.1%}", flush=True)
    if arguments.record:
        RECORD.write_text("".join("\t".join(line) + "\n" for line in (HEAD, *others, *counted)))
    elif slower:
        raise SystemExit(f"count-instructions: more than recorded: {', '.join(slower)}")


def counts(build, folder):
    """Yields the name of each input, the instructions of its check, and those of a bare parse."""
    for what in (["--example", "bench-tool"], ["--bin", "cfn-ipfix"]):
        command = ["cargo", "build", "--quiet", "--locked", *build.options, *what]
        subprocess.run(command, cwd=performance.ROOT, check=True)
    bench = build.folder / "examples" / "bench-tool"
    check = lambda file: performance.instructions(build.folder / "cfn-ipfix", "--isolated", "--check", "--quiet", file)
    bare = {}
    for template in build.templates:
        name = "-".join(map(str, template))
        file = folder / f"{name}.template"
        file.write_text(performance.output(bench, "write", *map(str, template)))
        bare[template] = performance.instructions(bench, "read", "yaml-rust2", file)
        yield name, check(file), bare[template]
    # yaml-rust2 cannot read a module, so the unit is a template of as many bytes.
    module = folder / "main.tf"
    module.write_text(performance.clean_module(SMALL[-1]))
    yield f"module-{SMALL[-1]}", check(module), bare[SMALL]


main()
