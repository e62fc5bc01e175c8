import type { Value } from "../../engine/graph/graph.js";
import { abs } from "../../engine/ops/abs.js";
import { add } from "../../engine/ops/add.js";
import { square } from "../../engine/ops/composed/square.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Regularizer } from "./regularizer.js";

export interface L1L2Options {
  /** Factor of the sum of absolute values. Default: 0. */
  readonly l1?: number | undefined;
  /** Factor of the sum of squares. Default: 0. */
  readonly l2?: number | undefined;
}

/** `l1` · Σ |w| + `l2` · Σ w²; a part whose factor is 0 costs nothing. */
export function penalty(weight: Value, { l1, l2 }: { readonly l1: number; readonly l2: number }): Value {
  const absolute = l1 === 0 ? undefined : mul(reduceSum(abs(weight)), l1);
  const squared = l2 === 0 ? undefined : mul(reduceSum(square(weight)), l2);
  if (absolute !== undefined && squared !== undefined) return add(absolute, squared);
  return absolute ?? squared ?? weight.graph.scalar(0, weight.dtype);
}

const fields = {
  l1: number({ default: 0, min: 0 }),
  l2: number({ default: 0, min: 0 }),
} satisfies FieldsOf<L1L2Options>;

/** The penalty `l1` · Σ |w| + `l2` · Σ w² ("elastic net"). */
export function l1l2(options: L1L2Options = {}): Regularizer {
  const config = readOptions("l1l2", options, fields);
  return { name: "l1l2", config, emit: (weight) => penalty(weight, config) };
}
