import { add } from "../../engine/ops/add.js";
import { mul } from "../../engine/ops/mul.js";
import { sign } from "../../engine/ops/sign.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { type OptimizerOptions, optimizerFields, optimizerOf, slot } from "./make.js";
import type { Optimizer } from "./optimizer.js";
import { slotOf } from "./slotOf.js";

export interface LionOptions extends OptimizerOptions {
  /** How much of the average counts for the direction, above 0, to 1. Default: 0.9. */
  readonly beta1?: number | undefined;
  /** How much of the average is kept, from 0 to 1. Default: 0.99. */
  readonly beta2?: number | undefined;
}

const fields = {
  ...optimizerFields(0.001),
  beta1: number({ default: 0.9, above: 0, max: 1 }),
  beta2: number({ default: 0.99, min: 0, max: 1 }),
} satisfies FieldsOf<LionOptions>;

/**
 * w − rate · sign(β₁ · m + (1 − β₁) · g), where m is a moving average of g kept with β₂ (Chen et al. 2023, algorithm
 * 2). Default rate: 0.001.
 */
export function lion(options: LionOptions = {}): Optimizer {
  const read = readOptions("lion", options, fields);
  return optimizerOf("lion", read, {
    slots: (shape) => [slot("momentum", shape)],
    emit: (context) => {
      const { weight, gradient, learningRate } = context;
      const momentum = slotOf(context, "momentum");
      // Both averages move towards the gradient, by different shares of the way.
      const way = sub(gradient, momentum);
      const direction = sign(add(momentum, mul(way, 1 - read.beta1)));
      return {
        weight: sub(weight, mul(direction, learningRate)),
        slots: { momentum: add(momentum, mul(way, 1 - read.beta2)) },
      };
    },
  });
}
