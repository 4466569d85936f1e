"use strict";

// The command without the program, by WebAssembly. It has the options and inputs for which its result is the same, and
// rejects all others.

const fs = require("node:fs");
const { basename, dirname, isAbsolute, join, resolve } = require("node:path");
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

/** A file that is reported by its name. */
class FileError extends Error {}

/** Runs the command, and returns its exit status. `failure` is the reason why an installed program did not start. */
function run(parameters, failure) {
  try {
    return checkFiles(parsed(parameters));
  } catch (error) {
    const reason = error instanceof Unsupported ? `${error.message} needs ${missing(failure)}` : error.message;
    process.stderr.write(error instanceof FileError ? `${reason}\n` : `error: ${reason}\n`);
    return 2;
  }
}

function parsed(parameters) {
  try {
    const config = { args: parameters, options: OPTIONS, allowPositionals: true, tokens: true };
    const { values, positionals, tokens } = parseArgs(config);
    rejectRepeated(tokens);
    if (values["stdin-filename"] === "") {
      throw new Error("a value is required for '--stdin-filename <NAME>' but none was supplied");
    }
    return { ...values, write: values.write || values.fix, paths: positionals };
  } catch (error) {
    const [, unknown] = /^Unknown option '(.+?)'/.exec(error.message) ?? [];
    throw unknown ? new Unsupported(`\`${unknown}\``) : error;
  }
}

function rejectRepeated(tokens) {
  const seen = new Set();
  for (const { kind, name } of tokens) {
    if (kind !== "option" || OPTIONS[name].multiple) continue;
    const own = name === "fix" ? "write" : name;
    if (seen.has(own)) throw new Error(`the argument '--${own}' cannot be used multiple times`);
    seen.add(own);
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
  const { unreadable = [] } = files;
  if (unreadable.length > 0 && !["diff", "text", undefined].includes(format(options))) {
    throw new Unsupported("a report with an unreadable file");
  }
  if (options.write) (isFilter ? print : write)(files, result.fixed);
  for (const { message } of unreadable) process.stderr.write(`${message}\n`);
  report(result, unreadable.length === 0 && !isFilter);
  const own = status(result.report, options.write && isFilter);
  return unreadable.length > 0 ? Math.max(own, 2) : own;
}

/** Reads the files that are named. */
function named({ paths, isolated }) {
  if (paths.length === 0) throw new Unsupported("a search for files");
  for (const path of paths) checkPath(path);
  const unreadable = [];
  const sources = {};
  for (const name of paths) {
    let bytes;
    try {
      if (fs.statSync(name).isDirectory()) throw new Unsupported(`a directory, ${name},`);
      bytes = fs.readFileSync(name);
    } catch (error) {
      if (error instanceof Unsupported) throw error;
      if (TERRAFORM.test(basename(name)) && error.code !== "ENOENT") throw new Unsupported(`an unreadable file, ${name},`);
      unreadable.push(new FileError(`${name}: error: cannot be read: ${systemError(error)}`));
      continue;
    }
    checkName(name, isolated);
    sources[name] = decoded(bytes, name);
  }
  const names = Object.keys(sources);
  const different = new Set(names.map((name) => fs.realpathSync(name)));
  if (different.size + unreadable.length < paths.length) throw new Unsupported("a file that is named twice");
  return { sources, unreadable, context: contextOf(names, sources) };
}

/** Rejects paths that the program shows in another form in diffs. */
function checkPath(path) {
  if (isAbsolute(path)) throw new Unsupported(`an absolute path, ${path},`);
  if (path.split(/[\\/]/).includes("..")) throw new Unsupported(`a path with \`..\`, ${path},`);
}

/** Returns the words of the operating system for an error. */
function systemError({ errno, code, message }) {
  const [words] = message.replace(`${code}: `, "").split(", ");
  return `${words[0].toUpperCase()}${words.slice(1)} (os error ${-errno})`;
}

function standardInput({ "stdin-filename": name = "stdin", isolated }) {
  checkPath(name);
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
  for (const name of Object.keys(fixed)) {
    // Root may write such a file too.
    const isReadOnly = (fs.statSync(name).mode & 0o222) === 0;
    if (isReadOnly) throw new FileError(`${name}: error: this is read-only; make it writable and run again`);
  }
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

function report({ messages, output = "", report: { summary, errors } }, isWarning) {
  process.stdout.write(output);
  process.stderr.write(process.stderr.hasColors?.() ? messages : stripVTControlCharacters(messages));
  if (isWarning && summary.templates === 0 && errors.length === 0) {
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
