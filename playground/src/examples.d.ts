import type { Content } from "./workspace";

/** An example, with what it shows. */
export interface Example extends Content {
  name: string;
  title: string;
}

/** The examples, which `bundle.mjs` adds. */
export const examples: readonly Example[];
