import { ImagoError } from "../errors.js";
import { float, int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, number } from "../options.js";
import { sizeOf } from "../tensor/shape.js";
import { alongChannels, axesOffChannels, requireChannelVectors } from "./composed/channelwise.js";
import { standardize, standardizeGradient } from "./composed/standardize.js";
import { requireImage } from "./conv/window.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { real } from "./define/fields.js";
import { mul } from "./mul.js";
import { reduceSum } from "./reduceSum.js";
import { reshape } from "./reshape.js";

export interface GroupNormalizationOptions {
  /** Into how many groups the channels fall. */
  readonly numGroups: number;
  /** Added to the variance. Default: 1e-5, as in ONNX. */
  readonly epsilon?: number | undefined;
}

const fields = {
  numGroups: number({ min: 1, integer: true }),
  epsilon: real(1e-5),
} satisfies FieldsOf<GroupNormalizationOptions>;

/**
 * (x − mean) / √(variance + ε) · scale + bias, with the statistics of each group of channels of each image (Wu
 * and He 2018). ONNX's operator of opset 21.
 *
 * @param x [batch, channels, …sizes]
 * @param scale [channels]
 * @param bias [channels]
 */
export const groupNormalization = defineOp<
  [Value, Value, Value],
  (x: Value, scale: Operand, bias: Operand, options: GroupNormalizationOptions) => Value,
  typeof fields
>(
  "GroupNormalization",
  {
    arity: 3,
    options: { at: 3, fields },
    infer: ({ inputs: [x, scale, bias], attributes }) => {
      requireImage(x.shape);
      requireChannelVectors(x, { scale, bias });
      const groups = attributes.int("num_groups");
      const channels = x.size(1);
      if (groups < 1 || channels % groups !== 0) {
        throw new ImagoError(`${channels} channels cannot be shared among ${groups} groups`);
      }
      return [x.type];
    },
    gradient: ({ inputs: [x, scale], attributes, outputGradients: [dy] }): InputGradients => {
      const groups = attributes.int("num_groups");
      const apart = [x.size(0), groups, sizeOf(x.shape.slice(1)) / groups];
      const standard = standardize(reshape(x, apart), [2], attributes.float("epsilon", 1e-5));
      const g = reshape(mul(dy, alongChannels(scale, x.rank)), apart);
      const axes = axesOffChannels(x.rank);
      return [
        reshape(standardizeGradient(standard, g), x.shape),
        reduceSum(mul(dy, reshape(standard.normal, x.shape)), { axes }),
        reduceSum(dy, { axes }),
      ];
    },
  },
  (operator, { numGroups, epsilon }) =>
    (x, scale, bias) =>
      emit(operator, [x, scale, bias], { num_groups: int(numGroups), epsilon: float(epsilon) }),
);
