import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { mul } from "../../engine/ops/mul.js";
import { sigmoid } from "../../engine/ops/sigmoid.js";
import { split } from "../../engine/ops/split.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import { formatShape, normalizeAxis } from "../../engine/tensor/shape.js";
import type { Activation } from "./activation.js";

export interface GluOptions {
  /** The axis that is halved. Default: −1, the last. */
  readonly axis?: number | undefined;
}

function emitGlu(x: Value, axis: number): Value {
  const at = normalizeAxis(axis, x.rank);
  const half = x.size(at) / 2;
  if (!Number.isInteger(half)) {
    throw new ImagoError(`glu: axis ${axis} of ${formatShape(x.shape)} must have an even size.`);
  }
  const [a, b] = split(x, { axis: at, sizes: [half, half] });
  return mul(a as Value, sigmoid(b as Value));
}

const fields = { axis: number({ default: -1, integer: true }) } satisfies FieldsOf<GluOptions>;

/**
 * a · sigmoid(b), where a and b are the halves of x along an axis (Dauphin et al. 2016, eq. 1). The result is
 * half as long there.
 */
export function glu(options: GluOptions = {}): Activation {
  const config = readOptions("glu", options, fields);
  return { name: "glu", config, emit: (x) => emitGlu(x, config.axis) };
}
