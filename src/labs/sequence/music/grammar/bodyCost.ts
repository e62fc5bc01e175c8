import { tupletTime } from "../metre.js";
import type { AbcState } from "./abcState.js";
import type { BarTable } from "./barTable.js";
import { unreachable } from "./trie.js";
import type { Words } from "./words.js";

/** Fewest characters that end the tune behind a full bar. */
function closingCost({ repeat }: AbcState, table: BarTable): number {
  if (repeat === "open") return 2;
  // The repeat, the second ending's number, its bar, and a bar line.
  if (repeat === "first") return 3 + full(table) + 1;
  return 1;
}

const full = (table: BarTable): number => table.fill[table.size] as number;

/** Fewest characters of notes that fill a bar. */
export const fullBarCost = (state: AbcState): number => full(state.table as BarTable);

/** Fewest characters that fill the bar that is being written, when notes that are owed are there. */
function fillCost(state: AbcState): number {
  return (state.table as BarTable).fill[state.target - state.used] as number;
}

/** What must still be written after the bar is filled. */
function afterFillCost(state: AbcState): number {
  const table = state.table as BarTable;
  // An upbeat's bar line, and a whole bar.
  const upbeat = state.target === table.size ? 0 : 1 + full(table);
  return (
    upbeat +
    closingCost(state, table) +
    (state.slur > 0 ? 1 : 0) +
    (state.column <= 1 ? lineStartCost(state) : 0)
  );
}

/** A space before `:` where one letter alone stands before it in a line, which would be read as a field. */
export function lineStartCost({ repeat }: AbcState): number {
  return repeat === "open" || repeat === "first" ? 1 : 0;
}

/** What the note that is tied to costs more than any other, the next bar where this one is full. */
function tieCost(state: AbcState): number {
  if (state.tie === "") return 0;
  const more = state.tie.length - 1;
  const isFull = state.target === state.used && state.owed === 0 && state.tuplet === 0;
  // Behind an upbeat a whole bar comes anyway.
  const isNextBar = isFull && state.target === (state.table as BarTable).size;
  return more + (isNextBar ? 1 + full(state.table as BarTable) : 0);
}

const owedCost = (state: AbcState, words: Words, notes: number): number =>
  notes === 0 ? 0 : notes * (1 + (words.lengths.spelled[state.owedParts] as number));

/** Fewest characters to the end of the tune, between things in the music. */
export function freeCost(state: AbcState, words: Words): number {
  const table = state.table as BarTable;
  if (state.repeat === "due") {
    const ending = state.lex === "bar" && state.sign === ":|" ? 1 : 2;
    return ending + full(table) + 1;
  }
  const after = afterFillCost(state) + tieCost(state);
  if (state.tuplet > 0) return 1 + tupletCost(state, 0) + after;
  return owedCost(state, words, state.owed) + fillCost(state) + after;
}

function tupletCost(state: AbcState, node: number): number {
  const left = state.target - state.used;
  return (state.table as BarTable).tuplet(state.tuplet, state.tupletTime, node, left);
}

/** Fewest characters that end the note whose length has come to a node and fill the bar. */
function noteFillCost(state: AbcState, words: Words, node: number): number {
  if (state.tuplet > 0) return tupletCost(state, node);
  const left = state.target - state.used;
  if (state.owed === 0) return (state.table as BarTable).note(node, left);
  const own = words.lengths.toParts(state.owedParts)[node] as number;
  return own + owedCost(state, words, state.owed - 1) + fillCost(state);
}

/** Characters that the tied note or chord lacks of what has been written of it. */
function tieLeft(state: AbcState): number {
  if (state.tie === "") return 0;
  const bare = state.tie.replace(/^[\^_=]+/, "");
  const isBare = state.tie.startsWith("[") || !/^[\^_=]/.test(state.pitch);
  return (isBare ? bare.length : state.tie.length) - state.pitch.length;
}

/** The same behind a note, whose length may go on. */
export function noteCost(state: AbcState, words: Words): number {
  return tieLeft(state) + noteFillCost(state, words, state.node) + afterFillCost(state);
}

/** The same behind an accidental. */
export function accidentalCost(state: AbcState, words: Words): number {
  const letter = state.tie === "" ? 1 : tieLeft(state);
  return letter + noteFillCost(state, words, 0) + afterFillCost(state);
}

/** The same within a chord. */
export function chordCost(state: AbcState, words: Words): number {
  const after = noteFillCost(state, words, 0) + afterFillCost(state);
  if (state.tie !== "") return tieLeft(state) + after;
  if (state.lex !== "chordNote") return 1 + chordNoteCost(state, words, 0);
  return chordNoteCost(state, words, state.node);
}

function chordNoteCost(state: AbcState, words: Words, node: number): number {
  const { lengths } = words;
  const isFirst = state.chordNotes === (state.lex === "chordNote" ? 1 : 0);
  if (isFirst) return noteFillCost(state, words, node) + 1 + afterFillCost(state);
  const own = lengths.toParts(state.chordParts)[node] as number;
  if (state.chordParts === lengths.parts) {
    return own + 1 + noteFillCost(state, words, 0) + afterFillCost(state);
  }
  return own + 1 + chordEndCost(state, words) + afterFillCost(state);
}

/** What fills the bar behind a chord whose notes have their length inside. */
function chordEndCost(state: AbcState, words: Words): number {
  const parts = state.chordParts;
  const { fill } = state.table as BarTable;
  const left = state.target - state.used;
  if (state.tuplet > 0) {
    const others = (state.tuplet - 1) * (1 + (words.lengths.spelled[parts] as number));
    return others + (fill[left - parts * state.tupletTime] ?? unreachable);
  }
  if (state.owed === 0) return fill[left - parts] ?? unreachable;
  if (parts !== state.owedParts) return unreachable;
  return owedCost(state, words, state.owed - 1) + fillCost(state);
}

/** Fewest characters behind a parenthesis that must become a tuplet. */
export function tupletStartCost(state: AbcState, words: Words): number {
  let least = unreachable;
  for (const notes of words.tuplets) {
    state.tuplet = notes;
    state.tupletTime = tupletTime(notes, state.metre?.isCompound === true);
    least = Math.min(least, 1 + freeCost(state, words));
  }
  state.tuplet = 0;
  return least;
}
