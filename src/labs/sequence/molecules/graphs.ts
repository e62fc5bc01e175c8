/** A bond between two atoms, by their numbers. */
export interface Edge {
  readonly from: number;
  readonly to: number;
}

/** For each atom the numbers of its bonds. */
export function bondsByAtom(count: number, edges: readonly Edge[]): readonly (readonly number[])[] {
  const lists: number[][] = Array.from({ length: count }, () => []);
  edges.forEach(({ from, to }, edge) => {
    lists[from]?.push(edge);
    lists[to]?.push(edge);
  });
  return lists;
}

/** The atom at the other end of a bond. */
export const otherEnd = ({ from, to }: Edge, atom: number): number => (from === atom ? to : from);

/**
 * For each bond, whether it lies in a ring: whether its atoms hang together without it (Tarjan, "A Note on Finding the Bridges of a
 * Graph", 1974). Without recursion, because a text may be a chain of a million atoms.
 */
export function ringBonds(count: number, edges: readonly Edge[]): Uint8Array {
  const byAtom = bondsByAtom(count, edges);
  const inRing = new Uint8Array(edges.length).fill(1);
  const order = new Int32Array(count).fill(-1);
  /** The earliest atom that is reached from here or from what hangs below. */
  const low = new Int32Array(count);
  const next = new Int32Array(count);
  let reached = 0;
  for (let root = 0; root < count; root++) {
    if (order[root] !== -1) continue;
    const path: { readonly atom: number; readonly by: number }[] = [{ atom: root, by: -1 }];
    order[root] = low[root] = reached++;
    while (path.length > 0) {
      const { atom, by } = path.at(-1) as { atom: number; by: number };
      const edge = byAtom[atom]?.[next[atom] as number];
      if (edge !== undefined) {
        next[atom] = (next[atom] as number) + 1;
        if (edge === by) continue;
        const other = otherEnd(edges[edge] as Edge, atom);
        if (order[other] === -1) {
          order[other] = low[other] = reached++;
          path.push({ atom: other, by: edge });
        } else low[atom] = Math.min(low[atom] as number, order[other] as number);
        continue;
      }
      path.pop();
      const above = path.at(-1)?.atom;
      if (above === undefined) continue;
      low[above] = Math.min(low[above] as number, low[atom] as number);
      if ((low[atom] as number) > (order[above] as number)) inRing[by] = 0;
    }
  }
  return inRing;
}
