import { add } from "../../engine/ops/add.js";
import { div } from "../../engine/ops/div.js";
import { mul } from "../../engine/ops/mul.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { movedSquare, shareOf } from "./average.js";
import { type OptimizerOptions, optimizerFields, optimizerOf, slot } from "./make.js";
import type { Optimizer } from "./optimizer.js";
import { slotOf } from "./slotOf.js";

export interface AdadeltaOptions extends OptimizerOptions {
  /** How much of both averages of squares is kept, from 0 to 1. Default: 0.95. */
  readonly rho?: number | undefined;
  /** Added under both roots. Default: 1e-7. */
  readonly epsilon?: number | undefined;
}

const fields = {
  ...optimizerFields(0.001),
  rho: number({ default: 0.95, min: 0, max: 1 }),
  epsilon: number({ default: 1e-7, above: 0 }),
} satisfies FieldsOf<AdadeltaOptions>;

/**
 * w − rate · d with d = √(D + `epsilon`) / √(G + `epsilon`) · g, where G and D are moving averages of g² and d² (Zeiler
 * 2012, algorithm 1). Default rate: 0.001 as in Keras; the paper's is 1.
 */
export function adadelta(options: AdadeltaOptions = {}): Optimizer {
  const read = readOptions("adadelta", options, fields);
  const { rho, epsilon } = read;
  return optimizerOf("adadelta", read, {
    slots: (shape) => [slot("accumulatedGradient", shape), slot("accumulatedDelta", shape)],
    emit: (context) => {
      const { weight, gradient, learningRate } = context;
      const deltas = slotOf(context, "accumulatedDelta");
      const share = shareOf(gradient, rho);
      const accumulatedGradient = movedSquare(slotOf(context, "accumulatedGradient"), share, rho);
      const ratio = sqrt(div(add(deltas, epsilon), add(accumulatedGradient, epsilon)));
      // In the size in which the average of moves takes its square.
      const delta = { value: mul(ratio, share.value), factor: share.factor };
      return {
        weight: sub(weight, mul(delta.value, mul(learningRate, 1 / share.factor))),
        slots: { accumulatedGradient, accumulatedDelta: movedSquare(deltas, delta, rho) },
      };
    },
  });
}
