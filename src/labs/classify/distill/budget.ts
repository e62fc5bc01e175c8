import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Model } from "../../../nn/models/model.js";
import { pixelsName } from "../networks/scratchModel.js";
import { stepTime, type Workload } from "../training/speed.js";

/** Share of the time that is kept for the report. */
const reserve = 0.06;
/** What validation costs a student of training, picture by picture. */
const validationCost = 0.35;

/** Milliseconds of a batch. */
export interface BatchCosts {
  /** To train the student. */
  readonly student: number;
  /** To ask all teachers. */
  readonly teachers: number;
}

/**
 * What a step costs, by a few on pictures of no meaning.
 *
 * @param student compiled; it is changed, so give one that is thrown away
 */
export async function batchCosts(
  student: Model,
  teachers: readonly Model[],
  size: readonly [number, number],
  batchSize: number,
): Promise<BatchCosts> {
  const x = Tensor.full([batchSize, ...size, 3], 127);
  let asked = 0;
  for (const teacher of teachers) {
    const ask = () => teacher.predict({ [pixelsName]: x } as never, { batchSize });
    // The first compiles.
    await ask();
    const began = performance.now();
    await ask();
    asked += performance.now() - began;
  }
  return { student: await stepTime(student, size, batchSize), teachers: asked };
}

/** How a time is divided. */
export interface Budget {
  /** Of each student. */
  readonly epochs: number;
  /** The share of the distilled one in the time. */
  readonly share: number;
}

/** As many epochs as fit into a time, from 1. */
export function budgetOf(
  milliseconds: number,
  { student, teachers }: BatchCosts,
  { steps, pictures, validationPictures }: Workload,
  isCompared: boolean,
): Budget {
  const validated = validationPictures / Math.max(1, pictures);
  const alone = student * (1 + validationCost * validated);
  const distilled = alone + teachers * (1 + validated);
  const epoch = steps * (distilled + (isCompared ? alone : 0));
  return {
    epochs: Math.max(1, Math.floor((milliseconds * (1 - reserve)) / epoch)),
    share: isCompared ? distilled / (distilled + alone) : 1,
  };
}
