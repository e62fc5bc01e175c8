import { Graph } from "../../engine/graph/graph.js";
import { binaryCrossentropy } from "../../nn/losses/binaryCrossentropy.js";
import { sigmoidLogits, softmaxLogits } from "../../nn/losses/logits.js";
import type { Loss } from "../../nn/losses/loss.js";
import { meanSquaredError } from "../../nn/losses/meanSquaredError.js";
import { sparseCategoricalCrossentropy } from "../../nn/losses/sparseCategoricalCrossentropy.js";
import type { Model } from "../../nn/models/model.js";
import { inferenceContext } from "../../nn/network/inferenceGraph.js";
import { trace } from "../../nn/network/trace.js";

/** Stands for open sizes behind the batch: long enough for most windows. */
const openSize = 8;

/** Concrete sizes for a network's inputs, one sample each. */
export function exampleShapes({ inputs }: Pick<Model, "inputs">): Record<string, number[]> {
  return Object.fromEntries(
    inputs.map(({ name, tensor }) => [
      name,
      tensor.shape.map((size, axis) => size ?? (axis === 0 ? 1 : openSize)),
    ]),
  );
}

/**
 * Cross-entropy with class numbers for every output, of logits where it does not end in a softmax; of an output of one number
 * that ends in a sigmoid the binary one, of another the squared error.
 */
export function defaultLosses(student: Model): readonly Loss[] {
  const graph = new Graph();
  const shapes = exampleShapes(student);
  const inputs = student.inputs.map(({ name, tensor }) =>
    graph.input(name, { dtype: tensor.dtype, shape: shapes[name] as number[] }),
  );
  const { outputs } = trace(student.functional, inputs, inferenceContext(student, graph));
  return outputs.map((value) => {
    if (value.size(-1) === 1)
      return sigmoidLogits(value) === undefined ? meanSquaredError() : binaryCrossentropy();
    return sparseCategoricalCrossentropy({ fromLogits: softmaxLogits(value, -1) === undefined });
  });
}
