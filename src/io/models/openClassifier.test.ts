import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tinyModel } from "../../vision/testing/tinyNetwork.js";
import type { CatalogueModel } from "./catalogue.js";
import { modelFile } from "./modelFile.js";
import { activationsOf, openClassifier } from "./openClassifier.js";
import { ModelStore } from "./store.js";
import { LocalServers, send, servedFile } from "./testing/localServer.js";

const { bytes, sha256 } = servedFile(Buffer.from(tinyModel()));
const servers = new LocalServers();
let folder: string;
let store: ModelStore;
let listed: CatalogueModel;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "imago-"));
  const origin = await servers.start((request, response) =>
    send(request, response, bytes, { "x-linked-etag": `"${sha256}"` }),
  );
  listed = {
    name: "small-1",
    description: "of a test",
    licence: "MIT",
    address: `${origin}/listed.onnx`,
    bytes: bytes.length,
    sha256,
    preprocessing: { preset: "keras" },
  };
  store = new ModelStore({ folder, models: [listed] });
  await store.pullFrom(`${origin}/tiny.onnx`, { environment: {} });
});
afterEach(async () => {
  servers.close();
  await rm(folder, { recursive: true, force: true });
});

it("opens a model that was pulled by its address, by its name and by default", async () => {
  const named = await openClassifier("tiny", { store });
  expect(named).toMatchObject({ name: "tiny", entry: undefined, assumed: true });
  expect(named.model.inputs).toHaveLength(1);
  expect((await openClassifier(undefined, { store })).name).toBe("tiny");
  await writeFile(join(folder, "tiny.preprocessing.json"), '{ "preset": "caffe" }');
  const { assumed, preprocessing } = await openClassifier("tiny", { store });
  expect([assumed, preprocessing.settings.channelOrder]).toEqual([false, "bgr"]);
});

it("prefers the catalogue, and what that says of its models", async () => {
  await store.pull("small-1", { environment: {} });
  const { name, entry, assumed } = await openClassifier(undefined, { store });
  expect({ name, entry, assumed }).toEqual({ name: "small-1", entry: listed, assumed: false });
});

it("says what is not here", async () => {
  await expect(openClassifier("tine", { store })).rejects.toThrow('Did you mean "tiny"?');
  await store.remove("tiny");
  await expect(openClassifier("tiny", { store })).rejects.toThrow(
    'There is no model "tiny" in the catalogue. There are: small-1.',
  );
  await expect(openClassifier(undefined, { store })).rejects.toThrow("No model is here yet.");
});

it("tells a name from a path", async () => {
  expect(await modelFile("tiny", store)).toBe(join(folder, "tiny.onnx"));
  expect(await modelFile("other.onnx", store)).toBe("other.onnx");
  expect(await modelFile("sub/other", store)).toBe("sub/other");
  const plain = join(folder, "sub");
  await mkdir(plain);
  expect(await modelFile(plain, store)).toBe(plain);
  await expect(modelFile("other", store)).rejects.toThrow('There is no model "other" in the catalogue.');
});

it("lists the activations of a file that was exported for two images at a time", async () => {
  const classifier = await openClassifier("goldens/families/squeezeNet-zoo8.onnx");
  const images = activationsOf(classifier).filter(({ shape }) => shape.length === 4);
  expect(images.length).toBeGreaterThan(10);
  expect(new Set(images.map(({ shape }) => shape[0]))).toEqual(new Set([2]));
});
