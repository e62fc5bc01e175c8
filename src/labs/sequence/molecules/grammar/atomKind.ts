import type { SmilesAtom } from "../smilesAtom.js";
import { allowedValences, needsDoubleBond } from "../valence.js";

/** Most bonds and named hydrogens of an aromatic atom: two in its ring and one more. */
const mostAround = 3;
/** Most bonds of an element that may have any number. */
const mostOfAny = 8;

const halogens: ReadonlySet<number> = new Set([9, 17, 35, 53]);

/**
 * What a token's atom can be bound by. It is asked over and over, so answers are kept; bonds are counted as in {@link AtomBonds}:
 * aromatic ones, others, and the orders of the others together.
 */
export class AtomKind {
  readonly isAromatic: boolean;
  readonly #atom: SmilesAtom;
  readonly #hydrogens: number;
  readonly #most: number;
  readonly #needs = new Map<number, boolean>();

  constructor(atom: SmilesAtom) {
    this.#atom = atom;
    this.#hydrogens = atom.hydrogens ?? 0;
    this.isAromatic = atom.isAromatic;
    const allowed = allowedValences(atom) ?? [mostOfAny];
    // Aromatic atoms and halogens keep to their least valence: c 4, n 3, o and s 2, I 1.
    this.#most = (atom.isAromatic || halogens.has(atom.element) ? allowed[0] : allowed.at(-1)) as number;
  }

  /** Whether these bonds are not too many. */
  fits(aromatic: number, others: number, orders: number): boolean {
    const sum = aromatic + orders + this.#hydrogens;
    if (!this.isAromatic) return sum <= this.#most;
    if (sum > this.#most || aromatic + others + this.#hydrogens > mostAround) return false;
    return sum < this.#most || !this.needs(aromatic, others, orders);
  }

  /** Whether it must have one of the double bonds of its aromatic system, if these are all its bonds. */
  needs(aromatic: number, others: number, orders: number): boolean {
    if (!this.isAromatic) return false;
    const key = (aromatic * 16 + others) * 64 + orders;
    const known = this.#needs.get(key);
    if (known !== undefined) return known;
    const needs = needsDoubleBond(this.#atom, { aromatic, others, orders });
    this.#needs.set(key, needs);
    return needs;
  }
}
