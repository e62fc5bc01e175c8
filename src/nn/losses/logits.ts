import type { Value } from "../../engine/graph/graph.js";
import { sigmoid } from "../../engine/ops/sigmoid.js";
import { softmax } from "../../engine/ops/softmax.js";
import { normalizeAxis } from "../../engine/tensor/shape.js";

/** What `prediction` is the softmax of along `axis`, where its graph shows that it is one. */
export function softmaxLogits(prediction: Value, axis: number): Value | undefined {
  const node = prediction.producer;
  if (node?.operator !== softmax.operator) return undefined;
  const own = normalizeAxis(node.attributes.int("axis", -1), prediction.rank);
  return own === normalizeAxis(axis, prediction.rank) ? node.inputs[0] : undefined;
}

/** What `prediction` is the sigmoid of, where its graph shows that it is one. */
export function sigmoidLogits(prediction: Value): Value | undefined {
  const node = prediction.producer;
  return node?.operator === sigmoid.operator ? node.inputs[0] : undefined;
}
