import type { NoteLengths } from "./noteLengths.js";
import { distances, unreachable } from "./trie.js";

/** What it takes to fill a bar of a certain size; sizes are counted in parts of the unit. */
export interface BarTable {
  /** Parts that fill the bar. */
  readonly size: number;
  /** Fewest characters of notes that fill so many parts; {@link unreachable} where none do. */
  readonly fill: readonly number[];
  /** Fewest characters from a node of the lengths, which a note has come to, to the full bar, by the parts that were left before it. */
  note(node: number, left: number): number;
  /** The same for the first note of a tuplet whose notes all are as long: the others are counted too. */
  tuplet(notes: number, time: number, node: number, left: number): number;
}

export function barTable(size: number, lengths: NoteLengths): BarTable {
  const fill = fillCosts(size, lengths);
  const row = (notes: number, time: number, left: number): readonly number[] =>
    distances(lengths.trie.next, (node) => {
      const parts = lengths.partsAt[node] as number;
      const rest = parts === 0 ? -1 : left - parts * time;
      if (rest < 0) return unreachable;
      return (notes - 1) * (1 + (lengths.spelled[parts] as number)) + (fill[rest] as number);
    });
  const rows = new Map<number, readonly number[]>();
  const tuplet = (notes: number, time: number, node: number, left: number): number => {
    // Worked out where they are asked for first: most of them never are.
    const key = (notes * 16 + time) * 4096 + left;
    let costs = rows.get(key);
    if (costs === undefined) {
      costs = row(notes, time, left);
      rows.set(key, costs);
    }
    return costs[node] as number;
  };
  return { size, fill, note: (node, left) => tuplet(1, 1, node, left), tuplet };
}

function fillCosts(size: number, { spelled }: NoteLengths): number[] {
  const fill = [0];
  for (let left = 1; left <= size; left++) {
    let least = unreachable;
    for (let parts = 1; parts <= left && parts < spelled.length; parts++) {
      least = Math.min(least, 1 + (spelled[parts] as number) + (fill[left - parts] as number));
    }
    fill.push(least);
  }
  return fill;
}
