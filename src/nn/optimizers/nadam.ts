import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { cast } from "../../engine/ops/cast.js";
import { div } from "../../engine/ops/div.js";
import { mul } from "../../engine/ops/mul.js";
import { pow } from "../../engine/ops/pow.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { moved, movedSquare } from "./average.js";
import { preciseStep, share } from "./biasCorrection.js";
import { type OptimizerOptions, optimizerFields, optimizerOf, slot } from "./make.js";
import type { Optimizer, Update, UpdateContext } from "./optimizer.js";
import { slotOf } from "./slotOf.js";

export interface NadamOptions extends OptimizerOptions {
  /** How much of the average of gradients is kept, from 0 to 1. Default: 0.9. */
  readonly beta1?: number | undefined;
  /** How much of the average of squares is kept, from 0 to 1. Default: 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the root. Default: 1e-7. */
  readonly epsilon?: number | undefined;
}

/** The momentum's warm-up, β₁ · (1 − 0.96ᵗ / 2), in float64. */
function warmedUp(beta1: number, step: Value): Value {
  return mul(sub(1, mul(pow(step.graph.scalar(0.96, "float64"), step), 0.5)), beta1);
}

function update(context: UpdateContext, beta1: number, beta2: number, epsilon: number): Update {
  const { weight, gradient, learningRate } = context;
  const t = preciseStep(context.step);
  const now = warmedUp(beta1, t);
  const next = warmedUp(beta1, add(t, 1));
  const product = mul(cast(slotOf(context, "momentumProduct"), "float64"), now);
  // With c = √(1 − β₂ᵗ), the denominator √v / c + ε is (√v + ε · c) / c: all factors go into scalars.
  const c = sqrt(share(beta2, t));
  const scaled = (factor: Value): Value => mul(learningRate, cast(mul(factor, c), "float32"));
  const ofMomentum = scaled(div(next, sub(1, mul(product, next))));
  const ofGradient = scaled(div(sub(1, now), sub(1, product)));
  const momentum = moved(slotOf(context, "momentum"), gradient, beta1);
  const velocity = movedSquare(slotOf(context, "velocity"), gradient, beta2);
  const ahead = add(mul(momentum, ofMomentum), mul(gradient, ofGradient));
  const move = div(ahead, add(sqrt(velocity), cast(mul(c, epsilon), "float32")));
  return {
    weight: sub(weight, move),
    slots: { momentum, velocity, momentumProduct: cast(product, "float32") },
  };
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
    slots: (shape) => [slot("momentum", shape), slot("velocity", shape), slot("momentumProduct", [], 1)],
    emit: (context) => update(context, read.beta1, read.beta2, read.epsilon),
  });
}
