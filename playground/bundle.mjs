// Writes target/packages/playground/index.html: the page, its styles, its script and the library in one file.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

import { examples } from "./examples.mjs";

const own = fileURLToPath(new URL(".", import.meta.url));
const root = join(own, "..");
const library = join(root, "target/packages/wasm/web");
const target = join(root, "target/packages/playground");

const crate = metadata();
const style = readFileSync(join(own, "style.css"), "utf8");
const script = await bundle();
const parts = {
  policy: policy(script, style),
  style,
  version: crate.version,
  homepage: crate.homepage ? ` <a href="${crate.homepage}">Documentation</a>` : "",
  library: gzipSync(readFileSync(join(library, "cfn_ipfix_bg.wasm")), { level: 9 }).toString("base64"),
  script,
};
const page = readFileSync(join(own, "index.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
mkdirSync(target, { recursive: true });
writeFileSync(join(target, "index.html"), page);
console.log(`${join(target, "index.html")}: ${page.length} bytes, ${gzipSync(page).length} with gzip`);

async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: own,
    entryPoints: ["src/main.ts"],
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    write: false,
    alias: { wasm: join(library, "cfn_ipfix.js") },
    plugins: [virtual("./examples", `export const examples = ${JSON.stringify(examples())};`)],
  });
  // Nothing in the script may end its element.
  return outputFiles[0].text.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}

/** Allows this script, these styles and WebAssembly, and no request at all. */
function policy(script, style) {
  const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return [
    "default-src 'none'",
    `script-src ${hash(script)} 'wasm-unsafe-eval'`,
    `style-src ${hash(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
}

/** Provides a module whose source is not a file. */
function virtual(name, contents) {
  return {
    name,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: new RegExp(`^${name.replaceAll(".", "\\.")}$`) }, () => ({ path: name, namespace: name }));
      onLoad({ filter: /./, namespace: name }, () => ({ contents, loader: "js" }));
    },
  };
}

function metadata() {
  const parameters = ["metadata", "--no-deps", "--format-version=1", "--manifest-path", join(root, "Cargo.toml")];
  return JSON.parse(execFileSync("cargo", parameters, { encoding: "utf8" })).packages[0];
}
