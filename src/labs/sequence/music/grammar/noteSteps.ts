import type { AbcState } from "./abcState.js";
import type { Words } from "./words.js";

/** Most octave marks behind a note. */
const mostOctaves = 2;

/** Whether the bar has room for a note or rest. */
export function hasRoom(state: AbcState): boolean {
  return state.owed > 0 || state.tuplet > 0 || state.used < state.target;
}

const bareTie = (tie: string): string => (tie.startsWith("[") ? tie : tie.replace(/^[\^_=]+/, ""));

/** Whether what is written of a note or chord may become the one that is tied to. */
export function fitsTie({ tie }: AbcState, pitch: string): boolean {
  return tie === "" || tie.startsWith(pitch) || bareTie(tie).startsWith(pitch);
}

/** Whether a note or chord is the whole one that is tied to, where one is. */
const isTied = ({ tie, pitch }: AbcState): boolean => tie === "" || pitch === tie || pitch === bareTie(tie);

export const isLetter = (sign: string): boolean => /^[A-Ga-g]$/.test(sign);

/** At a note's letter. @returns whether it may stand there */
export function beginNote(state: AbcState, letter: string): boolean {
  if (!hasRoom(state) || !fitsTie(state, letter)) return false;
  state.pitch = letter;
  return enterNote(state);
}

function enterNote(state: AbcState): true {
  state.lex = "note";
  state.node = 0;
  state.isSounding = true;
  state.isOpen = true;
  return true;
}

export function beginAccidental(state: AbcState, sign: string): boolean {
  if (!hasRoom(state) || !fitsTie(state, sign)) return false;
  state.pitch = sign;
  state.lex = "accidental";
  return true;
}

/** Behind an accidental, in a chord or not. @returns whether the sign makes it double or is its letter */
export function stepAccidental(state: AbcState, sign: string, before: string): boolean {
  const written = state.pitch.slice(before.length);
  const isDouble = written.length === 1 && sign === written && sign !== "=";
  if (!isDouble && !isLetter(sign)) return false;
  state.pitch += sign;
  return fitsTie(state, state.pitch);
}

export function stepNoteAccidental(state: AbcState, sign: string): boolean {
  if (!stepAccidental(state, sign, "")) return false;
  return isLetter(sign) ? enterNote(state) : true;
}

/** A rest needs a note before it: a tune does not begin with silence. */
export function beginRest(state: AbcState): boolean {
  if (!hasRoom(state) || !state.hasNote || state.needs === 2 || state.tie !== "" || state.slur === 1)
    return false;
  state.pitch = "";
  state.lex = "note";
  state.node = 0;
  state.isSounding = false;
  state.isOpen = false;
  return true;
}

/**
 * Octave marks and length behind a note.
 *
 * @returns whether the sign is one; `undefined` where the note has ended before it
 */
export function stepNoteTail(state: AbcState, sign: string, words: Words): boolean | undefined {
  if (sign === "," || sign === "'") return stepOctave(state, sign);
  const next = words.lengths.trie.next[state.node]?.get(sign);
  if (next === undefined) return undefined;
  state.node = next;
  state.isOpen = false;
  return isTied(state);
}

/** Commas stand behind capitals, apostrophes behind small letters. */
export function stepOctave(state: AbcState, sign: string): boolean {
  if (!state.isOpen) return false;
  const [, letter = "", marks = ""] = /([A-Ga-g])([,']*)$/.exec(state.pitch) ?? [];
  if (sign === "," ? letter >= "a" : letter < "a") return false;
  state.pitch += sign;
  return marks.length < mostOctaves && fitsTie(state, state.pitch);
}

/** Ends the note, chord or rest that is being written. @returns whether it may end so */
export function endNote(state: AbcState, words: Words): boolean {
  const parts = words.lengths.partsAt[state.node] as number;
  return parts > 0 && isTied(state) && takeTime(state, parts);
}

/** A note or rest of so many parts takes its time of the bar. */
export function takeTime(state: AbcState, parts: number): boolean {
  state.lastParts = 0;
  if (state.tuplet > 0) {
    state.used += parts * state.tupletTime;
    state.owed = state.tuplet - 1;
    state.owedParts = parts;
    state.tuplet = 0;
  } else if (state.owed > 0) {
    if (parts !== state.owedParts) return false;
    state.owed--;
  } else {
    state.used += parts;
    state.lastParts = parts;
  }
  if (state.used > state.target) return false;
  closeNote(state);
  state.touches = true;
  state.lex = "free";
  return true;
}

function closeNote(state: AbcState): void {
  if (state.isSounding) {
    noteAltered(state);
    state.hasNote = true;
    if (state.slur === 1) state.slur = 2;
  }
  // Players write decorated notes out, and cannot tie them or change their length.
  const isPlain = state.marks === 0 && !state.isGraced;
  state.last = state.isSounding && isPlain && canTie(state) ? state.pitch : "";
  if (!isPlain) state.lastParts = 0;
  state.tie = "";
  state.needs = 0;
  state.quotes = 0;
  state.marks = 0;
  state.isTrill = false;
  state.isGraced = false;
  state.isBroken = false;
  state.seen = "";
}

function noteAltered(state: AbcState): void {
  for (const [, letter = ""] of state.pitch.matchAll(/[\^_=]([A-Ga-g])/g)) {
    const name = letter.toUpperCase();
    if (!state.altered.includes(name)) state.altered += name;
  }
}

/** An accidental that stands before in the bar would not go over the bar line with the tie. */
function canTie({ pitch, altered }: AbcState): boolean {
  if (altered === "") return true;
  return ![...pitch.matchAll(/(^|[^^_=])([A-Ga-g])/g)].some(([, , letter = ""]) =>
    altered.includes(letter.toUpperCase()),
  );
}

/** At `-`. */
export function stepTie(state: AbcState, isTouching: boolean): boolean {
  const isNote = state.last !== "" && state.needs === 0 && (isTouching || state.isAfterSpace);
  const canGoOn = state.slur === 0 || hasRoom(state);
  if (!isNote || !canGoOn || state.tie !== "") return false;
  state.tie = state.last;
  state.last = "";
  state.lastParts = 0;
  return true;
}

/** At `>` or `<`: the next note is written as long as the last. */
export function beginBroken(state: AbcState, sign: string, isTouching: boolean): boolean {
  const { lastParts: parts } = state;
  if (!isTouching || parts === 0 || state.tie !== "" || state.used + parts > state.target) return false;
  state.used += parts;
  state.owed = 1;
  state.isBroken = true;
  state.owedParts = parts;
  state.lastParts = 0;
  state.last = "";
  state.brokenSign = sign;
  state.room = 2;
  state.lex = "broken";
  return true;
}
