import { leakyRelu as emitLeakyRelu } from "../../engine/ops/leakyRelu.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Activation } from "./activation.js";

export interface LeakyReluOptions {
  /** Slope below 0. Default: 0.2, as in Keras's activation. */
  readonly negativeSlope?: number | undefined;
}

const fields = { negativeSlope: number({ default: 0.2 }) } satisfies FieldsOf<LeakyReluOptions>;

/** x above 0, `negativeSlope` · x below. */
export function leakyRelu(options: LeakyReluOptions = {}): Activation {
  const config = readOptions("leakyRelu", options, fields);
  return { name: "leakyRelu", config, emit: (x) => emitLeakyRelu(x, { alpha: config.negativeSlope }) };
}
