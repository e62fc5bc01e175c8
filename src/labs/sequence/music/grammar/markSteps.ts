import { tupletTime } from "../metre.js";
import type { AbcState } from "./abcState.js";
import { isText } from "./fields.js";
import { hasRoom, isLetter, stepOctave } from "./noteSteps.js";
import type { Words } from "./words.js";

/** Most chord names or remarks, decorations, and grace notes before a note; the most characters of a remark. */
const mostQuotes = 2;
const mostMarks = 2;
const mostGraceNotes = 4;
export const longestRemark = 24;

function needNote(state: AbcState): void {
  if (state.needs === 0) state.needs = 1;
  state.last = "";
  state.lastParts = 0;
}

/** At `"`. */
export function beginQuote(state: AbcState): boolean {
  if (!hasRoom(state) || state.quotes === mostQuotes) return false;
  state.lex = "quote";
  state.node = 0;
  return true;
}

/** In a chord's name, or at the sign that makes it a remark. */
export function stepQuote(state: AbcState, sign: string, words: Words): boolean {
  const { chords } = words;
  if (sign === '"') return chords.word[state.node] !== undefined && endQuote(state);
  if (state.node === 0 && "^_<>@".includes(sign)) {
    state.lex = "remark";
    state.room = longestRemark;
    return true;
  }
  const next = chords.next[state.node]?.get(sign);
  state.node = next ?? 0;
  return next !== undefined;
}

export function stepRemark(state: AbcState, sign: string): boolean {
  if (sign === '"') return state.room < longestRemark && endQuote(state);
  state.room--;
  return state.room >= 0 && isText(sign);
}

function endQuote(state: AbcState): true {
  state.quotes++;
  state.lex = "free";
  const { last } = state;
  needNote(state);
  // A chord's name may stand between a note and its tie's end, not between a note and its tie.
  state.last = state.tie === "" ? "" : last;
  return true;
}

const canMark = (state: AbcState): boolean =>
  hasRoom(state) && state.marks < mostMarks && state.tie === "" && !state.isBroken;

function mark(state: AbcState, isTrill: boolean): boolean {
  if (isTrill && state.isGraced) return false;
  state.marks++;
  state.isTrill ||= isTrill;
  needNote(state);
  state.needs = 2;
  return true;
}

/** At a decoration of one sign. */
export function stepMark(state: AbcState, sign: string): boolean {
  if (!canMark(state)) return false;
  state.isMarked = true;
  return mark(state, "T~MP".includes(sign));
}

const trills = /^(?:trill|roll|turn|.*mordent)$/;

/** At `!`. */
export function beginDecoration(state: AbcState): boolean {
  if (!canMark(state) || state.isGraced) return false;
  state.lex = "decoration";
  state.node = 0;
  return true;
}

export function stepDecoration(state: AbcState, sign: string, { decorations }: Words): boolean {
  const word = decorations.word[state.node];
  if (sign === "!" && word !== undefined) {
    state.lex = "free";
    return mark(state, trills.test(word));
  }
  const next = decorations.next[state.node]?.get(sign);
  state.node = next ?? 0;
  return next !== undefined;
}

/** At `{`. */
export function beginGrace(state: AbcState): boolean {
  if (!hasRoom(state) || state.isGraced || state.isBroken || state.marks > 0 || state.tie !== "")
    return false;
  state.lex = "grace";
  state.chordNotes = 0;
  state.pitch = "";
  return true;
}

export function stepGrace(state: AbcState, sign: string): boolean {
  if (sign === "}") {
    if (state.lex !== "grace" || state.chordNotes === 0) return false;
    needNote(state);
    state.needs = 2;
    state.isGraced = true;
    state.lex = "free";
    return true;
  }
  if (isLetter(sign)) {
    state.pitch = sign;
    state.isOpen = true;
    state.lex = "grace";
    state.chordNotes++;
    return state.chordNotes <= mostGraceNotes;
  }
  if (state.lex === "grace" && "^_=".includes(sign)) {
    state.lex = "graceAccidental";
    return state.chordNotes < mostGraceNotes;
  }
  return (
    state.lex === "grace" && (sign === "," || sign === "'") && state.pitch !== "" && stepOctave(state, sign)
  );
}

/** At `(`. */
export function beginParenthesis(state: AbcState): boolean {
  if (!hasRoom(state) || state.owed > 0 || state.tuplet > 0 || state.marks > 0) return false;
  state.lex = "parenthesis";
  return true;
}

/** Behind `(`. @returns whether the sign is a tuplet's number; `undefined` where a slur has begun before it */
export function stepParenthesis(state: AbcState, sign: string): boolean | undefined {
  state.lex = "free";
  if (sign >= "2" && sign <= "9") {
    state.tuplet = Number(sign);
    state.tupletTime = tupletTime(state.tuplet, state.metre?.isCompound === true);
    needNote(state);
    return true;
  }
  if (state.slur > 0) return false;
  state.slur = 1;
  needNote(state);
  return undefined;
}

/** At `)`, which stands at a note. */
export function stepSlurEnd(state: AbcState, isTouching: boolean): boolean {
  const isFree = state.needs === 0 && state.owed === 0 && state.tuplet === 0 && state.tie === "";
  if (state.slur !== 2 || !isFree || !isTouching) return false;
  state.slur = 0;
  return true;
}
