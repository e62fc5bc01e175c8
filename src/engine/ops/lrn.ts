import { ImagoError } from "../errors.js";
import { type Attributes, float, int } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { type FieldsOf, number } from "../options.js";
import { formatShape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { add } from "./add.js";
import { defineOp, emit } from "./define/define.js";
import { requireKind } from "./define/elementKind.js";
import { real } from "./define/fields.js";
import { matMul, matrixTranspose } from "./matMul.js";
import { mul } from "./mul.js";
import { pow } from "./pow.js";
import { reshape } from "./reshape.js";
import { sub } from "./sub.js";

export interface LrnOptions {
  /** How many neighbouring channels count, the channel itself included. */
  readonly size: number;
  /** Default: 1e-4. */
  readonly alpha?: number | undefined;
  /** Default: 0.75. */
  readonly beta?: number | undefined;
  /** Default: 1. */
  readonly bias?: number | undefined;
}

/** The matrix [channels, channels] that sums neighbours: a channel's row has a 1 at each of them. */
function neighbours(like: Value, attributes: Attributes): Value {
  const channels = like.size(1);
  const size = attributes.int("size");
  const data = Float32Array.from({ length: channels * channels }, (_, at) => {
    const distance = (at % channels) - Math.floor(at / channels);
    return Math.abs(distance) <= (size - 1) / 2 ? 1 : 0;
  });
  return like.graph.constant(new Tensor("float32", [channels, channels], data).cast(like.dtype));
}

const fields = {
  size: number({ min: 1, integer: true }),
  alpha: real(1e-4),
  beta: real(0.75),
  bias: real(1),
} satisfies FieldsOf<LrnOptions>;

/**
 * x / (bias + alpha / size · Σ x²)^beta, the sum over neighbouring channels: local response normalisation
 * (Krizhevsky, Sutskever and Hinton 2012, section 3.3, there with alpha undivided).
 *
 * @param x [batch, channels, …sizes]
 */
export const lrn = defineOp<[Value], (x: Value, options: LrnOptions) => Value, typeof fields>(
  "LRN",
  {
    arity: 1,
    options: { at: 1, fields },
    infer: ({ inputs: [x], attributes }) => {
      requireKind(x, "floating-point");
      if (x.rank < 3) {
        throw new ImagoError(
          `expected rank 3 or more (batch, channels, …), received ${formatShape(x.shape)}`,
        );
      }
      const size = attributes.int("size");
      // ONNX allows even sizes, ONNX Runtime does not.
      if (size < 1 || size % 2 === 0)
        throw new ImagoError(`size must be odd and at least 1, received ${size}`);
      return [x.type];
    },
    gradient: ({ inputs: [image], attributes, outputGradients: [dOut] }): InputGradients => {
      const [alpha, beta] = [attributes.float("alpha", 1e-4), attributes.float("beta", 0.75)];
      const share = alpha / attributes.int("size");
      const [batch, channels] = [image.size(0), image.size(1)];
      const [x, dy] = [reshape(image, [batch, channels, -1]), reshape(dOut, [batch, channels, -1])];
      const sums = neighbours(x, attributes);
      const base = add(mul(matMul(sums, mul(x, x)), share), attributes.float("bias", 1));
      const factor = pow(base, -beta);
      // d base / dx of every neighbour comes back to a channel along the same matrix, transposed.
      const back = matMul(matrixTranspose(sums), mul(mul(dy, x), pow(base, -beta - 1)));
      const dx = sub(mul(dy, factor), mul(mul(x, back), 2 * share * beta));
      return [reshape(dx, image.shape)];
    },
  },
  (operator, { size, alpha, beta, bias }) =>
    (x) =>
      emit(operator, [x], { size: int(size), alpha: float(alpha), beta: float(beta), bias: float(bias) }),
);
