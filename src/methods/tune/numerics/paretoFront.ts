import { dominates } from "./dominates.js";

/**
 * The indices, rising, of the points that no other dominates; of equal points all. O(n² m).
 *
 * @param losses for each point its losses, of all equally many; NaN counts as infinite
 */
export function paretoFront(losses: readonly (readonly number[])[]): number[] {
  return Array.from(losses.keys()).filter((i) => !losses.some((other) => dominates(other, losses[i]!)));
}
