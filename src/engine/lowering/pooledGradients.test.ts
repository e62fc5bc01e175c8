import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import { Attributes, int } from "../graph/attributes.js";
import { cut } from "../graph/cut.js";
import type { Graph, Value } from "../graph/graph.js";
import { verify } from "../graph/verify.js";
import { add } from "../ops/add.js";
import { zeros } from "../ops/composed/zeros.js";
import type { Reduction } from "../ops/define/reduction.js";
import { mul } from "../ops/mul.js";
import { pad } from "../ops/pad.js";
import { maxPool, maxPoolWithIndices } from "../ops/pool/maxPool.js";
import { type PoolOptions, poolAttributes } from "../ops/pool/pool.js";
import { reshape } from "../ops/reshape.js";
import { scatterElements } from "../ops/scatterElements.js";
import { Generator } from "../random/generator.js";
import type { DType } from "../tensor/dtype.js";
import { type Shape, sizeOf } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";
import { buildGraph, testRuntime } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import type { Device } from "./device.js";
import { pooledGradients } from "./pooledGradients.js";
import { rewrite } from "./rewrite.js";
import { rewritten, typesOf } from "./testing/checkRule.js";

const blocks: Device = { channelBlocks: true };
const plain: Device = { channelBlocks: false };

function image(shape: Shape, of: (normal: number) => number, seed = 1): Tensor<"float32"> {
  return new Tensor("float32", shape, new Generator(seed).normals(sizeOf(shape)).map(of));
}

/** Images that go wrong in different ways: by equal maxima, zeros from pads, overflow and underflow. */
const images: Readonly<Record<string, (normal: number) => number>> = {
  normal: (x) => x,
  ties: Math.round,
  rectified: (x) => Math.max(0, x),
  "equal everywhere": () => 3,
  "equal and negative": () => -3,
  zeros: () => 0,
  negative: (x) => x - 10,
  "negative ties": (x) => Math.round(x) - 10,
  large: (x) => 1e30 * x,
  "large ties": (x) => 1e30 * Math.round(x),
  tiny: (x) => 1e-30 * x,
  "tiny ties": (x) => 1e-30 * Math.round(x) - 3e-30,
};

/** Whole numbers, so that their sums are exact in any order. */
const slopes = (shape: Shape): Tensor => image(shape, (x) => Math.round(8 * x), 2);

const gradientOf =
  (options: PoolOptions) =>
  (x?: Value, dy?: Value): Value => {
    const y = maxPool(x as Value, options);
    return gradients(mul(y, dy as Value), [x as Value])[0];
  };

function lowered(graph: Graph, device: Device): Graph {
  const after = rewrite(graph, { nodes: [pooledGradients(device)] });
  verify(after, "rewriting");
  return cut(after, { outputs: after.outputs, keepInputs: true }).graph;
}

const pooledShape = (shape: Shape, options: PoolOptions): Shape =>
  buildGraph((x) => maxPool(x, options), [Tensor.zeros(shape)]).outputs[0]?.shape as Shape;

/** Compares the gradients of all kinds of images, element by element; gives the types of the lowered nodes. */
async function agree(device: Device, shape: Shape, options: PoolOptions): Promise<string[]> {
  const dy = slopes(pooledShape(shape, options));
  const { graph } = buildGraph(gradientOf(options), [Tensor.zeros(shape), dy]);
  const after = lowered(graph, device);
  const [expected, actual] = await Promise.all(
    [graph, after].map((one) => testRuntime().compile(one, { lower: false })),
  );
  for (const [name, of] of Object.entries(images)) {
    const feeds = { x0: image(shape, of), x1: dy };
    const wanted = (await expected?.run(feeds))?.y0 as Tensor;
    const found = (await actual?.run(feeds))?.y0 as Tensor;
    const wrong = found.data.findIndex((value, at) => Number(value) !== Number(wanted.data[at]));
    expect(wrong, `${name}: element ${wrong} is ${found.data[wrong]}, not ${wanted.data[wrong]}`).toBe(-1);
    expect(wanted.data.some((value) => Number(value) !== 0)).toBe(true);
  }
  await expected?.dispose();
  await actual?.dispose();
  return typesOf(after);
}

const window = (kernel: readonly number[], strides: readonly number[], pads: number | readonly number[]) => ({
  kernelShape: kernel,
  strides,
  pads: typeof pads === "number" ? new Array<number>(4).fill(pads) : pads,
});
const up = { ceilMode: true };
const [three, two] = [
  [3, 3],
  [2, 2],
] as const;
const [side, half] = [
  [1, 1],
  [2, 2],
] as const;

describe("with blocks of channels, without a search", () => {
  it.each<[string, Shape, PoolOptions]>([
    ["3×3, stride 1, pad 1", [1, 16, 7, 8], window(three, side, 1)],
    ["3×3, stride 1, one column", [1, 16, 5, 1], window(three, side, 1)],
    ["3×3, stride 1, one pixel", [1, 16, 1, 1], window(three, side, 1)],
    ["3×3, stride 1, no pads", [1, 16, 7, 8], window(three, side, 0)],
    ["3×3, stride 1, pads in front", [1, 16, 7, 8], window(three, side, [1, 1, 0, 0])],
    ["3×3, stride 2, even and odd", [1, 16, 8, 9], window(three, half, 0)],
    ["3×3, stride 2, even", [2, 32, 10, 6], window(three, half, 0)],
    ["3×3, stride 2, odd", [1, 16, 9, 7], window(three, half, 0)],
    ["3×3, stride 2, upwards, odd", [1, 16, 9, 7], { ...window(three, half, 0), ...up }],
    ["3×3, stride 2, upwards, even", [1, 16, 8, 10], { ...window(three, half, 0), ...up }],
    ["3×3, stride 2, upwards, uneven sides", [2, 32, 8, 7], { ...window(three, half, 0), ...up }],
    ["3×3, stride 2, pad 1, odd", [1, 16, 9, 7], window(three, half, 1)],
    ["3×3, stride 2, pad 1, even", [2, 16, 8, 10], window(three, half, 1)],
    ["3×3, stride 2, pad 1, upwards", [1, 16, 8, 9], { ...window(three, half, 1), ...up }],
    ["3×3, stride 2, smallest", [1, 16, 3, 3], window(three, half, 0)],
    ["3×3, stride 2, smaller than the window", [1, 16, 2, 2], window(three, half, [1, 1, 0, 0])],
    ["3×3, stride 3, rest", [1, 16, 7, 10], window(three, [3, 3], 0)],
    ["3×3, stride 3, pad 1", [1, 16, 8, 10], window(three, [3, 3], 1)],
    ["3×3, strides 1 and 2", [1, 32, 7, 8], window(three, [1, 2], [1, 0, 1, 1])],
    ["3×3, stride 2, same size", [1, 16, 8, 9], { kernelShape: three, strides: half, autoPad: "SAME_UPPER" }],
    ["2×2, stride 2", [2, 32, 6, 8], window(two, half, 0)],
    ["2×2, stride 2, rest", [1, 16, 7, 9], window(two, half, 0)],
    ["2×2, stride 2, rest, upwards", [1, 16, 7, 9], { ...window(two, half, 0), ...up }],
    ["2×2, stride 2, pad 1", [1, 16, 7, 8], window(two, half, 1)],
    ["2×2, stride 1", [1, 16, 5, 4], window(two, side, 0)],
    ["2×2, stride 1, pads behind", [1, 16, 5, 4], window(two, side, [0, 0, 1, 1])],
    ["3×2, strides 2 and 1, uneven pads", [2, 16, 8, 7], window([3, 2], [2, 1], [1, 0, 0, 1])],
    ["3×2, strides 2 and 1, uneven pads, odd", [1, 16, 7, 6], window([3, 2], [2, 1], [0, 1, 1, 0])],
    ["1×3", [1, 16, 4, 9], window([1, 3], [1, 2], [0, 1, 0, 1])],
    ["1×3, stride 1", [1, 32, 4, 9], window([1, 3], side, [0, 1, 0, 1])],
    ["2×1", [2, 16, 5, 4], window([2, 1], [2, 1], 0)],
    ["2×1, stride 1", [1, 16, 5, 4], window([2, 1], side, [1, 0, 0, 0])],
    ["pads of 2 behind", [1, 16, 6, 5], window(three, half, [1, 1, 2, 2])],
    ["dilations of one element", [1, 16, 6, 5], { ...window([1, 3], [1, 2], 0), dilations: [2, 1] }],
  ])("%s", async (_, shape, options) => {
    const types = await agree(blocks, shape, options);
    expect(types).not.toContain("ScatterElements");
    expect(types).toContain("Conv");
  });

  it("gives each window's gradient to the first of equal maxima only", async () => {
    const shape = [1, 16, 4, 4];
    const options = window(two, half, 0);
    const { graph } = buildGraph(gradientOf(options), [Tensor.zeros(shape), slopes([1, 16, 2, 2])]);
    const program = await testRuntime().compile(lowered(graph, blocks), { lower: false });
    const { y0 } = await program.run({ x0: Tensor.full(shape, -2), x1: Tensor.full([1, 16, 2, 2], 5) });
    await program.dispose();
    const plane = [5, 0, 5, 0, 0, 0, 0, 0, 5, 0, 5, 0, 0, 0, 0, 0];
    expectClose(y0 as Tensor, new Tensor("float32", shape, Float32Array.from(Array(16).fill(plane).flat())));
  });

  it("takes what the gradient of a pooling is added to from elsewhere", async () => {
    const twice = (x?: Value, dy?: Value): Value => {
      const y = maxPool(x as Value, window(three, half, 0));
      const z = maxPool(x as Value, window(two, half, 0));
      return gradients(mul(add(y, z), dy as Value), [x as Value])[0];
    };
    const dy = slopes([1, 16, 3, 3]);
    const types = await rewritten(
      { nodes: [pooledGradients(blocks)] },
      twice,
      image([1, 16, 7, 7], (x) => x),
      dy,
    );
    expect(types).not.toContain("ScatterElements");
  });
});

describe("leaves the search", () => {
  it.each<[string, Shape, PoolOptions]>([
    ["channels that fill no block", [1, 8, 7, 7], window(three, half, 0)],
    ["channels that fill one and a half", [1, 24, 7, 7], window(three, half, 0)],
    ["a window of 5", [1, 16, 9, 9], window([5, 5], half, 0)],
    ["a window of 5 along one axis", [1, 16, 9, 9], window([3, 5], half, 0)],
    ["dilations", [1, 16, 7, 7], { ...window(two, side, 0), dilations: [2, 2] }],
    ["strides beyond the window", [1, 16, 7, 7], window(two, [3, 3], 0)],
    ["pads of 2 in front", [1, 16, 7, 7], window(three, half, 2)],
    ["an image smaller than the stride", [1, 16, 2, 2], window(three, [3, 3], 1)],
    ["a line", [1, 16, 7], { kernelShape: [3], strides: [2] }],
    ["a volume", [1, 16, 5, 5, 5], { kernelShape: [3, 3, 3], strides: [2, 2, 2] }],
  ])("%s", async (_, shape, options) => {
    expect(await agree(blocks, shape, options)).toContain("ScatterElements");
  });

  it("where the image was padded with infinity, which times 0 is no number", async () => {
    const shape = [1, 16, 6, 6];
    const padded = (value: number) => (x?: Value, dy?: Value) => {
      const y = maxPool(pad(x as Value, { pads: [0, 0, 1, 1, 0, 0, 1, 1], value }), window(three, half, 0));
      return gradients(mul(y, dy as Value), [x as Value])[0];
    };
    const rules = { nodes: [pooledGradients(blocks)] };
    const inputs = [image(shape, (x) => x), slopes([1, 16, 3, 3])];
    expect(await rewritten(rules, padded(Number.NEGATIVE_INFINITY), ...inputs)).toContain("ScatterElements");
    expect(await rewritten(rules, padded(-3.4e38), ...inputs)).not.toContain("ScatterElements");
  });

  it("of windows that overlap, on devices without blocks of channels", async () => {
    expect(await agree(plain, [1, 16, 7, 7], window(three, half, 0))).toContain("ScatterElements");
    expect(await agree(plain, [1, 16, 7, 7], window(two, half, 1))).toContain("ScatterElements");
  });

  const rules = { nodes: [pooledGradients(blocks)] };
  const shape = [1, 16, 6, 6];
  const options = window(two, half, 0);

  it("of other types of numbers", async () => {
    const dy = slopes([1, 16, 3, 3]).cast("float64");
    const x = image(shape, (value) => value).cast("float64");
    expect(await rewritten(rules, gradientOf(options), x, dy)).toContain("ScatterElements");
  });

  /** What stands like the gradient of a pooling, and may be something else. */
  const scattered =
    (change: {
      readonly reduction?: Reduction;
      readonly order?: number;
      readonly size?: number;
      readonly onto?: number;
      readonly dtype?: DType;
    }) =>
    (x?: Value, dy?: Value): Value => {
      const { reduction = "add", size = sizeOf(shape), onto = 0, dtype = "float32" } = change;
      const source = x as Value;
      const attributes = { ...poolAttributes(options), storage_order: int(change.order ?? 0) };
      const places = source.graph.emit(maxPool.operator, [source], new Attributes(attributes))[1] as Value;
      const base = onto === 0 ? zeros(dy as Value, [size]) : source.graph.constant(Tensor.full([size], onto));
      const flat = (value: Value): Value => reshape(value, [sizeOf(value.shape)]);
      expect(base.dtype).toBe(dtype);
      return scatterElements(base, flat(places), flat(dy as Value), { reduction });
    };

  it.each<[string, Parameters<typeof scattered>[0]]>([
    ["another reduction", { reduction: "max" }],
    ["no reduction", { reduction: "none" }],
    ["places counted column by column", { order: 1 }],
    ["a larger image", { size: 2 * sizeOf(shape) }],
    ["what is added to something", { onto: 1 }],
    ["sums of another type", { dtype: "float64" }],
  ])("where it is something else: %s", async (_, change) => {
    const x = image(shape, (value) => value);
    const dy = slopes([1, 16, 3, 3]).cast(change.dtype ?? "float32");
    expect(await rewritten(rules, scattered({}), x, dy.cast("float32"))).not.toContain("ScatterElements");
    expect(await rewritten(rules, scattered(change), x, dy)).toContain("ScatterElements");
  });

  it("where the indices are of no pooling, or the image's own", async () => {
    const x = image(shape, (value) => value);
    const dy = slopes([1, 16, 3, 3]);
    const foreign = (a?: Value, b?: Value): Value => {
      const places = Tensor.zeros([144], "int64");
      return scatterElements(zeros(a as Value, [576]), places, reshape(b as Value, [144]), {
        reduction: "add",
      });
    };
    expect(await rewritten(rules, foreign, x, dy)).toContain("ScatterElements");
    const unscattered = (a?: Value): Value => maxPoolWithIndices(a as Value, options).indices;
    expect(await rewritten(rules, unscattered, x)).toEqual(["MaxPool"]);
  });
});

describe("without blocks of channels, of windows side by side", () => {
  it.each<[string, Shape, PoolOptions]>([
    ["2×2", [2, 3, 6, 4], window(two, half, 0)],
    ["2×2, rest", [1, 16, 7, 5], window(two, half, 0)],
    ["3×2", [1, 4, 7, 5], window([3, 2], [3, 2], 0)],
    ["5×5", [1, 2, 11, 10], window([5, 5], [5, 5], 0)],
    ["a line", [2, 3, 7], { kernelShape: [2], strides: [2] }],
    ["a volume", [1, 2, 4, 5, 6], { kernelShape: two.concat(2), strides: [2, 2, 2] }],
  ])("compares tiles: %s", async (_, shape, options) => {
    for (const device of [plain, blocks]) {
      const types = await agree(device, shape, options);
      expect(types).not.toContain("ScatterElements");
      if (device === plain) expect(types).toContain("Resize");
    }
  });
});

it("takes an empty batch", async () => {
  for (const options of [window(two, half, 0), window(three, half, 1)]) {
    const dy = Tensor.zeros(pooledShape([0, 16, 6, 6], options));
    const { graph } = buildGraph(gradientOf(options), [Tensor.zeros([0, 16, 6, 6]), dy]);
    const program = await testRuntime().compile(lowered(graph, blocks), { lower: false });
    const { y0 } = await program.run({ x0: Tensor.zeros([0, 16, 6, 6]), x1: dy });
    expect(y0?.shape).toEqual([0, 16, 6, 6]);
    await program.dispose();
  }
});
