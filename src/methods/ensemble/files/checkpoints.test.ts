import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { testRuntime } from "../../../engine/testing/evaluate.js";
import { modelCheckpoint } from "../../../nn/callbacks/files/modelCheckpoint.js";
import { loadModel } from "../../../nn/files/loadModel.js";
import { saveModel } from "../../../nn/files/saveModel.js";
import { initializer } from "../../../nn/initializers/resolve.js";
import { Layer } from "../../../nn/layers/base/layer.js";
import { layerMaker } from "../../../nn/layers/base/layerMaker.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { input } from "../../../nn/layers/core/input.js";
import { batchNormalization } from "../../../nn/layers/normalization/batchNormalization.js";
import { type Model, model } from "../../../nn/models/model.js";
import { averageModels } from "../averageModels.js";
import { ensemble } from "../ensemble.js";
import { averageCheckpoints } from "./averageCheckpoints.js";
import { loadCheckpoints } from "./loadCheckpoints.js";

const runtime = testRuntime();
const random = new Generator(1);
const x = new Tensor("float32", [48, 2], random.normals(96));
const y = new Tensor("float32", [48, 1], random.normals(48));

function network(
  seed: number,
  { normalised = false, units = 4, activation = "tanh" as "tanh" | "relu" } = {},
): Model {
  const at = input({ shape: [2], name: "x" });
  const hidden = dense({ units, activation })(at);
  const outputs = {
    y: dense({ units: 1 })(normalised ? batchNormalization({ momentum: 0.5 })(hidden) : hidden),
  };
  const net = model({ inputs: { x: at }, outputs, seed, runtime });
  net.compile({ optimizer: { name: "adam", config: { learningRate: 0.05 } }, loss: "mse" });
  return net as Model;
}

const train = (net: Model, folder: string, epochs = 3): Promise<unknown> =>
  net.fit({ x } as never, { y } as never, {
    epochs,
    batchSize: 16,
    callbacks: [modelCheckpoint({ folder })],
  });
const predictions = async (net: Model): Promise<number[]> => {
  const given = (await net.predict({ x } as never)) as Record<string, Tensor>;
  return Array.from(toNumbers(given.y as Tensor));
};
const values = (net: Model, path: string): number[] => {
  const found = net.variables.find((entry) => entry.path === path);
  return Array.from(toNumbers((found as Model["variables"][number]).variable.value));
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  await train(network(1), join(folder, "run", "{epoch}"));
  await train(network(2), join(folder, "other", "{epoch}"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("a run", () => {
  it("has one name, in every checkpoint and when it is begun again; that of another seed has another", async () => {
    const [first, second, third] = await loadCheckpoints(join(folder, "run"), { runtime });
    expect(first?.run).toMatch(/^[0-9a-f]{16}$/);
    expect([second?.run, third?.run]).toEqual([first?.run, first?.run]);
    const [other] = await loadCheckpoints(join(folder, "other"), { runtime });
    expect(other?.run).not.toBe(first?.run);
    const again = network(1);
    expect(again.run).toBeUndefined();
    await train(again, join(folder, "again"), 1);
    expect(again.run).toBe(first?.run);
    again.compile({ optimizer: "sgd", loss: "mae" });
    expect(again.run).toBe(first?.run);
  });

  it("keeps it when it is resumed, and in what is saved for use alone", async () => {
    const path = join(folder, "run", "001");
    const { model: net, training } = await loadModel(path, { runtime });
    const before = net.run;
    await net.fit({ x } as never, { y } as never, { epochs: 2, batchSize: 16, resume: training });
    expect(net.run).toBe(before);
    await saveModel(net, join(folder, "alone"));
    expect((await loadModel(join(folder, "alone"), { runtime })).model.run).toBe(before);
    const text = await readFile(join(folder, "alone", "model.json"), "utf8");
    expect((JSON.parse(text) as { run: string }).run).toBe(before);
  });
});

describe("checkpoints as members", () => {
  it("are those of a folder, in their order, or of folders that are named", async () => {
    const members = await loadCheckpoints(join(folder, "run"), { runtime });
    expect(members).toHaveLength(3);
    const named = await loadCheckpoints([join(folder, "run", "003"), join(folder, "run", "001")], {
      runtime,
    });
    expect(await predictions(named[0] as Model)).toEqual(await predictions(members[2] as Model));
    const each = await Promise.all(members.map(predictions));
    const pooled = await predictions(ensemble(members) as Model);
    pooled.forEach((value, row) => {
      expect(value).toBeCloseTo(
        each.reduce((sum, one) => sum + (one[row] as number) / 3, 0),
        5,
      );
    });
  });

  it("are the last save and the one before, of a single folder", async () => {
    const net = network(5);
    const single = join(folder, "single");
    await train(net, single, 2);
    const members = await loadCheckpoints(single, { runtime });
    expect(members).toHaveLength(2);
    expect(await predictions(members[1] as Model)).toEqual(await predictions(net));
    expect(await predictions(members[0] as Model)).not.toEqual(await predictions(net));
  });

  it("may be of different runs, since their predictions are pooled", async () => {
    const members = await loadCheckpoints([join(folder, "run", "003"), join(folder, "other", "003")], {
      runtime,
    });
    expect(ensemble(members).outputs).toHaveLength(1);
  });
});

describe("the mean of checkpoints", () => {
  it("has the mean of their weights, and is compiled and of their run", async () => {
    const members = await loadCheckpoints(join(folder, "run"), { runtime });
    const mean = await averageCheckpoints(join(folder, "run"), { runtime });
    const wanted = [0, 1, 2, 3, 4, 5, 6, 7].map((i) =>
      members.reduce((sum, member) => sum + (values(member, "dense/kernel")[i] as number) / 3, 0),
    );
    values(mean, "dense/kernel").forEach((value, i) => {
      expect(value).toBeCloseTo(wanted[i] as number, 6);
    });
    expect([mean.run, mean.isCompiled]).toEqual([members[0]?.run, true]);
    const last = await averageCheckpoints(members, { weights: [0, 0, 2], runtime });
    expect(await predictions(last)).toEqual(await predictions(members[2] as Model));
    // The members stay as they were.
    expect(values(members[0] as Model, "dense/kernel")).not.toEqual(values(mean, "dense/kernel"));
  });

  it("finds statistics of batch normalisation anew where it has data, else averages them and says so", async () => {
    const nets = join(folder, "normalised");
    await train(network(3, { normalised: true }), join(nets, "{epoch}"));
    const warnings: string[] = [];
    const plain = await averageCheckpoints(nets, { runtime, onWarning: (text) => warnings.push(text) });
    expect(warnings).toEqual([
      "averageCheckpoints: batchNormalization/movingMean and 1 more statistics were averaged; give data, and they are found anew.",
    ]);
    const found = await averageCheckpoints(nets, { runtime, data: { x } as never, batchSize: 16 });
    expect(values(found, "dense/kernel")).toEqual(values(plain, "dense/kernel"));
    const [kernel, bias] = [values(found, "dense/kernel"), values(found, "dense/bias")];
    const rows = Array.from({ length: 48 }, (_, row) => [...x.data.subarray(2 * row, 2 * row + 2)]);
    const means = bias.map(
      (b, k) =>
        rows.reduce(
          (sum, [p = 0, q = 0]) =>
            sum + Math.tanh(b + p * (kernel[k] as number) + q * (kernel[4 + k] as number)),
          0,
        ) / 48,
    );
    values(found, "batchNormalization/movingMean").forEach((value, k) => {
      expect(value).toBeCloseTo(means[k] as number, 5);
    });
    expect(values(plain, "batchNormalization/movingMean")).not.toEqual(
      values(found, "batchNormalization/movingMean"),
    );
  });

  it("finds statistics anew for outputs of several columns too, and of sequences", async () => {
    const at = input({ shape: [2], name: "x" });
    const hidden = batchNormalization({ momentum: 0.5 })(dense({ units: 4 })(at));
    const net = model({ inputs: at, outputs: dense({ units: 3, activation: "softmax" })(hidden), runtime });
    net.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
    const nets = join(folder, "classes");
    const labels = new Tensor(
      "int32",
      [48],
      Int32Array.from({ length: 48 }, (_, row) => row % 3),
    );
    await net.fit(x, labels, {
      epochs: 2,
      batchSize: 16,
      callbacks: [modelCheckpoint({ folder: join(nets, "{epoch}") })],
    });
    const found = await averageCheckpoints(nets, { runtime, data: x as never, batchSize: 20 });
    const [kernel, bias] = [values(found, "dense/kernel"), values(found, "dense/bias")];
    const means = bias.map((b, k) => {
      const products = Array.from({ length: 48 }, (_, row) =>
        [0, 1].reduce((sum, j) => sum + (x.data[2 * row + j] as number) * (kernel[4 * j + k] as number), b),
      );
      return products.reduce((sum, one) => sum + one, 0) / 48;
    });
    // The last batch is smaller and counts as much, as in training.
    values(found, "batchNormalization/movingMean").forEach((value, k) => {
      expect(Math.abs(value - (means[k] as number))).toBeLessThan(0.2);
    });
  });

  it("refuses runs of one seed on other data", async () => {
    const other = network(1);
    const moved = new Tensor(
      "float32",
      [48, 2],
      x.data.map((value) => -value),
    );
    await other.fit({ x: moved } as never, { y } as never, {
      epochs: 1,
      batchSize: 16,
      callbacks: [modelCheckpoint({ folder: join(folder, "moved", "{epoch}") })],
    });
    const from = [join(folder, "run", "001"), join(folder, "moved", "001")];
    await expect(averageCheckpoints(from, { runtime })).rejects.toThrow(
      /is of the run [0-9a-f]{16}, .* of [0-9a-f]{16}/,
    );
  });

  it("copies what is no floating-point number", async () => {
    const counter = (value: number): Tensor => new Tensor("int32", [1], Int32Array.of(value));
    class Counting extends Layer {
      readonly type = "counting";
      readonly config = {};
      protected override build(): void {
        this.addWeight({
          name: "count",
          shape: [1],
          dtype: "int32",
          trainable: false,
          initializer: initializer("zeros"),
        });
      }
      call([value]: readonly [never]): never {
        return value;
      }
    }
    const counting = layerMaker(Counting);
    const made = [3, 8].map((value) => {
      const at = input({ shape: [2], name: "x" });
      const net = model({ inputs: { x: at }, outputs: { y: counting({})(at) }, runtime });
      const [entry] = net.variables;
      if (entry !== undefined) entry.variable.value = counter(value);
      return { label: `${value}`, model: net as Model };
    });
    const mean = averageModels(made, [0.5, 0.5], { customLayers: { counting: counting.restore } });
    expect(values(mean, "counting/count")).toEqual([8]);
  });

  const help =
    "Units of networks that were trained apart stand in no common order, so a mean of their weights is worthless: pool " +
    "their predictions by ensemble. Give anyRun: true where they are of one run all the same.";

  it("refuses checkpoints of another run, or of one that is not known", async () => {
    const paths = [join(folder, "run", "003"), join(folder, "other", "003")] as const;
    const [one, other] = await loadCheckpoints(paths, { runtime });
    await expect(averageCheckpoints(paths, { runtime })).rejects.toThrow(
      `averageCheckpoints: ${paths[1]} is of the run ${other?.run}, ${paths[0]} of ${one?.run}. ${help}`,
    );
    expect((await averageCheckpoints(paths, { runtime, anyRun: true })).run).toBeUndefined();
    await expect(averageCheckpoints([network(1), network(1)], { runtime })).rejects.toThrow(
      `averageCheckpoints: it is not known of which run models[0] is. ${help}`,
    );
  });

  it("refuses other networks, and what is none", async () => {
    const wide = network(1, { units: 5 });
    await expect(averageCheckpoints([network(1), wide], { runtime, anyRun: true })).rejects.toThrow(
      "averageCheckpoints: models[1] has dense/kernel float32[2, 5], models[0] dense/kernel float32[2, 4]; they must be of one network.",
    );
    const bent = network(1, { activation: "relu" });
    await expect(averageCheckpoints([network(1), bent], { runtime, anyRun: true })).rejects.toThrow(
      "models[1] has other layers or other options of them, models[0] its own layers",
    );
    const alone = join(folder, "run", "003");
    for (const [given, options, message] of [
      [[alone], {}, "averageCheckpoints: there are 1 checkpoints; expected two or more."],
      [[], {}, "averageCheckpoints: there are 0 checkpoints; expected two or more."],
      [3, {}, "averageCheckpoints: expected a folder, an array of them or models, received 3."],
      [
        join(folder, "run"),
        { weights: [1, 2] },
        "weights must be 3 numbers that are not all 0, received [1, 2].",
      ],
      [
        join(folder, "run"),
        { weight: [1] },
        'averageCheckpoints: unknown option "weight". Did you mean "weights"?',
      ],
    ] as const) {
      await expect(averageCheckpoints(given as never, { runtime, ...options } as never)).rejects.toThrow(
        message,
      );
    }
  });

  it("refuses folders without models, and damaged ones that the save before would stand for", async () => {
    await expect(loadCheckpoints(join(folder, "none"))).rejects.toThrow("there is no such");
    await writeFile(join(folder, "file"), "");
    const empty = await mkdtemp(join(folder, "empty-"));
    await expect(loadCheckpoints(empty)).rejects.toThrow(
      `loadCheckpoints: ${empty} holds no saved model, nor does a folder in it. modelCheckpoint({ folder: "run/{epoch}" }) leaves one for each epoch.`,
    );
    await expect(loadCheckpoints(3 as never)).rejects.toThrow(
      "loadCheckpoints: expected a folder or an array of them, received 3.",
    );
    const broken = join(folder, "broken");
    await train(network(6), broken, 2);
    await writeFile(join(broken, "weights.safetensors"), "x");
    await expect(loadCheckpoints(broken, { runtime })).rejects.toThrow("is truncated: it has 1 of");
  });
});
