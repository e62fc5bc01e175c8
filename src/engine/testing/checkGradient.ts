import { expect } from "vitest";
import { Generator } from "../random/generator.js";
import { isFloat } from "../tensor/dtype.js";
import { Tensor, type TensorLike, tensor } from "../tensor/tensor.js";
import { type Build, evaluate, gradientBuild } from "./evaluate.js";

export interface CheckGradientOptions {
  /** Half the distance of the central difference. Default: 1e-5, or 1e-2 for float32. */
  readonly step?: number;
  /** Largest difference relative to the slope's size. Default: 1e-6, or 1e-2 for float32. */
  readonly relative?: number;
  /** Also check the gradient of the gradient. Default: false. */
  readonly second?: boolean;
  /** Compute in float32, for operators that ONNX Runtime has in no other precision. Default: false. */
  readonly float32?: boolean;
}

/**
 * Checks gradients against central differences along three random directions, in float64, for a random
 * weighting of all outputs. Plain numbers among the inputs become float64.
 */
export async function checkGradient(
  build: Build,
  inputs: readonly TensorLike[],
  options: CheckGradientOptions = {},
): Promise<void> {
  const dtype = options.float32 === true ? "float32" : "float64";
  const points = inputs.map((input) => {
    const point = tensor(input);
    return isFloat(point.dtype) ? point.cast(dtype) : point;
  });
  await checkFirst(build, points, options);
  if (options.second === true) {
    const { upstream } = await weights(build, points, new Generator(7));
    await checkFirst(gradientBuild(build, upstream), points, options);
  }
}

async function weights(
  build: Build,
  points: readonly Tensor[],
  random: Generator,
): Promise<{ upstream: Tensor[] }> {
  const outputs = await evaluate(build, ...points);
  return { upstream: outputs.map((output) => randomLike(output, random)) };
}

function randomLike(like: Tensor, random: Generator): Tensor {
  return new Tensor(
    "float64",
    like.shape,
    Float64Array.from({ length: like.size }, () => random.uniform() * 2 - 1),
  );
}

async function checkFirst(
  build: Build,
  points: readonly Tensor[],
  options: CheckGradientOptions,
): Promise<void> {
  const float32 = options.float32 === true;
  const { step = float32 ? 1e-2 : 1e-5, relative = float32 ? 1e-2 : 1e-6 } = options;
  const random = new Generator(2026);
  const { upstream } = await weights(build, points, random);
  const analytic = await evaluate(gradientBuild(build, upstream), ...points);
  const moving = points.filter((point) => isFloat(point.dtype));
  for (let trial = 0; trial < 3; trial++) {
    const directions = moving.map((point) => randomLike(point, random));
    const expected = analytic.reduce(
      (total, gradient, index) => total + dot(gradient, directions[index] as Tensor),
      0,
    );
    const ahead = await weighted(build, shifted(points, directions, step), upstream);
    const behind = await weighted(build, shifted(points, directions, -step), upstream);
    const measured = (ahead - behind) / (2 * step);
    const scale = Math.max(1, Math.abs(expected), Math.abs(measured));
    expect(
      Math.abs(measured - expected),
      `slope ${measured} measured, ${expected} from the gradient`,
    ).toBeLessThan(relative * scale);
  }
}

function dot(a: Tensor, b: Tensor): number {
  let total = 0;
  for (let i = 0; i < a.size; i++) total += Number(a.data[i]) * Number(b.data[i]);
  return total;
}

function shifted(points: readonly Tensor[], directions: readonly Tensor[], step: number): Tensor[] {
  let next = 0;
  return points.map((point) => {
    if (!isFloat(point.dtype)) return point;
    const direction = directions[next++] as Tensor;
    const moved = point.clone();
    const data = moved.data as Float64Array;
    for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + step * Number(direction.data[i]);
    return moved;
  });
}

async function weighted(
  build: Build,
  points: readonly Tensor[],
  upstream: readonly Tensor[],
): Promise<number> {
  const outputs = await evaluate(build, ...points);
  return outputs.reduce(
    (total, output, index) =>
      isFloat(output.dtype) ? total + dot(output, upstream[index] as Tensor) : total,
    0,
  );
}
