import { describe, expect, it } from "vitest";
import { Graph } from "../engine/graph/graph.js";
import { readModel } from "../engine/onnx/read/read.js";
import { writeModel } from "../engine/onnx/write/write.js";
import { add } from "../engine/ops/add.js";
import { concat } from "../engine/ops/concat.js";
import { conv } from "../engine/ops/conv/conv.js";
import { mul } from "../engine/ops/mul.js";
import { relu } from "../engine/ops/relu.js";
import { reshape } from "../engine/ops/reshape.js";
import { transpose } from "../engine/ops/transpose.js";
import { Generator } from "../engine/random/generator.js";
import { Tensor, toNumbers } from "../engine/tensor/tensor.js";
import { testRuntime } from "../engine/testing/evaluate.js";
import { expectClose } from "../engine/testing/expectClose.js";
import { onnxImageNetwork } from "./imageNetwork.js";
import { fromPlanes, toPlanes } from "./pixels.js";
import { type PreprocessingOptions, preprocessing } from "./preprocessing.js";
import { resample } from "./resample.js";
import { tinyImage, tinyModel, tinyNetwork } from "./testing/tinyNetwork.js";

/** A model that gives its input times 2. */
function twice(shape: readonly number[]): Uint8Array {
  const graph = new Graph();
  graph.output("doubled", mul(graph.input("x", { dtype: "float32", shape }), 2));
  return writeModel(graph);
}

/** What a network's activation is for an image. */
async function activation(
  network: ReturnType<typeof onnxImageNetwork>,
  image: Tensor,
  name: string,
): Promise<Tensor> {
  const graph = new Graph();
  const planes = toPlanes(image);
  const pixels = graph.input("pixels", { dtype: "float32", shape: planes.shape });
  graph.output("y", network.emit(graph, pixels, [name]).get(name) as never);
  const program = await testRuntime().compile(graph);
  const { y } = await program.run({ pixels: planes });
  await program.dispose();
  return y as Tensor;
}

describe("onnxImageNetwork", () => {
  it("takes weights in half precision, and sees what the rounded ones see", async () => {
    const half = writeModel(readModel(tinyModel()).graph, { weights: "float16" });
    const rounded = writeModel(readModel(half).graph);
    const image = tinyImage(20, 24);
    const way = preprocessing("keras");
    for (const name of ["first", "second", "scores"]) {
      const seen = await Promise.all(
        [half, rounded].map((bytes) => activation(onnxImageNetwork(bytes, way), image, name)),
      );
      expect(seen[0]).toEqual(seen[1]);
      expectClose(seen[0] as Tensor, await activation(tinyNetwork(), image, name), {
        relative: 2e-3,
        absolute: 2e-3,
      });
    }
  });

  it("gives activations with their channels first, of files that have them last", async () => {
    const graph = new Graph();
    const image = graph.input("image", { dtype: "float32", shape: [1, 16, 20, 3] });
    const kernel = new Tensor("float32", [5, 3, 3, 3], new Generator(2).normals(5 * 27));
    const found = conv(transpose(image, [0, 3, 1, 2]), kernel, undefined, { pads: [1, 1, 1, 1] });
    const turned = transpose(found, [0, 2, 3, 1]);
    const last = concat([relu(turned), turned], { axis: 3 });
    for (const [name, value] of Object.entries({ found, turned, last })) graph.output(name, value);
    const way = preprocessing({ preset: "keras", layout: "channelsLast" });
    const network = onnxImageNetwork(writeModel(graph), way);
    const [a, b, c] = await Promise.all(
      ["found", "turned", "last"].map((name) => activation(network, tinyImage(16, 20), name)),
    );
    expect(a?.shape).toEqual([1, 5, 16, 20]);
    expect(b).toEqual(a);
    expect(c?.shape).toEqual([1, 10, 16, 20]);
    const own = toNumbers(a as Tensor);
    expect(Array.from(toNumbers(c as Tensor))).toEqual([
      ...Array.from(own, (x) => Math.max(0, x)),
      ...Array.from(own),
    ]);
  });

  it.each<[string, PreprocessingOptions]>([
    ["caffe", { preset: "caffe" }],
    ["torchvision", { preset: "torchvision" }],
    ["keras, channels last", { preset: "keras", layout: "channelsLast" }],
    ["raw", {}],
    ["bgr", { preset: "torchvision", channelOrder: "bgr" }],
  ])("prepares images in the graph: %s", async (_, options) => {
    const way = preprocessing(options);
    const shape = options.layout === "channelsLast" ? [1, 8, 8, 3] : [1, 3, 8, 8];
    const image = tinyImage(6, 7);
    const doubled = await activation(onnxImageNetwork(twice(shape), way), image, "doubled");
    // Activations have their channels first, wherever the file has them.
    const expected = preprocessing({ ...options, layout: "channelsFirst" }).toNetwork(image);
    expectClose(
      doubled,
      new Tensor(
        "float32",
        expected.shape,
        expected.data.map((value) => 2 * value),
      ),
      { relative: 1e-5, absolute: 1e-4 },
    );
  });

  it("takes images of any size, and only what leads to the activation", async () => {
    const second = await activation(tinyNetwork(), tinyImage(21, 40), "second");
    expect(second.shape).toEqual([1, 6, 11, 20]);
    const graph = new Graph();
    const pixels = graph.input("pixels", { dtype: "float32", shape: [1, 3, 10, 10] });
    tinyNetwork("raw").emit(graph, pixels, ["first"]);
    expect(graph.nodes.map(({ operator }) => operator.type)).toEqual(["Conv", "Relu"]);
  });

  it("names the nearest activation", () => {
    const graph = new Graph();
    const pixels = graph.input("pixels", { dtype: "float32", shape: [1, 3, 10, 10] });
    expect(() => tinyNetwork().emit(graph, pixels, ["frist"])).toThrow(
      'tiny.onnx: there is no value "frist" in the model. Did you mean "first"? `imago onnx layers FILE` lists what there is.',
    );
  });

  it("refuses models that take no image", () => {
    const graph = new Graph();
    const a = graph.input("a", { dtype: "float32", shape: [1, 3, 4, 4] });
    const b = graph.input("b", { dtype: "float32", shape: [4] });
    graph.output("sum", add(a, b));
    const two = writeModel(graph);
    expect(() => onnxImageNetwork(two, preprocessing(), { name: "two.onnx" })).toThrow(
      'two.onnx: expected one input, an image of rank 4; the model has "a" of rank 4, "b" of rank 1',
    );
    expect(() => onnxImageNetwork(twice([3, 4]), preprocessing())).toThrow('"x" of rank 2');
    expect(() => onnxImageNetwork(new Uint8Array(), preprocessing(), { name: "none.onnx" })).toThrow(
      "none.onnx",
    );
  });

  it("says when a size does not suit the layers", () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [1, 3, 8, 8] });
    graph.output("flat", reshape(x, [1, 192]));
    const network = onnxImageNetwork(writeModel(graph), preprocessing(), { name: "flat.onnx" });
    const other = new Graph();
    const pixels = other.input("pixels", { dtype: "float32", shape: [1, 3, 9, 8] });
    expect(() => network.emit(other, pixels, ["flat"])).toThrow(/flat\.onnx: .*Reshape/);
  });

  it("says what size the file declares when another one fails", () => {
    const graph = new Graph();
    const image = graph.input("x", { dtype: "float32", shape: [1, 3, 8, 8] });
    graph.output("flat", reshape(image, [1, 192]));
    const network = onnxImageNetwork(writeModel(graph), preprocessing({}));
    expect(network.declaredSize).toEqual({ height: 8, width: 8 });
    const other = new Graph();
    const pixels = other.input("pixels", { dtype: "float32", shape: [1, 3, 8, 9] });
    expect(() => network.emit(other, pixels, ["flat"])).toThrow(
      "cannot reshape [1, 3, 8, 9] (216 elements) to [1, 192]. Images here are 8 × 9; the file declares 8 × 8, " +
        "and may allow no other size.",
    );
    // A name that is not there is not there at any size.
    expect(() => network.emit(other, pixels, ["flt"])).toThrow(/^(?!.*Images here).*Did you mean "flat"/);
    const open = writeModel(graph, { openDimensions: { x: [1, 3, "height", "width"] } });
    expect(onnxImageNetwork(open, preprocessing({})).declaredSize).toBeUndefined();
  });

  it("leaves the model's bytes as they were", () => {
    const bytes = tinyModel();
    const before = bytes.slice();
    const graph = new Graph();
    const pixels = graph.input("pixels", { dtype: "float32", shape: [1, 3, 10, 10] });
    onnxImageNetwork(bytes, preprocessing()).emit(graph, pixels, ["scores"]);
    expect(bytes).toEqual(before);
  });
});

describe("pixels", () => {
  it("become planes and come back", () => {
    const image = tinyImage(5, 4);
    const planes = toPlanes(image);
    expect(planes.shape).toEqual([1, 3, 5, 4]);
    expect(planes.data[20 + 7]).toBe(image.data[7 * 3 + 1]);
    expect([...fromPlanes(planes).data]).toEqual([...image.data]);
  });

  it("are clipped on the way back", () => {
    expect([...fromPlanes(new Tensor("float32", [1, 3, 1, 1], Float32Array.of(-4, 300, 7))).data]).toEqual([
      0, 255, 7,
    ]);
  });
});

describe("resample", () => {
  it("keeps a ramp a ramp, and the mean of noise", async () => {
    const ramp = Tensor.zeros([1, 3, 8, 16]);
    for (let at = 0; at < ramp.size; at++) ramp.data[at] = (at % 16) * 10;
    const large = await resample(ramp, { height: 8, width: 32 }, testRuntime());
    expect(large.shape).toEqual([1, 3, 8, 32]);
    // Away from the edges: the pixel at 15 lies at 7.25 of the original.
    expect(large.data[15]).toBeCloseTo(72.5, 3);
    const noise = toPlanes(tinyImage(64, 64));
    const small = await resample(noise, { height: 16, width: 16 }, testRuntime());
    const mean = (one: Tensor<"float32">): number => one.data.reduce((a, b) => a + b, 0) / one.size;
    expect(mean(small)).toBeCloseTo(mean(noise), 0);
  });

  it("gives a copy at the same size", async () => {
    const planes = toPlanes(tinyImage(4, 4));
    const copy = await resample(planes, { height: 4, width: 4 }, testRuntime());
    expect(copy.data).not.toBe(planes.data);
    expect(copy.data).toEqual(planes.data);
  });
});
