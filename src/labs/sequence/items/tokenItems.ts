import { anyText } from "../../../engine/arguments.js";
import { ImagoError, messageOf } from "../../../engine/errors.js";
import { type FieldsOf, having, number, optional, readOptions } from "../../../engine/options.js";
import type { SkippedItem, TokenKind } from "../kinds/tokenKind.js";
import type { Symbols } from "./symbols.js";

/** Items of a text, as far as they can be learnt. */
export interface TokenItems {
  /** As they are learnt. */
  readonly items: readonly string[];
  /** What is left out, in the order of the text. */
  readonly skipped: readonly SkippedItem[];
}

export interface ReadItemsOptions {
  /** Tokens of an item at most, 1 to 1000000; longer ones are left out. Default: 4000. */
  readonly mostTokens?: number | undefined;
  /** Tokens that are known already; items with others are left out. Default: any. */
  readonly known?: Symbols | undefined;
}

const fields = {
  mostTokens: number({ default: 4000, min: 1, max: 1_000_000, integer: true }),
  known: optional(having<Symbols>("symbols", "unknownIn")),
} satisfies FieldsOf<ReadItemsOptions>;

/**
 * Reads the items of a text.
 *
 * @throws ImagoError where nothing of it can be learnt, with the commonest reason
 */
export function readItems(text: string, kind: TokenKind, options: ReadItemsOptions = {}): TokenItems {
  anyText.read("readItems", "text", text);
  having<TokenKind>("a kind of items, as itemKindOf gives it", "split", "tokens").read(
    "readItems",
    "kind",
    kind,
  );
  const { mostTokens, known } = readOptions("readItems", options, fields);
  const { items: raw, skipped } = kind.split(text);
  const items: string[] = [];
  const left: SkippedItem[] = [...skipped];
  for (const { text: item, line } of raw) {
    const reason = reasonAgainst(item, kind, mostTokens, known);
    if (reason === undefined) items.push(item);
    else left.push({ line, reason });
  }
  left.sort((a, b) => a.line - b.line);
  if (items.length === 0) throw nothingIn(kind, left);
  return { items, skipped: left };
}

function reasonAgainst(
  item: string,
  kind: TokenKind,
  mostTokens: number,
  known: Symbols | undefined,
): string | undefined {
  const tooLong = `longer than ${mostTokens} ${kind.token[1]}`;
  // So long a text is not taken apart at all.
  if (item.length > 20 * mostTokens) return tooLong;
  try {
    const tokens = kind.tokens(item);
    if (tokens.length > mostTokens) return tooLong;
    const unknown = known?.unknownIn(tokens);
    return unknown === undefined ? undefined : `${JSON.stringify(unknown)} was never learnt`;
  } catch (error) {
    // Without the name of the function that nobody called.
    return messageOf(error).replace(/^[a-z]+(?:[A-Z][a-z]+)+: /, "");
  }
}

function nothingIn(kind: TokenKind, skipped: readonly SkippedItem[]): ImagoError {
  const [first] = skipped;
  const [, many] = kind.noun;
  if (first === undefined) return new ImagoError(`There are no ${many} in it: it holds no text.`);
  const more = skipped.length === 1 ? "" : `, and ${skipped.length - 1} more like it or with other reasons`;
  return new ImagoError(
    `There are no ${many} in it that can be learnt: line ${first.line}: ${first.reason}${more}.`,
    {
      help: `Is it of another kind? Name it by --as.`,
    },
  );
}
