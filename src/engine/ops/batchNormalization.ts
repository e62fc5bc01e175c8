import { type Attributes, float, int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import type { FieldsOf } from "../options.js";
import { add } from "./add.js";
import { alongChannels, axesOffChannels, requireChannelVectors } from "./composed/channelwise.js";
import { standardize, standardizeGradient } from "./composed/standardize.js";
import { defineOp, emit, emitAll, type Operand } from "./define/define.js";
import { real } from "./define/fields.js";
import { expand } from "./expand.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";
import { reciprocal } from "./reciprocal.js";
import { reduceMean } from "./reduceMean.js";
import { reduceSum } from "./reduceSum.js";
import { sqrt } from "./sqrt.js";
import { sub } from "./sub.js";

export interface BatchNormalizationOptions {
  /** Added to the variance. Default: 1e-5, as in ONNX. */
  readonly epsilon?: number | undefined;
}

export interface BatchNormalizationTrainingOptions extends BatchNormalizationOptions {
  /** Share of the old statistics that is kept in the new. Default: 0.9, as in ONNX. */
  readonly momentum?: number | undefined;
}

type Inputs = [Value, Value, Value, Value, Value];

const epsilonOf = (attributes: Attributes): number => attributes.float("epsilon", 1e-5);

/** With given statistics the operator is linear in the image: x · a + b for each channel. */
function inferenceGradient([x, scale, , mean, variance]: Inputs, dy: Value, epsilon: number): InputGradients {
  const axes = axesOffChannels(x.rank);
  const inverse = reciprocal(sqrt(add(variance, epsilon)));
  const factor = mul(scale, inverse);
  const dBias = reduceSum(dy, { axes });
  const normal = mul(sub(x, alongChannels(mean, x.rank)), alongChannels(inverse, x.rank));
  const dScale = reduceSum(mul(dy, normal), { axes });
  const dVariance = mul(mul(dScale, mul(factor, inverse)), -0.5);
  return [mul(dy, alongChannels(factor, x.rank)), dScale, dBias, neg(mul(dBias, factor)), dVariance];
}

/** With the batch's own statistics, of which the second and third output keep a moving average. */
function trainingGradient(
  [x, scale]: Inputs,
  [dy, dMean, dVariance]: readonly (Value | undefined)[],
  attributes: Attributes,
): InputGradients {
  const axes = axesOffChannels(x.rank);
  const momentum = attributes.float("momentum", 0.9);
  const count = axes.reduce((product, axis) => product * x.size(axis), 1);
  const share = (g: Value): Value => alongChannels(mul(g, (1 - momentum) / count), x.rank);
  const standard = standardize(x, axes, epsilonOf(attributes));
  const centred = (): Value => sub(x, reduceMean(x, { axes, keepDims: true }));
  const parts = [
    dy && standardizeGradient(standard, mul(dy, alongChannels(scale, x.rank))),
    dMean && expand(share(dMean), x.shape),
    dVariance && mul(mul(share(dVariance), 2), centred()),
  ].filter((part) => part !== undefined);
  return [
    parts.length === 0 ? undefined : parts.reduce((sum, part) => add(sum, part)),
    dy && reduceSum(mul(dy, standard.normal), { axes }),
    dy && reduceSum(dy, { axes }),
    dMean && mul(dMean, momentum),
    dVariance && mul(dVariance, momentum),
  ];
}

const isTraining = (attributes: Attributes): boolean => attributes.int("training_mode", 0) === 1;

const fields = {
  epsilon: real(1e-5),
} satisfies FieldsOf<BatchNormalizationOptions>;

/**
 * (x − mean) / √(variance + ε) · scale + bias for each channel (Ioffe and Szegedy 2015), with statistics given as
 * `mean` and `variance`: as at inference.
 *
 * @param x [batch, channels, …]
 * @param scale [channels]; so are bias, mean and variance
 */
export const batchNormalization = defineOp<
  Inputs,
  (
    x: Value,
    scale: Operand,
    bias: Operand,
    mean: Operand,
    variance: Operand,
    options?: BatchNormalizationOptions,
  ) => Value,
  typeof fields
>(
  "BatchNormalization",
  {
    arity: 5,
    options: { at: 5, fields },
    partialGradients: true,
    infer: ({ inputs: [x, scale, bias, mean, variance], attributes }) => {
      requireChannelVectors(x, { scale, bias, mean, variance });
      return isTraining(attributes) ? [x.type, mean.type, variance.type] : [x.type];
    },
    gradient: ({ inputs, attributes, outputGradients }): InputGradients =>
      isTraining(attributes)
        ? trainingGradient(inputs, outputGradients, attributes)
        : inferenceGradient(inputs, outputGradients[0], epsilonOf(attributes)),
  },
  (operator, { epsilon }) =>
    (x, scale, bias, mean, variance) =>
      emit(operator, [x, scale, bias, mean, variance], { epsilon: float(epsilon) }),
);

export interface BatchNormalizationTraining {
  readonly y: Value;
  /** momentum · mean + (1 − momentum) · the batch's mean: [channels]. */
  readonly mean: Value;
  /** The same of the variance, the batch's divided by the number of its elements (not one less). */
  readonly variance: Value;
}

/** {@link batchNormalization} with the statistics of the batch, and `mean` and `variance` moved towards them. */
export function batchNormalizationTraining(
  x: Value,
  parameters: {
    readonly scale: Operand;
    readonly bias: Operand;
    readonly mean: Operand;
    readonly variance: Operand;
  },
  { epsilon = 1e-5, momentum = 0.9 }: BatchNormalizationTrainingOptions = {},
): BatchNormalizationTraining {
  const { scale, bias, mean, variance } = parameters;
  const outputs = emitAll(batchNormalization.operator, [x, scale, bias, mean, variance], {
    epsilon: float(epsilon),
    momentum: float(momentum),
    training_mode: int(1),
  });
  const [y, newMean, newVariance] = outputs as [Value, Value, Value];
  return { y, mean: newMean, variance: newVariance };
}
