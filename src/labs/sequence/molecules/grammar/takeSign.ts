import type { AtomKind } from "./atomKind.js";
import { OpenAtom } from "./openAtom.js";
import { mostOpenAtoms, withBond } from "./pairings.js";
import {
  beginning,
  branchDepth,
  mayEnd,
  mustGoOn,
  type OpenRing,
  openAtomAt,
  type SmilesSign,
  type SmilesState,
  settle,
} from "./smilesState.js";
import { isViable } from "./viable.js";

const orders: Readonly<Record<string, number>> = { "=": 2, "#": 3 };
const orderOf = (bond: string | undefined): number => orders[bond ?? ""] ?? 1;
const isDirection = (bond: string | undefined): boolean => bond === "/" || bond === "\\";

/** What the grammar goes on with where a model does not: carbon, in chains and in aromatic rings. */
export interface Carbon {
  readonly chain: AtomKind;
  /** Absent where the vocabulary has none: no aromatic atoms are allowed then. */
  readonly aromatic: AtomKind | undefined;
  /** Ring numbers of the vocabulary, in rising order. */
  readonly numbers: readonly number[];
}

/** The state behind a token, `undefined` if it may not come: if it is wrong, or if the item could not be ended any more. */
export function takeSign(state: SmilesState, sign: SmilesSign, carbon: Carbon): SmilesState | undefined {
  switch (sign.is) {
    case "atom":
      return viable(takeAtom(state, sign.kind), carbon);
    case "ring":
      return viable(takeRing(state, sign.number), carbon);
    case "bond":
      return followed(takeBond(state, sign.bond), carbon);
    case "open":
      return followed(openBranch(state), carbon);
    case "close":
      return viable(closeBranch(state), carbon);
    case "dot":
      return mayEnd(state) ? { ...beginning, count: state.count } : undefined;
  }
}

const viable = (state: SmilesState | undefined, carbon: Carbon): SmilesState | undefined =>
  state !== undefined && isViable(state, carbon) ? state : undefined;

/** A state in which an atom must come is good if carbon can; behind a bond an open ring may be closed instead. */
function followed(state: SmilesState | undefined, carbon: Carbon): SmilesState | undefined {
  if (state === undefined) return undefined;
  const canGoOn = [carbon.chain, carbon.aromatic].some((kind) => {
    return kind !== undefined && viable(takeAtom(state, kind), carbon) !== undefined;
  });
  const canClose = (): boolean => {
    return state.rings.some(({ number }) => viable(takeRing(state, number), carbon) !== undefined);
  };
  return canGoOn || (state.bond !== undefined && canClose()) ? state : undefined;
}

function takeBond(state: SmilesState, bond: string): SmilesState | undefined {
  if (state.behind === "nothing" || state.bond !== undefined) return undefined;
  return { ...state, bond };
}

function openBranch(state: SmilesState): SmilesState | undefined {
  const last = state.atoms.at(-1);
  if (last === undefined || state.behind === "open" || state.bond !== undefined) return undefined;
  // One bond for the branch, and one with which to go on behind it.
  if (state.atoms.length >= mostOpenAtoms || !last.hasRoom(2)) return undefined;
  return {
    ...state,
    behind: "open",
    atoms: state.atoms.with(-1, last.branched(true)),
    branches: [...state.branches, last.depth],
  };
}

function closeBranch(state: SmilesState): SmilesState | undefined {
  if (state.branches.length === 0 || state.behind === "open" || state.bond !== undefined) return undefined;
  if (mustGoOn(state)) return undefined;
  const { atoms, pairings } = settle(state.atoms, state.pairings, state.atoms.length - 1);
  if (pairings.length === 0) return undefined;
  return {
    ...state,
    behind: "close",
    atoms: atoms.with(-1, (atoms.at(-1) as OpenAtom).branched(false)),
    pairings,
    branches: state.branches.slice(0, -1),
  };
}

function takeAtom(state: SmilesState, kind: AtomKind): SmilesState | undefined {
  const last = state.atoms.at(-1);
  const count = state.count + 1;
  if (last === undefined) {
    const atom = new OpenAtom(kind, state.count, -1, 0);
    return { ...beginning, behind: "atom", atoms: [atom], duties: kind.isAromatic ? [0] : [], count };
  }
  const isBoth = kind.isAromatic && last.kind.isAromatic;
  const isAromatic = isBoth && state.bond === undefined;
  const order = orderOf(state.bond);
  // One bond stays with which to go on behind a branch.
  const room = state.behind === "open" ? 1 : 0;
  const hasPlace = isAromatic && room === 0 ? last.hasAromaticRoom : last.hasRoom(1 + room, order + room);
  if (!hasPlace || (isBoth && isDirection(state.bond))) return undefined;
  // An aromatic bond must come to lie in a ring.
  if (isAromatic && state.rings.length === 0) return undefined;
  const fits = isAromatic ? kind.fits(1, 0, 0) : kind.fits(0, 1, order);
  if (!fits || state.atoms.length >= mostOpenAtoms) return undefined;
  const atom = new OpenAtom(kind, state.count, last.id, last.depth + 1).bonded(order, isAromatic);
  const place = state.atoms.length - 1;
  const pairings = isAromatic ? withBond(state.pairings, place, place + 1) : state.pairings;
  const all = state.atoms.with(-1, last.bonded(order, isAromatic)).concat(atom);
  const settled = settle(all, pairings, place);
  return {
    behind: "atom",
    bond: undefined,
    atoms: settled.atoms,
    pairings: settled.pairings,
    rings: state.rings,
    branches: state.branches,
    duties: kind.isAromatic
      ? state.duties.concat(isAromatic ? 2 * atom.depth - 1 : 2 * atom.depth)
      : state.duties,
    count,
  };
}

function takeRing(state: SmilesState, number: number): SmilesState | undefined {
  const last = state.atoms.at(-1);
  if (state.behind !== "atom" || last === undefined) return undefined;
  const ring = state.rings.find((one) => one.number === number);
  return ring === undefined ? openRing(state, last, number) : closeRing(state, last, ring);
}

function openRing(state: SmilesState, last: OpenAtom, number: number): SmilesState | undefined {
  const { bond } = state;
  const order = orderOf(bond);
  if (order > 2 || isDirection(bond)) return undefined;
  // One bond for the ring, and one with which to go on.
  if (!last.hasRoom(2, order + 1)) return undefined;
  return {
    ...state,
    bond: undefined,
    atoms: state.atoms.with(-1, last.ringed(1, bond === undefined ? 0 : order)),
    rings: [...state.rings, { number, atom: last.id, depth: last.depth, bond }],
  };
}

function closeRing(state: SmilesState, last: OpenAtom, ring: OpenRing): SmilesState | undefined {
  const bond = ring.bond ?? state.bond;
  const order = orderOf(bond);
  const isBonded = ring.atom === last.id || ring.atom === last.parent || last.partners.includes(ring.atom);
  if (isBonded || isDirection(bond) || (state.bond !== undefined && state.bond !== bond)) return undefined;
  const place = state.atoms.findIndex(({ id }) => id === ring.atom);
  const other = openAtomAt(state, place);
  const isBoth = last.kind.isAromatic && other.kind.isAromatic;
  // A double bond written between aromatic atoms of a ring is read in several ways.
  if (order > 2 || (isBoth && order > 1)) return undefined;
  const isAromatic = isBoth && bond === undefined;
  const end = last.bonded(order, isAromatic).joined(other.id);
  const start = other.ringed(-1, ring.bond === undefined ? 0 : order).bonded(order, isAromatic);
  // One bond stays with which to go on behind a branch.
  if (!end.hasRoom(0) || !start.hasRoom(start.isBranch ? 1 : 0)) return undefined;
  const pairings = isAromatic ? withBond(state.pairings, place, state.atoms.length - 1) : state.pairings;
  return {
    ...state,
    bond: undefined,
    ...settle(state.atoms.with(-1, end).with(place, start), pairings, place),
    rings: state.rings.filter((one) => one !== ring),
    duties: state.duties.filter((duty) => duty < 2 * ring.depth),
  };
}

/** Ring numbers that must be closed before the branch, or the item, may end: those opened in it, and one more if a duty asks for it. */
export function ringsToClose(state: SmilesState): readonly OpenRing[] {
  const depth = branchDepth(state);
  const own = state.rings.filter((ring) => ring.depth > depth);
  const duty = state.duties.find((one) => one > 2 * depth);
  if (duty === undefined || own.some((ring) => 2 * ring.depth <= duty)) return own;
  const outer = state.rings.filter((ring) => 2 * ring.depth <= duty);
  const nearest = outer.reduce<OpenRing | undefined>(
    (best, ring) => (best === undefined || ring.depth > best.depth ? ring : best),
    undefined,
  );
  return nearest === undefined ? own : [...own, nearest];
}
