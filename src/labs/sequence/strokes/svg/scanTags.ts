/** A tag of an XML text. */
export interface Tag {
  /** Without a prefix: `path` for `svg:path`. */
  readonly name: string;
  readonly is: "open" | "close" | "empty";
  readonly attributes: ReadonlyMap<string, string>;
  /** The line it stands in, from 1. */
  readonly line: number;
}

/** Comments, CDATA, instructions and document types end with these; what is in them is passed over. */
const passed: readonly (readonly [begins: string, ends: string])[] = [
  ["<!--", "-->"],
  ["<![CDATA[", "]]>"],
  ["<?", "?>"],
];

const namePattern = /[^\s/>=]+/y;
const attributePattern = /\s*([^\s/>="']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/y;

/**
 * The tags of an XML text, one after another. What SVG editors write is read, and what is damaged is passed over: this is no checker.
 * Text between tags is left out; of entities those of XML and numbers are known.
 */
export function* scanTags(text: string): Generator<Tag, void, undefined> {
  let [line, counted] = [1, 0];
  let at = text.indexOf("<");
  while (at >= 0) {
    const behind = endOfPassed(text, at);
    if (behind !== undefined) {
      at = text.indexOf("<", behind);
      continue;
    }
    for (let next = text.indexOf("\n", counted); next >= 0 && next < at; next = text.indexOf("\n", counted)) {
      line++;
      counted = next + 1;
    }
    const { tag, end } = readTag(text, at, line);
    if (tag !== undefined) yield tag;
    at = text.indexOf("<", end);
  }
}

/** Where what is passed over ends; `undefined` at a tag. */
function endOfPassed(text: string, at: number): number | undefined {
  for (const [begins, ends] of passed) {
    if (!text.startsWith(begins, at)) continue;
    const end = text.indexOf(ends, at + begins.length);
    return end < 0 ? text.length : end + ends.length;
  }
  return text.startsWith("<!", at) ? endOfDeclaration(text, at) : undefined;
}

/** A document type may hold others in brackets. */
function endOfDeclaration(text: string, at: number): number {
  const end = text.indexOf(">", at);
  const bracket = text.indexOf("[", at);
  if (end < 0) return text.length;
  if (bracket < 0 || bracket > end) return end + 1;
  const inner = text.indexOf("]", bracket);
  const outer = inner < 0 ? -1 : text.indexOf(">", inner);
  return outer < 0 ? text.length : outer + 1;
}

function readTag(
  text: string,
  at: number,
  line: number,
): { readonly tag: Tag | undefined; readonly end: number } {
  const isClose = text[at + 1] === "/";
  namePattern.lastIndex = at + (isClose ? 2 : 1);
  const whole = namePattern.exec(text)?.[0];
  if (whole === undefined) return { tag: undefined, end: at + 1 };
  let end = namePattern.lastIndex;
  const attributes = new Map<string, string>();
  for (;;) {
    attributePattern.lastIndex = end;
    const found = attributePattern.exec(text);
    if (found === null) break;
    const [, name = "", double, single, bare = ""] = found;
    attributes.set(name, decoded(double ?? single ?? bare));
    end = attributePattern.lastIndex;
  }
  const rest = /\s*(\/?)>?/y;
  rest.lastIndex = end;
  const isEmpty = rest.exec(text)?.[1] === "/";
  const name = whole.slice(whole.indexOf(":") + 1);
  const is = isClose ? "close" : isEmpty ? "empty" : "open";
  return { tag: { name, is, attributes, line }, end: Math.max(rest.lastIndex, at + 1) };
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decoded(text: string): string {
  if (!text.includes("&")) return text;
  return text.replaceAll(/&(#x[\da-f]+|#\d+|\w+);/gi, (whole, name: string) => {
    if (!name.startsWith("#")) return entities[name] ?? whole;
    const isHex = name[1] === "x" || name[1] === "X";
    const code = Number.parseInt(name.slice(isHex ? 2 : 1), isHex ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
