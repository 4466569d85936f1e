// The command, with the program for this platform and without it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { example, inProject, npx, run } from "./project.mjs";

const MESSAGE = "t.yaml:10:27: IPF001 error: `IamInstanceProfile` of `Server` refers to the role `ServerRole`";

test("the command finds and fixes a mistake", () => {
  const file = inProject("native", "t.yaml");
  writeFileSync(file, example("ec2-instance.yaml"));
  const checked = npx("native", ["--check", "t.yaml"]);
  assert.equal(checked.status, 1);
  assert.ok(checked.stdout.startsWith(MESSAGE), checked.stdout);
  assert.equal(npx("native", ["--write", "t.yaml"]).status, 0);
  assert.equal(readFileSync(file, "utf8"), example("ec2-instance.fixed.yaml"));
});

test("the command is a filter", () => {
  const filtered = npx("native", ["--write", "-"], { input: example("launch-template.json") });
  assert.equal(filtered.stdout, example("launch-template.fixed.json"));
  assert.equal(filtered.status, 0);
});

test("exit statuses are those of the program", () => {
  const checked = npx("native", ["--check", "-"], { input: "Resources: [" });
  assert.equal(checked.status, 3);
  assert.equal(npx("native", ["--no-such-option"]).status, 2);
});

/** Makes a project whose packages have these programs; returns the path of the command. */
function withPrograms(programs) {
  rmSync(inProject("shim"), { recursive: true, force: true });
  cpSync(inProject("alone"), inProject("shim"), { recursive: true, verbatimSymlinks: true });
  for (const [name, { text, mode }] of Object.entries(programs)) {
    const folder = inProject("shim", `node_modules/@cfn-ipfix/cli-${name}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(join(folder, "cfn-ipfix"), text);
    chmodSync(join(folder, "cfn-ipfix"), mode ?? 0o755);
  }
  writeFileSync(inProject("shim", "t.yaml"), TEMPLATE);
  return inProject("shim", "node_modules/.bin/cfn-ipfix");
}

const NOT_STARTABLE = {
  EACCES: { text: "#!/bin/sh\n", mode: 0o644 },
  ENOENT: { text: "#!/no/such/interpreter\n" },
};

for (const [code, program] of Object.entries(NOT_STARTABLE)) {
  test(`the command runs if its program cannot be started: ${code}`, () => {
    const command = withPrograms({ "linux-x64": program });
    const checked = run("shim", command, ["--check", "t.yaml"]);
    assert.ok(checked.stdout.startsWith(MESSAGE), checked.stdout);
    assert.equal(checked.status, 1);
    const { stderr, status } = run("shim", command, ["--lsp"]);
    const reason = "error: `--lsp` needs the program for linux on x64, which cannot be started";
    assert.match(stderr, new RegExp(`^${reason} \\(spawn \\S+ ${code}\\)\n$`));
    assert.equal(status, 2);
  });
}

test("the program is that of the system's libc, or another that can be started", () => {
  const glibc = { text: "#!/bin/sh\necho glibc\n" };
  const musl = { text: "#!/bin/sh\necho musl\n" };
  const command = withPrograms({ "linux-x64": glibc, "linux-x64-musl": musl });
  const own = process.report.getReport().header.glibcVersionRuntime ? "glibc" : "musl";
  assert.equal(run("shim", command, []).stdout, `${own}\n`);
  const names = { glibc: "linux-x64", musl: "linux-x64-musl" };
  const other = own === "glibc" ? "musl" : "glibc";
  withPrograms({ "linux-x64": glibc, "linux-x64-musl": musl, [names[own]]: NOT_STARTABLE.ENOENT });
  assert.equal(run("shim", command, []).stdout, `${other}\n`);
});

for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"]) {
  test(`${signal} reaches the program, and the command ends as the program does`, async () => {
    const endings = { "process.exit(7)": [7, null], 'process.kill(process.pid, "SIGKILL")': [null, "SIGKILL"] };
    for (const [ending, expected] of Object.entries(endings)) {
      // Not a shell: it cannot catch a signal that its parent ignores.
      const text = `#!/usr/bin/env node
process.on("${signal}", () => process.stdout.write("got ${signal}\\n", () => ${ending}));
setTimeout(() => {}, 20000);
console.log("ready");\n`;
      const child = spawn(withPrograms({ "linux-x64": { text } }), [], { stdio: ["ignore", "pipe", "inherit"] });
      const printed = [];
      child.stdout.on("data", (data) => {
        printed.push(String(data));
        if (printed.length === 1) child.kill(signal);
      });
      assert.deepEqual(await once(child, "close"), expected);
      assert.equal(printed.join(""), `ready\ngot ${signal}\n`);
    }
  });
}

// The same command lines with the program and without it, in a folder of their own.
const TEMPLATE = example("ec2-instance.yaml");
const SERVER = 'resource "aws_instance" "s" {\n  iam_instance_profile = aws_iam_role.s.name\n}\n';
const ROLE = 'resource "aws_iam_role" "s" {\n  name               = "s"\n  assume_role_policy = "{}"\n}\n';
const CALL = 'module "m" {\n  source  = "./child"\n  profile = aws_iam_role.s.name\n}\n';
const CHILD = 'variable "profile" {}\nresource "aws_instance" "c" {\n  iam_instance_profile = var.profile\n}\n';
const FILES = {
  "t.yaml": TEMPLATE,
  "windows.yaml": TEMPLATE.replaceAll("\n", "\r\n"),
  "marked.json": `\uFEFF${example("launch-template.json")}`,
  "unsafe.yaml": example("hardcoded-role.yaml"),
  "warning.yaml": example("missing-ec2-trust.yaml"),
  "correct.yaml": example("correct.yaml"),
  "broken.yaml": "Resources: [",
  "other.yaml": "a: b\n",
  "main.tf": SERVER,
  "iam.tf": ROLE,
  "broken.tf.txt": "",
  "deep/main.tf": ROLE + CALL,
  "deep/child/main.tf": CHILD,
};
const TEMPLATES = Object.keys(FILES).filter((name) => name.endsWith("yaml") || name.endsWith("json"));

const COMMANDS = [
  ...TEMPLATES.flatMap((name) => [[name], ["--check", name], ["--write", name]]),
  ["--check", ...TEMPLATES],
  ["-w", ...TEMPLATES],
  ["main.tf"],
  ["--write", "main.tf"],
  ["--fix", "./main.tf", "iam.tf"],
  ["--check", "iam.tf"],
  ["--check", "deep/main.tf"],
  ["--write", "deep/main.tf", "deep/child/main.tf"],
  ["--unsafe-fixes", "--write", "unsafe.yaml"],
  ["--select", "IPF001,IPF007", "--ignore", "IPF001", "--check", "t.yaml", "warning.yaml"],
  ...["json", "jsonl", "sarif", "github", "gitlab", "junit", "markdown"].map((name) => ["--output-format", name, ...TEMPLATES]),
  ["--write", "--output-format", "json", "t.yaml", "warning.yaml"],
  ["--check", "missing.yaml", "t.yaml"],
  ["--write", "missing.yaml", "t.yaml"],
  ["--check", "missing.yaml"],
  ["--version"],
];
const FILTERS = [
  [["-"], TEMPLATE],
  [["--write", "-"], TEMPLATE],
  [["--check", "-"], TEMPLATE],
  [["--write", "-"], "Resources: ["],
  [["--write", "-"], ""],
  [["--check", "-"], ""],
  [["--check", "-"], "a: b\n"],
  [["--write", "-", "--stdin-filename", "main.tf"], SERVER],
  [["--check", "-", "--stdin-filename", "main.tf"], SERVER],
];

/** Runs a command line on new files; returns what it prints and the files afterwards. */
function outcome(project, parameters, input = "") {
  const folder = inProject(project, "files");
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const command = inProject(project, "node_modules/.bin/cfn-ipfix");
  const { stdout, stderr, status } = run(project, command, parameters, { cwd: folder, input });
  const files = Object.keys(FILES).map((name) => [name, readFileSync(join(folder, name), "utf8")]);
  // The identity and the time of a JUnit report differ in each run.
  return { stdout: stdout.replace(/ (?:uuid|timestamp|time)="[^"]*"/g, ""), stderr, status, files };
}

for (const [parameters, input] of [...COMMANDS.map((command) => [command]), ...FILTERS]) {
  test(`without the program, the result is the same: ${parameters.join(" ")}`, () => {
    assert.deepEqual(outcome("alone", parameters, input), outcome("native", parameters, input));
  });
}

test("without the program, the command refuses what it cannot do", () => {
  const linked = inProject("alone", "files", "linked.yaml");
  for (const [parameters, reason] of [
    [[], "a search for files"],
    [["deep"], "a directory, deep,"],
    [["../package.json"], "a path with `..`, ../package.json,"],
    [["./deep/../t.yaml"], "a path with `..`, ./deep/../t.yaml,"],
    [["/t.yaml"], "an absolute path, /t.yaml,"],
    [["-", "--stdin-filename", "/t.yaml"], "an absolute path, /t.yaml,"],
    [["--output-format", "json", "missing.yaml"], "a report with an unreadable file"],
    [["--statistics", "t.yaml"], "`--statistics`"],
    [["--lsp"], "`--lsp`"],
    [["t.yaml", "./t.yaml"], "a file that is named twice"],
    [["terraform.tfvars"], "a file with this name, terraform.tfvars,"],
    [["configured/t.yaml"], "a configuration, "],
    [["--write", "linked.yaml"], "a file with several hard links, linked.yaml,"],
  ]) {
    outcome("alone", ["--version"]);
    const folder = inProject("alone", "files");
    mkdirSync(join(folder, "configured"));
    writeFileSync(join(folder, "configured/t.yaml"), TEMPLATE);
    writeFileSync(join(folder, "configured/.cfn-ipfix.yaml"), "ignore: [IPF001]");
    writeFileSync(join(folder, "terraform.tfvars"), "");
    rmSync(linked, { force: true });
    linkSync(join(folder, "t.yaml"), linked);
    const command = inProject("alone", "node_modules/.bin/cfn-ipfix");
    const { stdout, stderr, status } = run("alone", command, parameters, { cwd: folder });
    assert.ok(stderr.startsWith(`error: ${reason}`), stderr);
    assert.match(stderr, / needs the program for linux on x64, which is not installed; install @cfn-ipfix\/cli-linux-x64 /);
    assert.deepEqual([stdout, status], ["", 2]);
    assert.equal(readFileSync(join(folder, "t.yaml"), "utf8"), TEMPLATE);
  }
});

test("without the program, invalid command lines are errors as with it", () => {
  for (const parameters of [
    ["--write", "--write", "t.yaml"],
    ["-w", "--fix", "t.yaml"],
    ["--output-format", "json", "--output-format", "text", "t.yaml"],
    ["--stdin-filename", "", "-"],
  ]) {
    const [alone, native] = ["alone", "native"].map((project) => outcome(project, parameters, TEMPLATE));
    const line = ({ stderr }) => stderr.split("\n")[0].replace(/ <FORMAT>/, "");
    assert.deepEqual({ ...alone, stderr: line(alone) }, { ...native, stderr: line(native) });
    assert.equal(alone.status, 2);
  }
});

test("without the program, a read-only file is not changed", () => {
  for (const project of ["alone", "native"]) {
    outcome(project, ["--version"]);
    const folder = inProject(project, "files");
    chmodSync(join(folder, "t.yaml"), 0o444);
    const command = inProject(project, "node_modules/.bin/cfn-ipfix");
    const { stderr, status } = run(project, command, ["--write", "t.yaml"], { cwd: folder });
    assert.match(stderr, /^t\.yaml: error: this is read-only; make it writable and run again$/m);
    assert.equal(status, 2);
    assert.equal(readFileSync(join(folder, "t.yaml"), "utf8"), TEMPLATE);
  }
});
