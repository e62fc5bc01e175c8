import type { TextColumn } from "../../table.js";
import { usualForms, wordOf } from "./tokens.js";

/** Words of a text column at most; and rows that there are for each. */
const most = 500;
const rowsForEach = 4;
/** Cells that a word stands in at least. */
const fewest = 3;

/**
 * The most frequent words of a column, with all forms that they were written in. The target has no say in it: which words matter, the
 * learners find, in each fold anew.
 *
 * @param counts in how many cells each token stands
 * @param rows how many there are
 */
export function chooseWords(
  counts: ReadonlyMap<string, number>,
  rows: number,
): Pick<TextColumn, "words" | "forms"> {
  const byWord = new Map<string, { count: number; tokens: string[] }>();
  for (const [token, count] of counts) {
    const word = wordOf(token);
    if (word === "") continue;
    const known = byWord.get(word);
    if (known === undefined) byWord.set(word, { count, tokens: [token] });
    else {
      known.count += count;
      known.tokens.push(token);
    }
  }
  const chosen = [...byWord]
    .filter(([, { count }]) => count >= fewest)
    .sort(([a, one], [b, other]) => other.count - one.count || (a < b ? -1 : 1))
    .slice(0, Math.min(most, Math.floor(rows / rowsForEach)));
  const taken = new Set<string>();
  // A usual form of one word may be a seen form of another.
  const seen = new Set(chosen.flatMap(([, { tokens }]) => tokens));
  return {
    words: chosen.map(([word]) => word),
    forms: chosen.map(([word, { tokens }]) => {
      const free = usualForms(word).filter((form) => !seen.has(form) && !taken.has(form));
      for (const form of free) taken.add(form);
      return [...tokens, ...free];
    }),
  };
}
