import { describe, expect, it } from "vitest";
import type { Value } from "../graph/graph.js";
import { conv } from "../ops/conv/conv.js";
import { type ConvTransposeOptions, convTranspose } from "../ops/conv/convTranspose.js";
import { Tensor } from "../tensor/tensor.js";
import type { Build } from "../testing/evaluate.js";
import { varied } from "../testing/varied.js";
import { interleave } from "./interleave.js";
import { joinedTransposes } from "./joinedTransposes.js";
import type { Pair } from "./tap.js";
import { rewritten } from "./testing/checkRule.js";

const rules = { nodes: [joinedTransposes] };
const [channels, out] = [3, 2];
/** Whole numbers, so that sums are exact in any order. */
const single = (shape: readonly number[]): Tensor<"float32"> => {
  const { data } = varied(shape);
  return new Tensor(
    "float32",
    shape,
    Float32Array.from(data, (value) => Math.round(8 * value)),
  );
};

interface Image {
  readonly sizes: Pair;
  readonly strides: Pair;
  /** All phases as large as the first, so that some of what they hold is cut off. */
  readonly whole?: boolean;
}

/** The phases of an image, row by row. */
function phasesOf({ sizes, strides, whole = false }: Image): Tensor[] {
  return Array.from({ length: strides[0] * strides[1] }, (_, index) => {
    const place = whole ? [0, 0] : [Math.floor(index / strides[1]), index % strides[1]];
    const lengths = sizes.map((size, axis) =>
      Math.ceil((size - (place[axis] as number)) / (strides[axis] as number)),
    );
    const values = single([2, channels, ...lengths]);
    return new Tensor(
      "float32",
      values.shape,
      values.data.map((value) => value + index),
    );
  });
}

const put = (phases: readonly Value[], { sizes, strides }: Image): Value =>
  interleave(
    Array.from({ length: strides[0] }, (_, row) => phases.slice(row * strides[1], (row + 1) * strides[1])),
    sizes,
  );

const both =
  (image: Image, kernel: Pair, options: ConvTransposeOptions, bias?: Tensor): Build =>
  (...phases) =>
    convTranspose(put(phases, image), single([channels, out, ...kernel]), bias, options);

const joined = (types: readonly string[]): boolean =>
  types.filter((type) => type === "ConvTranspose").length === 1;

describe("joins what puts phases together with the transposed convolution behind", () => {
  const two: Pair = [2, 2];
  it.each<[string, Image, Pair, ConvTransposeOptions]>([
    ["even sizes", { sizes: [6, 8], strides: two }, [7, 7], { strides: [2, 2] }],
    ["odd sizes", { sizes: [5, 7], strides: two }, [7, 7], { strides: [2, 2] }],
    ["odd rows", { sizes: [5, 8], strides: two }, [7, 7], { strides: [2, 2] }],
    ["no strides", { sizes: [5, 6], strides: two }, [5, 5], {}],
    ["pads", { sizes: [5, 6], strides: two }, [7, 7], { strides: [2, 2], pads: [3, 3, 3, 3] }],
    ["uneven pads", { sizes: [6, 5], strides: two }, [7, 7], { strides: [2, 2], pads: [3, 2, 0, 1] }],
    [
      "output padding",
      { sizes: [5, 6], strides: two },
      [7, 7],
      { strides: [2, 2], pads: [3, 3, 3, 3], outputPadding: [1, 1] },
    ],
    [
      "output padding beyond the window",
      { sizes: [6, 6], strides: two },
      [7, 7],
      { strides: [2, 2], outputPadding: [1, 0] },
    ],
    ["phases of rows", { sizes: [5, 4], strides: [2, 1] }, [3, 3], { strides: [1, 2] }],
    ["phases of columns", { sizes: [4, 5], strides: [1, 3] }, [4, 3], { pads: [1, 1, 1, 1] }],
    [
      "windows of other sides",
      { sizes: [5, 6], strides: two },
      [7, 5],
      { strides: [2, 1], pads: [1, 2, 3, 0] },
    ],
    ["phases that are cut off", { sizes: [5, 7], strides: two, whole: true }, [7, 7], { strides: [2, 2] }],
    [
      "phases that are cut off, padded",
      { sizes: [5, 5], strides: two, whole: true },
      [7, 7],
      { strides: [2, 2], pads: [3, 3, 3, 3], outputPadding: [1, 1] },
    ],
    ["dilations of 1", { sizes: [4, 4], strides: two }, [5, 5], { dilations: [1, 1] }],
  ])("%s", async (_, image, kernel, options) => {
    for (const bias of [undefined, single([out])]) {
      const types = await rewritten(rules, both(image, kernel, options, bias), ...phasesOf(image));
      expect(joined(types), types.join(" ")).toBe(true);
    }
  });

  it("phases that are convolutions with a bias, which is 0 behind the image", async () => {
    const image: Image = { sizes: [5, 5], strides: two };
    const pads = [0, 0, 1, 1];
    const biased: Build = (...phases) => {
      const [first, ...others] = phases as [Value, Value, Value, Value];
      const [down, right, diagonal] = others as [Value, Value, Value];
      const copy = (x: Value, after: readonly number[]): Value =>
        conv(x, single([channels, channels, 1, 1]), single([channels]), { pads: after });
      const all = [first, copy(down, [0, 0, 0, 1]), copy(right, [0, 0, 1, 0]), copy(diagonal, pads)];
      return convTranspose(put(all, image), single([channels, out, 7, 7]), undefined, { strides: [2, 2] });
    };
    const lengths: Pair[] = [
      [3, 3],
      [3, 2],
      [2, 3],
      [2, 2],
    ];
    const types = await rewritten(rules, biased, ...lengths.map((sizes) => single([2, channels, ...sizes])));
    expect(joined(types)).toBe(true);
  });
});

describe("leaves", () => {
  const image: Image = { sizes: [5, 6], strides: [2, 2] };
  const phases = phasesOf(image);
  const large = { strides: [2, 2] };

  it.each<[string, Pair, ConvTransposeOptions]>([
    ["too much work", [3, 3], large],
    ["too much work along columns", [7, 2], large],
    ["dilations", [7, 7], { ...large, dilations: [2, 2] }],
    ["pads by name", [7, 7], { ...large, autoPad: "SAME_UPPER" }],
    ["a size by itself", [7, 7], { ...large, outputShape: [12, 14] }],
  ])("%s", async (_, kernel, options) => {
    expect(joined(await rewritten(rules, both(image, kernel, options), ...phases))).toBe(false);
  });

  it("groups", async () => {
    const grouped: Build = (...parts) =>
      convTranspose(put(parts, image), single([channels, 1, 7, 7]), undefined, { ...large, group: channels });
    expect(joined(await rewritten(rules, grouped, ...phases))).toBe(false);
  });

  it("an image that something else uses", async () => {
    const shared: Build = (...parts) => {
      const whole = put(parts, image);
      return [convTranspose(whole, single([channels, out, 7, 7]), undefined, large), whole];
    };
    expect(joined(await rewritten(rules, shared, ...phases))).toBe(false);
  });

  it("an image of another make", async () => {
    const other: Build = (x) => {
      const larger = convTranspose(x as Value, single([channels, channels, 2, 2]), undefined, large);
      return convTranspose(larger, single([channels, out, 7, 7]), undefined, large);
    };
    expect(joined(await rewritten(rules, other, phases[0] as Tensor))).toBe(false);
  });
});
