/** The files that are edited, for each language. */

export type Language = "cloudformation" | "terraform";
export type Files = Record<string, string>;

/** The text of a playground, which an example or a link has. */
export interface Content {
  language: Language;
  files: Files;
  unsafeFixes: boolean;
}

/** Returns a name that is not taken, such as `main-2.tf`. */
export function newName(files: Files): string {
  for (let number = 2; ; number++) {
    const name = `main-${number}.tf`;
    if (!(name in files)) return name;
  }
}

/** Returns whether an unknown value is the content of a playground. */
export function isContent(value: unknown): value is Content {
  const { language, files, unsafeFixes } = (value ?? {}) as Partial<Content>;
  return (
    (language === "cloudformation" || language === "terraform") &&
    typeof unsafeFixes === "boolean" &&
    isFiles(files) &&
    // A template is alone.
    (language === "terraform" || Object.keys(files).length === 1)
  );
}

function isFiles(value: unknown): value is Files {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const files = Object.entries(value);
  return files.length > 0 && files.every(([name, text]) => name.trim() !== "" && typeof text === "string");
}
