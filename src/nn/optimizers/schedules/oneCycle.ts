import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, number, oneOf, readOptions } from "../../../engine/options.js";
import { configOf } from "../../config/config.js";
import type { Schedule } from "../optimizer.js";
import { cosineFraction } from "./cosineDecay.js";

export interface OneCycleOptions {
  /** The rate at the top. */
  readonly maxLearningRate: number;
  /** Steps of the whole cycle, from 2: epochs times batches. */
  readonly totalSteps: number;
  /** The share of the steps in which the rate rises, above 0 and below 1. Default: 0.3. */
  readonly rise?: number | undefined;
  /** Rate at step 0, as a fraction of the top. Default: 1/25. */
  readonly start?: number | undefined;
  /** Rate at the last step, as a fraction of the first. Default: 1e-4. */
  readonly end?: number | undefined;
  /** How the rate goes from one to the next. Default: "cosine". */
  readonly shape?: "cosine" | "linear" | undefined;
}

const fields = {
  maxLearningRate: number({ above: 0 }),
  totalSteps: number({ min: 2, integer: true }),
  rise: number({ default: 0.3, above: 0, below: 1 }),
  start: number({ default: 1 / 25, above: 0, max: 1 }),
  end: number({ default: 1e-4, min: 0, max: 1 }),
  shape: oneOf(["cosine", "linear"], "cosine"),
} satisfies FieldsOf<OneCycleOptions>;

/**
 * Up to the top in the first part of the training and down to nearly nothing in the rest, which lets a network learn at rates that it
 * would not bear throughout (Smith and Topin 2018). Defaults are those of PyTorch's `OneCycleLR`. Behind the last step the rate stays.
 *
 * @throws ImagoError where the share of the rise leaves no step for it, or for the fall
 */
export function oneCycle(options: OneCycleOptions): Schedule {
  const config = readOptions("oneCycle", options, fields);
  const { maxLearningRate: top, totalSteps, rise, start, end, shape } = config;
  const last = totalSteps - 1;
  const summit = rise * totalSteps - 1;
  if (summit <= 0 || summit >= last) {
    throw new ImagoError(
      `oneCycle: a rise of ${rise} of ${totalSteps} steps leaves none for ${summit <= 0 ? "it" : "the fall"}.`,
      {
        help: "Give another rise, or more totalSteps.",
      },
    );
  }
  const between = (from: number, to: number, done: number): number =>
    to + (from - to) * (shape === "cosine" ? cosineFraction(done, 0) : 1 - done);
  const bottom = top * start;
  return {
    name: "oneCycle",
    config: configOf(config),
    at: (step) =>
      step <= summit
        ? between(bottom, top, step / summit)
        : between(top, bottom * end, Math.min(1, (step - summit) / (last - summit))),
  };
}
