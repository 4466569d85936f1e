/** Colours for Terraform. The findings come from the library, which parses HCL itself. */

import { StreamLanguage, type StringStream } from "@codemirror/language";

interface State {
  /** The word that ends a heredoc; empty outside of one. */
  heredoc: string;
  isInBlockComment: boolean;
}

const KEYWORDS = /^(?:for|in|if|else|endif|endfor|null|true|false)\b/;
const IDENTIFIER = /^[\p{ID_Start}_][\p{ID_Continue}-]*/u;

export const hcl = StreamLanguage.define<State>({
  name: "hcl",
  startState: () => ({ heredoc: "", isInBlockComment: false }),
  token,
  languageData: { commentTokens: { line: "#" }, closeBrackets: { brackets: ["(", "[", "{", '"'] } },
});

function token(stream: StringStream, state: State): string | null {
  if (state.heredoc) {
    if (stream.sol() && stream.match(new RegExp(`^\\s*${state.heredoc}\\s*$`))) state.heredoc = "";
    else stream.skipToEnd();
    return "string";
  }
  if (state.isInBlockComment) {
    state.isInBlockComment = !stream.match(/^.*?\*\//);
    if (state.isInBlockComment) stream.skipToEnd();
    return "comment";
  }
  if (stream.eatSpace()) return null;
  if (stream.match(/^(?:#|\/\/).*/)) return "comment";
  if (stream.match("/*")) {
    state.isInBlockComment = true;
    return "comment";
  }
  if (stream.match(/^<<-?/)) {
    state.heredoc = stream.match(IDENTIFIER) ? stream.current().replace(/^<<-?/, "") : "";
    return "string";
  }
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return "string";
  if (stream.match(/^\d[\d.eE]*/)) return "number";
  if (stream.match(KEYWORDS)) return "keyword";
  if (stream.match(IDENTIFIER)) return stream.match(/^\s*=(?!=)/, false) ? "propertyName" : "variableName";
  stream.next();
  return null;
}
