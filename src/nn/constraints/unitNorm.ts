import { add } from "../../engine/ops/add.js";
import { div } from "../../engine/ops/div.js";
import { type FieldsOf, numberOrNumbers, readOptions } from "../../engine/options.js";
import { epsilon } from "../config/epsilon.js";
import type { Constraint } from "./constraint.js";
import { type Axes, normsOf } from "./norms.js";

export interface UnitNormOptions {
  /** Axis or axes that the norm is taken over. Default: 0. */
  readonly axis?: Axes | undefined;
}

const fields = { axis: numberOrNumbers(0, { integer: true }) } satisfies FieldsOf<UnitNormOptions>;

/** Gives weight vectors length 1. */
export function unitNorm(options: UnitNormOptions = {}): Constraint {
  const config = readOptions("unitNorm", options, fields);
  return {
    name: "unitNorm",
    config,
    emit: (weight) => div(weight, add(normsOf(weight, config.axis), epsilon)),
  };
}
