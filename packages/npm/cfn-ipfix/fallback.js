"use strict";

// The command without the program, by WebAssembly. It has the options and inputs for which its result is the same, and
// rejects all others.

const fs = require("node:fs");
const { basename, dirname, isAbsolute, join, relative, resolve } = require("node:path");
const { parseArgs, stripVTControlCharacters } = require("node:util");
const { check } = require("./index.js");
const { missing } = require("./platform.js");

const OPTIONS = {
  write: { type: "boolean", short: "w" },
  fix: { type: "boolean" },
  check: { type: "boolean" },
  "unsafe-fixes": { type: "boolean" },
  isolated: { type: "boolean" },
  select: { type: "string", multiple: true },
  ignore: { type: "string", multiple: true },
  "output-format": { type: "string" },
  "stdin-filename": { type: "string" },
  version: { type: "boolean", short: "V" },
};
const CONFIGURATION = ".cfn-ipfix.yaml";
const TERRAFORM = /^[^.#].*\.(?:tf|tofu)(?:\.json)?$/;
/** Names of files that the program skips with a reason. */
const SKIPPED = /\.(?:tf|tofu|tfvars|hcl)(?:\.|[~#]|$)|\.(?:tf|tofu)test\./i;
/** The `source` of a local module, in HCL or JSON. */
const LOCAL_SOURCE = /"?source"?\s*[=:]\s*"(\.\.?\/[^"]*)"/g;

/** Something that only the program does. */
class Unsupported extends Error {}

/** Runs the command, and returns its exit status. `failure` is the reason why an installed program did not start. */
function run(parameters, failure) {
  try {
    return checkFiles(parsed(parameters));
  } catch (error) {
    const reason = error instanceof Unsupported ? `${error.message} needs ${missing(failure)}` : error.message;
    process.stderr.write(`error: ${reason}\n`);
    return 2;
  }
}

function parsed(parameters) {
  try {
    const { values, positionals } = parseArgs({ args: parameters, options: OPTIONS, allowPositionals: true });
    return { ...values, write: values.write || values.fix, paths: positionals };
  } catch (error) {
    const [, unknown] = /^Unknown option '(.+?)'/.exec(error.message) ?? [];
    throw unknown ? new Unsupported(`\`${unknown}\``) : error;
  }
}

function checkFiles(options) {
  if (options.version) {
    process.stdout.write(`cfn-ipfix ${require("./package.json").version}\n`);
    return 0;
  }
  if (options.write && options.check) throw new Error("`--write` and `--check` exclude each other");
  const isFilter = options.paths.includes("-");
  if (isFilter && options.paths.length > 1) throw new Unsupported("standard input with other paths");
  if (isFilter && options.write && options["output-format"]) throw new Unsupported("a filter with a report");
  const files = isFilter ? standardInput(options) : named(options);
  const result = check(files.sources, {
    select: rules(options.select),
    ignore: rules(options.ignore),
    ...(options["unsafe-fixes"] && { unsafeFixes: true }),
    context: files.context,
    format: format(options),
    command: options.write ? "write" : "check",
  });
  if (options.write) (isFilter ? print : write)(files, result.fixed);
  report(result);
  return status(result.report, options.write && isFilter);
}

/** Reads the files that are named. */
function named({ paths, isolated }) {
  if (paths.length === 0) throw new Unsupported("a search for files");
  const names = paths.map((path) => {
    const name = isAbsolute(path) ? relative(process.cwd(), path) : path;
    const isOutside = isAbsolute(name) || name.startsWith("..");
    if (isOutside) throw new Unsupported(`a path outside of the working directory, ${path},`);
    if (fs.statSync(path).isDirectory()) throw new Unsupported(`a directory, ${path},`);
    return name;
  });
  const different = new Set(names.map((name) => fs.realpathSync(name)));
  if (different.size < names.length) throw new Unsupported("a file that is named twice");
  for (const name of names) checkName(name, isolated);
  const sources = Object.fromEntries(names.map((name) => [name, decoded(fs.readFileSync(name), name)]));
  return { sources, context: contextOf(names, sources) };
}

function standardInput({ "stdin-filename": name = "stdin", isolated }) {
  checkName(name, isolated);
  const sources = { [name]: decoded(fs.readFileSync(0), name) };
  return { sources, context: contextOf([name], sources) };
}

/** Rejects files whose treatment depends on more than their content. */
function checkName(name, isolated) {
  const base = basename(name);
  if (SKIPPED.test(base) && !TERRAFORM.test(base)) throw new Unsupported(`a file with this name, ${name},`);
  if (resolve(name).split(/[\\/]/).includes("cdk.out") && !name.split(/[\\/]/).includes("cdk.out")) {
    throw new Unsupported("a working directory in cdk.out");
  }
  for (let folder = dirname(resolve(name)); !isolated; folder = dirname(folder)) {
    const file = join(folder, CONFIGURATION);
    if (fs.existsSync(file)) throw new Unsupported(`a configuration, ${file} (\`--isolated\` ignores it),`);
    if (folder === dirname(folder)) break;
  }
}

/** Reads the other files of the Terraform modules, and of the local modules that they call. */
function contextOf(names, sources) {
  const context = {};
  const own = new Map(names.map((name) => [resolve(name), sources[name]]));
  const folders = new Set(names.filter((name) => TERRAFORM.test(basename(name))).map((name) => dirname(name)));
  for (const folder of folders) {
    for (const entry of fs.existsSync(folder) ? fs.readdirSync(folder) : []) {
      const name = join(folder, entry);
      if (!TERRAFORM.test(entry) || !fs.statSync(name).isFile()) continue;
      const text = own.get(resolve(name)) ?? (context[name] ??= decoded(fs.readFileSync(name), name));
      for (const [, source] of text.matchAll(LOCAL_SOURCE)) folders.add(join(folder, source));
    }
  }
  return context;
}

function decoded(bytes, name) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Unsupported(`a file that is not UTF-8, ${name},`);
  }
}

function rules(lists) {
  return lists?.flatMap((list) => list.split(","));
}

function format({ check: isCheck, "output-format": name, write: isWritten }) {
  return name ?? (isWritten ? undefined : isCheck ? "text" : "diff");
}

/** Replaces files atomically. */
function write({ sources }, fixed) {
  for (const [name, text] of Object.entries(fixed)) {
    const path = fs.realpathSync(name);
    const { mode, nlink, uid, gid } = fs.statSync(path);
    fs.accessSync(path, fs.constants.W_OK);
    if (nlink > 1) throw new Unsupported(`a file with several hard links, ${name},`);
    if (fs.readFileSync(path, "utf8") !== sources[name]) throw new Error(`${name} has changed since it was read`);
    const temporary = `${path}.${process.pid}.tmp`;
    try {
      fs.writeFileSync(temporary, text, { flag: "wx", mode, flush: true });
      fs.chmodSync(temporary, mode);
      if (uid !== process.getuid?.()) fs.chownSync(temporary, uid, gid);
      fs.renameSync(temporary, path);
    } finally {
      fs.rmSync(temporary, { force: true });
    }
  }
}

/** Prints the fixed source; what cannot be parsed is passed through. */
function print({ sources }, fixed) {
  for (const [name, text] of Object.entries(sources)) process.stdout.write(fixed[name] ?? text);
}

function report({ messages, output = "", report: { summary, errors } }) {
  process.stdout.write(output);
  process.stderr.write(process.stderr.hasColors?.() ? messages : stripVTControlCharacters(messages));
  if (summary.templates === 0 && errors.length === 0) {
    process.stderr.write("warning: No template found, so nothing was checked.\n");
  }
}

function status({ errors, findings }, isFilter) {
  if (errors.some(({ kind }) => kind === "unparsable")) return 3;
  if (isFilter) return 0;
  if (errors.length > 0) return 2;
  return findings.some(({ fixed }) => !fixed) ? 1 : 0;
}

module.exports = { run };
