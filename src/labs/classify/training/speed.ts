import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { pixelsName } from "../networks/scratchModel.js";

/** Share of the time that is kept for what comes after the last epoch. */
const reserve = 0.04;
/** What validation costs of training, picture by picture. */
const validationCost = 0.35;

/** What decides how many epochs fit. */
export interface Workload {
  readonly steps: number;
  readonly batchSize: number;
  readonly pictures: number;
  readonly validationPictures: number;
}

/**
 * Milliseconds that a training step takes, by a few on pictures of no meaning.
 *
 * @param model compiled; it is changed, so give one that is thrown away
 */
export async function stepTime(
  model: Model,
  size: readonly [number, number],
  batchSize: number,
): Promise<number> {
  const x = Tensor.full([batchSize, ...size, 3], 127);
  const y = new Tensor("int32", [batchSize], new Int32Array(batchSize));
  const step = () => model.trainOnBatch({ [pixelsName]: x } as never, { classes: y } as never);
  // The first compiles.
  await step();
  const times: number[] = [];
  for (let count = 0; count < 4; count++) {
    const began = performance.now();
    await step();
    times.push(performance.now() - began);
  }
  return times.toSorted((a, b) => a - b)[1] as number;
}

/** As many epochs as fit into a time, from 1. */
export function epochsIn(milliseconds: number, perStep: number, load: Workload): number {
  const { steps, pictures, validationPictures } = load;
  const epoch = steps * perStep * (1 + (validationCost * validationPictures) / Math.max(1, pictures));
  return Math.max(1, Math.floor((milliseconds * (1 - reserve)) / epoch));
}
