import { type Load, loadPackage } from "../packages.js";

/** What is used of an element. */
export interface PageElement {
  readonly outerHTML: string;
  readonly textContent: string | null;
  readonly parentElement?: PageElement | null;
  getAttribute(name: string): string | null;
  querySelector(selector: string): PageElement | null;
  getBBox?: () => Box;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface PageDocument {
  createElement(name: string): PageElement;
  createElementNS(namespace: string, name: string): PageElement;
}

/** A page to draw in. */
export interface Page {
  readonly document: PageDocument;
  /** What stands in for the globals that a page has; none where there is a page. */
  readonly globals: Readonly<Record<string, unknown>>;
}

/** The page that this runs in, or one that linkedom stands in for. */
export async function aPage(load?: Load): Promise<Page> {
  const present: unknown = Reflect.get(globalThis, "document");
  if (present !== undefined) return { document: present as PageDocument, globals: {} };
  const { parseHTML } = (await loadPackage("tuneScore", "a score outside a page", "linkedom", load)) as {
    parseHTML(html: string): { readonly document: PageDocument; readonly window: object };
  };
  const { document, window } = parseHTML("<!doctype html><html><body></body></html>");
  const create = document.createElementNS.bind(document);
  document.createElementNS = (namespace, name) => {
    const element = create(namespace, name);
    element.getBBox = () => boxOf(element);
    return element;
  };
  return { document, globals: { document, window, navigator: { userAgent: "node" } } };
}

/** Part of a letter's size that it is wide, on average. */
const letterWidth = 0.55;

/** About how much room a text takes, for linkedom measures none. */
function boxOf(element: PageElement): Box {
  const text = (element.textContent ?? "").trim();
  const size = fontSizeOf(element);
  const lines = text.split("\n").map((line) => line.trim().length);
  return {
    x: 0,
    y: 0,
    width: letterWidth * size * Math.max(...lines),
    height: text === "" ? 0 : 1.2 * size * lines.length,
  };
}

function fontSizeOf(element: PageElement): number {
  for (
    let at: PageElement | null | undefined = element;
    at !== null && at !== undefined;
    at = at.parentElement
  ) {
    const size = Number.parseFloat(at.getAttribute("font-size") ?? "");
    if (size > 0) return size;
  }
  return 16;
}

/**
 * Runs something while a page's globals stand, and takes them away after it, also after an error: libraries that find `document` or
 * `window` take the process for a browser. What runs must not wait for anything, so that nothing else sees them.
 */
export function withGlobals<T>({ globals }: Page, run: () => T): T {
  const before = Object.keys(globals).map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  try {
    for (const [name, value] of Object.entries(globals)) {
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
    }
    return run();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, descriptor);
    }
  }
}
