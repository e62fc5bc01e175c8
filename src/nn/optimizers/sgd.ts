import { add } from "../../engine/ops/add.js";
import { mul } from "../../engine/ops/mul.js";
import { neg } from "../../engine/ops/neg.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, flag, number, readOptions } from "../../engine/options.js";
import { type OptimizerOptions, optimizerFields, optimizerOf, slot } from "./make.js";
import type { Optimizer, Update, UpdateContext } from "./optimizer.js";
import { slotOf } from "./slotOf.js";

export interface SgdOptions extends OptimizerOptions {
  /** How much of the last move is kept, from 0 to 1. Default: 0. */
  readonly momentum?: number | undefined;
  /** Take the gradient's step from where the momentum leads (Nesterov 1983). Default: false. */
  readonly nesterov?: boolean | undefined;
}

function update(context: UpdateContext, momentum: number, nesterov: boolean): Update {
  const { weight, gradient, learningRate } = context;
  if (momentum === 0) return { weight: sub(weight, mul(gradient, learningRate)), slots: {} };
  const downhill = mul(gradient, neg(learningRate));
  const move = add(mul(slotOf(context, "momentum"), momentum), downhill);
  const moved = nesterov ? add(add(weight, mul(move, momentum)), downhill) : add(weight, move);
  return { weight: moved, slots: { momentum: move } };
}

const fields = {
  ...optimizerFields(0.01),
  momentum: number({ default: 0, min: 0, max: 1 }),
  nesterov: flag(false),
} satisfies FieldsOf<SgdOptions>;

/**
 * Stochastic gradient descent: w − rate · g. With momentum m ← `momentum` · m − rate · g, then w + m, or with
 * Nesterov's w + `momentum` · m − rate · g. Default rate: 0.01.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  const read = readOptions("sgd", options, fields);
  const { momentum, nesterov } = read;
  return optimizerOf("sgd", read, {
    slots: (shape) => (momentum === 0 ? [] : [slot("momentum", shape)]),
    emit: (context) => update(context, momentum, nesterov),
  });
}
