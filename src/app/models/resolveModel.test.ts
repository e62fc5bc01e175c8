import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { preprocessingFrom } from "../cli/preprocessingFlags.js";
import type { CatalogueModel } from "./catalogue.js";
import { resolveModel } from "./resolveModel.js";
import { ModelStore } from "./store.js";

let folder: string;
let store: ModelStore;
const model: CatalogueModel = {
  name: "small-1",
  description: "",
  licence: "MIT",
  address: "https://example.com/small.onnx",
  bytes: 3,
  sha256: "0".repeat(64),
  preprocessing: { preset: "keras" },
};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  store = new ModelStore({ folder, models: [model] });
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe("resolveModel", () => {
  it("takes a file, and what the JSON beside it says", async () => {
    const path = join(folder, "photo.onnx");
    const plain = await resolveModel(path, undefined, store);
    expect(plain).toMatchObject({ path, assumed: true, catalogued: undefined });
    expect(plain.preprocessing.settings.mean).toEqual([0.485, 0.456, 0.406]);
    await writeFile(join(folder, "photo.preprocessing.json"), '{ "preset": "caffe" }');
    const described = await resolveModel(path, undefined, store);
    expect(described.assumed).toBe(false);
    expect(described.preprocessing.settings.channelOrder).toBe("bgr");
    const flagged = await resolveModel(path, { preset: "raw" }, store);
    expect(flagged.preprocessing.settings).toMatchObject({ channelOrder: "rgb", range: [0, 255] });
  });

  it("takes a name of the catalogue, when the model is here", async () => {
    await expect(resolveModel("small-1", undefined, store)).rejects.toThrow("imago models pull small-1");
    await expect(resolveModel("smal-1", undefined, store)).rejects.toThrow('Did you mean "small-1"?');
    await writeFile(join(folder, "small-1.onnx"), "abc");
    const found = await resolveModel("small-1", undefined, store);
    expect(found).toMatchObject({ path: join(folder, "small-1.onnx"), assumed: false, catalogued: model });
    expect(found.preprocessing.settings.range).toEqual([-1, 1]);
  });
});

describe("preprocessingFrom", () => {
  it("reads the flags", () => {
    expect(preprocessingFrom({})).toBeUndefined();
    expect(
      preprocessingFrom({ preset: "caffe", mean: "1, 2,3.5", range: "-1,1", channelOrder: "rgb" }),
    ).toMatchObject({
      preset: "caffe",
      mean: [1, 2, 3.5],
      range: [-1, 1],
      channelOrder: "rgb",
    });
  });

  it.each([
    [{ preset: "cafe" }, 'there is no preset "cafe". Did you mean "caffe"?'],
    [{ channelOrder: "grb" }, '--channel-order must be rgb or bgr, received "grb".'],
    [{ mean: "1,2" }, '--mean must be 3 numbers with commas between, received "1,2".'],
    [{ range: "0,x" }, '--range must be a number, received "x".'],
    [{ deviation: "1,1,0" }, "deviation must be above 0"],
  ])("refuses %o", (flags, message) => {
    expect(() => preprocessingFrom(flags)).toThrow(message);
  });
});
