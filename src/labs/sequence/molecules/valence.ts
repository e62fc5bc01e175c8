import { valencesOf } from "./elements.js";
import type { SmilesAtom } from "./smilesAtom.js";

/** What an atom is bound by, apart from the hydrogens that its token names. */
export interface AtomBonds {
  /** How many bonds are aromatic: both atoms in small letters and no other bond written between them. */
  readonly aromatic: number;
  /** How many others there are. */
  readonly others: number;
  /** Their orders together. */
  readonly orders: number;
}

/** What its bonds make of an atom. */
export interface AtomState {
  /** Bonds and named hydrogens together, aromatic bonds as the element can take them. */
  readonly valence: number;
  /** Hydrogens that are not written. */
  readonly implied: number;
  /** The most that is allowed, if it is exceeded. */
  readonly exceeds: number | undefined;
}

/** Elements before carbon's column: a positive charge takes from what they can bind. */
const early: ReadonlySet<number> = new Set([5, 13]);

/** Those that may have more bonds than the element they are charged to resemble: P, S, As, Se. */
const hypervalent: Readonly<Record<number, number>> = { 15: 16, 16: 16, 33: 34, 34: 34 };

/**
 * The numbers of bonds that an atom may have with its charge, in rising order; `undefined` for any. An atom with a charge binds as its
 * neighbour in the periodic table with as many electrons: N+ as C.
 */
export function allowedValences({ element, charge }: SmilesAtom): readonly number[] | undefined {
  const own = valencesOf(element);
  if (own === undefined || charge === 0) return own;
  // RDKit takes hydrogen with a negative charge and two bonds, as in boranes.
  if (element === 1 && charge === -1) return [0, 2];
  const beyond = hypervalent[element];
  if (beyond !== undefined && element - charge > beyond) {
    return [Math.max(...own) + charge];
  }
  return valencesOf(element - charge);
}

/**
 * An atom's valence and its implied hydrogens. An aromatic bond counts 1.5; an aromatic atom that has more than its least valence
 * counts as the next lower valence allowed if it is not more than 1.5 above it, because its double bond may lie elsewhere.
 */
export function stateOf(atom: SmilesAtom, bonds: AtomBonds): AtomState {
  const sum = 1.5 * bonds.aromatic + bonds.orders + (atom.hydrogens ?? 0);
  const allowed = allowedValences(atom);
  if (allowed === undefined) return { valence: Math.ceil(sum), implied: 0, exceeds: undefined };
  const least = allowed[0] as number;
  const most = allowed.at(-1) as number;
  const isAromatic = atom.isAromatic || bonds.aromatic > 0;
  const below = isAromatic && sum > least ? (allowed.findLast((one) => one <= sum) as number) : sum;
  const valence = Math.ceil(sum - below <= 1.5 ? below : sum);
  const isOdd = isAromatic && valence > least && !allowed.includes(valence);
  if (valence > most || (isOdd && atom.hydrogens === undefined)) {
    return { valence, implied: 0, exceeds: most };
  }
  const next = allowed.find((one) => one >= valence) as number;
  const implied = atom.hydrogens !== undefined || (isAromatic && valence > least) ? 0 : next - valence;
  return { valence, implied, exceeds: undefined };
}

/**
 * Whether an aromatic atom must have one of the double bonds of its aromatic system: `c` and `n` with two neighbours must, `[nH]`,
 * `o`, `s`, `n` with three and `c(=O)` must not.
 */
export function needsDoubleBond(atom: SmilesAtom, bonds: AtomBonds): boolean {
  const list = valencesOf(atom.element);
  if (list === undefined) return false;
  const { valence, implied } = stateOf(atom, bonds);
  const hydrogens = (atom.hydrogens ?? 0) + implied;
  const isTurned = early.has(atom.element) || (atom.element === 6 && atom.charge > 0);
  const charge = isTurned ? -atom.charge : atom.charge;
  const own = list.map((one) => one + charge);
  const total = valence + implied;
  const wanted = own.find((one) => one >= total) ?? (own.at(-1) as number);
  const degree = bonds.aromatic + bonds.others + hydrogens;
  if (degree >= wanted) return false;
  const singles = bonds.aromatic + bonds.orders + hydrogens;
  return wanted === singles + 1 || (atom.hydrogens !== undefined && wanted === singles + 2);
}
