import { Generator } from "../../../engine/random/generator.js";

/**
 * How many batches an epoch has. A last batch of one picture joins the one before it, since what is normalised over a batch has nothing
 * to go by in it.
 */
export function batchCount(pictures: number, batchSize: number): number {
  const whole = Math.floor(pictures / batchSize);
  const rest = pictures % batchSize;
  return rest === 0 || (rest === 1 && whole > 0) ? whole : whole + 1;
}

/** The places, in an epoch's order, of a batch's first picture and behind its last. */
export function batchRange(
  batch: number,
  pictures: number,
  batchSize: number,
): readonly [from: number, to: number] {
  const isLast = batch === batchCount(pictures, batchSize) - 1;
  return [batch * batchSize, isLast ? pictures : (batch + 1) * batchSize];
}

/** An epoch's order: a function of the seed, the part, the epoch and the number of pictures, and nothing else. */
export function epochOrder(pictures: number, seed: number, part: string, epoch: number): Uint32Array {
  return new Generator(seed).split("order").split(part).split(epoch).permutation(pictures);
}
