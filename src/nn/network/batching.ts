import { ImagoError } from "../../engine/errors.js";
import type { NamedTensor } from "./structure.js";

/** What of a network says how its batches must be. */
export interface BatchedNetwork {
  readonly inputs: readonly NamedTensor[];
}

/** Samples in a batch where nobody says how many. */
const usual = 32;

/** The input that fixes the number of samples in a batch, and how many those are; `undefined` where that is open. */
function fixedBatch({
  inputs,
}: BatchedNetwork): { readonly name: string; readonly size: number } | undefined {
  for (const { name, tensor } of inputs) {
    const [size] = tensor.shape;
    if (typeof size === "number") return { name, size };
  }
  return undefined;
}

/**
 * The samples in each batch of data in memory: as asked for, or as an input fixes them, or 32.
 *
 * @param where who asks, as errors name it
 * @throws ImagoError where something else was asked for than an input fixes
 */
export function batchSizeFor(where: string, network: BatchedNetwork, asked: number | undefined): number {
  const fixed = fixedBatch(network);
  if (fixed === undefined) return asked ?? usual;
  if (asked === undefined || asked === fixed.size) return fixed.size;
  throw new ImagoError(
    `${where}: batchSize is ${asked}, and input "${fixed.name}" fixes the batch at ${fixed.size}.`,
    { help: "Leave batchSize out, or build the network for another batch." },
  );
}

/**
 * @param purpose what they are for, as errors say it: " to train on"
 * @throws ImagoError where an input fixes the batch, and the samples are no whole number of batches
 */
export function checkWholeBatches(
  where: string,
  network: BatchedNetwork,
  samples: number,
  purpose = "",
): void {
  const fixed = fixedBatch(network);
  const over = fixed === undefined ? 0 : samples % fixed.size;
  if (fixed === undefined || (over === 0 && samples > 0)) return;
  const what = samples === 1 ? `1 sample${purpose} leaves` : `${samples} samples${purpose} leave`;
  throw new ImagoError(
    `${where}: input "${fixed.name}" fixes the batch at ${fixed.size}, and ${what} a batch of ${over}.`,
    { help: `Leave ${over} out, or give ${fixed.size - over} more.` },
  );
}

/** @throws ImagoError where an input fixes the batch, and one batch has another number of samples */
export function checkOneBatch(where: string, network: BatchedNetwork, samples: number): void {
  const fixed = fixedBatch(network);
  if (fixed === undefined || fixed.size === samples) return;
  throw new ImagoError(
    `${where}: input "${fixed.name}" fixes the batch at ${fixed.size}, received ${samples} samples.`,
  );
}
