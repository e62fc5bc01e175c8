import { abs } from "../../engine/ops/abs.js";
import { add } from "../../engine/ops/add.js";
import { div } from "../../engine/ops/div.js";
import { max } from "../../engine/ops/max.js";
import { mul } from "../../engine/ops/mul.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { moved } from "./average.js";
import { biasCorrection } from "./biasCorrection.js";
import { type OptimizerOptions, optimizerFields, optimizerOf, slot } from "./make.js";
import type { Optimizer } from "./optimizer.js";
import { factorOf, slotOf } from "./slotOf.js";

export interface AdamaxOptions extends OptimizerOptions {
  /** How much of the average of gradients is kept, from 0 to 1. Default: 0.9. */
  readonly beta1?: number | undefined;
  /** How fast the largest gradient is forgotten, from 0 to 1. Default: 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the largest gradient. Default: 1e-7. */
  readonly epsilon?: number | undefined;
}

const fields = {
  ...optimizerFields(0.001),
  beta1: number({ default: 0.9, min: 0, below: 1 }),
  beta2: number({ default: 0.999, min: 0, below: 1 }),
  epsilon: number({ default: 1e-7, min: 0 }),
} satisfies FieldsOf<AdamaxOptions>;

/**
 * w − rate / (1 − β₁ᵗ) · m / (u + `epsilon`), where m is the moving average of g and u ← max(β₂ · u, |g|) (Kingma and
 * Ba 2015, section 7.1). Default rate: 0.001.
 */
export function adamax(options: AdamaxOptions = {}): Optimizer {
  const read = readOptions("adamax", options, fields);
  const { beta1, beta2, epsilon } = read;
  return optimizerOf("adamax", read, {
    slots: (shape) => [slot("momentum", shape), slot("norm", shape)],
    factors: { correction: (step) => biasCorrection(beta1, step) },
    emit: (context) => {
      const { weight, gradient, learningRate } = context;
      const rate = div(learningRate, factorOf(context, "correction"));
      const momentum = moved(slotOf(context, "momentum"), gradient, beta1);
      const norm = max(mul(slotOf(context, "norm"), beta2), abs(gradient));
      return {
        weight: sub(weight, mul(div(momentum, add(norm, epsilon)), rate)),
        slots: { momentum, norm },
      };
    },
  });
}
