import { anyText } from "../../../engine/arguments.js";
import { type FieldsOf, list, optional, readOptions } from "../../../engine/options.js";

/** A line of a dialogue that says who speaks. */
const turn = /^(?<speaker>[\p{L}\p{N}][\p{L}\p{N} _.'-]{0,30}): (?<words>.*\S.*)$/u;

/** A turn of a dialogue. */
export interface Turn {
  readonly speaker: string;
  readonly words: string;
}

/** What a dialogue is made of, and what is wrong with it. */
export interface DialogueCheck {
  /** Its lines that say who speaks, somebody known: those out of turn too. */
  readonly turns: readonly Turn[];
  /** Its lines. */
  readonly lines: number;
  /** What is not in form, the first first. */
  readonly problems: readonly { readonly line: number; readonly reason: string }[];
}

export interface DialogueSpeakers {
  /** Who speaks first, and who answers. Default: whoever does. */
  readonly speakers?: readonly string[] | undefined;
}

const fields = {
  speakers: optional(list(anyText, "an array of names")),
} satisfies FieldsOf<DialogueSpeakers>;

/**
 * Reads a dialogue: each line is a turn, `U: words`; nobody speaks twice in a row, and nobody speaks who is not expected.
 *
 * @throws ImagoError on unknown options
 */
export function checkDialogue(text: string, options: DialogueSpeakers = {}): DialogueCheck {
  anyText.read("checkDialogue", "text", text);
  const { speakers } = readOptions("checkDialogue", options, fields);
  const turns: Turn[] = [];
  const problems: { line: number; reason: string }[] = [];
  const lines = text === "" ? [] : text.split("\n");
  if (lines.length === 0) problems.push({ line: 1, reason: "nobody speaks" });
  lines.forEach((line, at) => {
    const found = turn.exec(line)?.groups;
    const { speaker = "", words = "" } = found ?? {};
    const isTurn = found !== undefined && speakers?.includes(speaker) !== false;
    const reason = wrongIn({ isTurn: found !== undefined, speaker, before: turns.at(-1)?.speaker, speakers });
    // Who speaks out of turn speaks all the same.
    if (isTurn) turns.push({ speaker, words });
    if (reason !== undefined) problems.push({ line: at + 1, reason });
  });
  return { turns, lines: lines.length, problems };
}

interface Line {
  readonly isTurn: boolean;
  readonly speaker: string;
  readonly before: string | undefined;
  readonly speakers: readonly string[] | undefined;
}

function wrongIn({ isTurn, speaker, before, speakers }: Line): string | undefined {
  if (!isTurn) return "a line does not say who speaks";
  if (speaker === before) return "somebody speaks twice in a row";
  if (speakers === undefined) return undefined;
  if (!speakers.includes(speaker)) return "somebody speaks whom nobody knows";
  return before === undefined && speaker !== speakers[0] ? "the wrong one speaks first" : undefined;
}

/** The words of a text, as they are looked up: small letters and digits, with their inner apostrophes. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*/gu) ?? [];
}
