/** The playground: checks what is typed, and shows the findings and the fix. */

import { type Example, examples } from "./examples";
import type { CheckResult, Finding, Fix, Span } from "../../packages/npm/cfn-ipfix/index";
import { check, load } from "./checker";
import { announce, button, byId, element } from "./dom";
import { edited } from "./edits";
import { Editor, type Mark } from "./editor";
import { contentOf, fragment, isLink } from "./link";
import { diff, entries, sources, status } from "./results";
import { type Content, type Files, type Language, newName } from "./workspace";

/** Milliseconds without a key until the text is checked. */
const PAUSE = 120;
/** Characters; the check of more takes a noticeable time. */
const LONG = 100_000;

const page = {
  example: byId("example", HTMLSelectElement),
  unsafe: byId("unsafe", HTMLInputElement),
  tabs: byId("tabs", HTMLElement),
  status: byId("status", HTMLElement),
  findings: byId("findings", HTMLOListElement),
  fix: byId("fix", HTMLElement),
  fixText: byId("fix-text", HTMLElement),
  fixNote: byId("fix-note", HTMLElement),
  message: byId("message", HTMLElement),
  apply: byId("apply", HTMLButtonElement),
  copy: byId("copy", HTMLButtonElement),
  undo: byId("undo", HTMLButtonElement),
};
const languages = Array.from(document.querySelectorAll<HTMLInputElement>("input[name=language]"));
const views = Array.from(document.querySelectorAll<HTMLInputElement>("input[name=view]"));

/** The texts to choose from: the examples, and after them those of the user. */
const texts: Example[] = [...examples];
/** The text that was open last, for each language. */
const latest: Record<Language, Example> = {
  cloudformation: exampleOf("cloudformation"),
  terraform: exampleOf("terraform"),
};
let text = latest.cloudformation;
let current = "";
/** The files that the last fix changed, before it; undefined after another change. */
let unfixed: Files | undefined;
let result: CheckResult | undefined;
let pending: ReturnType<typeof setTimeout> | undefined;
let isLoaded = false;

const editor = new Editor(byId("editor", HTMLElement), "editor-hint", () => {
  editableFiles()[current] = editor.text;
  offerUndo(undefined);
  clearTimeout(pending);
  pending = setTimeout(update, PAUSE);
});

void start();

async function start(): Promise<void> {
  offerExamples();
  listen();
  open(text);
  await openLink("The link is incomplete; this is an example.");
  try {
    await load();
    isLoaded = true;
  } catch {
    announce(page.status, "This browser cannot run WebAssembly, which the check needs.");
    return;
  }
  update();
}

function exampleOf(language: Language): Example {
  const found = examples.find((example) => example.language === language);
  if (!found) throw new Error(`there is no example of ${language}`);
  return found;
}

function isExample(): boolean {
  return examples.includes(text);
}

function files(): Files {
  return text.files;
}

/** Returns the files to change. An example stays as it is, and its copy becomes a text of the user. */
function editableFiles(): Files {
  if (isExample()) {
    const { language, files } = text;
    choose(added({ language, files: { ...files }, unsafeFixes: page.unsafe.checked }));
  }
  return text.files;
}

/** Adds a text of the user to the list. */
function added(content: Content): Example {
  const number = texts.length - examples.length + 1;
  const title = number === 1 ? "Your text" : `Your text ${number}`;
  const own = { ...content, name: `text-${number}`, title };
  texts.push(own);
  page.example.insertBefore(element("option", { value: own.name }, title), page.example.querySelector("optgroup"));
  return own;
}

function open(chosen: Example): void {
  page.unsafe.checked = chosen.unsafeFixes;
  openFiles(chosen);
}

function openFiles(chosen: Example): void {
  choose(chosen);
  offerUndo(undefined);
  result = undefined;
  editor.clear();
  openFile(Object.keys(files())[0] ?? "");
  update();
}

/** Makes a text the one that is open. */
function choose(chosen: Example): void {
  text = chosen;
  latest[text.language] = text;
  page.example.value = text.name;
  for (const input of languages) input.checked = input.value === text.language;
}

/** Opens the text of the address, or says that it is broken. */
async function openLink(broken: string): Promise<void> {
  if (!isLink(location.hash)) return;
  const content = await contentOf(location.hash);
  if (content) return open(added(content));
  history.replaceState(null, "", location.pathname + location.search);
  say(broken);
}

function openFile(name: string): void {
  current = name;
  editor.show(name, files()[name] ?? "");
  showTabs();
  mark();
}

/** Checks the text and shows the result, for a long text after saying so. */
function update(): void {
  clearTimeout(pending);
  if (!isLoaded) return;
  const length = Object.values(files()).reduce((sum, source) => sum + source.length, 0);
  if (length < LONG) return checkNow();
  announce(page.status, "Checking…");
  // The browser needs a moment to draw it.
  pending = setTimeout(checkNow, 50);
}

function checkNow(): void {
  clearTimeout(pending);
  pending = undefined;
  try {
    result = check(files(), { unsafeFixes: page.unsafe.checked });
  } catch {
    void keepInAddress();
    announce(page.status, "The check failed because of a bug. Reload the page: its address keeps your text.");
    return;
  }
  announce(page.status, status(result));
  page.findings.replaceChildren(...entries(result, Object.keys(files()).length > 1, show));
  mark();
  showFix();
}

function show(path: string, span: Span): void {
  if (path !== current) openFile(path);
  editor.select(span);
}

/** Underlines what the last check found in the current file. */
function mark(): void {
  if (!result) return;
  const { errors, findings, unchecked } = result.report;
  const marks: Mark[] = [
    ...errors.flatMap(({ path, span, message }) =>
      path === current && span ? [{ span, message, severity: "error" as const }] : [],
    ),
    ...findings.filter(({ path }) => path === current).map(markOf),
    ...unchecked
      .filter(({ path }) => path === current)
      .map(({ span, message }) => ({ span, message: `Not checked: ${message}`, severity: "info" as const })),
  ];
  editor.mark(marks);
}

function markOf({ span, severity, message, rule, fix, fixable }: Finding): Mark {
  const apply = fix && fixable ? () => applyOne(fix) : undefined;
  return { span, severity, message, code: rule.code, apply };
}

/** Applies the fix of one finding of the current file. */
function applyOne({ edits }: Fix): void {
  // The text has changed since the check.
  if (pending !== undefined) return;
  const paths = new Set(edits.map(({ path }) => path ?? current));
  const fixed = Array.from(paths, (path) => {
    const own = edits.filter((edit) => (edit.path ?? current) === path);
    return [path, edited(files()[path] ?? "", own)];
  });
  replace(Object.fromEntries(fixed));
}

/** Replaces files by fixed ones, which can be undone at once, and in the editor file by file. */
function replace(fixed: Files): void {
  const before = Object.fromEntries(Object.keys(fixed).map((path) => [path, files()[path] ?? ""]));
  for (const [path, text] of Object.entries(fixed)) {
    editor.replace(path, files()[path] ?? "", text);
    editableFiles()[path] = text;
  }
  offerUndo(before);
  update();
}

function offerUndo(files: Files | undefined): void {
  unfixed = files;
  page.undo.hidden = !files;
}

function showFix(): void {
  const fixed = result?.fixed ?? {};
  const hasFix = Object.keys(fixed).length > 0;
  const isDiff = views.find((input) => input.checked)?.value === "diff";
  page.fixText.replaceChildren(...(isDiff ? diff(result?.diff ?? "") : sources(fixed)));
  page.fix.hidden = !hasFix;
  page.fixNote.hidden = hasFix;
  page.apply.setAttribute("aria-disabled", String(!hasFix));
  page.copy.setAttribute("aria-disabled", String(!hasFix));
}

/** Replaces the files by the fixed ones. */
function apply(): void {
  if (pending !== undefined) checkNow();
  const fixed = result?.fixed ?? {};
  if (!Object.keys(fixed).length) return;
  replace(fixed);
  say("Applied. The button “Undo the fix” reverts it.");
}

function undo(): void {
  if (!unfixed) return;
  replace(unfixed);
  offerUndo(undefined);
  page.apply.focus();
  say("The fix is undone.");
}

/** Copies what the fix shows: the diff or the fixed text. */
async function copy(): Promise<void> {
  if (page.copy.getAttribute("aria-disabled") === "true") return;
  if (await copyText(page.fixText.textContent ?? "")) return say("Copied.");
  getSelection()?.selectAllChildren(page.fixText);
  say("The browser refused to copy. The text is selected: copy it yourself.");
}

async function share(): Promise<void> {
  await keepInAddress();
  const isShared = await copyText(location.href);
  const note = "The text is in the link itself and is not sent anywhere.";
  if (isShared) say(`Copied a link with this text. ${note}`);
  else say(`The browser refused to copy. The address of this page is the link. ${note}`);
}

async function keepInAddress(): Promise<void> {
  const content = { language: text.language, files: files(), unsafeFixes: page.unsafe.checked };
  history.replaceState(null, "", await fragment(content));
}

/** Copies a text; returns false if the browser refuses. */
async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Browsers refuse without TLS or a permission, but may allow this.
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const focused = document.activeElement;
  const area = element("textarea", { class: "visually-hidden" });
  area.value = text;
  document.body.append(area);
  area.select();
  const isDone = document.execCommand("copy");
  area.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isDone;
}

/** Shows a message for some seconds. */
function say(text: string): void {
  // An empty region first, so that the same message is shown and read aloud again.
  page.message.textContent = "";
  requestAnimationFrame(() => announce(page.message, text));
}

/** Shows the files of a module; a template is alone. */
function showTabs(): void {
  const names = Object.keys(files());
  const hadFocus = page.tabs.contains(document.activeElement);
  page.tabs.hidden = text.language !== "terraform";
  const tabs = names.map((name) =>
    button(name, () => openFile(name), name === current ? { class: "tab", "aria-current": "true" } : { class: "tab" }),
  );
  const add = button("+ Add file", addFile, { class: "tab action" });
  const remove = button("Remove", removeFile, { class: "tab action", "aria-label": `Remove ${current}` });
  page.tabs.replaceChildren(...tabs, add, ...(names.length > 1 ? [remove] : []));
  if (hadFocus) tabs[names.indexOf(current)]?.focus();
}

function addFile(): void {
  const name = newName(files());
  editableFiles()[name] = "";
  offerUndo(undefined);
  openFile(name);
  editor.focus();
  update();
}

function removeFile(): void {
  delete editableFiles()[current];
  offerUndo(undefined);
  openFile(Object.keys(files())[0] ?? "");
  update();
}

function offerExamples(): void {
  const groups: [Language, string][] = [
    ["cloudformation", "CloudFormation"],
    ["terraform", "Terraform"],
  ];
  for (const [language, label] of groups) {
    const options = examples
      .filter((example) => example.language === language)
      .map(({ name, title }) => element("option", { value: name }, title));
    page.example.append(element("optgroup", { label }, ...options));
  }
}

function listen(): void {
  page.example.addEventListener("change", () => {
    const chosen = texts.find(({ name }) => name === page.example.value);
    if (chosen) open(chosen);
  });
  page.unsafe.addEventListener("change", () => {
    if (!isExample()) text.unsafeFixes = page.unsafe.checked;
    update();
  });
  for (const input of languages) input.addEventListener("change", () => openFiles(latest[input.value as Language]));
  for (const input of views) input.addEventListener("change", showFix);
  page.apply.addEventListener("click", apply);
  page.undo.addEventListener("click", undo);
  page.copy.addEventListener("click", () => void copy());
  byId("share", HTMLButtonElement).addEventListener("click", () => void share());
  addEventListener("hashchange", () => void openLink("The link is incomplete; the text is as it was."));
}
