import { compare, type Fraction, fraction } from "./fraction.js";

/** A metre: what fills a bar. */
export interface Metre {
  /** As it is written: `6/8`, `C|`. */
  readonly text: string;
  /** A bar's length in whole notes; `undefined` where the metre is free (`M:none`). */
  readonly length: Fraction | undefined;
  /** Whether its beats are dotted, as in 6/8, 9/8 and 12/8: duplets and the like are then longer. */
  readonly isCompound: boolean;
}

/** No metre at all: what stands without an `M:` field. */
export const freeMetre: Metre = { text: "none", length: undefined, isCompound: false };

const shortHands: ReadonlyMap<string, Metre> = new Map([
  ["C", { text: "C", length: fraction(1), isCompound: false }],
  ["C|", { text: "C|", length: fraction(1), isCompound: false }],
  ["none", freeMetre],
  ["", freeMetre],
]);

/** Whether notes come in so many to a whole: 1, 2, 4 to 512. */
const isNoteValue = (value: number): boolean => value <= 512 && Number.isInteger(Math.log2(value));

/**
 * A metre as an `M:` field writes it: `4/4`, `C`, `C|`, `none`, or several groups as in `(2+3+2)/8`.
 *
 * @returns `undefined` for what is none, as `0/0` is
 */
export function parseMetre(written: string): Metre | undefined {
  const text = written.trim();
  const named = shortHands.get(text);
  if (named !== undefined) return named;
  const parts = /^\(?(\d{1,3}(?:\s*\+\s*\d{1,3})*)\)?\s*\/\s*(\d{1,3})$/.exec(text);
  if (parts === null) return undefined;
  const beats = (parts[1] as string).split("+").map(Number);
  const count = beats.reduce((sum, group) => sum + group, 0);
  const value = Number(parts[2]);
  if (beats.includes(0) || value === 0 || !isNoteValue(value)) return undefined;
  const isCompound = beats.length === 1 && (count === 6 || count === 9 || count === 12);
  return { text, length: fraction(count, value), isCompound };
}

/** A unit length as an `L:` field writes it: `1/8`, `1`. @returns `undefined` for what is none */
export function parseUnit(written: string): Fraction | undefined {
  const parts = /^1(?:\s*\/\s*(\d{1,3}))?$/.exec(written.trim());
  const value = Number(parts?.[1] ?? 1);
  return parts === null || value === 0 || !isNoteValue(value) ? undefined : fraction(1, value);
}

const threeQuarters = fraction(3, 4);

/**
 * The unit length where no `L:` field gives it: 1/16 in metres below 3/4, else 1/8 (ABC standard 2.1, section 3.1.7).
 */
export function defaultUnit({ length }: Metre): Fraction {
  return length !== undefined && compare(length, threeQuarters) < 0 ? fraction(1, 16) : fraction(1, 8);
}

/** How many notes' time a tuplet of p notes takes where it is not written (ABC standard 2.1, section 4.13). */
export function tupletTime(notes: number, isCompound: boolean): number {
  if (notes === 3 || notes === 6) return 2;
  if (notes === 2 || notes === 4 || notes === 8) return 3;
  return isCompound ? 3 : 2;
}
