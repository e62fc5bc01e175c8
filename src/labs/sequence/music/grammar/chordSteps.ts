import type { AbcState } from "./abcState.js";
import { beginFirst, beginSecond, isAtRest } from "./barSigns.js";
import { beginField } from "./fields.js";
import { fitsTie, hasRoom, isLetter, stepAccidental, stepOctave, takeTime } from "./noteSteps.js";
import type { Words } from "./words.js";

/** Most notes of a chord. */
const mostNotes = 6;

/** At `[`: a chord, and between bars also an ending or a field. */
export function beginBracket(state: AbcState): boolean {
  if (state.repeat === "due") {
    if (state.used > 0) return false;
  } else if (state.used === 0 && state.sign === ":|") {
    // A second ending is what is meant there, and its first is missing.
    return false;
  } else if (!hasRoom(state) || !fitsTie(state, "[") || state.isTrill) return false;
  state.lex = "chord";
  state.pitch = "[";
  state.chordNotes = 0;
  state.chordParts = 0;
  return true;
}

/** Behind `[`. */
export function stepBracket(state: AbcState, sign: string, words: Words): boolean {
  if (state.repeat === "due") return sign === "2" && beginSecond(state);
  if (isLetter(sign) || "^_=".includes(sign)) return stepIn(state, sign);
  if (state.used > 0 || !isAtRest(state) || state.tie !== "") return false;
  if (sign === "1") return beginFirst(state);
  if (!"MLK".includes(sign)) return false;
  state.isInline = true;
  return beginField(state, sign, words);
}

/** A letter or accidental of a chord. */
function stepIn(state: AbcState, sign: string): boolean {
  if (state.chordNotes === mostNotes) return false;
  state.pitch += sign;
  if (!fitsTie(state, state.pitch)) return false;
  if (isLetter(sign)) return enterChordNote(state);
  state.lex = "chordAccidental";
  // Where the accidental begins, so that it can be told from the note before.
  state.room = state.pitch.length - 1;
  return true;
}

function enterChordNote(state: AbcState): true {
  state.lex = "chordNote";
  state.node = 0;
  state.isOpen = true;
  state.chordNotes++;
  return true;
}

/** Behind an accidental in a chord. */
export function stepChordAccidental(state: AbcState, sign: string): boolean {
  if (!stepAccidental(state, sign, state.pitch.slice(0, state.room))) return false;
  return isLetter(sign) ? enterChordNote(state) : true;
}

/** Behind a note in a chord. */
export function stepChordNote(state: AbcState, sign: string, words: Words): boolean {
  if (sign === "," || sign === "'") return stepOctave(state, sign);
  const next = words.lengths.trie.next[state.node]?.get(sign);
  if (next !== undefined) {
    state.node = next;
    state.isOpen = false;
    // A chord that is tied to has its length behind it.
    return state.tie === "";
  }
  const parts = words.lengths.partsAt[state.node] as number;
  if (parts === 0 || (state.chordParts !== 0 && parts !== state.chordParts)) return false;
  state.chordParts = parts;
  return sign === "]"
    ? endChord(state, words)
    : (isLetter(sign) || "^_=".includes(sign)) && stepIn(state, sign);
}

function endChord(state: AbcState, words: Words): boolean {
  state.pitch += "]";
  if (!fitsTie(state, state.pitch)) return false;
  state.isSounding = true;
  state.isOpen = false;
  if (state.chordParts !== words.lengths.parts) return takeTime(state, state.chordParts);
  // Without lengths inside one may stand behind.
  state.lex = "note";
  state.node = 0;
  return true;
}
