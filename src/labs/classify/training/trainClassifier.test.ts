import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tensor } from "../../../engine/tensor/tensor.js";
import { OnnxModel } from "../../../nn/models/onnxModel.js";
import type { Callback } from "../../../nn/training/callback.js";
import { preprocessing } from "../../../vision/preprocessing.js";
import { loadClassifier, saveClassifier } from "../files/classifierFolder.js";
import type { ClassifyEvent, ClassifyOptions } from "../options.js";
import type { PictureData } from "../pictureData.js";
import { assess } from "../report/assessment.js";
import { drawnData, drawnPart, foreignClassifier } from "../testing/drawn.js";
import { featureModel } from "../transfer/featureModel.js";
import { transferBase } from "../transfer/transferBase.js";
import { trainClassifier } from "./trainClassifier.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const quick = {
  epochs: 6,
  batchSize: 8,
  augment: "none",
  learningRate: 0.01,
  seed: 5,
} satisfies ClassifyOptions;
const base = transferBase(new OnnxModel(foreignClassifier(), { name: "other.onnx" }), {
  preprocessing: preprocessing({ preset: "torchvision", size: 16 }),
});

/** The bytes of a saved network's weights. */
const weightsIn = (name: string): Promise<Buffer> => readFile(join(at(name), "weights.safetensors"));

/** Stops in the middle of an epoch. */
const stopAt = (epoch: number, step: number): Callback => ({
  name: "stop",
  onBatchEnd: ({ step: now }, context) => {
    if (context.epoch === epoch && now === step) context.stop("interrupted");
  },
});

async function accuracyOf(classifier: Parameters<typeof assess>[0]): Promise<number> {
  const { accuracy } = await assess(classifier, drawnPart({ each: 12, side: 16, seed: 99 }), {
    batchSize: 8,
  });
  return accuracy;
}

describe("trainClassifier", () => {
  it("learns from scratch, and what it saves is what it gives", async () => {
    const { classifier, history, record } = await trainClassifier(drawnData(), {
      ...quick,
      folder: at("scratch"),
    });
    const losses = history?.history.loss ?? [];
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
    expect(await accuracyOf(classifier)).toBeGreaterThan(0.85);
    expect(record).toMatchObject({ stage: "done", plan: { network: "small", epochs: 6 } });
    const saved = await loadClassifier(at("scratch"));
    expect(saved.classifier.record).toEqual({
      ...{ version: 1, classes: ["across", "down", "spot"], size: [16, 16] },
      ...{ fit: "cover", background: [255, 255, 255], network: "small, from scratch" },
    });
    const [x] = (await drawnPart({ each: 2, side: 16 }).batches()(0)[Symbol.asyncIterator]().next())
      .value as [Tensor];
    expect((await saved.classifier.probabilities(x)).data).toEqual((await classifier.probabilities(x)).data);
    expect((await readdir(at("scratch"))).sort()).toEqual(
      ["classifier.json", "classify.json", "model.json", "previous", "weights.safetensors"].sort(),
    );
    await classifier.dispose();
    await saved.classifier.dispose();
  }, 60_000);

  it.each(["smallXception", "resnet20", "mobilenetV2"] as const)(
    "trains %s",
    async (network) => {
      const data = drawnData({ side: 32, each: 4 });
      const { classifier, history } = await trainClassifier(data, { ...quick, epochs: 2, network });
      expect(history?.history.loss?.every(Number.isFinite)).toBe(true);
      expect(classifier.model.outputs[0]?.tensor.shape).toEqual([null, 3]);
      await classifier.dispose();
    },
    60_000,
  );

  it("goes on inside an epoch to the same bytes", async () => {
    const data = drawnData();
    const whole = { ...quick, augment: "none", patience: 6 } as const;
    await (await trainClassifier(data, { ...whole, folder: at("whole") })).classifier.dispose();
    const first = await trainClassifier(data, { ...whole, folder: at("parts"), callbacks: [stopAt(1, 3)] });
    expect(first.stopped).toBe("interrupted");
    expect((await loadClassifier(at("parts"))).record?.stage).toBe("training");
    const second = await trainClassifier(data, {
      ...whole,
      folder: at("parts"),
      resume: true,
      callbacks: [stopAt(3, 1)],
    });
    expect(second.stopped).toBe("interrupted");
    const events: ClassifyEvent[] = [];
    await trainClassifier(data, {
      ...whole,
      folder: at("parts"),
      resume: true,
      onEvent: (event) => events.push(event),
    });
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "plan", from: expect.objectContaining({ epoch: 3, step: 1 }) }),
    );
    expect(await weightsIn("parts")).toEqual(await weightsIn("whole"));
    const again = await trainClassifier(data, { ...whole, folder: at("parts"), resume: true });
    expect(again).toMatchObject({ history: undefined, record: { stage: "done" } });
  }, 120_000);

  it("keeps the weights of the best epoch", async () => {
    const data = drawnData({ each: 6 });
    const { classifier, history } = await trainClassifier(data, {
      ...quick,
      epochs: 30,
      patience: 2,
      learningRate: 0.05,
    });
    const losses = history?.history.val_loss ?? [];
    const result = await assess(classifier, data.validation, { batchSize: 8 });
    expect(result.loss).toBeCloseTo(Math.min(...losses), 3);
    await classifier.dispose();
  }, 60_000);

  it("ends within its minutes, with as many epochs as fit", async () => {
    const began = performance.now();
    const data = drawnData({ each: 40 });
    const { classifier, record } = await trainClassifier(data, { ...quick, epochs: 10_000, minutes: 0.05 });
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(record.plan.epochs).toBeLessThan(10_000);
    await classifier.dispose();
  }, 60_000);

  it("weighs rare classes more where it is asked to", async () => {
    const data = drawnData({ each: 8 });
    const plain = await trainClassifier(data, { ...quick, epochs: 1 });
    const balanced = await trainClassifier(data, { ...quick, epochs: 1, classWeights: "balanced" });
    // As many of each: weights of 1 change nothing.
    expect(balanced.history?.history.loss?.[0]).toBeCloseTo(plain.history?.history.loss?.[0] as number, 5);
  }, 60_000);
});

describe("a frozen base", () => {
  it("keeps its weights, and its head learns", async () => {
    const events: ClassifyEvent[] = [];
    const options = {
      base,
      seed: 1,
      folder: at("frozen"),
      onEvent: (event: ClassifyEvent) => void events.push(event),
    };
    const { classifier, head, history, record } = await trainClassifier(drawnData(), options);
    expect(history).toBeUndefined();
    expect(head?.validation?.accuracy).toBeGreaterThan(0.8);
    expect(await accuracyOf(classifier)).toBeGreaterThan(0.8);
    expect(record).toMatchObject({ stage: "done", fineTune: false, base: { name: "other.onnx" } });
    // 48 pictures, the same mirrored, and 24 to validate.
    expect(events.filter(({ kind }) => kind === "features").at(-1)).toMatchObject({ done: 120, total: 120 });
    const kept = classifier.model.getLayer("base").getWeights();
    const first = featureModel(base).getLayer("base").getWeights();
    expect(kept.length).toBeGreaterThan(0);
    expect(kept).toEqual(first);
    await classifier.dispose();
  }, 60_000);

  it("has its features computed once", async () => {
    const counted = { count: 0 };
    const data = drawnData();
    const counting: PictureData = {
      ...data,
      train: {
        ...data.train,
        batches: (options) => {
          const source = data.train.batches(options);
          const call = async function* (epoch: number, skip?: number) {
            for await (const batch of source(epoch, skip)) {
              counted.count += batch[1].size;
              yield batch;
            }
          };
          return Object.assign(call, { steps: source.steps, stats: source.stats });
        },
      },
    };
    await (await trainClassifier(counting, { base, folder: at("once") })).classifier.dispose();
    expect(counted.count).toBe(96);
    // As if it had been killed before the head was saved.
    for (const name of [
      "classifier.json",
      "classify.json",
      "model.json",
      "weights.safetensors",
      "previous",
    ]) {
      await rm(join(at("once"), name), { recursive: true, force: true });
    }
    await (await trainClassifier(counting, { base, folder: at("once"), resume: true })).classifier.dispose();
    expect(counted.count).toBe(96);
    // What is damaged is computed anew.
    const [piece = ""] = (await readdir(join(at("once"), "features"))).filter(
      (name) => name.startsWith("train-0") || /^train-[^m]/.test(name),
    );
    await writeFile(join(at("once"), "features", piece), "no features");
    for (const name of [
      "classifier.json",
      "classify.json",
      "model.json",
      "weights.safetensors",
      "previous",
    ]) {
      await rm(join(at("once"), name), { recursive: true, force: true });
    }
    await (await trainClassifier(counting, { base, folder: at("once"), resume: true })).classifier.dispose();
    expect(counted.count).toBe(144);
  }, 60_000);

  it("is fine-tuned after its head, at once or afterwards, to the same bytes", async () => {
    const tuned = {
      base,
      fineTune: true,
      epochs: 2,
      batchSize: 8,
      augment: "none",
      learningRate: 1e-3,
    } as const;
    const data = drawnData();
    const together = await trainClassifier(data, { ...tuned, folder: at("together") });
    expect(together.record).toMatchObject({
      stage: "done",
      fineTune: true,
      plan: { network: "transfer", epochs: 2 },
    });
    await (await trainClassifier(data, { base, augment: "none", folder: at("after") })).classifier.dispose();
    const frozen = await weightsIn("after");
    await (await trainClassifier(data, { ...tuned, folder: at("after"), resume: true })).classifier.dispose();
    expect(await weightsIn("after")).toEqual(await weightsIn("together"));
    expect(await weightsIn("after")).not.toEqual(frozen);
    await together.classifier.dispose();
  }, 60_000);
});

describe("a base with batch normalisation", () => {
  // keras-team/keras #9214: 99 % in training and chance in validation, when statistics are learnt anew from few pictures.
  it("uses and keeps its statistics when it is fine-tuned on few pictures", async () => {
    const bytes = foreignClassifier(16, true);
    const normalised = transferBase(new OnnxModel(bytes, { name: "normalised.onnx" }), {
      preprocessing: preprocessing({ preset: "torchvision", size: 16 }),
    });
    const layer = featureModel(normalised).getLayer("base");
    const statistics = layer.variables.filter(({ trainable }) => !trainable);
    expect(statistics.length).toBe(4);
    const data = drawnData({ each: 6 });
    const tuning = {
      base: normalised,
      fineTune: true,
      epochs: 4,
      batchSize: 6,
      augment: "none",
      learningRate: 1e-3,
    } as const;
    const { classifier, history } = await trainClassifier(data, tuning);
    const learnt = await assess(classifier, data.train);
    const unseen = await assess(classifier, data.validation);
    expect(learnt.accuracy).toBeGreaterThan(0.8);
    expect(unseen.accuracy).toBeGreaterThan(0.7);
    // What training says of itself is what use gives.
    expect(history?.history.val_accuracy?.every((value) => value > 0.5)).toBe(true);
    const kept = classifier.model.getLayer("base").variables;
    for (const { name, value } of statistics)
      expect(kept.find((one) => one.name === name)?.value).toEqual(value);
    const weights = layer.variables.filter(({ trainable }) => trainable);
    expect(
      weights.some(
        ({ name, value }) => kept.find((one) => one.name === name)?.value.data.join() !== value.data.join(),
      ),
    ).toBe(true);
    await classifier.dispose();
  }, 60_000);
});

describe("trainClassifier refuses", () => {
  const data = drawnData({ each: 2 });
  const oneClass: PictureData = { ...data, classes: ["across"], train: { ...data.train, counts: [6] } };
  const emptyClass: PictureData = { ...data, train: { ...data.train, counts: [2, 0, 2] } };

  it.each<[string, PictureData, ClassifyOptions, string]>([
    [
      "one class",
      oneClass,
      {},
      'There is one class, "across", and nothing to tell it from. Add a folder of other pictures',
    ],
    [
      "a class without pictures",
      emptyClass,
      {},
      'The class "down" has no picture to train on. Add pictures of it',
    ],
    ["an unknown option", data, { epoch: 3 } as never, 'Did you mean "epochs"?'],
    [
      "an unknown network",
      data,
      { network: "resnet" as never },
      'network must be "small", "smallXception", "resnet20" or "mobilenetV2"',
    ],
    ["a network and a base", data, { network: "small", base }, 'network "small" and a base are both given'],
    ["fine-tuning from scratch", data, { fineTune: true }, "fineTune needs a base"],
    ["a folder without a name", data, { folder: "" }, "folder must be the path of a folder"],
    ["going on nowhere", data, { resume: true }, "resume needs the folder"],
    [
      "pictures of another size",
      { ...data, size: [20, 20] },
      { base },
      "the pictures are 20 × 20, and other.onnx is cut for 16 × 16",
    ],
  ])("%s", async (_, pictures, options, message) => {
    await expect(trainClassifier(pictures, options)).rejects.toThrow(message);
  });

  it("a folder that holds something else, or a classifier", async () => {
    await writeFile(at("file"), "");
    await expect(trainClassifier(data, { folder: at("file") })).rejects.toThrow("is a file. Name a folder.");
    await expect(trainClassifier(data, { folder })).rejects.toThrow("is not empty: it holds");
    const trained = await trainClassifier(data, { ...quick, epochs: 1, folder: at("taken") });
    await expect(trainClassifier(data, { folder: at("taken") })).rejects.toThrow(
      "holds a classifier already. Go on with it by resume, or choose another folder.",
    );
    await trained.classifier.dispose();
  }, 60_000);

  it("nothing, but says so, where there is nothing to validate on", async () => {
    const events: ClassifyEvent[] = [];
    const none = { ...data, validation: { ...data.validation, size: 0, counts: [0, 0, 0], items: [] } };
    const { classifier } = await trainClassifier(none, {
      ...quick,
      epochs: 1,
      onEvent: (event) => events.push(event),
    });
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: "notice",
        text: expect.stringContaining("no pictures to validate on"),
      }),
    );
    await classifier.dispose();
  }, 60_000);

  it("going on with other options or other pictures, and says what differs", async () => {
    const stopped = { ...quick, folder: at("other"), callbacks: [stopAt(0, 1)] };
    await (await trainClassifier(data, stopped)).classifier.dispose();
    const goOn = { ...quick, folder: at("other"), resume: true };
    for (const [changed, message] of [
      [{ epochs: 7 }, "was begun with epochs 6, and would go on with 7."],
      [{ seed: 6 }, "was begun with seed 5, and would go on with 6."],
      [{ augment: "photo" }, "was begun with augment none, and would go on with photo."],
      [{ classWeights: "balanced" }, "was begun with classWeights none, and would go on with balanced."],
      [{ network: "resnet20" }, "was begun with network small, and would go on with resnet20."],
    ] as const) {
      await expect(trainClassifier(data, { ...goOn, ...changed })).rejects.toThrow(message);
    }
    for (const [seen, message] of [
      [{ fit: "stretch" }, "was begun with pictures of fit cover, and would go on with stretch."],
      [{ size: [20, 24] }, "was begun with pictures of size 16 × 16, and would go on with 20 × 24."],
      [
        { background: [0, 0, 0] },
        "was begun with pictures of background 255 × 255 × 255, and would go on with 0 × 0 × 0.",
      ],
    ] as const) {
      await expect(trainClassifier({ ...data, ...seen } as PictureData, goOn)).rejects.toThrow(message);
    }
    await expect(trainClassifier(drawnData({ each: 3 }), goOn)).rejects.toThrow(
      "was begun on other pictures: names, classes or parts are not the same as then.",
    );
  }, 60_000);

  it("going on with pictures whose contents have changed, where both times they were read", async () => {
    const read = (content: string): PictureData => {
      const items = data.train.items.map((item, at) => ({
        ...item,
        digest: `${content}${at}`.padEnd(32, "0"),
      }));
      const none = { ...data.validation, size: 0, items: [] };
      return { ...data, train: { ...data.train, items }, validation: none };
    };
    const stopped = { ...quick, folder: at("contents"), callbacks: [stopAt(0, 1)] };
    await (await trainClassifier(read("a"), stopped)).classifier.dispose();
    const goOn = { ...quick, epochs: 6, folder: at("contents"), resume: true };
    await expect(trainClassifier(read("b"), goOn)).rejects.toThrow(
      "was begun on other pictures: what is in some of their files is not the same as then.",
    );
    const unread = { ...data, validation: read("a").validation };
    await (await trainClassifier(unread, { ...goOn, callbacks: [stopAt(0, 2)] })).classifier.dispose();
  }, 60_000);
});

describe("saveClassifier", () => {
  it("saves what can be loaded, and not gone on with", async () => {
    const { classifier } = await trainClassifier(drawnData({ each: 2 }), { ...quick, epochs: 1 });
    await saveClassifier(classifier, at("saved"));
    const { classifier: again, record } = await loadClassifier(at("saved"));
    expect(again.record).toEqual(classifier.record);
    expect(record).toBeUndefined();
    await expect(
      trainClassifier(drawnData({ each: 2 }), { folder: at("saved"), resume: true }),
    ).rejects.toThrow("holds a classifier that no training is recorded of");
    await expect(loadClassifier(at("nowhere"))).rejects.toThrow("There is no folder");
    await expect(loadClassifier(folder)).rejects.toThrow("holds no classifier: there is no classifier.json.");
    await classifier.dispose();
    await again.dispose();
  }, 60_000);
});
