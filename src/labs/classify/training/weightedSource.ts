import { Tensor } from "../../../engine/tensor/tensor.js";
import type { SeekableSource } from "../../../nn/training/fitOptions.js";
import type { PictureBatches } from "../pictureData.js";

/** Batches of pictures as `fit` takes them. */
export type PictureSource = SeekableSource<Tensor, Tensor>;

/**
 * Batches for `fit`, which can begin inside an epoch.
 *
 * @param classWeight a weight for each class, which every picture of it has; `undefined` for none
 */
export function sourceOf(
  batches: PictureBatches,
  classWeight?: Readonly<Record<number, number>> | undefined,
): PictureSource {
  const from = async function* (epoch: number, skip: number) {
    for await (const [x, y] of batches(epoch, skip)) {
      if (classWeight === undefined) yield [x, y] as const;
      else yield [x, y, weightsOf(y, classWeight)] as const;
    }
  };
  return Object.assign((epoch: number) => from(epoch, 0), { from, steps: batches.steps });
}

function weightsOf(y: Tensor, classWeight: Readonly<Record<number, number>>): Tensor {
  const weights = Float32Array.from({ length: y.size }, (_, at) => classWeight[Number(y.data[at])] ?? 1);
  return new Tensor("float32", [y.size], weights);
}

/** Weights with which all classes count the same together, and pictures 1 on average. */
export function balancedWeights(counts: readonly number[]): Record<number, number> {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const present = counts.filter((count) => count > 0).length;
  return Object.fromEntries(
    counts.map((count, label) => [label, count === 0 ? 1 : total / (present * count)]),
  );
}
