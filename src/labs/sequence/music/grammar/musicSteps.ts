import type { AbcState } from "./abcState.js";
import { isAtRest, stepColon, stepPipe, stepSign } from "./barSigns.js";
import { beginBracket, stepBracket, stepChordAccidental, stepChordNote } from "./chordSteps.js";
import { beginField } from "./fields.js";
import {
  beginDecoration,
  beginGrace,
  beginParenthesis,
  beginQuote,
  stepDecoration,
  stepGrace,
  stepMark,
  stepParenthesis,
  stepQuote,
  stepRemark,
  stepSlurEnd,
} from "./markSteps.js";
import {
  beginAccidental,
  beginBroken,
  beginNote,
  beginRest,
  endNote,
  hasRoom,
  stepNoteAccidental,
  stepNoteTail,
  stepTie,
} from "./noteSteps.js";
import type { Words } from "./words.js";

type Beginning = (state: AbcState, sign: string, isTouching: boolean) => boolean;

const beginnings: ReadonlyMap<string, Beginning> = new Map<string, Beginning>([
  ...[..."ABCDEFGabcdefg"].map((sign): [string, Beginning] => [sign, beginNote]),
  ...[..."^_="].map((sign): [string, Beginning] => [sign, beginAccidental]),
  ...[..."zx"].map((sign): [string, Beginning] => [sign, beginRest]),
  ...[..."~.uvTHLMOPS"].map((sign): [string, Beginning] => [sign, stepMark]),
  ...[..."<>"].map((sign): [string, Beginning] => [sign, beginBroken]),
  ['"', beginQuote],
  ["!", beginDecoration],
  ["{", beginGrace],
  ["(", beginParenthesis],
  [")", (state, _, isTouching) => stepSlurEnd(state, isTouching)],
  ["[", beginBracket],
  ["|", stepPipe],
  [":", stepColon],
  ["-", (state, _, isTouching) => stepTie(state, isTouching)],
  [" ", (state) => !state.isAfterSpace && !state.isAfterLine],
  ["\\", beginContinuation],
]);

/** What may stand directly behind a decoration of one sign. */
const behindMark = "ABCDEFGabcdefg^_=zx~.uvTHLMOPS[";

/** What the second ending, which must come, may have before its bracket. */
const beforeEnding = " \n\\[";

/** Between things. @returns whether the character may come next */
function stepFree(state: AbcState, sign: string, words: Words): boolean {
  const { touches: isTouching, isMarked } = state;
  state.touches = false;
  state.isMarked = false;
  if (isMarked && !behindMark.includes(sign)) return false;
  // A slur ends in its bar.
  if (state.slur > 0 && sign !== ")" && !hasRoom(state)) return false;
  state.lex = "free";
  if (state.repeat === "due" && !beforeEnding.includes(sign)) return false;
  if (state.isAfterLine && "KLM".includes(sign)) return beginBodyField(state, sign, words);
  return beginnings.get(sign)?.(state, sign, isTouching) === true;
}

function beginBodyField(state: AbcState, letter: string, words: Words): boolean {
  if (state.used > 0 || !isAtRest(state) || state.tie !== "" || state.repeat === "due") return false;
  state.isInline = false;
  return beginField(state, letter, words);
}

function beginContinuation(state: AbcState): boolean {
  if (state.isAfterLine || !isAtRest(state)) return false;
  state.lex = "backslash";
  return true;
}

/** Behind a bar line. A line may end there; what else comes may go on with it. */
function stepAfterBar(state: AbcState, sign: string, words: Words): boolean {
  if (sign === "\n") {
    state.lex = "free";
    return true;
  }
  return stepSign(state, sign) ?? stepFree(state, sign, words);
}

/** Within music. @returns whether the character may come next */
export function stepMusic(state: AbcState, sign: string, words: Words): boolean {
  switch (state.lex) {
    case "note":
      return stepNoteTail(state, sign, words) ?? (endNote(state, words) && stepFree(state, sign, words));
    case "accidental":
      return stepNoteAccidental(state, sign);
    case "lineBar":
      return stepSign(state, sign) ?? stepFree(state, sign, words);
    case "bar":
      return stepAfterBar(state, sign, words);
    case "colon":
    case "tripleBar":
    case "shortEnd":
      return stepSign(state, sign) === true;
    case "chord":
      return stepBracket(state, sign, words);
    case "chordNote":
      return stepChordNote(state, sign, words);
    case "chordAccidental":
      return stepChordAccidental(state, sign);
    case "quote":
      return stepQuote(state, sign, words);
    case "remark":
      return stepRemark(state, sign);
    case "decoration":
      return stepDecoration(state, sign, words);
    case "grace":
    case "graceAccidental":
      return stepGrace(state, sign);
    case "parenthesis":
      return stepParenthesis(state, sign) ?? stepFree(state, sign, words);
    case "broken":
      return stepBroken(state, sign, words);
    case "backslash":
      state.lex = "free";
      return sign === "\n";
    default:
      return stepFree(state, sign, words);
  }
}

function stepBroken(state: AbcState, sign: string, words: Words): boolean {
  if (sign !== state.brokenSign) return stepFree(state, sign, words);
  state.room--;
  return state.room >= 0;
}
