import { Tensor } from "../../../engine/tensor/tensor.js";
import { joinRows } from "../../../nn/training/predict.js";
import type { LabelledPictures } from "../pictureData.js";

/** Numbers that are held in memory at most: 1 GiB of them. */
const mostNumbers = 2 ** 28;
const batchSize = 32;

/** Pictures in memory, float32 `[pictures, height, width, 3]`, and their classes, int32 `[pictures]`. */
export interface HeldOut {
  readonly x: Tensor;
  readonly y: Tensor;
}

const mostPictures = ([height, width]: readonly [number, number]): number =>
  Math.max(1, Math.floor(mostNumbers / (height * width * 3)));

/** Whether all pictures of a part fit into memory. */
export const fitsInMemory = (pictures: LabelledPictures, size: readonly [number, number]): boolean =>
  pictures.size <= mostPictures(size);

/**
 * The pictures of a part, or as many of them, drawn at random, as fit into memory.
 *
 * @throws the signal's reason when it aborts
 */
export async function heldOut(
  pictures: LabelledPictures,
  size: readonly [number, number],
  signal: AbortSignal | undefined,
): Promise<HeldOut> {
  const most = mostPictures(size);
  const isAll = pictures.size <= most;
  const source = pictures.batches({ batchSize, shuffle: !isAll, augment: false });
  const xs: Tensor[] = [];
  const ys: Tensor[] = [];
  let count = 0;
  for await (const [x, y] of source(0)) {
    signal?.throwIfAborted();
    xs.push(x.dtype === "float32" ? x : x.cast("float32"));
    ys.push(new Tensor("int32", [y.size], Int32Array.from(y.data as ArrayLike<number>)));
    count += y.size;
    if (!isAll && count + batchSize > most) break;
  }
  return { x: joinRows(xs), y: joinRows(ys) };
}
