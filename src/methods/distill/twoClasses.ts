import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { clip } from "../../engine/ops/clip.js";
import { concat } from "../../engine/ops/concat.js";
import { log } from "../../engine/ops/log.js";
import { mul } from "../../engine/ops/mul.js";
import { sub } from "../../engine/ops/sub.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { sigmoidLogits } from "../../nn/losses/logits.js";
import type { Loss } from "../../nn/losses/loss.js";

/** What keeps the logarithms of float32 probabilities of 0 and 1 finite. */
const edge = 2 ** -23;

/** log(p / (1 − p)) of probabilities. */
export function logit(p: Value): Value {
  const kept = clip(p, edge, 1 - edge);
  return sub(log(kept), log(sub(1, kept)));
}

/** The same of a tensor. */
export function logits(tensor: Tensor): Tensor<"float32"> {
  const kept = (p: number): number => Math.min(1 - edge, Math.max(edge, p));
  return new Tensor(
    "float32",
    tensor.shape,
    Float32Array.from(toNumbers(tensor), (p) => Math.log(kept(p) / (1 - kept(p)))),
  );
}

/**
 * The logit of one class as logits of two, the first being 0: `[…, 1]` to `[…, 2]`. Their softmax is the sigmoid and what
 * is left.
 */
export function paired(logit: Value): Value {
  return concat([mul(logit, 0), logit], { axis: -1 });
}

/** The same of a tensor. */
export function pairs(tensor: Tensor): Tensor<"float32"> {
  const from = toNumbers(tensor);
  const data = Float32Array.from({ length: 2 * from.length }, (_, i) => (i % 2) * (from[i >> 1] as number));
  return new Tensor("float32", [...tensor.shape.slice(0, -1), 2], data);
}

/** The other way round: of two classes the logit of the second, `[…, 2]` to `[…, 1]`. */
export function differences(tensor: Tensor): Tensor<"float32"> {
  const from = toNumbers(tensor);
  const data = Float32Array.from(
    { length: from.length / 2 },
    (_, i) => (from[2 * i + 1] as number) - (from[2 * i] as number),
  );
  return new Tensor("float32", [...tensor.shape.slice(0, -1), 1], data);
}

/**
 * The logit of an output of one probability.
 *
 * @throws ImagoError where nothing shows that it is one
 */
export function studentLogit(prediction: Value, loss: Loss | undefined, name: string): Value {
  const below = sigmoidLogits(prediction);
  if (below !== undefined) return below;
  const isBinary = loss !== undefined && /^binary/.test(loss.name);
  if (isBinary) return loss.config.fromLogits === true ? prediction : logit(prediction);
  throw new ImagoError(`distill: "${name}" gives one number, and nothing shows that it is a probability.`, {
    help: 'End the student in a sigmoid, or, where the number is no class, take mode: "logits".',
  });
}
