import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { abs } from "../../engine/ops/abs.js";
import { matMul } from "../../engine/ops/matMul.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { transpose } from "../../engine/ops/transpose.js";
import { type FieldsOf, number, oneOf, readOptions } from "../../engine/options.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { normalize } from "../losses/normalize.js";
import type { Regularizer } from "./regularizer.js";

export interface OrthogonalRegularizerOptions {
  /** Factor, from 0. Default: 0.01. */
  readonly factor?: number | undefined;
  /** Which vectors of a matrix are to be orthogonal. Default: `rows`. */
  readonly mode?: "rows" | "columns" | undefined;
}

/** 1 everywhere but on the diagonal, where it is 0. */
function offDiagonal(size: number): Tensor<"float32"> {
  const data = Float32Array.from({ length: size * size }, (_, i) => Number(i % (size + 1) !== 0));
  return new Tensor("float32", [size, size], data);
}

function emitPenalty(weight: Value, factor: number, mode: "rows" | "columns"): Value {
  if (weight.rank !== 2) {
    throw new ImagoError(
      `orthogonalRegularizer: expected a matrix, received a weight of shape ${formatShape(weight.shape)}.`,
    );
  }
  const vectors = mode === "rows" ? normalize(weight, 1) : transpose(normalize(weight, 0));
  const size = vectors.size(0);
  // A single vector has no pair that could be out of square.
  if (size < 2) return weight.graph.scalar(0, weight.dtype);
  const cosines = mul(matMul(vectors, transpose(vectors)), offDiagonal(size).cast(weight.dtype));
  return mul(reduceSum(abs(cosines)), factor / (size * (size - 1)));
}

const fields = {
  factor: number({ default: 0.01, min: 0 }),
  mode: oneOf<"rows" | "columns">(["rows", "columns"], "rows"),
} satisfies FieldsOf<OrthogonalRegularizerOptions>;

/**
 * The penalty `factor` times the mean of |cosine| over all pairs of rows (or columns) of a matrix, which
 * drives them to be orthogonal, not of length 1. Weights of other ranks are refused when it is emitted.
 */
export function orthogonalRegularizer(options: OrthogonalRegularizerOptions = {}): Regularizer {
  const config = readOptions("orthogonalRegularizer", options, fields);
  return {
    name: "orthogonalRegularizer",
    config,
    emit: (weight) => emitPenalty(weight, config.factor, config.mode),
  };
}
