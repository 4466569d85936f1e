/** Applies the edits of a report, whose positions are lines and columns of characters. */

import type { Fix, Position } from "../../packages/npm/cfn-ipfix/index";

/** Returns a text after edits, which do not overlap. */
export function edited(text: string, edits: Fix["edits"]): string {
  const starts = [0, ...Array.from(text.matchAll(/\r\n?|\n/g), (end) => end.index + end[0].length)];
  const offset = ({ line, column }: Position) => {
    const start = starts[line - 1] ?? text.length;
    return start + columnOffset(text.slice(start, starts[line]), column);
  };
  const ranges = edits.map(({ start, end, text }) => ({ start: offset(start), end: offset(end), text }));
  // From the end, so that the other offsets stay valid.
  ranges.sort((left, right) => right.start - left.start);
  return ranges.reduce((text, edit) => text.slice(0, edit.start) + edit.text + text.slice(edit.end), text);
}

/** Returns the offset of a column in a line, in UTF-16. */
export function columnOffset(line: string, column: number): number {
  return Array.from(line).slice(0, column - 1).join("").length;
}
