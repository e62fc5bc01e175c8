import { arrayOfNumbers } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import { number } from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";
import { Tensor } from "../../../engine/tensor/tensor.js";

/** Input tokens `[batch, length]` and what comes next: `[batch]`, or `[batch, length]` in dense mode. */
export type TextBatch = readonly [x: Tensor<"int32">, y: Tensor<"int32">];

/** Windows of a text: each is `length` tokens, whose next one is to be predicted. */
export interface Windows {
  readonly tokens: Int32Array;
  readonly length: number;
  /** Where each window begins. */
  readonly starts: Int32Array;
}

const fromOne = number({ min: 1, integer: true });

/**
 * Overlapping windows of `length` tokens, `step` apart, each followed by at least one token.
 *
 * @throws when the text is too short for one
 */
export function windowsOf(tokens: Int32Array, length: number, step: number): Windows {
  arrayOfNumbers.read("windowsOf", "tokens", tokens);
  for (const [name, value] of Object.entries({ length, step })) fromOne.read("windowsOf", name, value);
  const count = Math.ceil((tokens.length - length) / step);
  if (count < 1) {
    throw new ImagoError(
      `the text has ${tokens.length} tokens, too few for one window of ${length} and the token behind it. Use a longer text or a shorter length.`,
    );
  }
  return { tokens, length, starts: Int32Array.from({ length: count }, (_, index) => index * step) };
}

/** Batches of windows, in an order drawn from `shuffle`; the last may be smaller. */
export function* windowBatches(
  windows: Windows,
  batchSize: number,
  shuffle?: Generator,
): Iterable<TextBatch> {
  const { tokens, length, starts } = windows;
  const order = shuffle?.permutation(starts.length);
  for (let from = 0; from < starts.length; from += batchSize) {
    const size = Math.min(batchSize, starts.length - from);
    const x = new Int32Array(size * length);
    const y = new Int32Array(size);
    for (let row = 0; row < size; row++) {
      const start = starts[order?.[from + row] ?? from + row] as number;
      x.set(tokens.subarray(start, start + length), row * length);
      y[row] = tokens[start + length] as number;
    }
    yield [new Tensor("int32", [size, length], x), new Tensor("int32", [size], y)];
  }
}

/** How many batches {@link denseBatches} gives. */
export function denseBatchCount(tokens: number, length: number, batchSize: number): number {
  return Math.floor((Math.floor(tokens / batchSize) - 1) / length);
}

/** @throws when the strands are shorter than one stretch */
export function checkStrands(tokens: number, length: number, batchSize: number): void {
  if (denseBatchCount(tokens, length, batchSize) >= 1) return;
  throw new ImagoError(
    `the text has ${tokens} tokens, too few for ${batchSize} strands of ${length + 1}. Use a longer text, or a smaller batch or length.`,
  );
}

/**
 * The denser way: the text is cut into `batchSize` long strands that are read side by side, `length` tokens
 * at a time. Every position predicts its next token, and row r of each batch goes on where row r of the one
 * before it ended, so that a network's state can be carried across batches.
 *
 * @throws when the strands are shorter than one stretch
 */
export function* denseBatches(tokens: Int32Array, length: number, batchSize: number): Iterable<TextBatch> {
  const strand = Math.floor(tokens.length / batchSize);
  const count = denseBatchCount(tokens.length, length, batchSize);
  checkStrands(tokens.length, length, batchSize);
  for (let at = 0; at < count; at++) {
    const x = new Int32Array(batchSize * length);
    const y = new Int32Array(batchSize * length);
    for (let row = 0; row < batchSize; row++) {
      const start = row * strand + at * length;
      x.set(tokens.subarray(start, start + length), row * length);
      y.set(tokens.subarray(start + 1, start + 1 + length), row * length);
    }
    yield [new Tensor("int32", [batchSize, length], x), new Tensor("int32", [batchSize, length], y)];
  }
}
