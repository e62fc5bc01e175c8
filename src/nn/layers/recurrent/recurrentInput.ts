import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { gather } from "../../../engine/ops/gather.js";
import { matMul } from "../../../engine/ops/matMul.js";
import { oneHot } from "../../../engine/ops/oneHot.js";
import { reshape } from "../../../engine/ops/reshape.js";
import { transpose } from "../../../engine/ops/transpose.js";

/** The inputs' part in the sums of a recurrent layer. */
export interface RecurrentInput {
  /** What the loop reads: `[time, batch, …]`. */
  readonly sequence: Value;
  /** The part `[batch, gates · units]` of one step, from an element of the sequence. */
  readonly element: (at: Value) => Value;
}

/** Up to this many symbols their kernel rows are picked inside the loop, where they stay in the cache. */
const mostSymbolsInLoop = 128;

/**
 * From this many rows a step's product with the kernel is as fast alone as together with those of all steps,
 * and its result need not go through memory. (Measured with 64 to 128 units: 2 to 15 % of a training step with
 * batches of 64 and 128; below it one product for all steps is up to 9 % faster.)
 */
const leastBatchInLoop = 64;

/**
 * Emits x · kernel + bias where it is fastest: once for all steps, or in each step.
 *
 * @param x `[batch, time, features]`
 */
export function recurrentInput(x: Value, kernel: Value, bias: Value | undefined): RecurrentInput {
  const symbols = symbolsOf(x);
  if (symbols !== undefined) {
    const rows = bias === undefined ? kernel : add(kernel, bias);
    const ids = transpose(symbols);
    if (kernel.size(0) <= mostSymbolsInLoop) {
      return { sequence: ids, element: (at) => gather(rows, at) };
    }
    return { sequence: gather(rows, ids), element: (at) => at };
  }
  const [batch, time, features] = [x.size(0), x.size(1), x.size(2)];
  if (batch >= leastBatchInLoop) {
    return { sequence: transpose(x, [1, 0, 2]), element: (at) => affine(at, kernel, bias) };
  }
  const columns = kernel.size(1);
  // What is smaller is transposed. As matrices, so that product and bias become one Gemm.
  const early = features < columns;
  const rows = reshape(early ? transpose(x, [1, 0, 2]) : x, [batch * time, features]);
  const sums = affine(rows, kernel, bias);
  const sequence = early
    ? reshape(sums, [time, batch, columns])
    : transpose(reshape(sums, [batch, time, columns]), [1, 0, 2]);
  return { sequence, element: (at) => at };
}

function affine(x: Value, kernel: Value, bias: Value | undefined): Value {
  const product = matMul(x, kernel);
  return bias === undefined ? product : add(product, bias);
}

/** The numbers `[batch, time]` that `x` is the one-hot vectors of, if it is. */
function symbolsOf(x: Value): Value | undefined {
  const node = x.producer;
  if (node?.operator !== oneHot.operator) return undefined;
  const [indices] = node.inputs;
  const last = [-1, x.rank - 1].includes(node.attributes.int("axis", -1));
  return last ? indices : undefined;
}
