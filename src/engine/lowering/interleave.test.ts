import { describe, expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { concat } from "../ops/concat.js";
import { type ConvTransposeOptions, convTranspose } from "../ops/conv/convTranspose.js";
import { reshape } from "../ops/reshape.js";
import { slice } from "../ops/slice.js";
import { Tensor } from "../tensor/tensor.js";
import { buildGraph, evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { interleave, interleaved } from "./interleave.js";
import type { Pair } from "./tap.js";

const x = (sizes: Pair): Tensor => varied([2, 3, ...sizes]).cast("float32");

/** Every `strides`-th row and column of an image from each place on. */
const phasesOf = (image: Value, strides: Pair): Value[][] =>
  Array.from({ length: strides[0] }, (_, row) =>
    Array.from({ length: strides[1] }, (__, column) =>
      slice(image, {
        starts: [row, column],
        ends: image.shape.slice(2),
        axes: [2, 3],
        steps: strides,
      }),
    ),
  );

/** The places of the first two phases exchanged. */
const swapped = (data: Float32Array): Float32Array => {
  const result = data.slice();
  result.set([0, 1, 0, 0, 1, 0, 0, 0]);
  return result;
};

const cases: [Pair, Pair][] = [
  [
    [2, 2],
    [4, 6],
  ],
  [
    [2, 2],
    [5, 6],
  ],
  [
    [2, 2],
    [4, 5],
  ],
  [
    [2, 2],
    [5, 7],
  ],
  [
    [2, 1],
    [5, 4],
  ],
  [
    [1, 2],
    [3, 5],
  ],
  [
    [3, 2],
    [7, 4],
  ],
  [
    [3, 3],
    [8, 7],
  ],
  [
    [3, 3],
    [3, 4],
  ],
];

describe("interleave", () => {
  it.each(cases)("puts phases by %j together to an image of %j", async (strides, sizes) => {
    const build = (image: Value): Value => interleave(phasesOf(image, strides), sizes);
    expectClose(await evaluateOne(build, x(sizes)), x(sizes), { relative: 0, absolute: 0 });
  });

  it("gives a single phase as it is", () => {
    const { inputs, outputs } = buildGraph((image) => interleave([[image]], [4, 5]), [x([4, 5])]);
    expect(outputs[0]).toBe(inputs[0]);
  });
});

describe("interleaved", () => {
  it.each(cases)("finds the phases by %j of an image of %j, with zeros behind", async (strides, sizes) => {
    const found = (image: Value): Value[] => {
      const { phases = [], strides: of } = interleaved(interleave(phasesOf(image, strides), sizes)) ?? {};
      expect(of).toEqual(strides);
      expect(phases).toHaveLength(strides[0] * strides[1]);
      return [...phases];
    };
    const { outputs } = buildGraph(found, [x(sizes)]);
    for (const { shape } of outputs) {
      expect(shape).toEqual([2, 3, Math.ceil(sizes[0] / strides[0]), Math.ceil(sizes[1] / strides[1])]);
    }
    const last = await evaluateOne((image) => found(image).at(-1) as Value, x(sizes));
    const whole = outputs.at(-1)?.shape as number[];
    const own = await evaluateOne((image) => phasesOf(image, strides).at(-1)?.at(-1) as Value, x(sizes));
    const [rows, columns] = own.shape.slice(2) as [number, number];
    const padded = Tensor.zeros(whole);
    own.data.forEach((value, at) => {
      const [plane, place] = [Math.floor(at / (rows * columns)), at % (rows * columns)];
      const row = plane * (whole[2] as number) + Math.floor(place / columns);
      padded.data[row * (whole[3] as number) + (place % columns)] = Number(value);
    });
    expectClose(last, padded, { relative: 0, absolute: 0 });
  });

  interface Change {
    readonly options?: ConvTransposeOptions;
    readonly weights?: (weights: Tensor<"float32">) => Tensor;
    readonly bias?: boolean;
    readonly axis?: number;
    readonly before?: readonly number[];
    readonly together?: readonly number[];
  }

  /** By hand what `interleave` emits for 2×2 phases, but for what is changed. */
  function byHand(image: Value, change: Change): Value {
    const [batch, channels, rows, columns] = [2, 3, 4, 4];
    const phases = Array.from({ length: 4 }, () => image);
    const apart = phases.map((phase) => reshape(phase, change.before ?? [batch, channels, 1, rows, columns]));
    const joined = concat(apart, { axis: change.axis ?? 2 });
    const together = reshape(joined, change.together ?? [batch, channels * 4, rows, columns]);
    const weights = Tensor.zeros([channels * 4, 1, 2, 2]);
    for (let plane = 0; plane < channels * 4; plane++) weights.data[plane * 4 + (plane % 4)] = 1;
    return convTranspose(
      together,
      change.weights?.(weights) ?? weights,
      change.bias === true ? Tensor.zeros([channels]) : undefined,
      { group: channels, strides: [2, 2], ...change.options },
    );
  }

  const isFound = (change: Change): boolean => {
    let found = false;
    buildGraph(
      (image) => {
        const built = byHand(image, change);
        found = interleaved(built) !== undefined;
        return built;
      },
      [x([4, 4])],
    );
    return found;
  };

  it("knows its own", () => {
    expect(isFound({})).toBe(true);
    expect(isFound({ options: { pads: [0, 0, 1, 1] } })).toBe(true);
  });

  it.each<[string, Change]>([
    ["pads in front", { options: { pads: [1, 1, 0, 0] } }],
    ["pads in front of columns", { options: { pads: [0, 1, 0, 0] } }],
    ["pads of a whole tile behind", { options: { pads: [0, 0, 2, 0] } }],
    ["output padding", { options: { outputPadding: [1, 0] } }],
    ["dilations", { options: { dilations: [2, 2] } }],
    ["pads by name", { options: { autoPad: "SAME_UPPER" } }],
    ["a size by itself", { options: { outputShape: [7, 7] } }],
    ["other strides", { options: { strides: [1, 1] } }],
    ["no strides", { options: { strides: undefined } }],
    ["a bias", { bias: true }],
    [
      "a weight of another number",
      { weights: ({ shape, data }) => new Tensor("float32", shape, data.with(5, 2)) },
    ],
    [
      "weights in another order",
      { weights: ({ shape, data }) => new Tensor("float32", shape, swapped(data)) },
    ],
    ["planes put together along another axis", { axis: 1 }],
    ["planes taken apart otherwise", { before: [2, 3, 1, 2, 8] }],
    ["planes of another order", { before: [3, 2, 1, 4, 4] }],
    ["other batches", { together: [1, 12, 8, 4], options: { pads: [0, 0, 0, 0] } }],
  ])("leaves %s", (_, change) => {
    expect(isFound(change)).toBe(false);
  });

  it("leaves images of other makes", () => {
    buildGraph(
      (image) => {
        expect(interleaved(image)).toBeUndefined();
        expect(interleaved(undefined)).toBeUndefined();
        const other = convTranspose(image, varied([3, 2, 2, 2]).cast("float32"), undefined, {
          strides: [2, 2],
        });
        expect(interleaved(other)).toBeUndefined();
        return other;
      },
      [x([4, 4])],
    );
  });
});
