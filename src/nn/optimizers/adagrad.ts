import { add } from "../../engine/ops/add.js";
import { square } from "../../engine/ops/composed/square.js";
import { div } from "../../engine/ops/div.js";
import { mul } from "../../engine/ops/mul.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { type OptimizerOptions, optimizerFields, optimizerOf, slot } from "./make.js";
import type { Optimizer } from "./optimizer.js";
import { slotOf } from "./slotOf.js";

export interface AdagradOptions extends OptimizerOptions {
  /** What the sum of squares begins with, from 0. Default: 0.1. */
  readonly initialAccumulatorValue?: number | undefined;
  /** Added under the root. Default: 1e-7. */
  readonly epsilon?: number | undefined;
}

const fields = {
  ...optimizerFields(0.001),
  initialAccumulatorValue: number({ default: 0.1, min: 0 }),
  epsilon: number({ default: 1e-7, min: 0 }),
} satisfies FieldsOf<AdagradOptions>;

/** w − rate · g / √(Σ g² + `epsilon`) (Duchi et al. 2011). Default rate: 0.001. */
export function adagrad(options: AdagradOptions = {}): Optimizer {
  const read = readOptions("adagrad", options, fields);
  return optimizerOf("adagrad", read, {
    slots: (shape) => [slot("accumulator", shape, read.initialAccumulatorValue)],
    emit: (context) => {
      const { weight, gradient, learningRate } = context;
      const accumulator = add(slotOf(context, "accumulator"), square(gradient));
      const direction = div(gradient, sqrt(add(accumulator, read.epsilon)));
      return { weight: sub(weight, mul(direction, learningRate)), slots: { accumulator } };
    },
  });
}
