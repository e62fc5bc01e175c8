import { type Fraction, written } from "../fraction.js";

/**
 * What is said of a bar: its notes fill the metre, are less or more; `edge` is a shorter bar beside the beginning or end of a part, a
 * repeat or an ending, where upbeats stand, and is not judged; `free` is a bar without a metre (`M:none`).
 */
export type BarStatus = "full" | "short" | "overfull" | "edge" | "free";

/** A bar with notes or rests in it. */
export interface BarCheck {
  /** From 1, counted in each voice; an upbeat counts too. */
  readonly number: number;
  /** The `V:` field's name where the tune has several voices. */
  readonly voice: string | undefined;
  /** Where its first sign stands, from 1, in the text that was given. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** Of its notes and rests together, in whole notes. */
  readonly length: Fraction;
  /** What would fill it, in whole notes; `undefined` for a free metre. */
  readonly metre: Fraction | undefined;
  readonly status: BarStatus;
}

/** Something that a tune's text has wrong. */
export interface AbcProblem {
  /** From 1, in the text that was given. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** The bar it stands in, from 1; `undefined` in the header and where it is the whole that is wrong. */
  readonly bar: number | undefined;
  /** The reason: `quote left open`. */
  readonly reason: string;
}

/** What was read of one tune. */
export interface TuneCheck {
  /** Its first line, from 1, in the text that was given. */
  readonly line: number;
  /** Fields of the header by their letters; of several the last, but the first `T:`. */
  readonly header: Readonly<Record<string, string>>;
  /** In the order of the text. */
  readonly bars: readonly BarCheck[];
  /** Notes that sound, those in chords counted one by one, without grace notes. */
  readonly notes: number;
  /** What makes the text no tune, or leaves open how it is meant; of more than 1000 the first. */
  readonly problems: readonly AbcProblem[];
  /** What can be played, but is hardly meant: ties between different notes, repeats left open. */
  readonly warnings: readonly AbcProblem[];
  /** Whether there is no problem and no bar that is short or overfull. */
  readonly isRight: boolean;
}

/**
 * What is wrong with a bar: `bar 5 (line 7, column 12) holds 7/8 where 3/4 fill it`; `undefined` where nothing is judged wrong.
 */
export function barFault(bar: BarCheck): string | undefined {
  if (bar.metre === undefined || (bar.status !== "short" && bar.status !== "overfull")) return undefined;
  const voice = bar.voice === undefined ? "" : ` of voice ${bar.voice}`;
  const place = `bar ${bar.number}${voice} (line ${bar.line}, column ${bar.column})`;
  return `${place} holds ${written(bar.length)} where ${written(bar.metre)} fill it`;
}
