import { Generator } from "../../../engine/random/generator.js";
import { mixInPlace } from "../mix.js";
import type { BatchJob, BatchResult } from "./jobs.js";

/** Mixes a whole batch, if it is to be mixed; what is drawn depends on the job alone, not on who mixes. */
export function mixBatch(
  { mix, size, random }: Pick<BatchJob, "mix" | "size" | "random">,
  result: BatchResult,
): void {
  const { x, y, count } = result;
  if (mix === undefined || !(y instanceof Float32Array)) return;
  const { seed, part, epoch, batch } = random;
  const draws = new Generator(seed).split("mix").split(part).split(epoch).split(batch);
  mixInPlace(mix, { data: x, count, height: size[0], width: size[1], channels: 3 }, { data: y }, draws);
}
