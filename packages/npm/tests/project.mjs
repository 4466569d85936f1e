// The projects that packages/npm/test has installed the packages into.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const root = process.env.ROOT;

/** Returns the path of a file in a project. */
export function inProject(project, ...parts) {
  return join(process.env.WORK, project, ...parts);
}

export function example(name) {
  return readFileSync(join(root, "examples", name), "utf8");
}

/** Runs a program in a project. */
export function run(project, program, parameters, options = {}) {
  const { CI, ...environment } = process.env;
  return spawnSync(program, parameters, { cwd: inProject(project), encoding: "utf8", env: environment, ...options });
}

/** Runs the command as a user of the package does. */
export function npx(project, parameters, options) {
  return run(project, "npx", ["--offline", "cfn-ipfix", ...parameters], options);
}
