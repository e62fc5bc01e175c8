import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Matrix } from "../../../methods/learners/matrix.js";
import { TableModel } from "../model/tableModel.js";
import { meanOfTable } from "../testing/models.js";
import type { TableTrainingOptions } from "../training/options.js";
import { fitFiles, trainingDigest } from "./fitFiles.js";
import { loadTableModel, modelName, saveTableModel } from "./tableFolder.js";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-table-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const state = meanOfTable;

describe("finished fits as files", () => {
  const outcome = {
    milliseconds: 12,
    screenings: [],
    predictions: Float64Array.of(1, 1 / 3),
    learnt: { kind: "constant", values: [1] },
  };

  it("come back as they were, and stay where another training would begin", async () => {
    const place = join(folder, "fits");
    const store = await fitFiles(place, "a");
    expect(await store.get("boosting, slow/0+1/500")).toBeUndefined();
    await store.put("boosting, slow/0+1/500", outcome);
    expect(await store.get("boosting, slow/0+1/500")).toEqual(outcome);
    expect(await store.get("boosting slow/0+1/500")).toBeUndefined();
    await expect(fitFiles(place, "b")).rejects.toThrow("holds finished fits of another training");
    expect(await (await fitFiles(place, "a")).get("boosting, slow/0+1/500")).toEqual(outcome);
  });

  it("are made anew where a file was damaged", async () => {
    const place = join(folder, "damaged");
    const store = await fitFiles(place, "a");
    await store.put("mean/all/5", outcome);
    const [name = ""] = await readdir(place);
    await writeFile(join(place, name), (await readFile(join(place, name), "utf8")).slice(0, 40));
    expect(await store.get("mean/all/5")).toBeUndefined();
  });

  it("are of their table, target, weights, groups and seed", () => {
    const given: TableTrainingOptions = {
      table: { columns: state.schema.columns, x: new Matrix(2, 1, Float64Array.of(1, 2)) },
      ...{ y: Float64Array.of(1, 2), task: "regression", time: 1 },
    };
    const digests = [
      given,
      { ...given, seed: 1 },
      { ...given, y: Float64Array.of(1, 3) },
      { ...given, groups: ["a", "b"] },
      { ...given, weights: Float64Array.of(1, 1) },
      { ...given, byTime: true },
    ].map(trainingDigest);
    expect(new Set(digests).size).toBe(6);
    expect(trainingDigest({ ...given, time: 9 })).toBe(digests[0]);
  });
});

describe("a table's model as a file", () => {
  it("predicts as before", async () => {
    await saveTableModel(new TableModel(state), folder);
    const loaded = await loadTableModel(folder);
    expect(loaded.state).toEqual(state);
    expect([...(await loaded.predict(new Matrix(2, 1, new Float64Array(2))))]).toEqual([2.5, 2.5]);
  });

  it("says what is wrong with a file", async () => {
    const path = join(folder, modelName);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace("2.5", "2.6"));
    await expect(loadTableModel(folder)).rejects.toThrow("was altered: its SHA-256 is not the one it holds");
    await writeFile(path, text.replace('"version":1', '"version":2'));
    await expect(loadTableModel(folder)).rejects.toThrow("version 2 is not known");
    await writeFile(path, "{}");
    await expect(loadTableModel(folder)).rejects.toThrow("this is no model of a table");
    await expect(loadTableModel(join(folder, "nowhere"))).rejects.toThrow("nowhere");
    expect(() => new TableModel({ ...state, members: [] })).toThrow("there are no members");
  });
});
