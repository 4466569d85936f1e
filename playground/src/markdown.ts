/** Shows the explanations of rules, which are simple Markdown. */

import { type Child, element, inline } from "./dom";

/** Converts headings, code blocks, quotations, lists and paragraphs to nodes. */
export function markdown(text: string): Child[] {
  // The odd parts are code blocks.
  return text.split(/^```.*\n([\s\S]*?)^```$/m).flatMap((part, index) => {
    if (index % 2 === 1) return [element("pre", { tabindex: "0" }, part)];
    return part.split(/\n{2,}/).filter((block) => block.trim()).map((block) => blockOf(block.trim()));
  });
}

function blockOf(block: string): Child {
  if (block.startsWith("# ")) return element("h3", { class: "title" }, ...inline(block.slice(2)));
  if (block.startsWith("## ")) return element("h3", {}, ...inline(block.slice(3)));
  if (block.startsWith("> ")) return element("blockquote", {}, ...inline(joined(block.replace(/^> ?/gm, ""))));
  if (block.startsWith("- ")) {
    const items = block.slice(2).split(/\n- /);
    return element("ul", {}, ...items.map((item) => element("li", {}, ...inline(joined(item)))));
  }
  return element("p", {}, ...inline(joined(block)));
}

function joined(lines: string): string {
  return lines.replace(/\s*\n\s*/g, " ");
}
