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

/** @throws ImagoError for dialogues of which nobody says who speaks */
export function tokenKindOf(name: TokenKindName, { speakers, items }: KindFacts = {}): TokenKind {
  if (name === "music") return musicKind();
  if (name === "molecules") return moleculesKind();
  const known = speakers ?? (items === undefined ? ["U", "A"] : speakersOf(items));
  const words = items && new Set(items.flatMap(wordsOf));
  return dialogueKind({ speakers: known, words });
}
