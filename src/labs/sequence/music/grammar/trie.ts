/** Words by their beginnings. Nodes are numbers, the root is 0, and children come after their parents. */
export interface Trie {
  /** The node behind each character that may come next. */
  readonly next: readonly ReadonlyMap<string, number>[];
  /** The word that ends at a node; `undefined` where none does. */
  readonly word: readonly (string | undefined)[];
  /** Fewest characters from a node to the end of a word. */
  readonly toEnd: readonly number[];
}

/** @param words of which none is a word's only beginning twice; no word at all gives a trie that leads nowhere */
export function buildTrie(words: Iterable<string>): Trie {
  const next: Map<string, number>[] = [new Map()];
  const word: (string | undefined)[] = [undefined];
  for (const one of words) {
    let node = 0;
    for (const sign of one) {
      const known = (next[node] as Map<string, number>).get(sign);
      if (known === undefined) {
        (next[node] as Map<string, number>).set(sign, next.length);
        node = next.length;
        next.push(new Map());
        word.push(undefined);
      } else node = known;
    }
    word[node] = one;
  }
  return { next, word, toEnd: distances(next, (node) => (word[node] === undefined ? unreachable : 0)) };
}

/** Stands for what cannot be reached. */
export const unreachable = 1_000_000;

/**
 * For each node the least of what an end costs and the characters to it.
 *
 * @param ending what it costs to end at a node; {@link unreachable} where nothing ends
 */
export function distances(next: Trie["next"], ending: (node: number) => number): number[] {
  const least = next.map((_, node) => ending(node));
  for (let node = next.length - 1; node >= 0; node--) {
    for (const child of (next[node] as ReadonlyMap<string, number>).values()) {
      least[node] = Math.min(least[node] as number, (least[child] as number) + 1);
    }
  }
  return least;
}
