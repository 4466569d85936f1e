/** The findings, and what the fixes change. */

import type { CheckResult, Finding, Span } from "../../packages/npm/cfn-ipfix/index";
import { explain } from "./checker";
import { type Child, button, element, inline } from "./dom";
import { markdown } from "./markdown";
import type { Files } from "./workspace";

/** Moves to a place of a file. */
export type Show = (path: string, span: Span) => void;

/** Entries; the browser takes long to draw thousands. */
const MAX_ENTRIES = 100;

/** The findings whose explanation is open, by what stays the same while the text is edited. */
const opened = new Set<string>();

/** Returns one sentence about the result. */
export function status({ report: { errors, findings, summary, notes }, fixed }: CheckResult): string {
  if (errors.some(({ kind }) => kind === "unparsable")) return "The text cannot be parsed.";
  const unchecked = summary.unchecked > 0 ? ` ${count(summary.unchecked, "value")} not checked.` : "";
  if (findings.length > 0) {
    const fixable = summary.fixable === findings.length ? "fixable" : `${summary.fixable || "none"} fixable`;
    const found = count(findings.length, "finding");
    return `${found}, ${Object.keys(fixed).length > 0 ? fixable : "none fixable"}.${unchecked}`;
  }
  if (summary.templates === 0) return notes[0] ? sentence(notes[0].message) : "Nothing to check.";
  return `Nothing to fix.${unchecked}`;
}

/** Returns the entries of the list of findings. */
export function entries({ report }: CheckResult, hasFiles: boolean, show: Show): HTMLLIElement[] {
  const errors = report.errors.map(({ message, path, span }) => () =>
    entry("error", [span ? place(path, span, hasFiles, show) : "", badge("error", "syntax error")], message, []),
  );
  const findings = report.findings.map((finding) => () => {
    const { rule, severity, message, path, span } = finding;
    const head = [place(path, span, hasFiles, show), badge(severity, severity), code(rule.code)];
    return entry(severity, head, message, [details(finding), explanation(finding)]);
  });
  const unchecked = report.unchecked.map(({ message, path, span }) => () =>
    entry("info", [place(path, span, hasFiles, show), badge("info", "not checked")], message, []),
  );
  const all = [...errors, ...findings, ...unchecked];
  const more = all.length - MAX_ENTRIES;
  const shown = all.slice(0, MAX_ENTRIES).map((create) => create());
  return more > 0 ? [...shown, element("li", { class: "finding" }, `and ${more.toLocaleString("en")} more`)] : shown;
}

/** Returns the lines of a unified diff. */
export function diff(text: string): HTMLElement[] {
  const kinds: Record<string, string> = { "+": "added", "-": "removed", "@": "hunk" };
  return text.split("\n").slice(0, -1).map((line) => {
    const isHeader = line.startsWith("--- ") || line.startsWith("+++ ");
    return element("span", { class: `line ${isHeader ? "header" : (kinds[line[0] ?? ""] ?? "")}` }, `${line}\n`);
  });
}

/** Returns the fixed files, each with its name if there are several. */
export function sources(fixed: Files): Child[] {
  const files = Object.entries(fixed);
  return files.flatMap(([path, text]) => [
    ...(files.length > 1 ? [element("span", { class: "line header" }, `# ${path}\n`)] : []),
    text.endsWith("\n") ? text : `${text}\n`,
  ]);
}

function entry(kind: string, head: Child[], message: string, more: Child[]): HTMLLIElement {
  return element(
    "li",
    { class: `finding ${kind}` },
    element("p", { class: "head" }, ...head),
    element("p", { class: "message" }, ...inline(message)),
    ...more,
  );
}

function place(path: string, span: Span, hasFiles: boolean, show: Show): HTMLButtonElement {
  const line = `line ${span.start.line}`;
  const label = hasFiles ? `${path}, ${line}` : line;
  return button(label, () => show(path, span), { class: "link", title: "Show in the editor" });
}

function badge(kind: string, text: string): HTMLElement {
  return element("span", { class: `badge ${kind}` }, text);
}

function code(text: string): HTMLElement {
  return element("code", { class: "rule" }, text);
}

function details({ aws_error, fix, no_fix, on_update, resource }: Finding): HTMLElement {
  const rows: [string, string | null | undefined][] = [
    ["AWS says", aws_error],
    ["Fix", fix && `${fix.title}${fix.applicability === "unsafe" ? " (unsafe: it may be wrong)" : ""}`],
    ["No fix", no_fix],
    ["On an update", resource && on_update],
  ];
  const filled = rows.flatMap(([name, text]) => (text ? [{ name, text }] : []));
  return element(
    "dl",
    {},
    ...filled.map(({ name, text }) =>
      element("div", {}, element("dt", {}, name), element("dd", {}, ...inline(text))),
    ),
  );
}

function explanation({ rule, path, resource, property }: Finding): HTMLElement {
  const key = JSON.stringify([rule.code, path, resource, property]);
  const folded = element("details", {}, element("summary", {}, "About the rule ", element("code", {}, rule.name)));
  const fill = () => {
    if (folded.querySelector(".explanation")) return;
    // The first lines of an explanation are its heading.
    folded.append(element("div", { class: "explanation" }, ...markdown(explain(rule.code)).slice(1)));
  };
  folded.open = opened.has(key);
  if (folded.open) fill();
  folded.addEventListener("toggle", () => {
    if (folded.open) fill();
    if (folded.open) opened.add(key);
    else opened.delete(key);
  });
  return folded;
}

function count(number: number, noun: string): string {
  return number === 1 ? `1 ${noun}` : `${number} ${noun}s`;
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}
