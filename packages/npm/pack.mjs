#!/usr/bin/env node
// Packs the npm packages into target/packages/npm/:
//
//     packages/npm/pack.mjs main                       cfn-ipfix, with target/packages/wasm/nodejs
//     packages/npm/pack.mjs platform linux-x64 BINARY  @cfn-ipfix/cli-linux-x64, with a program
//
// The version and the addresses come from Cargo.toml, the platforms from platforms.json. Publish the packages of all
// platforms before the main package, which depends on them.

import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const own = join(root, "packages/npm");
const target = join(root, "target/packages/npm");
const platforms = readJson(join(own, "platforms.json"));
const crate = metadata();

const [command, name, binary] = process.argv.slice(2);
if (command === "main") packMain();
else if (command === "platform" && binary) packPlatform(name, binary);
else throw new Error("usage: pack.mjs main | pack.mjs platform NAME BINARY");

function packMain() {
  const folder = emptyFolder("main");
  cpSync(join(own, "cfn-ipfix"), folder, { recursive: true });
  copyFileSync(join(own, "platforms.json"), join(folder, "platforms.json"));
  copyFileSync(join(own, "README.md"), join(folder, "README.md"));
  const glue = join(root, "target/packages/wasm/nodejs");
  mkdirSync(join(folder, "wasm"));
  for (const file of ["cfn_ipfix.js", "cfn_ipfix_bg.wasm"]) copyFileSync(join(glue, file), join(folder, "wasm", file));
  const { name, ...fields } = readJson(join(folder, "package.json"));
  const optional = platforms.map((platform) => [packageName(platform), crate.version]);
  pack(folder, {
    name,
    ...shared(),
    ...fields,
    keywords: [...crate.keywords, "cdk"],
    optionalDependencies: Object.fromEntries(optional),
  });
}

function packPlatform(name, binary) {
  const platform = platforms.find((platform) => platform.name === name);
  if (!platform) throw new Error(`there is no platform ${name} in platforms.json`);
  const folder = emptyFolder(name);
  const program = platform.os === "win32" ? "cfn-ipfix.exe" : "cfn-ipfix";
  copyFileSync(binary, join(folder, program));
  chmodSync(join(folder, program), 0o755);
  const manifest = {
    name: packageName(platform),
    ...shared(),
    description: `The program of the package cfn-ipfix for ${name}`,
    os: [platform.os],
    cpu: [platform.cpu],
    // Package managers that link files must copy this one: it is executed.
    preferUnplugged: true,
  };
  if (platform.libc) manifest.libc = [platform.libc];
  pack(folder, manifest);
}

/** Adds what all packages share, and prints the name of the package file. */
function pack(folder, manifest) {
  for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(join(root, licence), join(folder, licence));
  writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  const parameters = ["pack", "--silent", "--pack-destination", target];
  const packed = execFileSync("npm", parameters, { cwd: folder, encoding: "utf8" });
  console.log(join(target, basename(packed.trim())));
}

/** Returns the fields of a manifest that Cargo.toml decides. */
function shared() {
  const { version, description, license, homepage, repository } = crate;
  const fields = { version, description, license, publishConfig: { access: "public" } };
  if (homepage) fields.homepage = homepage;
  if (repository) fields.repository = { type: "git", url: repository };
  return fields;
}

function packageName({ name }) {
  return `@cfn-ipfix/cli-${name}`;
}

function metadata() {
  const parameters = ["metadata", "--no-deps", "--format-version=1", "--manifest-path", join(root, "Cargo.toml")];
  return JSON.parse(execFileSync("cargo", parameters, { encoding: "utf8" })).packages[0];
}

function emptyFolder(name) {
  const folder = join(target, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
