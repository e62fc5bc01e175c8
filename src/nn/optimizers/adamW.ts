import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { type AdamOptions, adamFields, adamOf } from "./adam.js";
import type { Optimizer } from "./optimizer.js";

const fields = {
  ...adamFields,
  weightDecay: number({ default: 0.004, min: 0 }),
} satisfies FieldsOf<AdamOptions>;

/** {@link adam} with decoupled weight decay (Loshchilov and Hutter 2019). `weightDecay` is 0.004 by default. */
export function adamW(options: AdamOptions = {}): Optimizer {
  return adamOf("adamW", readOptions("adamW", options, fields));
}
