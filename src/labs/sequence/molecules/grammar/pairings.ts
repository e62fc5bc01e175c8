/**
 * How the double bonds of aromatic systems may lie so far: each way is a number whose bits say of the open atoms, in their order,
 * which have theirs. A way is left when an atom that it leaves without what it needs can get no bonds any more, so the set is empty
 * exactly when no way is left. It is found as perfect matchings are along a path decomposition, one atom at a time.
 */
export type Pairings = readonly number[];

/** More ways than these are forgotten, which only makes the grammar stricter. */
const mostWays = 64;
/** The most open atoms: what fits in the bits of a way. */
export const mostOpenAtoms = 28;

/** Whether an open atom has its double bond. */
export const isPaired = (way: number, place: number): boolean => ((way >> place) & 1) === 1;

/** The ways after an aromatic bond between two open atoms, which may be double where neither has one. */
export function withBond(ways: Pairings, one: number, other: number): Pairings {
  const both = (1 << one) | (1 << other);
  const added = ways.filter((way) => (way & both) === 0).map((way) => way | both);
  return added.length === 0 ? ways : distinct([...added, ...ways]);
}

/** The ways in which an atom that gets no more bonds ends well, without its bit. */
export function without(ways: Pairings, place: number, needs: boolean): Pairings {
  const below = (1 << place) - 1;
  const left = ways.filter((way) => isPaired(way, place) === needs);
  return distinct(left.map((way) => (way & below) | ((way >> 1) & ~below)));
}

function distinct(ways: Pairings): Pairings {
  return ways.length < 2 ? ways : [...new Set(ways)].slice(0, mostWays);
}
