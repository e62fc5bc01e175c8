import type { OnnxActivation } from "../../../nn/models/onnxModel.js";
import type { ImageSize } from "../../../vision/pixels.js";
import { UsageError } from "../shell/run.js";

/** Bytes for each number of an activation: its value and its gradient, and as much again for what convolutions lay out anew. */
const bytesEach = 12;
/** Share of what is free that a painting may take. */
const share = 0.8;

/**
 * Bytes that a painting takes at a size: the activations up to the deepest layer that is looked at, with their gradients. It cannot be cut
 * into tiles, since the Gram matrix is of all of it.
 *
 * @param activations in the order in which they are computed, at the size `at`
 * @param layers names of those that are looked at
 */
export function memoryNeeded(
  activations: readonly OnnxActivation[],
  layers: readonly string[],
  { at, size }: { readonly at: ImageSize; readonly size: ImageSize },
): number {
  const deepest = activations.findLastIndex(({ name }) => layers.includes(name));
  const numbers = activations
    .slice(0, deepest + 1)
    .filter(({ shape }) => shape.length === 4)
    .reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  return (bytesEach * numbers * size.height * size.width) / (at.height * at.width);
}

/**
 * @param needed from {@link memoryNeeded}, in bytes
 * @param here what this process could still have, in bytes
 * @throws UsageError where a painting needs more than there is, naming a size that would do
 */
export function checkMemory(
  needed: number,
  { height, width }: ImageSize,
  here = process.availableMemory(),
): void {
  if (needed <= share * here) return;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(bytes < 1e10 ? 1 : 0);
  const most = Math.max(height, width) * Math.sqrt((share * here) / needed);
  throw new UsageError(
    `--size: a painting of ${width} × ${height} pixels takes some ${gigabytes(needed)} GB of memory with this network, and ${gigabytes(here)} are free.`,
    { help: `A --size of up to ${Math.floor(most / 100) * 100} will do.` },
  );
}
