import type { Generator } from "../../../engine/random/generator.js";

/**
 * Divides items into those that are learnt and those that are held out: a fraction at random, equal ones always together, so that
 * nothing is measured on that was learnt.
 *
 * @param fraction from 0 to below 1; above 0 at least one is held out where that leaves one
 */
export function divideItems(
  items: readonly string[],
  fraction: number,
  random: Generator,
): { readonly learnt: readonly string[]; readonly heldOut: readonly string[] } {
  const different = [...new Set(items)];
  const most = Math.max(0, different.length - 1);
  const count = fraction === 0 ? 0 : Math.min(most, Math.max(1, Math.round(fraction * different.length)));
  const chosen = random.permutation(different.length).subarray(0, count);
  const out = new Set(Array.from(chosen, (at) => different[at] as string));
  return { learnt: items.filter((item) => !out.has(item)), heldOut: items.filter((item) => out.has(item)) };
}
