import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { test } from "node:test";

import { findProgram } from "../src/program";

const root = mkdtempSync(join(tmpdir(), "cfn-ipfix-"));

/** Creates an empty file below the root, and returns its path. */
function file(...names: string[]): string {
  const path = join(root, ...names);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, "");
  return path;
}

const setting = file("workspace", "tools", "cfn-ipfix");
const bundled = file("extension", "bundled", "cfn-ipfix");
const first = file("first", "cfn-ipfix");
file("second", "cfn-ipfix");
file("second", "cfn-ipfix.exe");

const places = {
  setting: "",
  workspaceFolder: join(root, "workspace"),
  extensionFolder: join(root, "extension"),
  path: ["", "none", "first", "second"].map((name) => name && join(root, name)).join(delimiter),
  platform: "linux" as const,
};

test("the setting comes first, and may be relative to the workspace", () => {
  for (const path of [setting, join("tools", "cfn-ipfix"), "${workspaceFolder}/tools/cfn-ipfix"]) {
    assert.deepEqual(findProgram({ ...places, setting: path }), { path: setting, origin: "setting" });
  }
});

test("a setting that names no file is not replaced", () => {
  for (const path of ["/nowhere/cfn-ipfix", "~/nowhere/cfn-ipfix", join(root, "workspace")]) {
    assert.equal(findProgram({ ...places, setting: path }), undefined);
  }
});

test("the program of the extension comes before the PATH", () => {
  assert.deepEqual(findProgram(places), { path: bundled, origin: "extension" });
});

test("the first folder of the PATH that has the program counts", () => {
  assert.deepEqual(findProgram({ ...places, extensionFolder: root }), { path: first, origin: "PATH" });
  assert.equal(findProgram({ ...places, extensionFolder: root, path: "" }), undefined);
});

test("on Windows, the program ends in .exe", () => {
  const program = findProgram({ ...places, extensionFolder: root, platform: "win32" });
  assert.deepEqual(program, { path: join(root, "second", "cfn-ipfix.exe"), origin: "PATH" });
});
