import { anyText } from "../../../engine/arguments.js";
import { type FieldsOf, list, oneOf, optional, readOptions } from "../../../engine/options.js";
import { wordsOf } from "../dialogue/checkDialogue.js";
import { dialogueKind, speakersOf } from "./dialogue.js";
import { moleculesKind } from "./molecules.js";
import { musicKind } from "./music.js";
import type { TokenKind, TokenKindName } from "./tokenKind.js";

export const tokenKindNames = ["music", "molecules", "dialogue"] as const satisfies readonly TokenKindName[];

/** What a kind may need to know of the items that were learnt. */
export interface KindFacts {
  /** Of dialogues: who speaks, in order. */
  readonly speakers?: readonly string[] | undefined;
  /** The items themselves, where they are at hand. */
  readonly items?: readonly string[] | undefined;
}

const fields = {
  speakers: optional(list(anyText, "an array of names")),
  items: optional(list(anyText, "an array of items")),
} satisfies FieldsOf<KindFacts>;

/**
 * What the lab knows of a kind of items.
 *
 * @throws ImagoError on a name that is none, on unknown facts, and for dialogues of which nobody is answered
 */
export function tokenKindOf(name: TokenKindName, facts: KindFacts = {}): TokenKind {
  oneOf(tokenKindNames).read("itemKindOf", "name", name);
  const { speakers, items } = readOptions("itemKindOf", facts, fields);
  if (name === "music") return musicKind();
  if (name === "molecules") return moleculesKind();
  const known = speakers ?? (items === undefined ? ["U", "A"] : speakersOf(items));
  const words = items && new Set(items.flatMap(wordsOf));
  return dialogueKind({ speakers: known, words });
}
