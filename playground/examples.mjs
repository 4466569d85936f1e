// Reads the examples of the playground: CloudFormation from the table of examples/README.md, Terraform from
// terraform-examples.json, which names modules that are tests too.

import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";

const root = new URL("../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");

export function examples() {
  return [...cloudformation(), ...terraform()];
}

function cloudformation() {
  const rows = read("examples/README.md").matchAll(/^\| \[(.+?)\]\(.+?\) \| (.+?) \| (.+?) \| `(.+?)` \|$/gm);
  return Array.from(rows, ([, name, title, rules, command]) => ({
    name,
    title: (rules.startsWith("IPF") ? `${title} (${rules})` : title).replaceAll("`", ""),
    language: "cloudformation",
    files: { [`template${extname(name)}`]: read(`examples/${name}`) },
    unsafeFixes: command.includes("--unsafe-fixes"),
  }));
}

function terraform() {
  return JSON.parse(read("playground/terraform-examples.json")).map(({ module, title }) => {
    const folder = `tests/modules/fix/${module}`;
    const names = readdirSync(new URL(folder, root)).filter((name) => /\.(?:tf|tofu)$/.test(name));
    const files = names.map((name) => [name, read(`${folder}/${name}`)]);
    return { name: module, title, language: "terraform", files: Object.fromEntries(files), unsafeFixes: false };
  });
}
