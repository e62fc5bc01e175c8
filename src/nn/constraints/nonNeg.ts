import { relu } from "../../engine/ops/relu.js";
import { readOptions } from "../../engine/options.js";
import type { Constraint } from "./constraint.js";

/** Sets negative weights to 0. Takes no options. */
export function nonNeg(options: Record<string, never> = {}): Constraint {
  readOptions("nonNeg", options, {});
  return { name: "nonNeg", config: {}, emit: (weight) => relu(weight) };
}
