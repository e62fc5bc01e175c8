import type { OpenAtom } from "./openAtom.js";
import { isPaired } from "./pairings.js";
import { mustGoOn, outermostRing, type SmilesState } from "./smilesState.js";
import type { Carbon } from "./takeSign.js";

/**
 * Whether the item can be ended from here with carbon atoms alone. Asked behind atoms, ring numbers and branches; where an atom must
 * come, of the state behind it.
 */
export function isViable(state: SmilesState, carbon: Carbon): boolean {
  const last = state.atoms.at(-1);
  if (last === undefined) return true;
  if (carbon.aromatic === undefined && last.kind.isAromatic) return false;
  const goesOn = mustGoOn(state);
  if (goesOn && !last.hasRoom(1)) return false;
  if (!hasRingForDuties(state, last, carbon)) return false;
  return usableWay(state, goesOn) !== undefined;
}

/** Whether an open ring can take in all that must lie in one, or the last atom can still open one that does. */
function hasRingForDuties(state: SmilesState, last: OpenAtom, carbon: Carbon): boolean {
  const first = state.duties[0];
  if (first === undefined || 2 * outermostRing(state) <= first) return true;
  return opensForDuty(state, last, carbon) !== undefined;
}

/** The ring number with which the last atom must open the ring that it needs itself. */
export function opensForDuty(state: SmilesState, last: OpenAtom, carbon: Carbon): number | undefined {
  const [first, second] = state.duties;
  const isAlone = first === 2 * last.depth && second === undefined;
  if (!isAlone || 2 * outermostRing(state) <= first) return undefined;
  if (state.behind !== "atom" || !last.hasRoom(2)) return undefined;
  return carbon.numbers.find((number) => state.rings.every((ring) => ring.number !== number));
}

/** A way of pairing that can be ended, if there is one. */
export function usableWay(state: SmilesState, goesOn = mustGoOn(state)): number | undefined {
  return state.pairings.find((way) => {
    return state.atoms.every((atom, place) => {
      if (!atom.kind.isAromatic) return true;
      const has = isPaired(way, place);
      if (place === state.atoms.length - 1) return canGoOn(atom, has, goesOn, state.rings.length > 0);
      // What hangs on an atom with a branch comes later; rings may be closed until then, so none is counted on.
      return atom.isBranch ? canGoOn(atom, has, isBehindRing(state, atom), false) : atom.canEnd(has);
    });
  });
}

const isBehindRing = (state: SmilesState, atom: OpenAtom): boolean =>
  state.rings.some((ring) => ring.depth <= atom.depth);

/** Whether an aromatic atom can end well as it is, or by one more bond: to `C`, to `c` if a ring is open, or double to `C`. */
function canGoOn(atom: OpenAtom, has: boolean, goesOn: boolean, isInRing: boolean): boolean {
  if (!goesOn && atom.canEnd(has)) return true;
  if (atom.canEnd(has, 1) && atom.hasRoom(1)) return true;
  if (isInRing && atom.hasAromaticRoom) {
    if (atom.canEnd(has, 1, true) || (!has && atom.canEnd(true, 1, true))) return true;
  }
  return atom.hasRoom(1, 2) && atom.canEnd(has, 2);
}
