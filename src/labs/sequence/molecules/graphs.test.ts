import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Edge, ringBonds } from "./graphs.js";
import { Matching } from "./matching.js";

const graph = fc.integer({ min: 1, max: 9 }).chain((count) => {
  const atom = fc.integer({ min: 0, max: count - 1 });
  const edges = fc.uniqueArray(fc.tuple(atom, atom), {
    selector: ([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`,
    maxLength: 16,
  });
  return fc.record({ count: fc.constant(count), pairs: edges });
});

const edgesOf = (pairs: readonly (readonly [number, number])[]): Edge[] =>
  pairs.filter(([from, to]) => from !== to).map(([from, to]) => ({ from, to }));

/** Whether two atoms hang together. */
function areJoined(one: number, other: number, edges: readonly Edge[]): boolean {
  const found = new Set([one]);
  for (const atom of found) {
    for (const { from, to } of edges) {
      if (from === atom) found.add(to);
      if (to === atom) found.add(from);
    }
  }
  return found.has(other);
}

/** The largest number of pairs, by trying all. */
function mostPairs(edges: readonly Edge[], used: ReadonlySet<number> = new Set()): number {
  const [first, ...rest] = edges;
  if (first === undefined) return 0;
  const without = mostPairs(rest, used);
  if (used.has(first.from) || used.has(first.to)) return without;
  return Math.max(without, 1 + mostPairs(rest, new Set([...used, first.from, first.to])));
}

describe("ringBonds", () => {
  it("tells rings from chains", () => {
    // A ring of three, and a chain of two on it.
    const edges = [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
      { from: 2, to: 0 },
      { from: 2, to: 3 },
      { from: 3, to: 4 },
    ];
    expect([...ringBonds(5, edges)]).toEqual([1, 1, 1, 0, 0]);
    expect([...ringBonds(0, [])]).toEqual([]);
  });

  it("finds those whose atoms hang together without them", () => {
    fc.assert(
      fc.property(graph, ({ count, pairs }) => {
        const edges = edgesOf(pairs);
        const expected = edges.map((edge) => {
          const rest = edges.filter((one) => one !== edge);
          return areJoined(edge.from, edge.to, rest) ? 1 : 0;
        });
        expect([...ringBonds(count, edges)]).toEqual(expected);
      }),
    );
  });
});

describe("Matching", () => {
  const pairsOf = (count: number, edges: readonly Edge[], isGreedy: boolean): number => {
    const matching = new Matching(count, edges);
    if (isGreedy) matching.pairGreedily();
    for (let atom = 0; atom < count; atom++) matching.match(atom);
    let pairs = 0;
    for (let atom = 0; atom < count; atom++) {
      const partner = matching.partner(atom);
      if (partner < 0) continue;
      expect(matching.partner(partner)).toBe(atom);
      expect(edges.some(({ from, to }) => [from, to].includes(atom) && [from, to].includes(partner))).toBe(
        true,
      );
      pairs++;
    }
    return pairs / 2;
  };

  it.each([[true], [false]])("finds as many pairs as there can be (greedy first: %s)", (isGreedy) => {
    fc.assert(
      fc.property(graph, ({ count, pairs }) => {
        const edges = edgesOf(pairs);
        expect(pairsOf(count, edges, isGreedy)).toBe(mostPairs(edges));
      }),
      { numRuns: 300 },
    );
  });

  it("goes through an odd circle", () => {
    // Two triangles with a bond between, and an atom on the far corner of each: 1-0, 0-2, 1-2, 2-3, 3-4, 4-5, 3-5, 0-6, 5-7.
    const pairs: [number, number][] = [
      [1, 0],
      [0, 2],
      [1, 2],
      [2, 3],
      [3, 4],
      [4, 5],
      [3, 5],
      [0, 6],
      [5, 7],
    ];
    expect(pairsOf(8, edgesOf(pairs), false)).toBe(4);
  });

  it("goes on from pairs that were found before", () => {
    const edges = edgesOf([
      [0, 1],
      [1, 2],
      [2, 3],
    ]);
    const first = new Matching(4, edges.slice(1, 2));
    expect(first.match(1)).toBe(true);
    expect(first.match(0)).toBe(false);
    const second = new Matching(4, edges, first);
    expect(second.match(0)).toBe(true);
    expect([0, 1, 2, 3].map((atom) => second.partner(atom))).toEqual([1, 0, 3, 2]);
  });
});
