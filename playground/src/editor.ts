/** The editor: CodeMirror, in a shadow root so that its styles need no permission of the page's policy. */

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Extension, type Text } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import type { Position, Span } from "../../packages/npm/cfn-ipfix/index";
import { element, inline } from "./dom";
import { columnOffset } from "./edits";
import { hcl } from "./hcl";

/** A remark at a place of the text. */
export interface Mark {
  span: Span;
  severity: "error" | "warning" | "info";
  message: string;
  code?: string;
  /** Applies the fix of the finding, if it has one. */
  apply?: () => void;
}

export class Editor {
  readonly #view: EditorView;
  readonly #states = new Map<string, EditorState>();
  #name = "";
  readonly #changed: () => void;

  constructor(host: HTMLElement, describedBy: string, changed: () => void) {
    this.#changed = changed;
    const root = host.attachShadow({ mode: "open" });
    // An ID of the page cannot be referred to from a shadow root.
    const description = document.createElement("span");
    description.id = "description";
    description.hidden = true;
    description.textContent = document.getElementById(describedBy)?.textContent ?? "";
    root.append(description);
    this.#view = new EditorView({ root, parent: root as unknown as HTMLElement });
  }

  /** Shows a file, with the changes that can be undone in it. */
  show(name: string, text: string): void {
    this.#keep();
    this.#name = name;
    this.#view.setState(this.#stateOf(name, text));
  }

  /** Forgets all files. */
  clear(): void {
    this.#states.clear();
    this.#name = "";
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Replaces the text of a file by one change, which can be undone. */
  replace(name: string, before: string, after: string): void {
    this.#keep();
    const state = this.#stateOf(name, before);
    const changes = smallestChange(state.doc.toString(), normalized(after));
    const transaction = state.update({ changes, userEvent: "input.fix" });
    if (name === this.#name) this.#view.dispatch(transaction);
    else this.#states.set(name, transaction.state);
  }

  /** Underlines the places of remarks. */
  mark(marks: readonly Mark[]): void {
    const { doc } = this.#view.state;
    const diagnostics = marks.map((mark): Diagnostic => {
      const from = offset(doc, mark.span.start);
      const { severity, message, code, apply } = mark;
      return {
        from,
        to: Math.max(from, offset(doc, mark.span.end)),
        severity,
        message,
        renderMessage: () => element("span", {}, ...inline(message)),
        source: code,
        actions: apply ? [{ name: "Fix", apply }] : [],
      };
    });
    diagnostics.sort((left, right) => left.from - right.from);
    this.#view.dispatch(setDiagnostics(this.#view.state, diagnostics));
  }

  /** Selects a place and moves the focus there. */
  select(span: Span): void {
    const { doc } = this.#view.state;
    const selection = { anchor: offset(doc, span.start), head: offset(doc, span.end) };
    this.#view.dispatch({ selection, effects: EditorView.scrollIntoView(selection.anchor, { y: "center" }) });
    this.#view.focus();
  }

  focus(): void {
    this.#view.focus();
  }

  #keep(): void {
    if (this.#name) this.#states.set(this.#name, this.#view.state);
  }

  #stateOf(name: string, text: string): EditorState {
    const kept = this.#states.get(name);
    return kept?.doc.toString() === normalized(text) ? kept : this.#newState(name, text);
  }

  #newState(name: string, text: string): EditorState {
    return EditorState.create({
      doc: text,
      extensions: [
        ...extensions,
        language(name, text),
        EditorView.contentAttributes.of({ "aria-label": `Source of ${name}`, "aria-describedby": "description" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) this.#changed();
        }),
      ],
    });
  }
}

function normalized(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

function language(name: string, text: string): Extension {
  if (/\.(?:tf|tofu)$/.test(name)) return hcl;
  return /^\s*\{/.test(text) ? json() : yaml();
}

/** Converts a position of a report, whose columns count characters, to one in UTF-16. */
function offset(doc: Text, { line, column }: Position): number {
  const { from, text } = doc.line(Math.min(line, doc.lines));
  return from + columnOffset(text, column);
}

/** Returns the change from one text to another, without what both begin and end with. */
function smallestChange(before: string, after: string) {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) };
}

const colours = HighlightStyle.define([
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: "var(--code-comment)", fontStyle: "italic" },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--code-key)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.keyword, tags.typeName, tags.tagName, tags.bool, tags.null], color: "var(--code-keyword)" },
  { tag: tags.number, color: "var(--code-number)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", color: "var(--text)", backgroundColor: "transparent", fontSize: "var(--code-size)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  ".cm-content": { caretColor: "var(--accent)", padding: "10px 0" },
  ".cm-cursor": { borderLeftColor: "var(--accent)", borderLeftWidth: "2px" },
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--line)" },
  ".cm-activeLineGutter": { color: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--selection)",
  },
  ".cm-matchingBracket": { backgroundColor: "var(--selection)", outline: "none" },
  // Lines of text need no image, which the policy of the page forbids.
  ".cm-lintRange": { backgroundImage: "none !important", paddingBottom: "0", textDecorationSkipInk: "none" },
  ".cm-lintRange-error": { textDecoration: "underline wavy var(--error) 1.5px", textUnderlineOffset: "3px" },
  ".cm-lintRange-warning": { textDecoration: "underline wavy var(--warning) 1.5px", textUnderlineOffset: "3px" },
  ".cm-lintRange-info": { textDecoration: "underline dotted var(--muted) 1.5px", textUnderlineOffset: "3px" },
  ".cm-lintRange-active": { backgroundColor: "var(--selection)" },
  ".cm-gutter-lint .cm-lint-marker": {
    content: "''",
    width: "8px",
    height: "8px",
    margin: "7px 3px",
    padding: "0",
    borderRadius: "50%",
    backgroundColor: "var(--muted)",
  },
  ".cm-gutter-lint .cm-lint-marker-error": { backgroundColor: "var(--error)" },
  ".cm-gutter-lint .cm-lint-marker-warning": { backgroundColor: "var(--warning)", borderRadius: "2px" },
  ".cm-tooltip": {
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    border: "1px solid var(--border)",
    borderRadius: "8px",
    boxShadow: "var(--shadow)",
    overflow: "hidden",
    maxWidth: "min(560px, 92vw)",
  },
  ".cm-diagnostic": { padding: "10px 12px", fontFamily: "var(--sans)", fontSize: "14px", whiteSpace: "pre-wrap" },
  ".cm-diagnostic code": { fontFamily: "var(--mono)", fontSize: "0.92em" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--error)" },
  ".cm-diagnostic-warning": { borderLeft: "4px solid var(--warning)" },
  ".cm-diagnostic-info": { borderLeft: "4px solid var(--muted)" },
  ".cm-diagnosticSource": { color: "var(--muted)", opacity: "1", fontFamily: "var(--mono)", fontSize: "12px" },
  ".cm-diagnosticAction": {
    backgroundColor: "var(--accent)",
    color: "var(--on-accent)",
    borderRadius: "6px",
    padding: "3px 12px",
    margin: "6px 0 2px",
    display: "block",
    font: "600 13px var(--sans)",
  },
  ".cm-panels": { backgroundColor: "var(--surface)", color: "var(--text)", borderTop: "1px solid var(--border)" },
  ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--selection)", color: "var(--text)" },
});

const extensions: readonly Extension[] = [
  lineNumbers(),
  lintGutter(),
  history(),
  drawSelection(),
  indentOnInput(),
  bracketMatching(),
  highlightActiveLine(),
  highlightActiveLineGutter(),
  syntaxHighlighting(colours),
  indentUnit.of("  "),
  theme,
  keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap, indentWithTab]),
];
