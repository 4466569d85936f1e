// The functions of the package, and their agreement with the command.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { example, inProject, root, run } from "./project.mjs";

const require = createRequire(pathToFileURL(inProject("alone", "package.json")));
const { check, explain } = require("cfn-ipfix");

/** Returns the example templates, without the fixed ones. */
const examples = readdirSync(join(root, "examples")).filter((name) => /^[^.]+\.(?:yaml|json)$/.test(name));

test("ES modules can import the functions by name", async () => {
  const imported = await import(pathToFileURL(require.resolve("cfn-ipfix")));
  assert.equal(imported.check, check);
});

test("the report is the one of the command", () => {
  const files = Object.fromEntries(examples.map((name) => [name, example(name)]));
  const parameters = ["--check", "--isolated", "--output-format", "json", ...Object.keys(files)];
  const command = inProject("native", "node_modules/.bin/cfn-ipfix");
  const printed = run("native", command, parameters, { cwd: join(root, "examples") });
  assert.deepEqual(check(files).report, JSON.parse(printed.stdout));
});

test("the examples are fixed as their results say", () => {
  for (const name of examples) {
    const fixed = check({ [name]: example(name) }, { unsafeFixes: true }).fixed[name];
    const expected = name.replace(".", ".fixed.");
    if (readdirSync(join(root, "examples")).includes(expected)) assert.equal(fixed, example(expected));
  }
});

test("a Terraform module is checked as one", () => {
  const server = 'resource "aws_instance" "s" {\n  iam_instance_profile = aws_iam_role.s.name\n}\n';
  const role = 'resource "aws_iam_role" "s" {\n  name               = "s"\n  assume_role_policy = "{}"\n}\n';
  const { fixed } = check({ "main.tf": server, "iam.tf": role });
  assert.deepEqual(Object.keys(fixed), ["main.tf", "iam.tf"]);
  assert.deepEqual(check({ "main.tf": server }, { context: { "iam.tf": role } }).fixed, {});
});

test("the modules of the repository's tests are fixed as they say", () => {
  const modules = join(root, "tests/modules/fix");
  for (const module of readdirSync(modules)) {
    const folder = join(modules, module);
    const names = readdirSync(folder, { recursive: true }).filter((name) => /\.(?:tf|tofu)(?:\.json)?$/.test(name));
    const read = (name) => readFileSync(join(folder, name), "utf8");
    const given = names.filter((name) => !name.startsWith("expect"));
    const { fixed } = check(Object.fromEntries(given.map((name) => [name, read(name)])));
    for (const name of given) {
      const expected = names.includes(join("expect", name)) ? join("expect", name) : name;
      assert.equal(fixed[name] ?? read(name), read(expected), `${module}/${name}`);
    }
  }
});

test("other reports are available", () => {
  const { output } = check({ "t.yaml": example("ec2-instance.yaml") }, { format: "text" });
  assert.match(output, /^t\.yaml:10:27: IPF001 error: /);
});

test("the types have the formats of the command", () => {
  const declared = readFileSync(join(root, "packages/npm/cfn-ipfix/index.d.ts"), "utf8");
  const [, union] = /readonly format\?: (.*);/.exec(declared);
  const { stderr } = run("native", inProject("native", "node_modules/.bin/cfn-ipfix"), ["--output-format", "none"]);
  const [, formats] = /possible values: (.*)\]/.exec(stderr);
  assert.deepEqual(union.replaceAll('"', "").split(" | "), formats.split(", "));
});

test("invalid options are errors", () => {
  assert.throws(() => check({}, { select: ["IPF999"] }), /there is no rule `IPF999`/);
  assert.throws(() => check({}, { fix: true }), /unknown field `fix`/);
  assert.throws(() => explain("IPF999"), /there is no rule/);
  assert.match(explain("IPF001"), /^# IPF001 role-as-instance-profile\n/);
});
