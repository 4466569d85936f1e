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

  constructor({ select, ignore } = {}) {
    this.#options = { select, ignore };
  }

  validate({ templatePaths }) {
    const { findings, errors } = check(withNestedStacks(templatePaths), this.#options).report;
    if (errors.length > 0) throw new Error(`${errors[0].path}: ${errors[0].message}`);
    const violations = grouped(findings.map(violation));
    return { success: violations.every(({ severity }) => severity !== "error"), violations };
  }
}

/** Reads templates, and those of their nested stacks, which CDK writes next to them. */
function withNestedStacks(paths) {
  const files = new Map();
  const waiting = [...paths];
  for (const path of waiting) {
    if (files.has(path)) continue;
    const text = readFileSync(path, "utf8");
    files.set(path, text);
    waiting.push(...nestedStacks(text).map((name) => join(dirname(path), name)));
  }
  return Object.fromEntries(files);
}

function nestedStacks(text) {
  const resources = Object.values(JSON.parse(text).Resources ?? {});
  const assets = resources.filter(({ Type }) => Type === "AWS::CloudFormation::Stack");
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
