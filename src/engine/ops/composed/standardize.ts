import type { Value } from "../../graph/graph.js";
import { add } from "../add.js";
import { mul } from "../mul.js";
import { reciprocal } from "../reciprocal.js";
import { reduceMean } from "../reduceMean.js";
import { sqrt } from "../sqrt.js";
import { sub } from "../sub.js";

/** A tensor less its mean, divided by its deviation, over some axes. */
export interface Standardized {
  readonly axes: readonly number[];
  readonly normal: Value;
  /** 1 / √(variance + ε), the axes kept with size 1. */
  readonly inverse: Value;
}

/** (x − mean) / √(variance + ε), mean and variance taken over `axes`. */
export function standardize(x: Value, axes: readonly number[], epsilon: number): Standardized {
  const centred = sub(x, reduceMean(x, { axes, keepDims: true }));
  const variance = reduceMean(mul(centred, centred), { axes, keepDims: true });
  const inverse = reciprocal(sqrt(add(variance, epsilon)));
  return { axes, normal: mul(centred, inverse), inverse };
}

/**
 * The gradient for x of {@link standardize}, where `g` reaches the normal values:
 * inverse · (g − mean(g) − normal · mean(g · normal)).
 */
export function standardizeGradient({ axes, normal, inverse }: Standardized, g: Value): Value {
  const mean = (value: Value): Value => reduceMean(value, { axes, keepDims: true });
  return mul(inverse, sub(sub(g, mean(g)), mul(normal, mean(mul(g, normal)))));
}
