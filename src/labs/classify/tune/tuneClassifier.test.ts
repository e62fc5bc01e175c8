import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OnnxModel } from "../../../nn/models/onnxModel.js";
import { preprocessing } from "../../../vision/preprocessing.js";
import { drawnData, foreignClassifier } from "../testing/drawn.js";
import { transferBase } from "../transfer/transferBase.js";
import { classifySpace, classifySpaceWithout } from "./classifySpace.js";
import { tuneClassifier } from "./tuneClassifier.js";

const data = drawnData({ each: 8 });
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const base = () => {
  const way = preprocessing({ preset: "torchvision" });
  return transferBase(new OnnxModel(foreignClassifier(), { name: "other" }), { preprocessing: way });
};

describe("classifySpace", () => {
  it("has what was not said, in what the number of pictures bears", () => {
    expect(Object.keys(classifySpaceWithout({ batchSize: 16 }, 1000, false))).toEqual([
      "learningRate",
      "augment",
    ]);
    expect(JSON.stringify(classifySpace(60, false).batchSize)).toContain("[8,16]");
    expect(JSON.stringify(classifySpace(100_000, false).batchSize)).toContain("[8,16,32,64,128]");
  });
});

describe("tuneClassifier", () => {
  it("finds what is learnt best, prunes the rest, and goes on where it was", async () => {
    const options = { classify: { epochs: 9, batchSize: 8 }, folder: join(folder, "search") };
    const half = await tuneClassifier(data, { ...options, trials: 3 });
    expect(half.study.count).toBe(3);
    const whole = await tuneClassifier(data, { ...options, trials: 6 });
    expect(whole.study.count).toBe(6);
    const { best, found } = whole;
    expect(Object.keys(found ?? {}).sort()).toEqual(["augment", "learningRate"]);
    const values = whole.study.trials.flatMap(({ value }) => value ?? []);
    expect(best?.value).toBe(Math.min(...values.filter((value) => value !== undefined)));
    // The same search in one go.
    const again = await tuneClassifier(data, { classify: options.classify, trials: 6 });
    expect(again.found).toEqual(found);
    expect(again.best?.value).toBe(best?.value);
  }, 120_000);

  it("searches for how a network of others is fine-tuned, whose features are computed once", async () => {
    const classify = { base: base(), fineTune: true, epochs: 1, batchSize: 8 } as const;
    const search = join(folder, "fine");
    const { found } = await tuneClassifier(data, { classify, trials: 2, folder: search });
    expect(found?.learningRate).toBeLessThanOrEqual(2e-3);
    expect(await readdir(join(search, "features"))).not.toHaveLength(0);
  }, 60_000);

  it("refuses where there is nothing to search, or nothing to search by", async () => {
    await expect(tuneClassifier(data, { classify: { base: base() } })).rejects.toThrow(
      "A frozen network has nothing to search",
    );
    const all = { learningRate: 0.01, batchSize: 8, augment: "none" } as const;
    await expect(tuneClassifier(data, { classify: all })).rejects.toThrow("Every option is given");
    const none = { ...data, validation: { ...data.validation, size: 0 } };
    await expect(tuneClassifier(none)).rejects.toThrow("no validation pictures");
    await expect(tuneClassifier(data, { trails: 3 } as never)).rejects.toThrow("trials");
  });
});
