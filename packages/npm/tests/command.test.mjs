// The command, with the program for this platform and without it.

import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";

import { example, inProject, npx } from "./project.mjs";

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

test("without the program, the command names the missing package", () => {
  const refused = npx("alone", ["--check", "t.yaml"]);
  assert.equal(refused.status, 2);
  assert.match(refused.stderr, /install @cfn-ipfix\/cli-linux-x64 or @cfn-ipfix\/cli-linux-x64-musl\n/);
});
