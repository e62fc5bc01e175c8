import { messageOf } from "../../../engine/errors.js";
import { writeWav } from "../audio/wav.js";
import { checkAbc } from "../music/check/checkAbc.js";
import { type BarStatus, barFault, type TuneCheck } from "../music/check/tuneCheck.js";
import { abcGrammar } from "../music/grammar/abcGrammar.js";
import { tuneMidi } from "../music/midi/tuneMidi.js";
import { tuneScore } from "../music/score/tuneScore.js";
import { tuneSamples } from "../music/sound/tuneSamples.js";
import { splitTunes } from "../music/splitTunes.js";
import { type Judgement, judgementOf, type Learnt } from "./judgement.js";
import type { ItemProblem, ItemRenderer, RawItem, SkippedItem, TokenKind, WrittenText } from "./tokenKind.js";

/** Samples a second of tunes that are made sound. */
const soundRate = 44_100;

/** Tunes in ABC notation, learnt character by character, without their numbers and titles. */
export const musicKind = (): TokenKind => ({
  name: "music",
  noun: ["tune", "tunes"],
  token: ["character", "characters"],
  defaults: { embedding: 48, dropout: 0.2, batchSize: 16, steps: 2000, longest: 1300 },
  split: splitLearnt,
  pieces: splitTunes,
  tokens: (item) => Array.from(item),
  shown: (item, index) => `X:${index + 1}\nT:Tune ${index + 1}\n${item}`,
  separator: "\n\n",
  extension: ".abc",
  taken: (text) => withoutTitle(splitTunes(text)[0]?.text ?? ""),
  beginning: headerOf,
  labelOf: (item) => /^R:\s*(.*\S)/m.exec(item)?.[1],
  labelled: (label) => `R:${label}\n`,
  grammar: (tokens) => abcGrammar({ tokens }),
  problems: async (item) => problemsOf(item),
  judge: async (items, learnt) => judgeTunes(items, learnt),
  renderers: {
    midi: eachTune((tune) => tuneMidi(tune)),
    wav: eachTune(async (tune) => writeWav(await tuneSamples(tune), soundRate)),
    svg: eachTune(async (tune) => new TextEncoder().encode((await tuneScore(tune)).svg)),
  },
});

/** A tune without its number and titles, which say nothing of the music. */
export const withoutTitle = (tune: string): string => tune.replaceAll(/^[XT]:.*(\n|$)/gm, "").trim();

/** All lines to the key's, which is the last of a header. */
function headerOf(item: string): string | undefined {
  const found = /^K:.*$/m.exec(item);
  return found === null ? undefined : `${item.slice(0, found.index + found[0].length)}\n`;
}

/** Tunes of a text; what has no notes or no key is skipped. */
function splitLearnt(text: string): {
  readonly items: readonly RawItem[];
  readonly skipped: readonly SkippedItem[];
} {
  const items: RawItem[] = [];
  const skipped: SkippedItem[] = [];
  for (const { text: tune, line } of splitTunes(text)) {
    const reason = whyNoTune(tune);
    if (reason === undefined) items.push({ text: withoutTitle(tune), line });
    else skipped.push({ line, reason });
  }
  return { items, skipped };
}

function whyNoTune(tune: string): string | undefined {
  try {
    const [check] = checkAbc(tune);
    if (check === undefined) return "no tune";
    if (check.header.K === undefined) return "no K: field says its key, and so where its music begins";
    if (check.notes === 0) return "it has no notes";
    // What its header says wrong makes bars of it that nobody meant.
    return check.problems.find(({ bar }) => bar === undefined)?.reason;
  } catch (error) {
    return messageOf(error);
  }
}

/** What is checked of a tune: of an empty text nothing. */
const checked = (tune: string): TuneCheck | undefined => checkAbc(tune)[0];

function problemsOf(tune: string): readonly ItemProblem[] {
  const check = checked(tune);
  if (check === undefined) return [{ line: 1, reason: "there is no tune" }];
  const bars = check.bars.flatMap((bar) => {
    const fault = barFault(bar);
    return fault === undefined
      ? []
      : [{ line: bar.line, column: bar.column, reason: fault.replace(/ \(line.*?\)/, "") }];
  });
  const all = [...check.problems, ...bars].sort((a, b) => a.line - b.line || a.column - b.column);
  return all.length > 0 || hasWholeBar(check) ? all : [{ line: check.line, reason: onlyEdges }];
}

function judgeTunes(items: readonly WrittenText[], learnt: Learnt): Judgement {
  const counts: Record<BarStatus, number> = { full: 0, short: 0, overfull: 0, edge: 0, free: 0 };
  const judged = items.map(({ text, ended }) => {
    const check = checked(text);
    for (const { status } of check?.bars ?? []) counts[status]++;
    const own = withoutTitle(text);
    return {
      text: own,
      ended,
      key: own,
      isValid: check?.isRight === true && hasWholeBar(check),
      reason: reasonOf(check),
    };
  });
  const wrong = counts.short + counts.overfull;
  const all = counts.full + wrong + counts.edge;
  const share = (part: number, whole: number) => ({
    value: whole === 0 ? 0 : part / whole,
    as: "share" as const,
  });
  return judgementOf(judged, learnt, {
    "bars that add up": share(counts.full, counts.full + wrong),
    "bars at edges": share(counts.edge, all),
  });
}

function reasonOf(check: TuneCheck | undefined): string | undefined {
  if (check === undefined) return "there is no tune";
  const [problem] = check.problems;
  if (problem !== undefined) return problem.reason;
  const bar = check.bars.find(({ status }) => status === "short" || status === "overfull");
  if (bar !== undefined) return `a bar that is ${bar.status}`;
  return hasWholeBar(check) ? undefined : onlyEdges;
}

/** What could hide behind repeat signs: bars of which each is beside the edge of a part. */
const onlyEdges = "no bar that fills its metre";

const hasWholeBar = ({ bars }: TuneCheck): boolean =>
  bars.some(({ status }) => status === "full" || status === "free");

/** A file of each tune, which has a number then, as those that render it want it. */
const eachTune = (draw: (tune: string) => Promise<Uint8Array>): ItemRenderer => ({
  isEach: true,
  draw: async ([tune = ""]) => draw(/^X:/m.test(tune) ? tune : `X:1\n${tune}`),
});
