import type { AtomKind } from "./atomKind.js";
import type { OpenAtom } from "./openAtom.js";
import { type Pairings, without } from "./pairings.js";

/** A ring that is open. */
export interface OpenRing {
  readonly number: number;
  /** The atom at which it was opened, and how deep that lies. */
  readonly atom: number;
  readonly depth: number;
  /** The bond that was written before its number. */
  readonly bond: string | undefined;
}

/** What a token stands for. */
export type SmilesSign =
  | { readonly is: "atom"; readonly kind: AtomKind }
  | { readonly is: "bond"; readonly bond: string }
  | { readonly is: "ring"; readonly number: number }
  | { readonly is: "open" | "close" | "dot" };

/** How far an item has been read. Nothing in it is changed: each token gives a new one. */
export interface SmilesState {
  /** Behind what it stands: nothing, an atom with its ring numbers, an opening or a closing bracket of a branch. */
  readonly behind: "nothing" | "atom" | "open" | "close";
  /** A bond that waits for its atom. */
  readonly bond: string | undefined;
  /** From the beginning of the item to its last atom, which is the last of them. */
  readonly atoms: readonly OpenAtom[];
  readonly pairings: Pairings;
  readonly rings: readonly OpenRing[];
  /** How deep the atoms lie that open branches hang on. */
  readonly branches: readonly number[];
  /**
   * What must come to lie in a ring, by its depth, in rising order: twice the depth for an aromatic atom, one less for an aromatic bond
   * to the atom of that depth. A ring that closes on an atom with depth d has all from 2d in it.
   */
  readonly duties: readonly number[];
  /** How many atoms there have been. */
  readonly count: number;
}

export const beginning: SmilesState = {
  behind: "nothing",
  bond: undefined,
  atoms: [],
  pairings: [0],
  rings: [],
  branches: [],
  duties: [],
  count: 0,
};

/** The atom at a place of the open ones. */
export const openAtomAt = ({ atoms }: SmilesState, place: number): OpenAtom => atoms[place] as OpenAtom;

/** Where the branch that is being written begins; -1 outside any. */
export const branchDepth = ({ branches }: SmilesState): number => branches.at(-1) ?? -1;

/** Whether rings must be closed before the branch, or the item, may end. */
export function mustGoOn(state: SmilesState): boolean {
  const depth = branchDepth(state);
  const last = state.duties.at(-1);
  return (last !== undefined && last > 2 * depth) || state.rings.some((ring) => ring.depth > depth);
}

/** The depth of the outermost open ring; infinite without one. */
export function outermostRing({ rings }: SmilesState): number {
  let depth = Number.POSITIVE_INFINITY;
  for (const ring of rings) depth = Math.min(depth, ring.depth);
  return depth;
}

/** Takes an atom from the open ones if it can get no more bonds; the ways in which it does not end well go too. */
export function settle(
  atoms: readonly OpenAtom[],
  pairings: Pairings,
  place: number,
): Pick<SmilesState, "atoms" | "pairings"> {
  const atom = atoms[place] as OpenAtom;
  if (atom.isBranch || atom.hasOpenRing) return { atoms, pairings };
  const needs = atom.kind.needs(atom.aromatic, atom.others, atom.orders);
  return { atoms: atoms.toSpliced(place, 1), pairings: without(pairings, place, needs) };
}

/** Whether the item may end here. */
export function mayEnd(state: SmilesState): boolean {
  if (state.behind === "nothing" || state.behind === "open" || state.bond !== undefined) return false;
  if (state.branches.length > 0 || state.rings.length > 0 || state.duties.length > 0) return false;
  return settle(state.atoms, state.pairings, state.atoms.length - 1).pairings.length > 0;
}
