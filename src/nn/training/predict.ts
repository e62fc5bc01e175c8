import { Tensor } from "../../engine/tensor/tensor.js";
import { sliceRows } from "../data/rows.js";
import type { PartsOption } from "./parts/partsOption.js";
import type { Trainer } from "./trainer.js";

export interface PredictRowsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Parts of each batch. Default: as training has it, else 1. */
  readonly parts?: PartsOption | undefined;
}

/**
 * A model's outputs for all rows of `inputs`, computed batch by batch.
 *
 * @throws the signal's reason when it aborts
 */
export async function predictRows(
  trainer: Trainer,
  inputs: readonly Tensor[],
  batchSize: number,
  { signal, parts: split }: PredictRowsOptions = {},
): Promise<Tensor[]> {
  const rows = (inputs[0] as Tensor).sizeAt(0);
  const parts: Tensor[][] = [];
  for (let from = 0; from === 0 || from < rows; from += batchSize) {
    signal?.throwIfAborted();
    const to = Math.min(from + batchSize, rows);
    parts.push(
      await trainer.predict(
        inputs.map((tensor) => sliceRows(tensor, from, to)),
        split,
      ),
    );
  }
  const [first] = parts as [Tensor[]];
  return parts.length === 1
    ? first
    : first.map((_, output) => joinRows(parts.map((part) => part[output] as Tensor)));
}

/** Tensors of equal rows behind each other. */
export function joinRows(parts: readonly Tensor[]): Tensor {
  const [first] = parts as [Tensor];
  const rows = parts.reduce((sum, part) => sum + part.sizeAt(0), 0);
  const shape = [rows, ...first.shape.slice(1)];
  const joined = Tensor.zeros(shape, first.dtype);
  const bytes = joined.bytes;
  let offset = 0;
  for (const part of parts) {
    bytes.set(part.bytes, offset);
    offset += part.byteLength;
  }
  return joined;
}
