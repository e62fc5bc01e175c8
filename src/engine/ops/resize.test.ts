import { describe, expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { buildGraph, evaluateOne, gradientBuild } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import type { CoordinateMode, NearestMode } from "./define/interpolation.js";
import { type ResizeOptions, resize } from "./resize.js";
import { transpose } from "./transpose.js";

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
const check = (options: readonly ResizeOptions[], shape: number[]): Promise<void> =>
  checkGradient((x) => options.map((one) => resize(x, one)), [varied(shape)], {
    float32: true,
    step: 1,
    relative: 1e-4,
  });

const enlarged = [1, 2, 5, 8];
const reduced = [1, 2, 2, 3];
const mixed = [1, 2, 1, 10];
const odd: ResizeOptions = { scales: [1, 1, 1.3, 0.7] };
const targets: ResizeOptions[] = [{ sizes: enlarged }, { sizes: reduced }, { sizes: mixed }, odd];

describe.each(coordinateModes)("%s", (coordinateTransformationMode) => {
  // Symmetric places fall on whole numbers, where floor depends on the last bit of a sum that ONNX Runtime orders its way.
  const decided =
    coordinateTransformationMode === "half_pixel_symmetric" ? nearestModes.slice(0, 2) : nearestModes;
  it("nearest", async () => {
    const all = decided.flatMap((nearestMode) =>
      targets.map((target): ResizeOptions => ({ ...target, coordinateTransformationMode, nearestMode })),
    );
    await check(all, [1, 2, 4, 5]);
  });

  it("linear and cubic", async () => {
    const all = targets.flatMap((target): ResizeOptions[] => [
      { ...target, coordinateTransformationMode, mode: "linear" },
      { ...target, coordinateTransformationMode, mode: "cubic" },
      { ...target, coordinateTransformationMode, mode: "cubic", excludeOutside: true, cubicCoeffA: -0.5 },
    ]);
    await check(all, [1, 2, 4, 5]);
  });
});

it("has the gradient of antialiased resizing, with and without pixels outside", async () => {
  const all = (["linear", "cubic"] as const).flatMap((mode) =>
    [false, true].map((excludeOutside) => ({ mode, antialias: true, excludeOutside, sizes: [1, 1, 3, 9] })),
  );
  await check(all, [1, 1, 7, 5]);
});

it("resizes chosen axes, and axes other than the last two", async () => {
  await check([{ mode: "linear", axes: [2], sizes: [7] }], [1, 2, 4, 3]);
  await check([{ mode: "nearest", sizes: [2, 3, 4] }], [2, 2, 2]);
});

it("resizes chosen axes behind a transposition and before one", async () => {
  const last = (options: ResizeOptions) => (x: Value) =>
    transpose(resize(transpose(x, [0, 3, 1, 2]), options), [0, 2, 3, 1]);
  const x = varied([2, 4, 6, 3]).cast("float32");
  const found = await evaluateOne(last({ axes: [2, -1], sizes: [2, 3], mode: "linear" }), x);
  expectClose(found, await evaluateOne(last({ sizes: [2, 3, 2, 3], mode: "linear" }), x));
  expectClose(found, await evaluateOne(last({ axes: [3, 2], scales: [0.5, 0.5], mode: "linear" }), x));
});

it("wants a number for each of the axes", () => {
  expect(() => buildGraph(build({ axes: [2], sizes: [7, 7] }), [varied([1, 2, 4, 3])])).toThrow(
    "Resize: there are 2 numbers for 1 axes; they must be as many.",
  );
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
    await check([{ mode, sizes: [1, 1, 3, 2] }], [1, 1, 1, 1]);
  }
});

it("refuses what does not fit", () => {
  const call = (options: ResizeOptions) => () => buildGraph(build(options), [Tensor.zeros([1, 1, 4, 4])]);
  expect(call({})).toThrow('Resize "Resize" (float32[1, 1, 4, 4]): expected either scales or sizes');
  expect(call({ sizes: [8, 8] })).toThrow(
    "sizes must be 4 positive numbers, one for each axis, received [8, 8]",
  );
});
