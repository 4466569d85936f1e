/** Links that carry the text in their fragment, which a browser never sends to a server. */

import { type Content, isContent } from "./workspace";

const PREFIX = "#text=";
/** Bytes; a longer text is not a template. */
const MAX_LENGTH = 4 * 1024 * 1024;

/** Returns the fragment with a content. */
export async function fragment(content: Content): Promise<string> {
  const text = new Blob([JSON.stringify(content)]).stream();
  const bytes = await collect(text.pipeThrough(new CompressionStream("deflate-raw")));
  const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  return PREFIX + base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Returns whether a fragment is of a link that `fragment` made, maybe a broken one. */
export function isLink(hash: string): boolean {
  return hash.startsWith(PREFIX);
}

/** Returns the content of the fragment of a link; undefined if it is broken. */
export async function contentOf(hash: string): Promise<Content | undefined> {
  try {
    const base64 = hash.slice(PREFIX.length).replaceAll("-", "+").replaceAll("_", "/");
    const compressed = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const stream = new Blob([compressed]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    const content: unknown = JSON.parse(new TextDecoder().decode(await collect(stream)));
    return isContent(content) ? content : undefined;
  } catch {
    // The link is cut or changed.
    return undefined;
  }
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > MAX_LENGTH) throw new Error("the text is too long");
    parts.push(value);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
