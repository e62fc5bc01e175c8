import { type FieldsOf, number, oneOf, readOptions } from "../../engine/options.js";
import type { Generator } from "../../engine/random/generator.js";
import type { Shape } from "../../engine/tensor/shape.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import { drawn } from "./drawn.js";
import { fans } from "./fans.js";
import type { Initializer } from "./initializer.js";

export type FanMode = "fanIn" | "fanOut" | "fanAvg";
export type ScaledDistribution = "uniform" | "truncatedNormal" | "untruncatedNormal";

export interface VarianceScalingOptions {
  /** Factor of the variance, above 0. Default: 1. */
  readonly scale?: number | undefined;
  /** What the variance is divided by: inputs, outputs, or their mean. Default: `fanIn`. */
  readonly mode?: FanMode | undefined;
  /** Default: `truncatedNormal`. */
  readonly distribution?: ScaledDistribution | undefined;
}

/** The standard deviation of a unit normal distribution truncated at two deviations. */
const truncatedDeviation = 0.8796256610342398;

/** Elements of mean 0 and variance `scale / fans`, at least one fan counted. */
export function drawScaled(
  shape: Shape,
  random: Generator,
  {
    scale,
    mode,
    distribution,
  }: Required<{ [K in keyof VarianceScalingOptions]: NonNullable<VarianceScalingOptions[K]> }>,
): Tensor<"float32"> {
  const { fanIn, fanOut } = fans(shape);
  const fan = mode === "fanIn" ? fanIn : mode === "fanOut" ? fanOut : (fanIn + fanOut) / 2;
  const deviation = Math.sqrt(scale / Math.max(1, fan));
  switch (distribution) {
    case "uniform": {
      const limit = Math.sqrt(3) * deviation;
      return drawn(shape, () => limit * (2 * random.uniform() - 1));
    }
    case "truncatedNormal":
      return drawn(shape, () => random.truncatedNormal(0, deviation / truncatedDeviation));
    case "untruncatedNormal":
      return drawn(shape, () => random.normal(0, deviation));
  }
}

const fields = {
  scale: number({ default: 1, above: 0 }),
  mode: oneOf<FanMode>(["fanIn", "fanOut", "fanAvg"], "fanIn"),
  distribution: oneOf<ScaledDistribution>(
    ["uniform", "truncatedNormal", "untruncatedNormal"],
    "truncatedNormal",
  ),
} satisfies FieldsOf<VarianceScalingOptions>;

/** Random weights whose variance fits their number of inputs or outputs (see {@link fans}). */
export function varianceScaling(options: VarianceScalingOptions = {}): Initializer {
  const config = readOptions("varianceScaling", options, fields);
  return { name: "varianceScaling", config, make: (shape, random) => drawScaled(shape, random, config) };
}
