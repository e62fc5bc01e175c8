import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { Model } from "../../nn/models/model.js";
import { distill } from "./distill.js";
import { softTargets } from "./files/softTargets.js";
import type { SoftTargets } from "./teachers/softTargets.js";
import { blobs, network, taught } from "./testing/blobs.js";

const { x, y } = blobs(90, 2);
const other = blobs(90, 3);
const fewer = blobs(40, 3);
const augment = (inputs: readonly Tensor[]): readonly Tensor[] => inputs;
let folder: string;
let teacher: Model;
let kept: SoftTargets;
let ofViews: SoftTargets;

beforeAll(async () => {
  teacher = await taught();
  folder = await mkdtemp(join(tmpdir(), "imago-kept-"));
  kept = await softTargets(teacher, x, { file: join(folder, "plain") });
  ofViews = await softTargets(teacher, x, { file: join(folder, "views"), augment, views: 2 });
});

afterAll(() => rm(folder, { recursive: true }));

function under(given: Model | SoftTargets, more: object = {}) {
  const training = distill({ teacher: given, student: network(8, 1), ...more });
  training.compile();
  return training;
}

const sameRows = "of other data: as many rows, 90, but their contents or their order differ";
const fewerRows = "of other data: 90 rows, and these are 40";

describe("evaluate under kept targets", () => {
  it("has on their data what a live teacher has, with labels and without", async () => {
    for (const labels of [y, null]) {
      const wanted = await under(teacher).evaluate(x, labels, { batchSize: 32 });
      const found = await under(kept).evaluate(x, labels, { batchSize: 32 });
      expect(Object.keys(found)).toEqual(["loss", "divergence"]);
      expect(found.loss).toBeCloseTo(wanted.loss as number, 5);
      expect(found.divergence).toBeCloseTo(wanted.divergence as number, 5);
    }
  });

  it("has the loss on labels alone on other data", async () => {
    const training = under(kept);
    const alone = under(teacher, { alpha: 0 });
    for (const data of [other, fewer]) {
      const found = await training.evaluate(data.x, data.y);
      expect(Object.keys(found)).toEqual(["loss"]);
      expect(found.loss).toBeCloseTo((await alone.evaluate(data.x, data.y)).loss as number, 5);
    }
  });

  it("says whose data the targets are of where there are no labels either", async () => {
    const training = under(kept);
    await expect(training.evaluate(other.x, null)).rejects.toThrow(
      `evaluate: there are no labels, and the soft targets are ${sameRows}. Give labels, or a teacher that runs beside the student.`,
    );
    await expect(training.evaluate(fewer.x)).rejects.toThrow(fewerRows);
  });

  it("sees rows as they stand, which views are not", async () => {
    const training = under(ofViews, { augment, views: 2 });
    expect(Object.keys(await training.evaluate(x, y))).toEqual(["loss"]);
    await expect(training.evaluate(x)).rejects.toThrow(
      "evaluate: there are no labels, and the soft targets are of augmented views, and this call sees the rows as they stand.",
    );
  });
});

describe("fit under kept targets", () => {
  it("validates on their data with the divergence", async () => {
    const { history } = await under(kept).fit(x, null, { validationData: [x, null] });
    expect(Object.keys(history)).toEqual(["loss", "divergence", "val_loss", "val_divergence"]);
  });

  it("refuses validation data with neither labels nor targets before anything is trained", async () => {
    const training = under(kept);
    await expect(training.fit(x, null, { validationData: [fewer.x, null] })).rejects.toThrow(
      `fit: validationData: there are no labels, and the soft targets are ${fewerRows}.`,
    );
    const views = under(ofViews, { augment, views: 2 });
    await expect(views.fit(x, null, { validationSplit: 0.2 })).rejects.toThrow(
      "fit: validationSplit: there are no labels, and the soft targets are of augmented views",
    );
    const { history } = await views.fit(x, y, { validationSplit: 0.2 });
    expect(Object.keys(history)).toEqual(["loss", "divergence", "val_loss"]);
  });

  it("says in what other data differ", async () => {
    await expect(under(kept).fit(other.x, y)).rejects.toThrow(`fit: the soft targets are ${sameRows}.`);
    await expect(under(kept).fit(fewer.x, fewer.y)).rejects.toThrow(
      `fit: the soft targets are ${fewerRows}.`,
    );
  });
});
