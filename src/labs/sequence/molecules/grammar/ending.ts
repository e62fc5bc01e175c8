import { isPaired } from "./pairings.js";
import { mayEnd, openAtomAt, type SmilesSign, type SmilesState } from "./smilesState.js";
import { type Carbon, ringsToClose, takeSign } from "./takeSign.js";
import { opensForDuty, usableWay } from "./viable.js";

/** More tokens than any ending needs. */
export function endingBound({ rings, branches, atoms }: SmilesState): number {
  return 8 + 4 * rings.length + 4 * branches.length + atoms.length;
}

/**
 * How many tokens are enough to end the item with carbon: by {@link nextToEnd} from here, or from behind one more atom, which is
 * shorter where an aromatic ring lacks just that.
 *
 * @returns infinite if it cannot be ended
 */
export function tokensToEnd(state: SmilesState, carbon: Carbon): number {
  let least = tokensOnTheWay(state, carbon);
  for (const kind of [carbon.aromatic, carbon.chain]) {
    if (kind === undefined || least < 2) continue;
    const next = takeSign(state, { is: "atom", kind }, carbon);
    if (next !== undefined) least = Math.min(least, 1 + tokensOnTheWay(next, carbon));
  }
  return least;
}

function tokensOnTheWay(state: SmilesState, carbon: Carbon): number {
  const bound = endingBound(state);
  let [now, count] = [state, 0];
  while (!mayEnd(now)) {
    const next = nextToEnd(now, carbon);
    if (next === undefined || count > bound) return Number.POSITIVE_INFINITY;
    now = next;
    count++;
  }
  return count;
}

/**
 * The state one token nearer to the end: rings closed one after another by an atom each, branches closed, and aromatic atoms that lack a
 * double bond given one. It depends on the state alone, so that each step needs one token less than the one before.
 */
function nextToEnd(state: SmilesState, carbon: Carbon): SmilesState | undefined {
  const take = (sign: SmilesSign): SmilesState | undefined => takeSign(state, sign, carbon);
  const chain: SmilesSign = { is: "atom", kind: carbon.chain };
  const ring: SmilesSign[] = carbon.aromatic === undefined ? [] : [{ is: "atom", kind: carbon.aromatic }];
  const last = state.atoms.at(-1);
  if (last === undefined || state.behind === "open") return firstOf([chain, ...ring], take);
  if (state.bond !== undefined) {
    const open = state.rings.map(({ number }): SmilesSign => ({ is: "ring", number }));
    return firstOf([chain, ...ring, ...open], take);
  }
  const opened = opensForDuty(state, last, carbon);
  if (opened !== undefined) return take({ is: "ring", number: opened });
  const closing = ringsToClose(state).map(({ number }): SmilesSign => ({ is: "ring", number }));
  const atoms = needsAromatic(state) ? [...ring, chain] : [chain, ...ring];
  return firstOf([{ is: "close" }, ...closing, ...atoms, { is: "bond", bond: "=" }], take);
}

function firstOf(
  signs: readonly SmilesSign[],
  take: (sign: SmilesSign) => SmilesState | undefined,
): SmilesState | undefined {
  for (const sign of signs) {
    const next = take(sign);
    if (next !== undefined) return next;
  }
  return undefined;
}

/** Whether a ring that must be closed can only be closed by an aromatic atom. */
function needsAromatic(state: SmilesState): boolean {
  const way = usableWay(state) ?? 0;
  return ringsToClose(state).some(({ atom, bond }) => {
    const place = state.atoms.findIndex(({ id }) => id === atom);
    const open = openAtomAt(state, place);
    if (!open.kind.isAromatic || bond !== undefined || place === state.atoms.length - 1) return false;
    return !open.ringed(-1, 0).canEnd(isPaired(way, place), 1);
  });
}
