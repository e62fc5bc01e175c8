import { type Fraction, fraction, times } from "../fraction.js";
import { defaultUnit, type Metre } from "../metre.js";
import { AbcState } from "./abcState.js";
import { freeCost } from "./bodyCost.js";
import { distances, type Trie, unreachable } from "./trie.js";
import type { Words } from "./words.js";

/** Fields of the header whose value is any text. */
const textFields = "RTCOSNZ";
/** Most characters of such a text. */
const longestText = 40;

const trieOf = (letter: string, words: Words): Trie | undefined => {
  if (letter === "M") return words.metres;
  if (letter === "L") return words.units;
  if (letter === "K") return words.keys;
  return letter === "Q" ? words.tempos : undefined;
};

/** At the start of a line of the header, or of the music where a field may stand. @returns whether the letter begins one */
export function beginField(state: AbcState, letter: string, words: Words): boolean {
  if (state.seen.includes(letter)) return false;
  const trie = trieOf(letter, words);
  const isKnown =
    trie === undefined ? textFields.includes(letter) && state.isHeader : trie.toEnd[0] !== unreachable;
  if (!isKnown || (!state.isHeader && letter === "Q")) return false;
  // Without a metre nothing says what fills a bar.
  if (state.isHeader && letter === "K" && !state.seen.includes("M")) return false;
  state.seen += letter;
  state.letter = letter;
  state.lex = "fieldColon";
  return true;
}

/** Within a field. @returns whether the character may come next */
export function stepField(state: AbcState, sign: string, words: Words): boolean {
  if (state.lex === "field") return beginField(state, sign, words);
  if (state.lex === "fieldColon") {
    state.lex = trieOf(state.letter, words) === undefined ? "fieldText" : "fieldWord";
    state.node = 0;
    state.room = longestText;
    return sign === ":";
  }
  if (state.lex === "fieldText") return stepText(state, sign);
  const trie = trieOf(state.letter, words) as Trie;
  const word = trie.word[state.node];
  if (sign === (state.isInline ? "]" : "\n") && word !== undefined) {
    finishField(state, word, words);
    return true;
  }
  const next = trie.next[state.node]?.get(sign);
  state.node = next ?? 0;
  return next !== undefined;
}

function stepText(state: AbcState, sign: string): boolean {
  const isEmpty = state.room === longestText;
  if (sign === "\n") {
    state.lex = "field";
    return !isEmpty;
  }
  state.room--;
  return state.room >= 0 && isText(sign) && !(isEmpty && sign === " ");
}

/** What may stand in a text: nothing that has a meaning to any reader of ABC notation. */
export const isText = (sign: string): boolean => /^[\p{L}\p{N} .,'()#/-]$/u.test(sign);

function finishField(state: AbcState, word: string, words: Words): void {
  const { letter } = state;
  state.lex = state.isHeader && letter !== "K" ? "field" : "free";
  if (state.isHeader && letter === "K") beginMusic(state, words);
  else if (letter === "M") changeMetre(state, words.metre(word), words);
  else if (letter === "L") changeUnit(state, words.unit(word), words);
}

function beginMusic(state: AbcState, words: Words): void {
  state.isHeader = false;
  state.seen = "";
  state.unit ??= defaultUnit(state.metre as Metre);
  state.table = words.table(state.metre as Metre, state.unit);
  state.target = state.table.size;
}

/** A new metre begins anew with an upbeat, where more than a bar line stands before it. */
function changeMetre(state: AbcState, metre: Metre, words: Words): void {
  state.metre = metre;
  if (state.isHeader) return;
  state.table = words.table(metre, state.unit as Fraction);
  const { size } = state.table;
  state.target = size;
  const isSection = state.repeat === "closed" || state.repeat === "open";
  if (state.isAfterEdge && isSection) state.mayBeUpbeat = true;
  if (state.isAfterEdge || state.upbeat >= size) state.upbeat = state.sectionUpbeat = 0;
}

function changeUnit(state: AbcState, unit: Fraction, words: Words): void {
  const before = state.unit;
  state.unit = unit;
  if (state.isHeader || before === undefined) return;
  state.table = words.table(state.metre as Metre, unit);
  const ratio = times(before, fraction(unit.denominator, unit.numerator));
  const parts = times(ratio, fraction(state.upbeat));
  const isUpbeatNext = state.upbeat > 0 && state.target === state.upbeat;
  const isInSection = state.sectionUpbeat > 0;
  state.upbeat = parts.denominator === 1 ? parts.numerator : 0;
  state.sectionUpbeat = isInSection ? state.upbeat : 0;
  state.target = isUpbeatNext && state.upbeat > 0 ? state.upbeat : state.table.size;
}

/** Fewest characters to the tune's end, within a field. */
export function fieldCost(state: AbcState, words: Words): number {
  return state.isHeader ? headerCost(state, words) : bodyFieldCost(state, words);
}

function headerCost(state: AbcState, words: Words): number {
  const { metres, keys, longestBar } = words;
  const lines =
    (state.seen.includes("M") ? 0 : 3 + (metres.toEnd[0] as number)) +
    (state.seen.includes("K") ? 0 : 3 + (keys.toEnd[0] as number)) +
    longestBar;
  if (state.lex === "field") return lines;
  const trie = trieOf(state.letter, words);
  if (state.lex === "fieldColon") return 2 + (trie?.toEnd[0] ?? 1) + lines;
  if (trie === undefined) return (state.room === longestText ? 2 : 1) + lines;
  return (trie.toEnd[state.node] as number) + 1 + lines;
}

function bodyFieldCost(state: AbcState, words: Words): number {
  const trie = trieOf(state.letter, words) as Trie;
  const isColon = state.lex === "fieldColon";
  const node = isColon ? 0 : state.node;
  // What must be written then depends on the metre and the unit that the word names.
  const changed = new AbcState();
  const least = distances(trie.next, (at) => {
    const word = trie.word[at];
    if (word === undefined) return unreachable;
    finishField(changed.copy(state), word, words);
    if (!state.isInline) changed.column = 0;
    return freeCost(changed, words);
  });
  return (isColon ? 1 : 0) + 1 + (least[node] as number);
}
