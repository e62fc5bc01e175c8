import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { writeSafetensors } from "../../engine/formats/safetensors.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { Model } from "../models/model.js";
import { loadWeights } from "./index.js";
import { hashedImages } from "./testing/hashed.js";
import {
  dataOf,
  dictionaries,
  dictionaryFor,
  exported,
  exportedFile,
  networkFor,
} from "./testing/torchGoldens.js";

const folder = mkdtempSync(join(tmpdir(), "imago-torch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function expectLogits(network: Model, size: number, logits: readonly number[]): Promise<void> {
  const result = (await network.predict(hashedImages([1, size, size, 3]) as never)) as Tensor;
  const largest = Math.max(...logits.map(Math.abs));
  logits.forEach((logit, at) => {
    expect(Math.abs(Number(result.data[at]) - logit) / largest).toBeLessThan(1e-4);
  });
  await network.dispose();
}

function write(name: string, tensors: Readonly<Record<string, Tensor>>): string {
  const path = join(folder, name);
  writeFileSync(path, writeSafetensors(tensors));
  return path;
}

describe.each(dictionaries.map((one) => [one.network, one] as const))("%s of PyTorch's", (name, golden) => {
  it("is loaded by its names, and computes what PyTorch does", async () => {
    const network = networkFor(golden.imago, golden.size);
    const path = write(`${name}.safetensors`, dictionaryFor(golden));
    const result = await loadWeights(network, path);
    rmSync(path);
    expect(result.by).toBe("torch");
    expect([result.kept, result.unused, result.folded]).toEqual([[], [], []]);
    expect(result.loaded).toEqual(network.variables.map((one) => one.path));
    await expectLogits(network, golden.size, golden.logits);
  });
});

describe.each(exported.map((one) => [one.file, one] as const))("%s.onnx", (name, golden) => {
  it("is loaded by its structure, and computes what the file does", async () => {
    const path = join(folder, `${name}.onnx`);
    writeFileSync(path, exportedFile(golden));
    writeFileSync(join(folder, `${name}.bin`), dataOf(golden));
    const network = networkFor(golden.imago, golden.size);
    const result = await loadWeights(network, path);
    rmSync(join(folder, `${name}.bin`));
    expect(result.by).toBe("graph");
    expect([result.kept, result.unused]).toEqual([[], []]);
    expect(result.folded.length > 0).toBe(/folded|dynamo|keras/.test(name) && !/unfolded|vgg/.test(name));
    await expectLogits(network, golden.size, golden.logits);
  });
});
