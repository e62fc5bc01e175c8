import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSafetensors, writeSafetensors } from "../../engine/formats/safetensors.js";
import type { Value } from "../../engine/graph/graph.js";
import { mul } from "../../engine/ops/mul.js";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import type { Config } from "../config/config.js";
import { relu } from "../layers/activation/relu.js";
import { Layer, layerFunction } from "../layers/base/layer.js";
import { dense } from "../layers/core/dense.js";
import { embedding } from "../layers/core/embedding.js";
import { input } from "../layers/core/input.js";
import { lambda } from "../layers/core/lambda.js";
import { concatenate } from "../layers/merging/concatenate.js";
import { batchNormalization } from "../layers/normalization/batchNormalization.js";
import { bidirectional } from "../layers/recurrent/bidirectional.js";
import { lstm } from "../layers/recurrent/lstm.js";
import { timeDistributed } from "../layers/recurrent/timeDistributed.js";
import { dropout } from "../layers/regularization/dropout.js";
import { type Model, model } from "../models/model.js";
import { weightsOf } from "../models/serialize.js";
import { digestOf } from "./folder.js";
import { loadModel } from "./loadModel.js";
import { writeManifest } from "./manifest.js";
import { saveModel } from "./saveModel.js";

const runtime = testRuntime();
let folder: string;
let count = 0;
const fresh = (): string => join(folder, `model${count++}`);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** Models of every form, by what is special about them. */
const nets: Readonly<Record<string, () => unknown>> = {
  "one input and one output"() {
    const x = input({ shape: [3] });
    return model({ inputs: x, outputs: dense({ units: 2 })(x), seed: 5, name: "small", runtime });
  },
  "lists, and layers without names"() {
    const a = input({ shape: [3] });
    const b = input({ shape: [2] });
    const both = concatenate()([dense({ units: 2 })(a), dense({ units: 2 })(b)]);
    return model({ inputs: [a, b], outputs: [dense({ units: 1 })(both), both], runtime });
  },
  "records, and an input that is an output"() {
    const left = input({ shape: [3] });
    const right = input({ shape: [3] });
    const shared = dense({ units: 2, name: "shared" });
    const outputs = { sum: concatenate()([shared(left), shared(right)]), left };
    return model({ inputs: { right, left }, outputs, runtime });
  },
  "statistics, a frozen layer and options"() {
    const x = input({ shape: [4] });
    const hidden = batchNormalization({ momentum: 0.9 })(
      dense({
        units: 3,
        trainable: false,
        kernelInitializer: { name: "heNormal" },
        kernelRegularizer: { name: "l1l2", config: { l1: 0.1, l2: 0.2 } },
        biasConstraint: "nonNeg",
      })(x),
    );
    const rest = relu({ maxValue: 6 })(dropout({ rate: 0.5 })(hidden));
    return model({ inputs: x, outputs: dense({ units: 1, activation: "gelu" })(rest), runtime });
  },
  "wrapped layers with names"() {
    const x = input({ shape: [5], dtype: "int32" });
    const words = embedding({ inputDim: 5, outputDim: 3 })(x);
    const both = bidirectional({ layer: lstm({ units: 2, returnSequences: true, name: "ahead" }) })(words);
    const each = timeDistributed({ layer: dense({ units: 2, name: "each", trainable: false }) });
    return model({ inputs: x, outputs: each(both), runtime });
  },
  "models inside, twice, sharing a layer with the outside"() {
    const shared = dense({ units: 3, name: "shared" });
    const a = input({ shape: [3] });
    const inner = model({ inputs: a, outputs: dense({ units: 3 })(shared(a)), name: "inner", runtime });
    const x = input({ shape: [3] });
    const once = inner.asLayer()(shared(x));
    return model({ inputs: x, outputs: inner.asLayer({ name: "again" })(once), runtime });
  },
  "a model at every step"() {
    const a = input({ shape: [3] });
    const inner = model({ inputs: a, outputs: dense({ units: 2 })(dense({ units: 2 })(a)), runtime });
    const x = input({ shape: [4, 3] });
    return model({ inputs: x, outputs: timeDistributed({ layer: inner.asLayer() })(x), runtime });
  },
  "a part of a larger model"() {
    const x = input({ shape: [3] });
    const hidden = dense({ units: 4 })(x);
    return model({ inputs: hidden, outputs: dense({ units: 2 })(dense({ units: 3 })(hidden)), runtime });
  },
  "several outputs of a layer"() {
    const x = input({ shape: [4, 3] });
    return model({ inputs: x, outputs: lstm({ units: 2, returnState: true })(x), runtime });
  },
};

const filesOf = (path: string): Promise<string[]> =>
  Promise.all(["model.json", "weights.safetensors"].map((name) => readFile(join(path, name), "latin1")));

/** Random data for a model's inputs, in their order. */
function dataFor(net: Model): Tensor[] {
  const random = new Generator(4);
  return net.inputs.map(({ tensor: { shape, dtype } }) => {
    const sizes = [3, ...(shape.slice(1) as number[])];
    const size = sizes.reduce((a, b) => a * b, 1);
    const data = Float32Array.from({ length: size }, () => random.integer(5));
    return new Tensor("float32", sizes, data).cast(dtype);
  });
}

async function predict(net: Model): Promise<unknown> {
  const outputs = await (await net.trainer()).predict(dataFor(net));
  await net.dispose();
  return outputs.map(({ shape, data }) => ({ shape, data }));
}

describe("a model that is saved and loaded", () => {
  it.each(Object.keys(nets))("computes the same: %s", async (name) => {
    const net = nets[name]?.() as Model;
    const path = fresh();
    await saveModel(net, path);
    const { model: again, training, notice } = await loadModel(path, { runtime });
    expect({ training, notice }).toEqual({});
    expect(again.name).toBe(net.name);
    expect(again.seed).toBe(net.seed);
    expect(again.summary()).toBe(net.summary());
    expect(again.variables.map(({ path, trainable }) => [path, trainable])).toEqual(
      net.variables.map(({ path, trainable }) => [path, trainable]),
    );
    expect(await predict(again)).toEqual(await predict(net));
    const second = fresh();
    await saveModel(again, second);
    expect(await filesOf(second)).toEqual(await filesOf(path));
  });

  it("is compiled as it was", async () => {
    const x = input({ shape: [3] });
    const net = model({
      inputs: x,
      outputs: { a: dense({ units: 2 })(x), b: dense({ units: 1 })(x), c: dense({ units: 1 })(x) },
      runtime,
    });
    net.compile({
      optimizer: {
        name: "sgd",
        config: {
          learningRate: { name: "cosineDecay", config: { initialLearningRate: 0.5, decaySteps: 9 } },
        },
      },
      loss: { a: "mse", b: { name: "huber", config: { delta: 2 } } },
      lossWeights: { b: 0.25 },
      metrics: { a: ["mae", "mse"] },
      weightedMetrics: { b: "mae" },
    });
    const path = fresh();
    await saveModel(net, path);
    const { model: again } = await loadModel(path, { runtime });
    const y = { a: Tensor.zeros([2, 2]), b: Tensor.zeros([2, 1]) };
    const data = [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      y,
    ] as const;
    const wanted = await net.trainOnBatch(data[0], y as never);
    expect(Object.keys(wanted)).toEqual(["loss", "a_loss", "a_mae", "a_mse", "b_loss", "b_mae"]);
    expect(await again.trainOnBatch(data[0] as never, y as never)).toEqual(wanted);
    expect((await again.trainer()).learningRate).toBe((await net.trainer()).learningRate);
  });

  it("holds weights that other programs read by their paths", async () => {
    const net = nets["one input and one output"]?.() as Model;
    const path = fresh();
    await saveModel(net, path);
    const { tensors, metadata } = readSafetensors(await readFile(join(path, "weights.safetensors")));
    expect(Object.keys(tensors).sort()).toEqual(["dense/bias", "dense/kernel"]);
    expect(metadata).toEqual({ format: "imago weights", version: "1" });
    const manifest = JSON.parse(await readFile(join(path, "model.json"), "utf8"));
    expect(manifest).toMatchObject({ format: "imago model", version: 1 });
    expect(Object.keys(manifest.files)).toEqual(["weights.safetensors"]);
  });

  it("saves one after the other where several save at once, each whole", async () => {
    const net = nets["one input and one output"]?.() as Model;
    const path = fresh();
    await Promise.all(Array.from({ length: 5 }, () => saveModel(net, path)));
    expect((await readdir(path)).sort()).toEqual(["model.json", "previous", "weights.safetensors"]);
    expect(weightsOf((await loadModel(path)).model)).toEqual(weightsOf(net));
  });

  it("keeps a state that a run has written", async () => {
    const x = input({ shape: [4, 3], batchSize: 3 });
    const net = model({ inputs: x, outputs: lstm({ units: 2, stateful: true })(x), runtime });
    await (await net.trainer()).predict(dataFor(net as Model));
    const path = fresh();
    await saveModel(net, path);
    const { model: again } = await loadModel(path, { runtime });
    expect(await predict(again)).toEqual(await predict(net as Model));
  });
});

class Doubled extends Layer {
  readonly type = "doubled";

  get config(): Config {
    return {};
  }

  call([x]: readonly [Value]): Value {
    return mul(x, 2);
  }
}

describe("saving and loading", () => {
  it("says that a function cannot be saved, and leaves what was there", async () => {
    const path = fresh();
    await saveModel(nets["one input and one output"]?.() as Model, path);
    const x = input({ shape: [3] });
    const net = model({
      inputs: x,
      outputs: lambda(([value]) => value as Value, { name: "same" })(x),
      runtime,
    });
    await expect(saveModel(net, path)).rejects.toThrow('lambda "same" cannot be saved');
    expect((await loadModel(path, { runtime })).model.name).toBe("small");
  });

  it("takes factories of other layers", async () => {
    const x = input({ shape: [2] });
    const net = model({ inputs: x, outputs: layerFunction(new Doubled({}))(x), runtime });
    const path = fresh();
    await saveModel(net, path);
    await expect(loadModel(path)).rejects.toThrow(/model\.json: unknown layer "doubled"/);
    const customLayers = {
      doubled: (_: Config, name: string | undefined, trainable: boolean) => new Doubled({ name, trainable }),
    };
    const { model: again } = await loadModel(path, { runtime, customLayers });
    expect(await again.predict([[1, 2]] as never)).toMatchObject({ data: Float32Array.of(2, 4) });
  });

  it("refuses weights that do not fit, whole as the files may be", async () => {
    const path = fresh();
    await saveModel(nets["one input and one output"]?.() as Model, path);
    const { model: saved } = JSON.parse(await readFile(join(path, "model.json"), "utf8"));
    const write = async (tensors: Record<string, Tensor>): Promise<void> => {
      const bytes = writeSafetensors(tensors);
      const files = { "weights.safetensors": digestOf(bytes) };
      await writeFile(join(path, "weights.safetensors"), bytes);
      await writeFile(join(path, "model.json"), writeManifest({ files, model: saved }));
    };
    const kernel = Tensor.zeros([3, 2]);
    const bias = Tensor.zeros([2]);
    await write({ "dense/kernel": kernel });
    await expect(loadModel(path)).rejects.toThrow('weight "dense/bias": expected float32[2], there is none');
    await write({ "dense/kernel": Tensor.zeros([2, 3]), "dense/bias": bias });
    await expect(loadModel(path)).rejects.toThrow(
      'weight "dense/kernel": expected float32[3, 2], found float32[2, 3]',
    );
    await write({ "dense/kernel": kernel, "dense/bias": bias, more: bias });
    await expect(loadModel(path)).rejects.toThrow('the model has no weight "more"');
  });

  it.each([
    ["a layer that is not there", { graph: { inputs: [{ name: "x", layer: 9 }], calls: [], outputs: [] } }],
    ["nothing at all", { layers: null, graph: null }],
    ["a call of nothing", { graph: { inputs: [], calls: [{ layer: 0, inputs: [[3, 1]] }], outputs: [] } }],
  ])("refuses a description with %s", async (_, change) => {
    const path = fresh();
    await saveModel(nets["one input and one output"]?.() as Model, path);
    const { model: saved, files } = JSON.parse(await readFile(join(path, "model.json"), "utf8"));
    await writeFile(join(path, "model.json"), writeManifest({ files, model: { ...saved, ...change } }));
    await expect(loadModel(path)).rejects.toThrow(/^[^\n]*model\.json: /);
  });

  it("takes the save before when the newest is damaged, and says so", async () => {
    const path = fresh();
    await saveModel(nets["one input and one output"]?.() as Model, path);
    await saveModel(nets["a model at every step"]?.() as Model, path);
    const weights = join(path, "weights.safetensors");
    const bytes = await readFile(weights);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    await writeFile(weights, bytes);
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listen);
    const { model: loaded, notice } = await loadModel(path, { runtime });
    expect(loaded.name).toBe("small");
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    // Older weights are not taken unnoticed.
    expect(warnings.map(({ name, message }) => [name, message])).toEqual([["ImagoWarning", notice]]);
    const told: string[] = [];
    await loadModel(path, { runtime, onNotice: (one) => void told.push(one) });
    expect(told).toEqual([notice]);
    expect(notice).toMatch(
      /weights\.safetensors was altered: expected \d+ bytes .*\. Loaded the save before it, from .*previous\.$/,
    );
  });

  it("refuses what is no saved model", async () => {
    const path = fresh();
    await expect(loadModel(path)).rejects.toThrow(`Cannot read ${path}/model.json: there is no such file.`);
    await mkdir(path);
    await writeFile(join(path, "model.json"), "{}");
    await expect(loadModel(path)).rejects.toThrow(
      'model.json: expected a saved model (format "imago model")',
    );
    const newer = '{"format": "imago model", "version": 2}';
    await writeFile(join(path, "model.json"), newer);
    await expect(loadModel(path)).rejects.toThrow("saved in version 2 of the format");
  });

  it.skipIf(process.getuid?.() === 0 || process.platform === "win32")(
    "says that a folder cannot be written, and keeps what is there",
    async () => {
      const path = fresh();
      const net = nets["one input and one output"]?.() as Model;
      await saveModel(net, path);
      await chmod(path, 0o500);
      await expect(saveModel(net, path)).rejects.toThrow("permission denied");
      await chmod(path, 0o700);
      expect((await loadModel(path, { runtime })).model.name).toBe("small");
    },
  );

  it.each([{ trainings: {} }, { epoch: 3 }])("refuses the options %j", async (options) => {
    const net = nets["one input and one output"]?.() as Model;
    await expect(saveModel(net, fresh(), options as never)).rejects.toThrow("saveModel: unknown option");
  });
});
