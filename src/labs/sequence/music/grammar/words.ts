import { ImagoError } from "../../../../engine/errors.js";
import { type Fraction, fraction } from "../fraction.js";
import { defaultUnit, type Metre, parseUnit } from "../metre.js";
import { chordWords, decorationWords, keyWords, metreWords, tempoWords, unitWords } from "./abcWords.js";
import { type BarTable, barTable } from "./barTable.js";
import { type NoteLengths, noteLengths } from "./noteLengths.js";
import { buildTrie, type Trie, unreachable } from "./trie.js";

/** All that a grammar's readings have in common. */
export interface Words {
  readonly metres: Trie;
  readonly units: Trie;
  readonly keys: Trie;
  readonly tempos: Trie;
  readonly chords: Trie;
  readonly decorations: Trie;
  readonly lengths: NoteLengths;
  /** Numbers of notes that tuplets can be written of. */
  readonly tuplets: readonly number[];
  readonly metre: (word: string) => Metre;
  readonly unit: (word: string) => Fraction;
  /** The table for bars of a metre in a unit length. */
  readonly table: (metre: Metre, unit: Fraction) => BarTable;
  /** Most characters that any bar needs, its bar line included. */
  readonly longestBar: number;
}

/**
 * @param canWrite whether a text's characters are all there
 * @throws ImagoError where they are not enough for a tune
 */
export function wordsOf(canWrite: (text: string) => boolean): Words {
  checkEnough(canWrite);
  const lengths = noteLengths(canWrite);
  const tables = new Map<number, BarTable>();
  const table = (metre: Metre, unit: Fraction): BarTable => {
    const size = sizeOf(metre, unit, lengths.parts);
    const known = tables.get(size);
    if (known !== undefined) return known;
    const made = barTable(size, lengths);
    tables.set(size, made);
    return made;
  };
  const canFill = (metre: Metre, unit: Fraction): boolean => {
    const size = sizeOf(metre, unit, lengths.parts);
    return Number.isInteger(size) && (table(metre, unit).fill[size] as number) < unreachable;
  };
  const all = metreWords();
  const metres = [...all].filter(
    ([word, metre]) => canWrite(word) && canFill(metre, eighth) && canFill(metre, defaultUnit(metre)),
  );
  const fits = (unit: Fraction): boolean => metres.every(([, metre]) => canFill(metre, unit));
  const units = unitWords.filter((word) => canWrite(word) && fits(parseUnit(word) as Fraction));
  if (metres.length === 0) throw missing("digits of any metre, as 4/4");
  const usedUnits = [eighth, sixteenth, ...units.map((word) => parseUnit(word) as Fraction)];
  const bars = metres.flatMap(([, metre]) => usedUnits.map((unit) => table(metre, unit)));
  return {
    metres: buildTrie(metres.map(([word]) => word)),
    units: buildTrie(units),
    keys: buildTrie(keyWords().filter(canWrite)),
    tempos: buildTrie(tempoWords().filter(canWrite)),
    chords: buildTrie(chordWords().filter(canWrite)),
    decorations: buildTrie(decorationWords.filter(canWrite)),
    lengths,
    tuplets: [2, 3, 4, 5, 6, 7, 8, 9].filter((notes) => canWrite(String(notes))),
    metre: (word) => all.get(word) as Metre,
    unit: (word) => parseUnit(word) as Fraction,
    table,
    longestBar: 1 + Math.max(...bars.map(({ fill, size }) => fill[size] as number)),
  };
}

const eighth = fraction(1, 8);
const sixteenth = fraction(1, 16);

/** A bar in parts of the unit; no whole number where the parts are too long. */
function sizeOf({ length }: Metre, unit: Fraction, parts: number): number {
  const { numerator, denominator } = length as Fraction;
  return (numerator * unit.denominator * parts) / (denominator * unit.numerator);
}

/** What a tune cannot do without. */
function checkEnough(canWrite: (text: string) => boolean): void {
  const needs: readonly (readonly [string, readonly string[]])[] = [
    ["the letters M and K with a colon", ["M:K:"]],
    ["the line end", ["\n"]],
    ["the bar line |", ["|"]],
    ["any note A to G", [..."ABCDEFGabcdefg"]],
    ["any key", keyWords()],
  ];
  const lacking = needs.find(([, texts]) => !texts.some(canWrite));
  if (lacking !== undefined) throw missing(lacking[0]);
}

const missing = (what: string): ImagoError =>
  new ImagoError(`abcGrammar: the tokens have not ${what}, without which no tune can be written.`, {
    help: "Give the vocabulary of a model that learnt tunes in ABC notation, one character a token.",
  });
