import { float } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import type { FieldsOf } from "../options.js";
import { alongChannels, axesOffChannels, requireChannelVectors } from "./composed/channelwise.js";
import { standardize, standardizeGradient } from "./composed/standardize.js";
import { requireImage, spatialAxes } from "./conv/window.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { real } from "./define/fields.js";
import { mul } from "./mul.js";
import { reduceSum } from "./reduceSum.js";

export interface InstanceNormalizationOptions {
  /** Added to the variance. Default: 1e-5, as in ONNX. */
  readonly epsilon?: number | undefined;
}

const fields = {
  epsilon: real(1e-5),
} satisfies FieldsOf<InstanceNormalizationOptions>;

/**
 * (x − mean) / √(variance + ε) · scale + bias, with the statistics of each channel of each image (Ulyanov,
 * Vedaldi and Lempitsky 2016).
 *
 * @param x [batch, channels, …sizes]
 * @param scale [channels]
 * @param bias [channels]
 */
export const instanceNormalization = defineOp<
  [Value, Value, Value],
  (x: Value, scale: Operand, bias: Operand, options?: InstanceNormalizationOptions) => Value,
  typeof fields
>(
  "InstanceNormalization",
  {
    arity: 3,
    options: { at: 3, fields },
    infer: ({ inputs: [x, scale, bias] }) => {
      requireImage(x.shape);
      requireChannelVectors(x, { scale, bias });
      return [x.type];
    },
    gradient: ({ inputs: [x, scale], attributes, outputGradients: [dy] }): InputGradients => {
      const standard = standardize(x, spatialAxes(x.rank), attributes.float("epsilon", 1e-5));
      const axes = axesOffChannels(x.rank);
      return [
        standardizeGradient(standard, mul(dy, alongChannels(scale, x.rank))),
        reduceSum(mul(dy, standard.normal), { axes }),
        reduceSum(dy, { axes }),
      ];
    },
  },
  (operator, { epsilon }) =>
    (x, scale, bias) =>
      emit(operator, [x, scale, bias], { epsilon: float(epsilon) }),
);
