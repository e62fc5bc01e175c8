import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ImagoError } from "../../engine/errors.js";
import { decode } from "../../engine/onnx/proto/decode.js";
import { encode, type ProtoRecord } from "../../engine/onnx/proto/encode.js";
import type { ModelRecord } from "../../engine/onnx/proto/records.js";
import { modelProto } from "../../engine/onnx/proto/schema.js";
import { readModel } from "../../engine/onnx/read/read.js";
import { foreign, info, node } from "../../engine/onnx/testing/foreign.js";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { dense } from "../layers/core/dense.js";
import { input } from "../layers/core/input.js";
import { OnnxLayer } from "../layers/core/onnx.js";
import { globalAveragePooling2d } from "../layers/pooling/globalAveragePooling2d.js";
import { lstm } from "../layers/recurrent/lstm.js";
import { model } from "../models/model.js";
import { OnnxModel } from "../models/onnxModel.js";
import { smallCnn } from "../testing/smallCnn.js";
import { exportOnnxFile } from "./exportOnnxFile.js";
import { loadModel } from "./loadModel.js";
import { loadOnnx } from "./loadOnnx.js";
import { saveModel } from "./saveModel.js";

const runtime = testRuntime();
let folder: string;
let network: OnnxModel;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await writeFile(join(folder, "small.onnx"), smallCnn());
  network = await loadOnnx(join(folder, "small.onnx"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function noise(shape: readonly number[], seed = 1): Tensor<"float32"> {
  const count = shape.reduce((a, b) => a * b, 1);
  return new Tensor("float32", shape, new Generator(seed).normals(count));
}

/** What the file itself computes, as read. */
async function direct(x: Tensor, name: string): Promise<Tensor> {
  const { graph, values } = readModel(smallCnn(), { inputShapes: { pixels: x.shape } });
  const value = values.get(name);
  if (value !== undefined) graph.output("wanted", value);
  const program = await runtime.compile(graph);
  const { wanted } = await program.run({ pixels: x });
  await program.dispose();
  return wanted as Tensor;
}

describe("loadOnnx", () => {
  it("names inputs, outputs and activations, at the sizes that are asked for", () => {
    expect(network.inputs).toEqual([{ name: "pixels", elementType: "float32", sizes: ["N", 3, "S", "S"] }]);
    expect(network.outputs).toEqual([{ name: "scores", elementType: "float32", sizes: ["N", 5] }]);
    const all = network.activations({ dimensions: { S: 8 } });
    expect(all.map(({ name, operator, shape }) => `${name} ${operator} ${shape.join("×")}`)).toEqual([
      "conv1 Conv 1×4×8×8",
      "normed BatchNormalization 1×4×8×8",
      "features Relu 1×4×8×8",
      "pooled MaxPool 1×4×4×4",
      "conv2 Conv 1×6×4×4",
      "deep Clip 1×6×4×4",
      "mean GlobalAveragePool 1×6×1×1",
      "flat Reshape 1×6",
      "scores Gemm 1×5",
    ]);
    const [conv1] = network.activations({ inputShapes: { pixels: [2, 3, 20, 16] } });
    expect(conv1?.shape).toEqual([2, 4, 20, 16]);
    expect(() => network.activations()).toThrow('the size "S" is open');
    expect(() => network.activations({ shapes: {} } as object)).toThrow('unknown option "shapes"');
  });

  it("takes a batch of 1 for every open first axis, or that of another input of the same batch", () => {
    const two = new OnnxModel(
      foreign({
        input: [info("a", [-1, 3]), info("b", ["N", 3]), info("c", ["N", 3])],
        nodes: [node("Add", ["b", "c"], ["sum"]), node("Add", ["a", "sum"], ["y"])],
      }),
    );
    const shapes = (sizes: object): unknown => two.read(sizes).graph.inputs.map(({ shape }) => shape[0]);
    expect(shapes({})).toEqual([1, 1, 1]);
    expect(shapes({ dimensions: { N: 4 } })).toEqual([1, 4, 4]);
    expect(shapes({ inputShapes: { c: [5, 3], a: [5, 3] } })).toEqual([5, 5, 5]);
    expect(two.activations()[0]).toMatchObject({ name: "sum", shape: [1, 3] });
  });

  it("looks as far as it can, and says what is left out and why", () => {
    const odd = new OnnxModel(
      foreign({
        input: [info("x", [2, 3]), info("words", [2], 8)],
        nodes: [
          node("Relu", ["x"], ["r"]),
          node("Own", ["r"], ["o"], [], { domain: "mine" }),
          node("Neg", ["o"], ["n"]),
          node("Add", ["r", "halves"], ["a"]),
          node("StringNormalizer", ["words"], ["w"]),
          node("Reshape", ["r", "r"], ["b"]),
          node("Exp", ["r"], ["e"]),
        ],
        initializer: [{ name: "halves", dims: [3], dataType: 10, rawData: new Uint8Array(6) }],
        output: [info("n"), info("a"), info("e")],
        model: {
          functions: [new Uint8Array()],
          opsetImport: [
            { domain: "", version: 17 },
            { domain: "mine", version: 1 },
          ],
        },
      }),
    );
    const { activations, left, causes } = odd.survey();
    expect(activations.map(({ name }) => name)).toEqual(["r", "e"]);
    expect(odd.activations()).toEqual(activations);
    expect(left).toEqual(["o", "n", "a", "w", "b"]);
    expect(causes).toEqual([
      expect.stringMatching(/^input "words": element type string is not supported/),
      expect.stringMatching(/^initialiser "halves": element type float16 is not supported/),
      'Own "o": operator Own of domain "mine" is not supported',
      expect.stringMatching(/^Reshape "Reshape" /),
    ]);
    expect(() => odd.read()).toThrow("model.onnx: functions of the model's own are not supported");
    expect(network.survey({ dimensions: { S: 8 } })).toMatchObject({ left: [], causes: [] });
  });

  it("describes the file", () => {
    expect(network.description).toMatchObject({
      producer: "test",
      opsets: { "": 17 },
      parameters: 108 + 4 + 16 + 216 + 6 + 30 + 5 + 2 + 2,
      externalFiles: [],
    });
    expect(network.description.operators[0]).toEqual(["Conv", 2]);
  });

  it("says what is wrong with a file", async () => {
    await writeFile(join(folder, "empty.onnx"), "");
    await expect(loadOnnx(join(folder, "empty.onnx"))).rejects.toThrow(
      `${folder}/empty.onnx: the file is empty`,
    );
    await writeFile(join(folder, "cut.onnx"), smallCnn().subarray(0, 500));
    await expect(loadOnnx(join(folder, "cut.onnx"))).rejects.toThrow("is truncated or altered");
    await expect(loadOnnx(join(folder, "none.onnx"))).rejects.toThrow("there is no such file");
  });
});

describe("altered files", () => {
  it("are refused with an error of ours, or taken", () => {
    const bytes = smallCnn();
    const random = new Generator(1);
    let refused = 0;
    for (let count = 0; count < 300; count++) {
      const altered = bytes.slice();
      for (let k = 0; k <= count % 4; k++) {
        altered[Math.floor(random.uniform() * bytes.length)] = Math.floor(random.uniform() * 256);
      }
      try {
        const found = new OnnxModel(altered);
        found.activations({ inputShapes: { pixels: [1, 3, 8, 8] } });
        found.asLayer({ to: "deep" });
      } catch (error) {
        expect(error).toBeInstanceOf(ImagoError);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(100);
  });
});

describe("asLayer", () => {
  it("computes what the file does, whole or cut, at any size", async () => {
    for (const [to, size] of [
      ["scores", 8],
      ["deep", 12],
    ] as const) {
      const x = input({ shape: [3, size, size] });
      const m = model({ inputs: x, outputs: network.asLayer({ to })(x), runtime });
      const pixels = noise([2, 3, size, size]);
      expectClose(await m.predict(pixels), await direct(pixels, to), { relative: 1e-5, absolute: 1e-5 });
    }
  });

  it("begins inside", async () => {
    const features = input({ shape: [4, 8, 8] });
    const m = model({ inputs: features, outputs: network.asLayer({ from: "features" })(features), runtime });
    const pixels = noise([3, 3, 8, 8]);
    const found = await m.predict(await direct(pixels, "features"));
    expectClose(found, await direct(pixels, "scores"), { relative: 1e-5, absolute: 1e-5 });
    expect(m.variables.map(({ path }) => path)).toEqual(
      ["conv2.weight", "conv2.bias", "fc.weight", "fc.bias"].map((name) => `onnx/${name}`),
    );
  });

  it("gives several outputs, and takes open sizes", async () => {
    const x = input({ shape: [3, null, null] });
    const [features, deep] = network.asLayer({ to: ["features", "deep"] })(x);
    expect([features?.shape, deep?.shape]).toEqual([
      [null, 4, null, null],
      [null, 6, null, null],
    ]);
    const m = model({ inputs: x, outputs: { features: features!, deep: deep! }, runtime });
    const pixels = noise([1, 3, 10, 6]);
    const found = await m.predict(pixels);
    expectClose(found.features, await direct(pixels, "features"), { relative: 1e-5, absolute: 1e-5 });
    expect(found.deep.shape).toEqual([1, 6, 5, 3]);
  });

  it("turns channels to the end and back", async () => {
    const x = input({ shape: [8, 6, 3] });
    const m = model({ inputs: x, outputs: network.asLayer({ to: "deep", channelsLast: true })(x), runtime });
    const pixels = noise([2, 3, 8, 6]);
    const last = (tensor: Tensor): Tensor => {
      const [n = 0, c = 0, h = 0, w = 0] = tensor.shape;
      const turned = Tensor.zeros([n, h, w, c]);
      turned.data.forEach((_, at) => {
        const [channel, place] = [at % c, Math.floor(at / c)];
        const [image, pixel] = [Math.floor(place / (h * w)), place % (h * w)];
        turned.data[at] = tensor.data[(image * c + channel) * h * w + pixel] as number;
      });
      return turned;
    };
    expectClose(await m.predict(last(pixels)), last(await direct(pixels, "deep")), {
      relative: 1e-5,
      absolute: 1e-5,
    });
  });

  /** The network up to `deep`, and a head that tells bright images from dark ones. */
  function withHead(trainable: boolean) {
    const x = input({ shape: [8, 8, 3] });
    const features = network.asLayer({ to: "deep", channelsLast: true, trainable });
    const pooled = globalAveragePooling2d()(features(x));
    const m = model({
      inputs: x,
      outputs: dense({ units: 1, activation: "sigmoid" })(pooled),
      seed: 3,
      runtime,
    });
    m.compile({ optimizer: { name: "adam", config: { learningRate: 0.02 } }, loss: "binaryCrossentropy" });
    return { m, layer: features.layer };
  }
  const images = Tensor.zeros([32, 8, 8, 3]);
  const bright = Tensor.zeros([32, 1]);
  const drawn = new Generator(9).normals(images.size);
  images.data.forEach((_, at) => {
    const image = Math.floor(at / 192);
    images.data[at] = (drawn[at] as number) * 0.5 + (image % 2 === 0 ? 1 : -1);
    bright.data[image] = image % 2 === 0 ? 1 : 0;
  });

  it("keeps the weights of a frozen network while a new head learns", async () => {
    const { m, layer } = withHead(false);
    const before = layer.getWeights();
    const { history } = await m.fit(images, bright, { epochs: 15, batchSize: 16 });
    expect(history.loss!.at(-1)!).toBeLessThan(history.loss![0]! * 0.7);
    layer.getWeights().forEach((weight, index) => {
      expect(weight.data).toEqual(before[index]?.data);
    });
  });

  it("is thawed by compiling again", async () => {
    const { m, layer } = withHead(false);
    await m.fit(images, bright, { epochs: 1 });
    const before = layer.getWeights();
    layer.trainable = true;
    await m.fit(images, bright, { epochs: 1 });
    expect(layer.getWeights()[0]?.data).toEqual(before[0]?.data);
    m.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
    await m.fit(images, bright, { epochs: 1 });
    expect(layer.getWeights()[0]?.data).not.toEqual(before[0]?.data);
  });

  it("fine-tunes the weights, and leaves statistics and the file's own elements alone", async () => {
    const { m, layer } = withHead(true);
    const before = layer.getWeights();
    const { history } = await m.fit(images, bright, { epochs: 10, batchSize: 16 });
    expect(history.loss!.at(-1)!).toBeLessThan(history.loss![0]! * 0.7);
    const changed = layer.variables.filter(
      ({ value }, index) => value.data.toString() !== before[index]?.data.toString(),
    );
    expect(changed.map(({ name }) => name)).toEqual([
      "conv1.weight",
      "conv1.bias",
      "norm.scale",
      "norm.bias",
      "conv2.weight",
      "conv2.bias",
    ]);
    const again = network.asLayer({ to: "deep" });
    again(input({ shape: [3, 8, 8] }));
    expect(again.layer.getWeights()[0]?.data).toEqual(before[0]?.data);
  });

  it("is saved with its model and loaded without the file", async () => {
    const { m } = withHead(true);
    await m.fit(images, bright, { epochs: 1, batchSize: 16 });
    const path = join(folder, "saved");
    await saveModel(m, path);
    const { model: loaded } = await loadModel(path, { runtime });
    expect(((await loaded.predict(images)) as Tensor).data).toEqual((await m.predict(images)).data);
    expect(loaded.variables.map(({ path: name, trainable }) => [name, trainable])).toEqual(
      m.variables.map(({ path: name, trainable }) => [name, trainable]),
    );
    // The weights are in one file only.
    expect((await readFile(join(path, "model.json"))).length).toBeLessThan(8000);
  });

  it("names what is not there, and the nearest", () => {
    expect(() => network.asLayer({ to: "dep" })).toThrow(
      `${folder}/small.onnx: there is no value "dep" in the model. Did you mean "deep"?`,
    );
    const exported = new OnnxModel(
      foreign({
        nodes: [
          node("Relu", ["x"], ["/net/fire8/Relu_output_0"]),
          node("Exp", ["/net/fire8/Relu_output_0"], ["/net/fire8/Exp_output_0"]),
          node("Neg", ["/net/fire8/Exp_output_0"], ["y"]),
        ],
      }),
    );
    const meant = 'there is no value "Fire8" in the model. Did you mean "/net/fire8/Exp_output_0"?';
    expect(() => exported.asLayer({ to: "Fire8" })).toThrow(meant);
    expect(() => exported.asLayer({ from: "Fire8" })).toThrow(meant);
    expect(() => network.asLayer({ from: "feature" })).toThrow('Did you mean "features"?');
    expect(() => network.asLayer({ from: "deep", to: "features" })).toThrow(
      '"features" does not depend on "deep"',
    );
    expect(() => network.asLayer({ name: "n", too: "deep" } as object)).toThrow('Did you mean "to"?');
    const two = new OnnxModel(
      foreign({
        nodes: [node("Relu", ["x"], ["y"]), node("Neg", ["x"], ["z"])],
        output: [info("y"), info("z")],
      }),
    );
    expect(() => two.asLayer()).toThrow("it has 2 outputs. Name the one that is wanted");
    const sum = new OnnxModel(
      foreign({
        input: [info("a", [1, 3]), info("b", [1, 3])],
        nodes: [node("Relu", ["a"], ["r"]), node("Add", ["r", "b"], ["y"])],
      }),
    );
    expect(() => sum.asLayer({ from: "r" })).toThrow('"y" depends on the input "b" too, not on r alone');
    expect(sum.asLayer({ from: ["b", "r"] }).layer.config.inputs).toEqual(["b", "r"]);
  });

  /** smallCnn with all float32 initialisers in Constant nodes, as Paddle2ONNX and spox write them. */
  function inConstants(): Uint8Array {
    const record: ModelRecord = decode(modelProto, smallCnn(), "small.onnx");
    const { node: nodes = [], initializer = [] } = record.graph ?? {};
    const floats = initializer.filter(({ dataType }) => dataType === 1);
    const constants = floats.map(({ name = "", ...t }) => ({
      opType: "Constant",
      output: [name],
      attribute: [{ name: "value", t, type: 4 }],
    }));
    const others = initializer.filter((one) => !floats.includes(one));
    const graph = { ...record.graph, node: [...constants, ...nodes], initializer: others };
    const moved: ModelRecord = { ...record, graph };
    return encode(modelProto, moved as ProtoRecord);
  }

  it("takes weights in Constant nodes for what they are", async () => {
    const constant = new OnnxModel(inConstants());
    expect(constant.description.parameters).toBe(network.description.parameters - 2);
    const [a, b] = [constant, network].map((one) => one.asLayer({ to: "deep", channelsLast: true }).layer);
    expect(a?.config.weights).toEqual(b?.config.weights);
    const image = input({ shape: [8, 8, 3] });
    const features = constant.asLayer({ to: "deep", channelsLast: true });
    const pooled = globalAveragePooling2d()(features(image));
    const m = model({ inputs: image, outputs: dense({ units: 2 })(pooled), runtime });
    m.compile({ optimizer: "sgd", loss: "mse" });
    const before = features.layer.getWeights().map((weight) => weight.clone());
    const x = noise([4, 8, 8, 3]);
    expectClose(
      await model({ inputs: image, outputs: features(image), runtime }).predict(x),
      await model({
        inputs: image,
        outputs: network.asLayer({ to: "deep", channelsLast: true })(image),
        runtime,
      }).predict(x),
    );
    await m.fit(x, noise([4, 2]), { epochs: 1 });
    expect(
      features.layer
        .getWeights()
        .some((weight, at) => !Buffer.from(weight.bytes).equals(Buffer.from(before[at]?.bytes ?? []))),
    ).toBe(true);
  });

  it("leaves constants that sizes are computed of, and bounds, where they are", () => {
    const scales = (values: number[]): ProtoRecord => ({ name: "value_floats", floats: values, type: 6 });
    const resized = new OnnxModel(
      foreign({
        input: [info("x", [1, 2, 4, 4])],
        nodes: [
          node("Constant", [], ["ones"], [scales([1, 1])]),
          node("Constant", [], ["twos"], [scales([2, 2])]),
          node("Concat", ["ones", "twos"], ["scales"], [{ name: "axis", i: 0, type: 2 }]),
          node("Resize", ["x", "", "scales"], ["big"]),
          node("Constant", [], ["bias"], [scales([1, 2, 3, 4, 5, 6, 7, 8])]),
          node("Add", ["big", "bias"], ["sum"]),
          node("Constant", [], ["exponents"], [scales([1, 2, 1, 2, 1, 2, 1, 2])]),
          node("Pow", ["sum", "exponents"], ["y"]),
        ],
        output: [info("y")],
      }),
    );
    const layer = resized.asLayer();
    expect(layer.layer.config.weights).toEqual([{ name: "bias", shape: [8], trainable: true }]);
    expect(layer(input({ shape: [2, 4, 4] })).shape).toEqual([null, 2, 8, 8]);
    expect(resized.description.parameters).toBe(8);
  });

  it("refuses to train what has no weights", () => {
    const bare = new OnnxModel(foreign());
    expect(() => bare.asLayer({ trainable: true })).toThrow(
      "asLayer: trainable is true, and nothing here can be trained",
    );
    expect(bare.asLayer().layer.config.weights).toEqual([]);
  });

  it("refuses other inputs than the network takes", () => {
    const layer = network.asLayer({ name: "net" });
    expect(() => layer(input({ shape: [3, 8] }))).toThrow(
      /onnx "net": input "pixels": expected rank 4, received/,
    );
    const image = input({ shape: [3, 8, 8] });
    expect(() => layer([image, image])).toThrow('onnx "net": expected 1 inputs (pixels), received 2');
    expect(() => layer(input({ shape: [8, 8, 3] }))).toThrow(
      /Conv .*channels.* \(for inputs of \[2, 8, 8, 3\]\)/,
    );
  });

  it("refuses a batch that the file would mix", () => {
    const shape = { name: "shape", dims: [2], dataType: 7, int64Data: [1, -1] };
    const fixed = new OnnxModel(
      foreign({
        input: [info("x", [1, 2, 3])],
        initializer: [shape],
        nodes: [node("Reshape", ["x", "shape"], ["y"])],
        output: [info("y", [1, 6])],
      }),
    );
    expect(() => fixed.asLayer()(input({ shape: [2, 3] }))).toThrow(
      'the file is made for a batch of 1: for 2, "y" would be [1, 12]',
    );
    expect(fixed.asLayer()(input({ shape: [2, 3], batchSize: 1 })).shape).toEqual([1, 6]);
  });

  it("takes recurrent networks, whose loops use the weights, and trains them on", async () => {
    const path = join(folder, "recurrent.onnx");
    const steps = input({ shape: [6, 3] });
    const first = model({ inputs: steps, outputs: dense({ units: 2 })(lstm({ units: 4 })(steps)), runtime });
    await exportOnnxFile(first, path);
    const again = input({ shape: [6, 3] });
    const m = model({ inputs: again, outputs: (await loadOnnx(path)).asLayer()(again), runtime });
    const x = noise([5, 6, 3]);
    expectClose(await m.predict(x), await first.predict(x), { relative: 1e-5, absolute: 1e-6 });
    expect(m.variables.filter(({ trainable }) => trainable)).toHaveLength(first.variables.length);
    m.compile({ optimizer: { name: "adam", config: { learningRate: 0.05 } }, loss: "meanSquaredError" });
    const { history } = await m.fit(x, noise([5, 2], 4), { epochs: 30 });
    expect(history.loss!.at(-1)!).toBeLessThan(history.loss![0]! / 2);
  });

  it("takes no config that a file has altered", () => {
    const { config } = network.asLayer({ to: "deep" }).layer;
    expect(() => new OnnxLayer({ ...config, weights: [{ name: 3 }] } as never)).toThrow(
      'onnx: weights[0] must be { name, shape, trainable }, received {"name":3}.',
    );
    expect(() => new OnnxLayer({ ...config, graph: "?" } as never)).toThrow("onnx: graph is no Base64");
    expect(() => new OnnxLayer({ ...config, graph: "AAAA" } as never)).toThrow("onnx: the graph: ");
  });
});
