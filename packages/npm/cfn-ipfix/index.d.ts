/** Sources by their paths. */
export type Files = Readonly<Record<string, string>>;

export interface CheckOptions {
  /** The only rules to check, by code or name. Without them, the configuration decides. */
  readonly select?: readonly string[];
  /** Rules not to check. */
  readonly ignore?: readonly string[];
  /** Whether to apply unsafe fixes too. Without it, the configuration decides. */
  readonly unsafeFixes?: boolean;
  /** When a new instance profile gets the name of its role. Without it, the configuration decides. */
  readonly instanceProfileName?: "auto" | "none" | "role";
  /** The text of a configuration file, whose patterns are relative to the same folder as the paths. */
  readonly config?: string;
  /** Other files of Terraform modules. They are read, but neither fixed nor reported. */
  readonly context?: Files;
  /** The format of an additional report. */
  readonly format?: "diff" | "text" | "json" | "jsonl" | "sarif" | "github" | "gitlab" | "junit" | "markdown";
}

export interface CheckResult {
  readonly report: Report;
  /** The unified diff of all fixes; empty if there are none. */
  readonly diff: string;
  /** The files that fixes change, with their fixed sources. */
  readonly fixed: Files;
  /** The report in the format that `CheckOptions.format` selects. */
  readonly output?: string;
}

/** The report that `cfn-ipfix --output-format json` prints. Later versions may add fields and kinds. */
export interface Report {
  readonly version: 1;
  readonly tool: { readonly name: "cfn-ipfix"; readonly version: string };
  readonly summary: Summary;
  readonly statistics: readonly { rule: Rule; findings: number; fixable: number; fixed: number }[];
  readonly findings: readonly Finding[];
  readonly errors: readonly ReportError[];
  readonly notes: readonly Note[];
  readonly unchecked: readonly Unchecked[];
}

export interface Summary {
  /** The number of templates and Terraform files that were checked. */
  readonly templates: number;
  readonly files_with_findings: number;
  readonly findings: number;
  readonly fixable: number;
  readonly fixed: number;
  readonly unsafe_not_applied: number;
  readonly suppressed: number;
  readonly unchecked: number;
}

export interface Rule {
  /** The code, such as `IPF001`. */
  readonly code: string;
  /** The name, such as `role-as-instance-profile`. */
  readonly name: string;
  readonly url?: string;
}

/** A place in a file. The end is exclusive. */
export interface Span {
  readonly start: Position;
  readonly end: Position;
}

export interface Position {
  /** In bytes of UTF-8, from 0. */
  readonly offset: number;
  /** From 1. */
  readonly line: number;
  /** In Unicode code points, from 1. */
  readonly column: number;
}

export interface Finding {
  readonly rule: Rule;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly path: string;
  /** The logical ID or the address of the resource; null outside resources. */
  readonly resource: string | null;
  /** The path of the value from the root of the template. */
  readonly property: string;
  readonly span: Span;
  /** The error that AWS reports, if known. */
  readonly aws_error: string | null;
  /** The effect of the fix on a deployed stack. */
  readonly on_update: string;
  /** The places that explain the finding. The first is its own. */
  readonly labels: readonly { path?: string; span: Span; text: string }[];
  readonly fix: Fix | null;
  /** The reason why there is no fix. */
  readonly no_fix: string | null;
  /** Whether `CheckResult.fixed` fixes it. */
  readonly fixable: boolean;
  readonly fixed: boolean;
}

export interface Fix {
  readonly title: string;
  readonly applicability: "safe" | "unsafe";
  readonly edits: readonly { path?: string; start: Position; end: Position; text: string }[];
}

export interface ReportError {
  /** For example `unparsable`: the source is not in the syntax of its language. */
  readonly kind: string;
  readonly path: string;
  /** Null for the whole file. */
  readonly span: Span | null;
  readonly message: string;
}

export interface Note {
  readonly path: string;
  readonly span: Span | null;
  readonly message: string;
}

export interface Unchecked {
  readonly path: string;
  readonly span: Span;
  readonly message: string;
}

/**
 * Checks files, and returns the report, the diff and the fixed files.
 *
 * The extensions `.tf`, `.tf.json`, `.tofu` and `.tofu.json` are Terraform; every other file is CloudFormation.
 * Terraform files of one folder are checked together. No file is read or written.
 *
 * @throws if an option is invalid. A file that cannot be parsed is an error in the report.
 */
export function check(files: Files, options?: CheckOptions): CheckResult;

/**
 * Returns the explanation of a rule in Markdown, by its code or name.
 *
 * @throws if there is no such rule.
 */
export function explain(rule: string): string;
