"use strict";

const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");
const { check } = require("./index.js");
const { version } = require("./package.json");

/** Makes `cdk synth` fail for a role where an instance profile is expected. */
class CfnIpfix {
  name = "cfn-ipfix";
  version = version;
  #options;

  constructor(options = {}) {
    this.#options = checkedOptions(options);
  }

  validate(context) {
    try {
      const violations = grouped(violationsIn(context.templatePaths, this.#options));
      return { success: violations.every(({ severity }) => severity !== "error"), violations };
    } catch (error) {
      // `cdk synth` passes if a plugin throws.
      return { success: false, violations: [failure(error, context)] };
    }
  }
}

/** Returns a copy of the options, and throws if they are invalid. */
function checkedOptions(options) {
  for (const [name, rules] of Object.entries(options)) {
    if (name !== "select" && name !== "ignore") {
      throw new TypeError(`CfnIpfix has no option \`${name}\`; its options are \`select\` and \`ignore\``);
    }
    if (rules !== undefined && !Array.isArray(rules)) {
      throw new TypeError(`the option \`${name}\` of CfnIpfix must be a list of rules, such as ["IPF001"]`);
    }
  }
  const { select, ignore } = options;
  check({}, { select, ignore });
  return { select: select && [...select], ignore: ignore && [...ignore] };
}

function violationsIn(templatePaths, options) {
  const files = withNestedStacks(templatePaths);
  const { findings, errors, notes, unchecked } = check(files, options).report;
  return [
    ...findings.map(violation),
    ...errors.map((error) => remark(files, error.kind, "error", error)),
    ...unchecked.map((value) => remark(files, "unchecked", "info", value)),
    ...notes.map((note) => remark(files, "note", "info", note)),
  ];
}

/** Reads templates, and those of their nested stacks, which CDK writes next to them. */
function withNestedStacks(paths) {
  const files = new Map();
  const waiting = [...paths];
  for (const path of waiting) {
    if (files.has(path)) continue;
    const text = readFileSync(path, "utf8");
    const { Resources } = JSON.parse(text);
    // The library takes a stack without resources for another kind of file.
    if (!Resources) continue;
    files.set(path, text);
    waiting.push(...nestedStacks(Resources).map((name) => join(dirname(path), name)));
  }
  return Object.fromEntries(files);
}

function nestedStacks(resources) {
  const assets = Object.values(resources).filter(({ Type }) => Type === "AWS::CloudFormation::Stack");
  const names = assets.map(({ Metadata }) => Metadata?.["aws:asset:path"]);
  return names.filter((name) => name?.endsWith(".nested.template.json"));
}

/** Returns a finding as CDK describes it. */
function violation({ rule, severity, message, path, resource, property, aws_error, on_update, fix, no_fix }) {
  // CDK expects the location inside the resource.
  const location = property.replace(`Resources.${resource}.`, "");
  return {
    ruleName: rule.code,
    description: aws_error ? `${message}. AWS says: ${aws_error}` : message,
    severity,
    fix: fix ? `${fix.title} (on an update: ${on_update})` : no_fix ?? undefined,
    violatingResources: [{ resourceLogicalId: resource ?? undefined, templatePath: path, locations: [location] }],
    ruleMetadata: { name: rule.name },
  };
}

/** Returns a message of the report that is not about a rule, as CDK describes it. */
function remark(files, ruleName, severity, { message, path, span }) {
  const [section, resource, ...properties] = span ? keysAt(files[path], span.start.offset) : [];
  const isResource = section === "Resources" && resource !== undefined;
  const place = isResource ? { resourceLogicalId: resource, locations: [properties.join(".")] } : { locations: [] };
  return { ruleName, description: message, severity, violatingResources: [{ ...place, templatePath: path }] };
}

/** Returns the keys that lead to a byte of a JSON source. */
function keysAt(text, offset) {
  const before = Buffer.from(text).subarray(0, offset).toString();
  const keys = [];
  for (const [token, string, colon] of before.matchAll(/("(?:[^"\\]|\\.)*")\s*(:)?|[{}]/g)) {
    if (token === "{") keys.push(undefined);
    else if (token === "}") keys.pop();
    else if (colon) keys[keys.length - 1] = JSON.parse(string);
  }
  return keys;
}

/** Returns the failure of the check itself as CDK describes it. */
function failure({ message }, { templatePaths: [templatePath] = [] }) {
  return {
    ruleName: "failed-check",
    description: `The templates could not be checked: ${message}`,
    severity: "error",
    // CDK prints only violations with a resource.
    violatingResources: [{ templatePath, locations: [] }],
  };
}

/** Joins the violations that differ only in their resources. */
function grouped(violations) {
  const groups = new Map();
  for (const { violatingResources, ...shared } of violations) {
    const key = JSON.stringify(shared);
    const group = groups.get(key) ?? { ...shared, violatingResources: [] };
    group.violatingResources.push(...violatingResources);
    groups.set(key, group);
  }
  return [...groups.values()];
}

module.exports = { CfnIpfix };
