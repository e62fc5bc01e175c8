import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeRuntime } from "../../engine/runtime/node.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import { tinyModel } from "../../vision/testing/tinyNetwork.js";
import { openClassifier } from "./openClassifier.js";
import { checkPacked, type PackedModel, packedModels, packedPath } from "./packed.js";
import { ModelStore } from "./store.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const runtime = nodeRuntime();
const own = packedModels[0] as PackedModel;
/** The same, with its file elsewhere. */
const elsewhere = async (name: string, bytes: Uint8Array): Promise<PackedModel> => {
  const file = join(folder, name);
  await writeFile(file, bytes);
  return { ...own, file };
};

describe("packedModels", () => {
  it("are the files that were packed, of at most 4 MB", async () => {
    for (const model of packedModels) {
      await checkPacked(model);
      const bytes = await readFile(packedPath(model));
      expect(bytes.length).toBe(model.bytes);
      expect(bytes.length).toBeLessThanOrEqual(4_000_000);
    }
  });

  it("are classifiers that work at any size, with layers to dream on and to paint with", async () => {
    const { model, preprocessing, record, entry } = await openClassifier(own.name);
    expect(record?.classes).toHaveLength(200);
    expect(record?.classes).toContain("goldfish");
    expect(preprocessing.settings).toMatchObject({ range: [0, 255], layout: "channelsLast", size: [64, 64] });
    expect(model.description.parameters).toBeLessThanOrEqual(1_500_000);
    for (const [height, width] of [
      [64, 64],
      [16, 40],
      [100, 33],
    ] as const) {
      const program = await runtime.compile(
        model.read({ inputShapes: { pixels: [2, height, width, 3] } }).graph,
      );
      const { classes } = await program.run({ pixels: Tensor.full([2, height, width, 3], 100) });
      expect(classes?.shape).toEqual([2, 200]);
      const sum = Array.from(toNumbers(classes as Tensor))
        .slice(0, 200)
        .reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 4);
    }
    const names = model.activations({ inputShapes: { pixels: [1, 64, 64, 3] } }).map(({ name }) => name);
    const layers = [
      ...Object.keys(entry?.dream ?? {}),
      entry?.style?.content,
      ...(entry?.style?.style ?? []),
    ];
    expect(layers.length).toBeGreaterThan(3);
    for (const layer of layers) expect(names).toContain(layer);
  });

  it("say what is wrong with them, and how to get on", async () => {
    const bytes = await readFile(packedPath(own));
    const help =
      "Install Imago again, or take a network of others: imago models pull squeezenet-1.0, or --model FILE.onnx";
    const cut = await elsewhere("cut.onnx", bytes.subarray(0, 1000));
    await expect(checkPacked(cut)).rejects.toThrow(
      `The network that comes with Imago, ${cut.file}, is damaged: it holds 1000 bytes instead of ${own.bytes}. ${help}`,
    );
    const changed = Uint8Array.from(bytes);
    changed[2000] = (changed[2000] as number) ^ 1;
    const altered = await elsewhere("altered.onnx", changed);
    await expect(checkPacked(altered)).rejects.toThrow("is damaged: it holds other bytes.");
    const missing = { ...own, file: join(folder, "none.onnx") };
    await expect(checkPacked(missing)).rejects.toThrow(`${missing.file}, is missing. ${help}`);
    const store = new ModelStore({ folder: join(folder, "cache"), packed: [missing] });
    await expect(openClassifier(undefined, { store })).rejects.toThrow("is missing");
    expect((await store.list())[0]).toMatchObject({ model: missing, present: false });
  });
});

describe("ModelStore with a packed model", () => {
  it("takes it where nothing was pulled, and what was pulled before it", async () => {
    const cache = join(folder, "models");
    const { file: _, ...known } = own;
    const other = { ...known, name: "other", address: "https://example.com/other.onnx", bytes: 5 };
    const store = new ModelStore({ folder: cache, models: [other], packed: [own] });
    expect((await store.standing()).model).toBe(own);
    expect(await store.pull(own.name)).toMatchObject({ path: packedPath(own), present: true });
    await expect(store.remove(own.name)).rejects.toThrow(
      'The model "imago-tiny" is a part of Imago, and stays.',
    );
    await expect(store.pullFrom("https://example.com/x.onnx", { name: "Imago-Tiny" })).rejects.toThrow(
      'The catalogue has a model "imago-tiny".',
    );
    const pulled = new ModelStore({
      folder: cache,
      models: [{ ...other, bytes: tinyModel().length, sha256: "0".repeat(64) }],
      packed: [own],
    });
    await mkdir(cache, { recursive: true });
    await writeFile(join(cache, "other.onnx"), tinyModel());
    expect((await pulled.standing()).model.name).toBe("other");
  });
});
