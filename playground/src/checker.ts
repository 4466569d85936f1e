/** The library of cfn-ipfix as WebAssembly, which the page contains. */

import type { CheckOptions, CheckResult } from "../../packages/npm/cfn-ipfix/index";
import init, * as library from "wasm";
import type { Files } from "./workspace";

/** Loads the library from the page. */
export async function load(): Promise<void> {
  const base64 = document.getElementById("library")?.textContent ?? "";
  const compressed = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0));
  const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("gzip"));
  await init({ module_or_path: await new Response(stream).arrayBuffer() });
}

/** Checks files; a bug in the library throws an error. */
export function check(files: Files, options: CheckOptions): CheckResult {
  return JSON.parse(library.check(JSON.stringify(files), JSON.stringify(options)));
}

/** Returns the explanation of a rule in Markdown. */
export function explain(rule: string): string {
  return library.explain(rule);
}
