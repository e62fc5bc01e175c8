import type { Value } from "../../engine/graph/graph.js";
import { clip } from "../../engine/ops/clip.js";
import { greater } from "../../engine/ops/greater.js";
import { mul } from "../../engine/ops/mul.js";
import { relu as emitRelu } from "../../engine/ops/relu.js";
import { sub } from "../../engine/ops/sub.js";
import { where } from "../../engine/ops/where.js";
import { type FieldsOf, number, optional, type ReadOf, readOptions } from "../../engine/options.js";
import { configOf } from "../config/config.js";
import type { Activation } from "./activation.js";

export interface ReluOptions {
  /** Slope below the threshold. Default: 0. */
  readonly negativeSlope?: number | undefined;
  /** Largest value. Default: none. */
  readonly maxValue?: number | undefined;
  /** Where the rectifier bends. Default: 0. */
  readonly threshold?: number | undefined;
}

const fields = {
  negativeSlope: number({ default: 0, min: 0 }),
  maxValue: optional(number({ min: 0 })),
  threshold: number({ default: 0, min: 0 }),
} satisfies FieldsOf<ReluOptions>;

function rectify(x: Value, { negativeSlope, maxValue, threshold }: ReadOf<typeof fields>): Value {
  const positive = threshold === 0 ? emitRelu(x) : where(greater(x, threshold), x, 0);
  const bounded = maxValue === undefined ? positive : clip(positive, undefined, maxValue);
  return negativeSlope === 0 ? bounded : sub(bounded, mul(emitRelu(sub(threshold, x)), negativeSlope));
}

/** max(x, 0); with options: x above `threshold`, at most `maxValue`, `negativeSlope` · (x − threshold) below. */
export function relu(options: ReluOptions = {}): Activation {
  const read = readOptions("relu", options, fields);
  return { name: "relu", config: configOf(read), emit: (x) => rectify(x, read) };
}
