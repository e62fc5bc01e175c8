import { ImagoError } from "../../../engine/errors.js";
import { checkDialogue, wordsOf } from "../dialogue/checkDialogue.js";
import { dialogueGrammar } from "../dialogue/dialogueGrammar.js";
import { splitBlocks } from "../items/splitBlocks.js";
import { type Judgement, judgementOf, type Learnt } from "./judgement.js";
import type { RawItem, SkippedItem, TokenKind, WrittenText } from "./tokenKind.js";

/** What of the learnt dialogues is remembered besides their tokens. */
export interface DialogueFacts {
  /** In the order in which they speak. */
  readonly speakers: readonly string[];
  /** All words that were learnt from, where they are known. */
  readonly words?: ReadonlySet<string> | undefined;
}

/** Dialogues: turns line by line, `U: words`, apart by blank lines. */
export const dialogueKind = (facts: DialogueFacts): TokenKind => ({
  name: "dialogue",
  noun: ["dialogue", "dialogues"],
  token: ["character", "characters"],
  defaults: { embedding: 48, dropout: 0.2, batchSize: 16, steps: 1500, longest: 600 },
  split: splitDialogues,
  pieces: splitBlocks,
  tokens: (item) => Array.from(item),
  shown: (item) => item,
  separator: "\n\n",
  extension: ".txt",
  taken: (text) => text.replaceAll(/\r\n?/g, "\n").trim(),
  beginning: (item) => `${item.split("\n")[0]}\n`,
  labelOf: () => undefined,
  labelled: () => "",
  problems: async (item) => checkDialogue(item, { speakers: facts.speakers }).problems,
  renderers: {},
  grammar: () => dialogueGrammar(facts.speakers),
  judge: (items, learnt) => judgeDialogues(items, learnt, facts),
});

/** Dialogues of a text; what has no turns is skipped. */
export function splitDialogues(text: string): {
  readonly items: readonly RawItem[];
  readonly skipped: readonly SkippedItem[];
} {
  const items: RawItem[] = [];
  const skipped: SkippedItem[] = [];
  for (const block of splitBlocks(text)) {
    const [problem] = checkDialogue(block.text).problems;
    if (problem === undefined) items.push(block);
    else skipped.push({ line: block.line + problem.line - 1, reason: problem.reason });
  }
  return { items, skipped };
}

/**
 * Who speaks in dialogues, in the order in which they do for the first time.
 *
 * @throws ImagoError where nobody is answered in any
 */
export function speakersOf(items: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const item of items) {
    const order = [...new Set(checkDialogue(item).turns.map(({ speaker }) => speaker))].join("\n");
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  const [order] = [...counts].filter(([key]) => key.includes("\n")).sort((a, b) => b[1] - a[1]);
  if (order === undefined) {
    throw new ImagoError("dialogue: nobody is answered in any of the dialogues.", {
      help: "Write each turn in a line of its own, `U: words` and `A: words`, and a blank line between dialogues.",
    });
  }
  return order[0].split("\n");
}

async function judgeDialogues(
  items: readonly WrittenText[],
  learnt: Learnt,
  { speakers, words: known }: DialogueFacts,
): Promise<Judgement> {
  let [lines, inForm, turns, words, knownWords] = [0, 0, 0, 0, 0];
  const judged = items.map(({ text, ended }) => {
    const check = checkDialogue(text, { speakers });
    lines += Math.max(1, check.lines);
    inForm += check.turns.length;
    turns += check.turns.length;
    for (const word of check.turns.flatMap((turn) => wordsOf(turn.words))) {
      words++;
      if (known?.has(word) !== false) knownWords++;
    }
    const [problem] = check.problems;
    return { text, ended, key: text, isValid: problem === undefined, reason: problem?.reason };
  });
  return judgementOf(judged, learnt, {
    "turns in form": { value: lines === 0 ? 0 : inForm / lines, as: "share" },
    ...(known === undefined
      ? {}
      : { "words known": { value: words === 0 ? 0 : knownWords / words, as: "share" as const } }),
    "turns a dialogue": { value: items.length === 0 ? 0 : turns / items.length, as: "mean" },
  });
}
