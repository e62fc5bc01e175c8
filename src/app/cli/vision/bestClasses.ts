import type { ClassNames } from "../../../io/models/classNames.js";
import { printable } from "../shell/output.js";

/** What scores before a softmax say, and probabilities as they are. */
export function probabilities(scores: readonly number[]): number[] {
  const sum = scores.reduce((a, b) => a + b, 0);
  if (scores.every((score) => score >= 0) && Math.abs(sum - 1) < 1e-3) return [...scores];
  const largest = scores.reduce((a, b) => Math.max(a, b));
  const weights = scores.map((score) => Math.exp(score - largest));
  const total = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / total);
}

/** `83.1 %`. */
export const percent = (share = 0): string => `${(100 * share).toFixed(1)} %`;

/** `207 (golden retriever)`. */
export function named(at: number, names: ClassNames | undefined): string {
  const name = names?.get(at);
  return name === undefined ? String(at) : `${at} (${printable(name)})`;
}

/** How many classes are told. */
const mostTold = 5;

/** The likeliest classes, a line each. */
export function formatBest(shares: readonly number[], names: ClassNames | undefined): string {
  const best = [...shares.keys()]
    .sort((a, b) => (shares[b] as number) - (shares[a] as number))
    .slice(0, mostTold);
  const width = Math.max(...best.map((at) => named(at, names).length));
  return best
    .map((at) => `  ${named(at, names).padEnd(width)}  ${percent(shares[at]).padStart(7)}\n`)
    .join("");
}
