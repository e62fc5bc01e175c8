import type { Value } from "../../../graph/graph.js";
import { matMul } from "../../../ops/matMul.js";
import { reshape } from "../../../ops/reshape.js";
import { transpose } from "../../../ops/transpose.js";
import { Tensor } from "../../../tensor/tensor.js";
import { block } from "../operators.js";
import { tileRows, winograd } from "../winograd.js";
import { arranged, type View } from "./blockedWeights.js";

/** Rows and columns of the window. */
const side = 3;
const { window } = winograd(tileRows, side);
const points = window.length;

/**
 * Weights of windows of 3×3, transformed over their rows for tiles of four rows: those of frozen ones are found here, so
 * that none of the steps takes memory in the session.
 *
 * @param view of weights [out, in, 3, 3], both in whole blocks
 * @returns [6 · out, in, 1, 3], stored as [6, out / 16, in / 16, 3, 16 in, 16 out]
 */
export function transformedWeights(view: View): Value {
  const { constant, graph } = view.root;
  return constant?.dtype === "float32"
    ? graph.constant(transformedConstant(constant as Tensor<"float32">, view))
    : transformedValue(view);
}

function transformedValue(view: View): Value {
  const weights = arranged(view, true);
  const [out, inside] = weights.shape as readonly [number, number];
  const pairs = (out * inside) / block ** 2;
  const lines = transpose(reshape(weights, [pairs, side, side * block ** 2]), [1, 0, 2]);
  const matrix = new Tensor("float32", [points, side], Float32Array.from(window.flat()));
  const transformed = matMul(matrix, reshape(lines, [side, pairs * side * block ** 2]));
  return reshape(transformed, [points * out, inside, 1, side]);
}

function transformedConstant(weights: Tensor<"float32">, { axes, reversed }: View): Tensor {
  const { shape, data } = weights;
  const [o, i, h, w] = axes as [number, number, number, number];
  const [out, inside] = [shape[o] as number, shape[i] as number];
  const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const [stepOut, stepIn, stepRow, stepColumn] = [o, i, h, w].map((axis) =>
    reversed.includes(axis) ? -(steps[axis] as number) : (steps[axis] as number),
  ) as [number, number, number, number];
  /** Where the element that comes first lies. */
  const origin = reversed.reduce(
    (sum, axis) => sum + ((shape[axis] as number) - 1) * (steps[axis] as number),
    0,
  );
  const result = new Float32Array(points * out * inside * side);
  let at = 0;
  for (const [first, second, third] of window as readonly (readonly [number, number, number])[]) {
    for (let outBlock = 0; outBlock < out; outBlock += block) {
      for (let inBlock = 0; inBlock < inside; inBlock += block) {
        for (let column = 0; column < side; column++) {
          for (let lane = 0; lane < block; lane++) {
            let from = origin + column * stepColumn + (inBlock + lane) * stepIn + outBlock * stepOut;
            for (let to = 0; to < block; to++) {
              const [above, middle, below] = [from, from + stepRow, from + 2 * stepRow];
              result[at++] =
                first * (data[above] as number) +
                second * (data[middle] as number) +
                third * (data[below] as number);
              from += stepOut;
            }
          }
        }
      }
    }
  }
  return new Tensor("float32", [points * out, inside, 1, side], result);
}
