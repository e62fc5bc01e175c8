import type { AbcState } from "./abcState.js";
import {
  accidentalCost,
  chordCost,
  freeCost,
  fullBarCost,
  lineStartCost,
  noteCost,
  tupletStartCost,
} from "./bodyCost.js";
import { fieldCost } from "./fields.js";
import { longestRemark } from "./markSteps.js";
import type { Words } from "./words.js";

/** Whether the tune is whole as it stands. */
export function isWhole(state: AbcState): boolean {
  return (
    state.lex === "bar" &&
    state.sign !== "u" &&
    (state.repeat === "closed" || state.repeat === "second") &&
    state.hasFullBar &&
    state.hasNote &&
    state.tie === ""
  );
}

/** Fewest characters that make a whole tune of what has been read; more than any tune has where none do. */
export function costToEnd(state: AbcState, words: Words): number {
  switch (state.lex) {
    case "field":
    case "fieldColon":
    case "fieldText":
    case "fieldWord":
      return fieldCost(state, words);
    case "note":
      return noteCost(state, words);
    case "accidental":
      return accidentalCost(state, words);
    case "chord":
      return state.repeat === "due" ? freeCost(state, words) - 1 : chordCost(state, words);
    case "chordNote":
    case "chordAccidental":
      return chordCost(state, words);
    default:
      return isWhole(state) ? 0 : signCost(state, words);
  }
}

function signCost(state: AbcState, words: Words): number {
  switch (state.lex) {
    case "quote":
      return (words.chords.toEnd[state.node] as number) + 1 + freeCost(state, words);
    case "remark":
      return (state.room === longestRemark ? 2 : 1) + freeCost(state, words);
    case "decoration":
      return (words.decorations.toEnd[state.node] as number) + 1 + freeCost(state, words);
    case "grace":
      return (state.chordNotes === 0 ? 2 : 1) + freeCost(state, words);
    case "graceAccidental":
      return 2 + freeCost(state, words);
    case "parenthesis":
      return state.slur === 0 ? freeCost(state, words) + 1 : tupletStartCost(state, words);
    case "backslash":
      return 1 + lineStartCost(state) + freeCost(state, words);
    case "tripleBar":
      return 1 + freeCost(state, words);
    case "colon":
      // The bar line that ends the repeat comes next, and the second ending behind the first.
      return state.repeat === "first" ? 3 + fullBarCost(state) : 1;
    case "shortEnd":
      return 1;
    default:
      return freeCost(state, words);
  }
}
