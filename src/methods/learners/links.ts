import type { Value } from "../../engine/graph/graph.js";
import { concat } from "../../engine/ops/concat.js";
import { reshape } from "../../engine/ops/reshape.js";
import { sigmoid } from "../../engine/ops/sigmoid.js";
import { softmax } from "../../engine/ops/softmax.js";
import { sub } from "../../engine/ops/sub.js";

/**
 * What becomes of a model's outputs: `"number"` is a regression's only one; `"share"` and `"logit"` are the
 * probability of the second of two classes, as it is or behind the logistic function; `"shares"` and `"softmax"`
 * have an output for each class.
 */
export const links = ["number", "share", "logit", "shares", "softmax"] as const;
export type Link = (typeof links)[number];

/** Outputs, [rows, width] row-major, as a learner gives them: [rows], or [rows, classes]. May write over them. */
export function linked(link: Link, outputs: Float64Array, width: number): Float64Array {
  if (link === "number" || link === "shares") return outputs;
  if (link === "softmax") {
    for (let at = 0; at < outputs.length; at += width) softmaxInPlace(outputs.subarray(at, at + width));
    return outputs;
  }
  const both = new Float64Array(outputs.length * 2);
  for (let i = 0; i < outputs.length; i++) {
    const second = link === "logit" ? 1 / (1 + Math.exp(-outputs[i]!)) : outputs[i]!;
    // Not 1 − p behind the logistic function: it would lose the digits of small shares.
    both[2 * i] = link === "logit" ? 1 / (1 + Math.exp(outputs[i]!)) : 1 - second;
    both[2 * i + 1] = second;
  }
  return both;
}

/** exp(v) / Σ exp(v), written over v. */
export function softmaxInPlace(v: Float64Array): void {
  let most = Number.NEGATIVE_INFINITY;
  for (let k = 0; k < v.length; k++) if (v[k]! > most) most = v[k]!;
  let sum = 0;
  for (let k = 0; k < v.length; k++) {
    v[k] = Math.exp(v[k]! - most);
    sum += v[k]!;
  }
  for (let k = 0; k < v.length; k++) v[k] = v[k]! / sum;
}

/** The same as operators on [rows, width]. */
export function emitLinked(link: Link, y: Value): Value {
  switch (link) {
    case "number":
      return reshape(y, [-1]);
    case "shares":
      return y;
    case "softmax":
      return softmax(y);
    case "share":
      return concat([sub(1, y), y], { axis: 1 });
    case "logit":
      return concat([sigmoid(sub(0, y)), sigmoid(y)], { axis: 1 });
  }
}
