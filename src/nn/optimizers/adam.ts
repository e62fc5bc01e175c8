import { add } from "../../engine/ops/add.js";
import { div } from "../../engine/ops/div.js";
import { max } from "../../engine/ops/max.js";
import { mul } from "../../engine/ops/mul.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, flag, number, type ReadOf, readOptions } from "../../engine/options.js";
import { movedByShare, movedSquare, shareOf } from "./average.js";
import { biasCorrection } from "./biasCorrection.js";
import { type OptimizerOptions, optimizerFields, optimizerOf, slot } from "./make.js";
import type { Optimizer, Update, UpdateContext } from "./optimizer.js";
import { factorOf, slotOf } from "./slotOf.js";

export interface AdamOptions extends OptimizerOptions {
  /** How much of the average of gradients is kept, from 0 to 1. Default: 0.9. */
  readonly beta1?: number | undefined;
  /** How much of the average of squares is kept, from 0 to 1. Default: 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the root: "epsilon hat" of the paper's section 2. Default: 1e-7. */
  readonly epsilon?: number | undefined;
  /** Divide by the largest average of squares so far (Reddi et al. 2018). Default: false. */
  readonly amsgrad?: boolean | undefined;
}

/** How {@link AdamOptions} are read. */
export const adamFields = {
  ...optimizerFields(0.001),
  beta1: number({ default: 0.9, min: 0, below: 1 }),
  beta2: number({ default: 0.999, min: 0, below: 1 }),
  epsilon: number({ default: 1e-7, min: 0 }),
  amsgrad: flag(false),
} satisfies FieldsOf<AdamOptions>;

type Rule = ReadOf<typeof adamFields>;

function update(context: UpdateContext, { beta1, beta2, epsilon, amsgrad }: Rule): Update {
  const { weight, gradient, learningRate } = context;
  const share = shareOf(gradient, beta2);
  const momentum = movedByShare(slotOf(context, "momentum"), share, beta1);
  const velocity = movedSquare(slotOf(context, "velocity"), share, beta2);
  const largest = amsgrad ? max(slotOf(context, "velocityHat"), velocity) : undefined;
  const direction = div(momentum, add(sqrt(largest ?? velocity), epsilon));
  return {
    weight: sub(weight, mul(direction, mul(learningRate, factorOf(context, "correction")))),
    slots: { momentum, velocity, ...(largest === undefined ? {} : { velocityHat: largest }) },
  };
}

/** Adam under a name, from its options as read. */
export function adamOf(name: string, read: Rule): Optimizer {
  const { beta1, beta2 } = read;
  return optimizerOf(name, read, {
    factors: {
      correction: (step) => Math.sqrt(biasCorrection(beta2, step)) / biasCorrection(beta1, step),
    },
    slots: (shape) => [
      slot("momentum", shape),
      slot("velocity", shape),
      ...(read.amsgrad ? [slot("velocityHat", shape)] : []),
    ],
    emit: (context) => update(context, read),
  });
}

/**
 * w − rate · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · m / (√v + `epsilon`), where m and v are moving averages of g and g² (Kingma and
 * Ba 2015, the form at the end of section 2). Default rate: 0.001.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  return adamOf("adam", readOptions("adam", options, adamFields));
}
