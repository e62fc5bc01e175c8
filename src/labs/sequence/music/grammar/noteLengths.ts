import { buildTrie, distances, type Trie, unreachable } from "./trie.js";

/** The smallest part of a unit that a length may be in. */
const smallestPart = 8;
/** Most units of a length. */
const mostUnits = 96;

/** Lengths in units or in parts of one that a single note can be written as, with at most two dots: 1, 3 or 7 times a power of two. */
const counts = [1, 3, 7]
  .flatMap((odd) => [1, 2, 4, 8, 16, 32].map((power) => odd * power))
  .filter((count) => count <= mostUnits);

/** The lengths that can be written behind a note, as parts of the unit that are all equal. */
export interface NoteLengths {
  readonly trie: Trie;
  /** Equal parts of the unit: 8, or fewer where the characters do not allow for such short notes. */
  readonly parts: number;
  /** Parts that the length that ends at a node has; 0 where none ends. */
  readonly partsAt: readonly number[];
  /** Fewest characters that write so many parts; {@link unreachable} where none do. */
  readonly spelled: readonly number[];
  /** For each node the fewest characters from it to a length of exactly so many parts. */
  readonly toParts: (parts: number) => readonly number[];
}

/** @param canWrite whether a text's characters are all there */
export function noteLengths(canWrite: (text: string) => boolean): NoteLengths {
  const words = new Map<string, number>();
  for (const count of counts) words.set(count === 1 ? "" : String(count), count);
  for (let part = 2; part <= smallestPart; part *= 2) {
    const slashes = "/".repeat(Math.log2(part));
    for (const count of counts.filter((one) => one % 2 === 1)) {
      const above = count === 1 ? "" : String(count);
      words.set(`${above}/${part}`, count / part);
      if (part === 2 || count === 1) words.set(above + slashes, count / part);
    }
  }
  const usable = [...words].filter(([word]) => canWrite(word));
  const parts = 1 / Math.min(...usable.map(([, length]) => length));
  const trie = buildTrie(usable.map(([word]) => word));
  const partsAt = trie.word.map((word) => (words.get(word ?? "none") ?? 0) * parts);
  const cache = new Map<number, readonly number[]>();
  const toParts = (count: number): readonly number[] => {
    const known = cache.get(count);
    if (known !== undefined) return known;
    const found = distances(trie.next, (node) => (partsAt[node] === count ? 0 : unreachable));
    cache.set(count, found);
    return found;
  };
  const spelled = Array.from({ length: mostUnits * parts + 1 }, () => unreachable);
  for (const [word, length] of usable) {
    spelled[length * parts] = Math.min(spelled[length * parts] as number, word.length);
  }
  return { trie, parts, partsAt, spelled, toParts };
}
