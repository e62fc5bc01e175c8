import { add } from "../../engine/ops/add.js";
import { div } from "../../engine/ops/div.js";
import { mul } from "../../engine/ops/mul.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { movedByShare, movedSquare, shareOf } from "./average.js";
import { biasCorrection } from "./biasCorrection.js";
import { type OptimizerOptions, optimizerFields, optimizerOf, slot } from "./make.js";
import type { Optimizer, Update, UpdateContext } from "./optimizer.js";
import { factorOf, slotOf } from "./slotOf.js";

export interface NadamOptions extends OptimizerOptions {
  /** How much of the average of gradients is kept, from 0 to 1. Default: 0.9. */
  readonly beta1?: number | undefined;
  /** How much of the average of squares is kept, from 0 to 1. Default: 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the root. Default: 1e-7. */
  readonly epsilon?: number | undefined;
}

type Betas = Readonly<Record<"beta1" | "beta2", number>>;

/** The momentum's warm-up: β₁ · (1 − 0.96ᵗ / 2). */
function warmedUp(beta1: number, step: number): number {
  return beta1 * (1 - 0.96 ** step / 2);
}

/** The product of all warmed-up momenta until a step. */
function momentumProduct(beta1: number, step: number): number {
  let product = 1;
  // It is as good as 0 long before a long training ends.
  for (let t = 1; t <= step && product > 1e-300; t++) product *= warmedUp(beta1, t);
  return product;
}

/** With c = √(1 − β₂ᵗ), the denominator √v / c + ε is (√v + ε · c) / c: all factors go into scalars. */
function factors({ beta1, beta2 }: Betas): NonNullable<Optimizer["factors"]> {
  const c = (step: number): number => Math.sqrt(biasCorrection(beta2, step));
  const ofGradient = (step: number): number =>
    (1 - warmedUp(beta1, step)) / (1 - momentumProduct(beta1, step));
  return {
    ofGradient: (step) => ofGradient(step) * c(step),
    /** Against the gradient's. */
    ofMomentum: (step) => {
      const next = warmedUp(beta1, step + 1);
      return next / (1 - momentumProduct(beta1, step) * next) / ofGradient(step);
    },
    ofEpsilon: c,
  };
}

function update(context: UpdateContext, beta1: number, beta2: number, epsilon: number): Update {
  const { weight, gradient, learningRate } = context;
  const share = shareOf(gradient, beta2);
  const momentum = movedByShare(slotOf(context, "momentum"), share, beta1);
  const velocity = movedSquare(slotOf(context, "velocity"), share, beta2);
  const ahead = add(share.value, mul(momentum, mul(factorOf(context, "ofMomentum"), share.factor)));
  const direction = div(ahead, add(sqrt(velocity), mul(factorOf(context, "ofEpsilon"), epsilon)));
  const rate = mul(learningRate, mul(factorOf(context, "ofGradient"), 1 / share.factor));
  return { weight: sub(weight, mul(direction, rate)), slots: { momentum, velocity } };
}

const fields = {
  ...optimizerFields(0.001),
  beta1: number({ default: 0.9, min: 0, below: 1 }),
  beta2: number({ default: 0.999, min: 0, below: 1 }),
  epsilon: number({ default: 1e-7, min: 0 }),
} satisfies FieldsOf<NadamOptions>;

/** {@link adam} with Nesterov's momentum (Dozat 2016). Default rate: 0.001. */
export function nadam(options: NadamOptions = {}): Optimizer {
  const read = readOptions("nadam", options, fields);
  return optimizerOf("nadam", read, {
    slots: (shape) => [slot("momentum", shape), slot("velocity", shape)],
    factors: factors(read),
    emit: (context) => update(context, read.beta1, read.beta2, read.epsilon),
  });
}
