import { ImagoError } from "../errors.js";
import { type Attributes, float, int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import type { FieldsOf } from "../options.js";
import { broadcastShapes, formatShape, normalizeAxis, sameShape } from "../tensor/shape.js";
import { add } from "./add.js";
import { cast } from "./cast.js";
import { sumTo } from "./composed/sumTo.js";
import { defineOp, emit, type Operand } from "./define/define.js";
import { real, whole } from "./define/fields.js";
import { expand } from "./expand.js";
import { mul } from "./mul.js";
import { reciprocal } from "./reciprocal.js";
import { reduceMean } from "./reduceMean.js";
import { sqrt } from "./sqrt.js";
import { sub } from "./sub.js";

export interface LayerNormalizationOptions {
  /** The first of the axes that are normalised together; all behind it are too. Default: -1, the last alone. */
  readonly axis?: number;
  /** Added to the variance. Default: 1e-5, as in ONNX. */
  readonly epsilon?: number;
}

type LayerNormalizationInputs = [Value, Value, Value?];

function normalizedAxes(x: Value, attributes: Attributes): number[] {
  const first = normalizeAxis(attributes.int("axis", -1), x.rank);
  return Array.from({ length: x.rank - first }, (_, i) => first + i);
}

function sumOf(terms: readonly (Value | undefined)[]): Value | undefined {
  return terms.reduce(
    (sum, term) => (sum === undefined || term === undefined ? (sum ?? term) : add(sum, term)),
    undefined,
  );
}

/**
 * The gradient for x. With n = (x − mean) · inverse, the normalised x, and g the gradient that reaches n:
 * inverse · (g − mean(g) − n · mean(g · n)); what reaches the mean and the inverse deviation is added.
 */
function inputGradient(
  axes: readonly number[],
  values: { readonly normal: Value; readonly inverse: Value; readonly g: Value | undefined },
  dMean: Value | undefined,
  dInverse: Value | undefined,
): Value | undefined {
  const { normal, inverse, g } = values;
  const mean = (v: Value): Value => reduceMean(v, { axes, keepDims: true });
  const count = axes.reduce((product, axis) => product * normal.size(axis), 1);
  const direct =
    g === undefined ? undefined : mul(inverse, sub(sub(g, mean(g)), mul(normal, mean(mul(g, normal)))));
  const throughMean =
    dMean === undefined ? undefined : expand(mul(cast(dMean, normal.dtype), 1 / count), normal.shape);
  const throughInverse =
    dInverse === undefined
      ? undefined
      : mul(mul(cast(dInverse, normal.dtype), -1 / count), mul(mul(inverse, inverse), normal));
  return sumOf([direct, throughMean, throughInverse]);
}

/** Mean and inverse deviation: the operator's own, computed again where those would lose precision. */
function statistics(
  x: Value,
  outputs: readonly Value[],
  axes: readonly number[],
  epsilon: number,
): { readonly mean: Value; readonly inverse: Value } {
  const [, own, ownInverse] = outputs;
  if (x.dtype === "float32" && own !== undefined && ownInverse !== undefined) {
    return { mean: own, inverse: ownInverse };
  }
  const mean = reduceMean(x, { axes, keepDims: true });
  const centred = sub(x, mean);
  const variance = reduceMean(mul(centred, centred), { axes, keepDims: true });
  return { mean, inverse: reciprocal(sqrt(add(variance, epsilon))) };
}

const fields = {
  axis: whole(-1),
  epsilon: real(1e-5),
} satisfies FieldsOf<LayerNormalizationOptions>;

/**
 * (x − mean) / √(variance + ε) · scale + bias over the last axes (Ba, Kiros and Hinton 2016, eq. 4).
 *
 * @param scale broadcasts to x, as a rule of the shape of the normalised axes
 * @param bias as `scale`; may be absent
 */
export const layerNormalization = defineOp<
  LayerNormalizationInputs,
  (x: Operand, scale: Operand, bias?: Operand, options?: LayerNormalizationOptions) => Value,
  typeof fields
>(
  "LayerNormalization",
  {
    arity: [2, 3],
    options: { at: 3, fields },
    partialGradients: true,
    infer: ({ inputs: [x, scale, bias], attributes }) => {
      const axes = normalizedAxes(x, attributes);
      for (const [name, part] of [
        ["scale", scale],
        ["bias", bias],
      ] as const) {
        if (part === undefined) continue;
        if (part.dtype !== x.dtype || !sameShape(broadcastShapes(x.shape, part.shape), x.shape)) {
          throw new ImagoError(`the ${name} must be ${x.dtype} and broadcast to ${formatShape(x.shape)}`);
        }
      }
      const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
      // ONNX's "stash_type": the statistics are float32 whatever x is.
      return [x.type, { dtype: "float32", shape }, { dtype: "float32", shape }];
    },
    gradient: ({ inputs: [x, scale, bias], outputs, attributes, outputGradients }): InputGradients => {
      const [dy, dMean, dInverse] = outputGradients as readonly (Value | undefined)[];
      const axes = normalizedAxes(x, attributes);
      const { mean, inverse } = statistics(x, outputs, axes, attributes.float("epsilon", 1e-5));
      const normal = mul(sub(x, mean), inverse);
      const g = dy === undefined ? undefined : mul(dy, scale);
      return [
        inputGradient(axes, { normal, inverse, g }, dMean, dInverse),
        dy === undefined ? undefined : sumTo(mul(dy, normal), scale.shape),
        dy === undefined || bias === undefined ? undefined : sumTo(dy, bias.shape),
      ];
    },
  },
  (operator, { axis, epsilon }) =>
    (x, scale, bias) =>
      emit(operator, [x, scale, bias], { axis: int(axis), epsilon: float(epsilon) }),
);
