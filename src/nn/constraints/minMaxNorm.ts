import { add } from "../../engine/ops/add.js";
import { clip } from "../../engine/ops/clip.js";
import { mul } from "../../engine/ops/mul.js";
import { type FieldsOf, number, numberOrNumbers, readOptions } from "../../engine/options.js";
import type { Constraint } from "./constraint.js";
import { type Axes, normsOf, withNorms } from "./norms.js";

export interface MinMaxNormOptions {
  /** Smallest norm, from 0. Default: 0. */
  readonly minValue?: number | undefined;
  /** Largest norm, from 0. Default: 1. */
  readonly maxValue?: number | undefined;
  /** How far norms go towards the bounds at each step, from 0 to 1. Default: 1, all the way. */
  readonly rate?: number | undefined;
  /** Axis or axes that the norm is taken over. Default: 0. */
  readonly axis?: Axes | undefined;
}

const fields = {
  minValue: number({ default: 0, min: 0 }),
  maxValue: number({ default: 1, min: 0 }),
  rate: number({ default: 1, min: 0, max: 1 }),
  axis: numberOrNumbers(0, { integer: true }),
} satisfies FieldsOf<MinMaxNormOptions>;

/** Keeps the lengths of weight vectors between two bounds. */
export function minMaxNorm(options: MinMaxNormOptions = {}): Constraint {
  const config = readOptions("minMaxNorm", options, fields);
  const { minValue, maxValue, rate } = config;
  return {
    name: "minMaxNorm",
    config,
    emit: (weight) => {
      const norms = normsOf(weight, config.axis);
      const bounded = clip(norms, minValue, maxValue);
      return withNorms(weight, norms, rate === 1 ? bounded : add(mul(bounded, rate), mul(norms, 1 - rate)));
    },
  };
}
