/** Creates elements, without HTML in strings. */

export type Child = Node | string;

/** Creates an element with attributes and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) created.setAttribute(name, value);
  created.append(...children);
  return created;
}

/** Creates a button. */
export function button(label: Child, onClick: () => void, attributes: Record<string, string> = {}): HTMLButtonElement {
  const created = element("button", { type: "button", ...attributes }, label);
  created.addEventListener("click", onClick);
  return created;
}

/** Returns an element of the page. */
export function byId<T extends HTMLElement>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no such element: ${id}`);
  return found;
}

/** Sets the text of a live region, which is read aloud only if it changes. */
export function announce(region: HTMLElement, text: string): void {
  if (region.textContent !== text) region.textContent = text;
}

/** Converts text with `code` and [links](address) to nodes. */
export function inline(text: string): Child[] {
  return text.split(/(`[^`]+`|\[[^\]]+\]\(https:[^)\s]+\)|<https:[^>\s]+>)/).map((part) => {
    if (part.length > 2 && part.startsWith("`") && part.endsWith("`")) return element("code", {}, part.slice(1, -1));
    const link = /^\[([^\]]+)\]\((https:[^)]+)\)$/.exec(part) ?? /^<((https:[^>]+))>$/.exec(part);
    if (!link?.[1] || !link[2]) return part;
    return element("a", { href: link[2], target: "_blank", rel: "noopener noreferrer" }, ...inline(link[1]));
  });
}
