import { compare, type Fraction, fraction, isExact, plus, times, zero } from "../fraction.js";
import type { Metre } from "../metre.js";
import type { AbcProblem, BarCheck, BarStatus } from "./tuneCheck.js";

/** Where a sign stands, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A tuplet that has begun. */
export interface OpenTuplet {
  /** As it is written: `(3`. */
  readonly text: string;
  readonly place: Place;
  readonly factor: Fraction;
  readonly count: number;
  left: number;
}

/** A bar that is being read. */
interface OpenBar {
  /** Of the first sign in it. */
  place: Place | undefined;
  length: Fraction;
  /** The one in force at its first note or rest. */
  metre: Metre | undefined;
  /** Whether notes or rests stand in it; a bar without is none. */
  hasMusic: boolean;
  /** Whole bars that rests such as `Z4` stand for. */
  wholeBars: number;
  isAfterEdge: boolean;
}

interface ClosedBar extends OpenBar {
  readonly number: number;
  readonly place: Place;
  isBeforeEdge: boolean;
}

/** One voice as far as it has been read. */
export interface VoiceState {
  readonly name: string | undefined;
  metre: Metre;
  unit: Fraction;
  bar: OpenBar;
  readonly closed: ClosedBar[];
  tuplet: OpenTuplet | undefined;
  /** The last note, chord or rest of this bar, which broken rhythm may still lengthen, and how long the bar was before it. */
  last: { readonly length: Fraction; readonly before: Fraction } | undefined;
  /** What the next note takes of its length, after `>` or `<`. */
  broken: { readonly text: string; readonly place: Place; readonly factor: Fraction } | undefined;
  /** Notes that are tied to what comes. */
  tie: { readonly place: Place; readonly pitches: readonly string[] } | undefined;
  /** Pitches of the last note or chord, for a tie after it. */
  pitches: readonly string[] | undefined;
  slurs: Place[];
  repeat: Place | undefined;
  /** A first ending without a second. */
  ending: Place | undefined;
}

/** One tune as far as it has been read. */
export interface TuneState {
  readonly line: number;
  readonly header: Record<string, string>;
  metre: Metre;
  unit: Fraction | undefined;
  /** By their names; the first, from the beginning of the music on, may have none. */
  readonly voices: Map<string | undefined, VoiceState>;
  voice: VoiceState | undefined;
  /** Signs that `U:` fields give a meaning. */
  readonly userSigns: Set<string>;
  notes: number;
  readonly problems: AbcProblem[];
  readonly warnings: AbcProblem[];
}

const openBar = (isAfterEdge: boolean): OpenBar => ({
  place: undefined,
  length: zero,
  metre: undefined,
  hasMusic: false,
  wholeBars: 0,
  isAfterEdge,
});

export function newVoice(name: string | undefined, metre: Metre, unit: Fraction): VoiceState {
  return {
    name,
    metre,
    unit,
    bar: openBar(true),
    closed: [],
    tuplet: undefined,
    last: undefined,
    broken: undefined,
    tie: undefined,
    pitches: undefined,
    slurs: [],
    repeat: undefined,
    ending: undefined,
  };
}

/** Most problems and warnings of a tune that are kept: a text that is none has one at each character. */
const mostProblems = 1000;
/** Longest text that is quoted. */
const longestQuote = 40;

/** A text as problems quote it. */
export const brief = (text: string): string =>
  text.length <= longestQuote ? text : `${text.slice(0, longestQuote - 1)}…`;

/** Says that something is wrong at a place of the bar that is being read. */
export function report(tune: TuneState, place: Place, reason: string): void {
  keep(tune.problems, place, barNumber(tune), reason);
}

/** Says that something there is hardly meant. */
export function warn(tune: TuneState, place: Place, reason: string): void {
  keep(tune.warnings, place, barNumber(tune), reason);
}

/** Says something of the whole, of which no bar is to be named. */
export function keepWhole(list: AbcProblem[], place: Place, reason: string): void {
  keep(list, place, undefined, reason);
}

function keep(list: AbcProblem[], { line, column }: Place, bar: number | undefined, reason: string): void {
  if (list.length < mostProblems) list.push({ line, column, bar, reason });
}

const barNumber = ({ voice }: TuneState): number | undefined =>
  voice === undefined ? undefined : voice.closed.length + 1;

/** Bars longer than this are not added up further: in so many whole notes every sum is exact. */
const longestBar = 1000;

/** Marks that a note or rest stands here. */
export function enter(voice: VoiceState, place: Place): void {
  touch(voice, place);
  voice.bar.metre ??= voice.metre;
  voice.bar.hasMusic = true;
}

/** Adds to the bar that is being read. */
export function lengthen(tune: TuneState, voice: VoiceState, place: Place, length: Fraction): void {
  const sum = plus(voice.bar.length, length);
  if (!isExact(sum)) report(tune, place, "note lengths that are too odd to be added up");
  else if (voice.bar.length.numerator <= longestBar * voice.bar.length.denominator) voice.bar.length = sum;
}

/** Marks that a sign of the bar stands here. */
export function touch({ bar }: VoiceState, place: Place): void {
  bar.place ??= place;
}

/**
 * Ends the bar that is being read. Where nothing stands in it, it is none: signs that follow one another are one border.
 *
 * @param isEdge whether the border is more than a bar line: a part's, a repeat's or an ending's
 */
export function endBar(voice: VoiceState, isEdge: boolean): void {
  const { bar } = voice;
  voice.last = undefined;
  voice.pitches = undefined;
  if (bar.place === undefined || !bar.hasMusic) {
    const before = voice.closed.at(-1);
    if (isEdge && before !== undefined) before.isBeforeEdge = true;
    voice.bar = openBar(bar.isAfterEdge || isEdge);
    return;
  }
  voice.closed.push({
    ...bar,
    place: bar.place,
    number: voice.closed.length + 1,
    isBeforeEdge: isEdge,
  });
  voice.bar = openBar(isEdge);
}

/** What is said of the bars of a voice, its end being an edge. */
export function judgedBars(voice: VoiceState, hasVoices: boolean): BarCheck[] {
  return voice.closed.map((bar) => ({
    number: bar.number,
    voice: hasVoices ? (voice.name ?? "") : undefined,
    line: bar.place.line,
    column: bar.place.column,
    length: wholeLength(bar),
    metre: bar.metre?.length,
    status: statusOf(bar),
  }));
}

/** With the whole bars that a rest stands for. */
function wholeLength({ length, metre, wholeBars }: ClosedBar): Fraction {
  if (wholeBars === 0 || metre?.length === undefined) return length;
  return plus(length, times(metre.length, fraction(wholeBars)));
}

function statusOf({ length, metre, wholeBars, isAfterEdge, isBeforeEdge }: ClosedBar): BarStatus {
  if (metre?.length === undefined) return "free";
  if (wholeBars > 0) return compare(length, zero) === 0 ? "full" : "overfull";
  const difference = compare(length, metre.length);
  if (difference === 0) return "full";
  if (difference > 0) return "overfull";
  return isAfterEdge || isBeforeEdge ? "edge" : "short";
}
