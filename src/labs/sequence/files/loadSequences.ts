import { extname } from "node:path";
import { anyText } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, number, oneOf, optional, readOptions } from "../../../engine/options.js";
import { readItems, type TokenItems } from "../items/tokenItems.js";
import { speakersOf } from "../kinds/dialogue.js";
import type { TokenKind, TokenKindName } from "../kinds/tokenKind.js";
import { tokenKindNames, tokenKindOf } from "../kinds/tokenKinds.js";
import { type Corpus, readCorpus } from "../text/files/readCorpus.js";

export interface LoadSequencesOptions {
  /** What the file holds. Default: by its name, `.abc` and `.smi`. */
  readonly as?: TokenKindName | undefined;
  /** Tokens of an item at most, 1 to 1000000; longer ones are left out. Default: 4000. */
  readonly mostTokens?: number | undefined;
}

const fields = {
  as: optional(oneOf(tokenKindNames)),
  mostTokens: number({ default: 4000, min: 1, max: 1_000_000, integer: true }),
} satisfies FieldsOf<LoadSequencesOptions>;

/** Items of a file. */
export interface LoadedSequences extends TokenItems {
  readonly kind: TokenKind;
  readonly corpus: Corpus;
}

const byExtension: Readonly<Record<string, TokenKindName>> = {
  ".abc": "music",
  ".smi": "molecules",
  ".smiles": "molecules",
};

/** What a file of items of tokens holds by its name; `undefined` where that does not say it. */
export function kindByName(path: string): TokenKindName | undefined {
  const extension = extname(path).toLowerCase();
  return Object.hasOwn(byExtension, extension) ? byExtension[extension] : undefined;
}

/**
 * Reads the tunes, molecules or dialogues of a file.
 *
 * @throws ImagoError when the file cannot be read or nothing of it can be learnt, with the reason; when neither its name nor `as` says what
 *   it holds
 */
export async function loadSequences(
  path: string,
  options: LoadSequencesOptions = {},
): Promise<LoadedSequences> {
  anyText.read("loadSequences", "path", path);
  const { as, mostTokens } = readOptions("loadSequences", options, fields);
  const name = as ?? kindByName(path);
  if (name === undefined) {
    throw new ImagoError(`loadSequences: nothing says what ${path} holds.`, {
      help: `Give as: ${tokenKindNames.map((one) => `"${one}"`).join(", ")}.`,
    });
  }
  const corpus = await readCorpus(path);
  const read = readItems(corpus.text, tokenKindOf(name, { speakers: [] }), { mostTokens });
  const speakers = name === "dialogue" ? speakersOf(read.items) : undefined;
  return { ...read, kind: tokenKindOf(name, { speakers, items: read.items }), corpus };
}
