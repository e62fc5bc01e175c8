import { add } from "../../engine/ops/add.js";
import { square } from "../../engine/ops/composed/square.js";
import { div } from "../../engine/ops/div.js";
import { mul } from "../../engine/ops/mul.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { sub } from "../../engine/ops/sub.js";
import { type FieldsOf, flag, number, type ReadOf, readOptions } from "../../engine/options.js";
import { movedByShare, movedSquare, shareOf } from "./average.js";
import { type OptimizerOptions, optimizerFields, optimizerOf, slot } from "./make.js";
import type { Optimizer, Update, UpdateContext } from "./optimizer.js";
import { slotOf } from "./slotOf.js";

export interface RmspropOptions extends OptimizerOptions {
  /** How much of the average of squares is kept, from 0 to 1. Default: 0.9. */
  readonly rho?: number | undefined;
  /** How much of the last move is kept. Default: 0. */
  readonly momentum?: number | undefined;
  /** Added under the root. Default: 1e-7. */
  readonly epsilon?: number | undefined;
  /** Divide by the gradient's deviation instead of its root mean square. Default: false. */
  readonly centered?: boolean | undefined;
}

const fields = {
  ...optimizerFields(0.001),
  rho: number({ default: 0.9, min: 0, max: 1 }),
  momentum: number({ default: 0, min: 0, max: 1 }),
  epsilon: number({ default: 1e-7, min: 0 }),
  centered: flag(false),
} satisfies FieldsOf<RmspropOptions>;

type Rule = ReadOf<typeof fields>;

function update(context: UpdateContext, { rho, momentum, epsilon, centered }: Rule): Update {
  const { weight, gradient, learningRate } = context;
  const share = shareOf(gradient, rho);
  const velocity = movedSquare(slotOf(context, "velocity"), share, rho);
  const averageGradient = centered ? movedByShare(slotOf(context, "averageGradient"), share, rho) : undefined;
  const spread = averageGradient === undefined ? velocity : sub(velocity, square(averageGradient));
  const direction = div(share.value, sqrt(add(spread, epsilon)));
  const step = mul(direction, mul(learningRate, 1 / share.factor));
  const move = momentum === 0 ? step : add(mul(slotOf(context, "momentum"), momentum), step);
  return {
    weight: sub(weight, move),
    slots: {
      velocity,
      ...(momentum === 0 ? {} : { momentum: move }),
      ...(averageGradient === undefined ? {} : { averageGradient }),
    },
  };
}

/**
 * w − rate · g / √(v + `epsilon`), where v is the moving average of g² (Tieleman and Hinton 2012). Note that epsilon
 * stands under the root. Default rate: 0.001.
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  const read = readOptions("rmsprop", options, fields);
  return optimizerOf("rmsprop", read, {
    slots: (shape) => [
      slot("velocity", shape),
      ...(read.momentum === 0 ? [] : [slot("momentum", shape)]),
      ...(read.centered ? [slot("averageGradient", shape)] : []),
    ],
    emit: (context) => update(context, read),
  });
}
