import { describe, expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { buildGraph, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import type { CoordinateMode, NearestMode } from "./interpolation.js";
import { type ResizeOptions, resize } from "./resize.js";

const build =
  (options: ResizeOptions) =>
  (x: Value): Value =>
    resize(x, options);

const coordinateModes: CoordinateMode[] = [
  "half_pixel",
  "half_pixel_symmetric",
  "pytorch_half_pixel",
  "align_corners",
  "asymmetric",
];
const nearestModes: NearestMode[] = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"];

/** Resizing is linear, so differences measure its gradient up to rounding, however far they reach. */
const check = (options: ResizeOptions, shape: number[]): Promise<void> =>
  checkGradient(build(options), [varied(shape)], { float32: true, step: 1, relative: 1e-4 });

describe.each(coordinateModes)("%s", (coordinateTransformationMode) => {
  // Symmetric places fall on whole numbers, where floor depends on the last bit of a sum that ONNX Runtime orders its way.
  const decided =
    coordinateTransformationMode === "half_pixel_symmetric" ? nearestModes.slice(0, 2) : nearestModes;
  it.each(decided)("nearest, %s", async (nearestMode) => {
    const how: ResizeOptions = { mode: "nearest", coordinateTransformationMode, nearestMode };
    for (const sizes of [
      [5, 8],
      [2, 3],
      [4, 7],
      [1, 5],
      [8, 10],
    ]) {
      await check({ ...how, sizes: [1, 2, ...sizes] }, [1, 2, 4, 5]);
    }
    await check({ ...how, scales: [1, 1, 1.3, 0.7] }, [1, 2, 4, 5]);
  });

  it.each(["linear", "cubic"] as const)("%s", async (mode) => {
    for (const excludeOutside of mode === "cubic" ? [false, true] : [false]) {
      const how: ResizeOptions = { mode, coordinateTransformationMode, excludeOutside };
      for (const sizes of [
        [5, 8],
        [2, 3],
        [4, 7],
        [1, 5],
      ]) {
        await check({ ...how, sizes: [1, 2, ...sizes] }, [1, 2, 4, 5]);
      }
      await check({ ...how, scales: [1, 1, 1.3, 0.7] }, [1, 2, 4, 5]);
    }
  });
});

it("has the gradient of antialiased resizing, with and without pixels outside", async () => {
  for (const mode of ["linear", "cubic"] as const) {
    for (const excludeOutside of [false, true]) {
      await check({ mode, antialias: true, excludeOutside, sizes: [1, 1, 3, 9] }, [1, 1, 7, 5]);
    }
  }
});

it("resizes chosen axes, and axes other than the last two", async () => {
  await check({ mode: "linear", axes: [2], sizes: [7] }, [1, 2, 4, 3]);
  await check({ mode: "nearest", sizes: [2, 3, 4] }, [2, 2, 2]);
});

it("has second derivatives", async () => {
  const sizes = [1, 1, 5, 2];
  for (const mode of ["nearest", "linear", "cubic"] as const) {
    await checkGradient(squared(build({ mode, sizes })), [varied([1, 1, 3, 4])], {
      second: true,
      float32: true,
    });
  }
});

it("sums the copies of a pixel", async () => {
  const options: ResizeOptions = {
    scales: [1, 1, 2, 3],
    coordinateTransformationMode: "asymmetric",
    nearestMode: "floor",
  };
  expectClose(
    await evaluateOne(gradientBuild(build(options)), Tensor.zeros([1, 1, 2, 2])),
    Tensor.full([1, 1, 2, 2], 6),
  );
});

it("resizes an image of one pixel", async () => {
  for (const mode of ["nearest", "linear"] as const) {
    expectClose(
      await evaluateOne(build({ mode, sizes: [1, 1, 2, 2] }), Tensor.full([1, 1, 1, 1], 3)),
      Tensor.full([1, 1, 2, 2], 3),
    );
    await check({ mode, sizes: [1, 1, 3, 2] }, [1, 1, 1, 1]);
  }
});

it("refuses what does not fit", () => {
  const call = (options: ResizeOptions) => () => buildGraph(build(options), [Tensor.zeros([1, 1, 4, 4])]);
  expect(call({})).toThrow('Resize "Resize" (float32[1, 1, 4, 4]): expected either scales or sizes');
  expect(call({ sizes: [8, 8] })).toThrow(
    "sizes must be 4 positive numbers, one for each axis, received [8, 8]",
  );
});
