import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { readSafetensors, writeSafetensors } from "../../engine/formats/safetensors.js";
import { Generator } from "../../engine/random/generator.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { loadWeights } from "../../nn/architectures/files/loadWeights.js";
import { averageWeights } from "../../nn/callbacks/averageWeights.js";
import { earlyStopping } from "../../nn/callbacks/earlyStopping.js";
import { csvFileLogger, jsonLinesFileLogger } from "../../nn/callbacks/files/logFile.js";
import { modelCheckpoint } from "../../nn/callbacks/files/modelCheckpoint.js";
import { reduceLearningRateOnPlateau } from "../../nn/callbacks/reduceLearningRateOnPlateau.js";
import { digestOf, previousName } from "../../nn/files/folder.js";
import { loadModel } from "../../nn/files/loadModel.js";
import { type Manifest, manifestName, writeManifest } from "../../nn/files/manifest.js";
import { resumeInto } from "../../nn/files/resumeInto.js";
import { conv2d } from "../../nn/layers/convolution/conv2d.js";
import { dense } from "../../nn/layers/core/dense.js";
import { input } from "../../nn/layers/core/input.js";
import { dropout } from "../../nn/layers/regularization/dropout.js";
import { flatten } from "../../nn/layers/reshaping/flatten.js";
import { exportOnnx } from "../../nn/models/exportOnnx.js";
import { type Model, model } from "../../nn/models/model.js";
import { weightsOf } from "../../nn/models/serialize.js";
import type { Callback } from "../../nn/training/callback.js";
import type { TrainingPosition } from "../../nn/training/position.js";
import { damagedJson } from "../damagedJson.js";
import type { Reader, Rewrite } from "../reader.js";
import { rewriteJson, rewriteSafetensors } from "./engine.js";

const blank = "0".repeat(64);
const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");

/** Changes `model.json`, and gives it the digest that it should have. */
export const rewriteManifest: Rewrite = (bytes, chance) => {
  const { how, bytes: changed } = rewriteJson(bytes, chance);
  const text = new TextDecoder().decode(changed);
  const own = /"sha256":"([0-9a-f]{64})"/.exec(text)?.[1];
  if (own === undefined) return { how, bytes: changed };
  const empty = text.replace(own, blank);
  return { how, bytes: new TextEncoder().encode(empty.replace(blank, sha256(empty))) };
};

/** How the files of a saved model are changed beneath their digests. */
export function rewriteSaved(path: string): Rewrite | undefined {
  if (basename(path) === manifestName) return rewriteManifest;
  return path.endsWith(".safetensors") ? rewriteSafetensors : undefined;
}

/** Gives `model.json` the digest of a file beside it that was rewritten. */
export async function resealSaved(folder: string, path: string): Promise<void> {
  if (basename(path) === manifestName) return;
  const place = join(folder, dirname(path), manifestName);
  const { files, run, model: saved } = JSON.parse(await readFile(place, "utf8")) as Manifest;
  const bytes = await readFile(join(folder, path));
  await writeFile(
    place,
    writeManifest({ files: { ...files, [basename(path)]: digestOf(bytes) }, run, model: saved }),
  );
}

function network(): Model {
  const x = input({ shape: [4, 4, 1], name: "x" });
  const hidden = flatten()(conv2d({ filters: 2, kernelSize: 3, activation: "relu" })(x));
  const y = dense({ units: 1, name: "y" })(dropout({ rate: 0.2 })(hidden));
  const net = model({ inputs: { x }, outputs: { y }, seed: 7, runtime: testRuntime() });
  net.compile({ optimizer: { name: "adam", config: { learningRate: 0.01 } }, loss: "mse", metrics: ["mae"] });
  return net as Model;
}

function dataset(): readonly [{ x: Tensor }, { y: Tensor }] {
  const random = new Generator(3);
  const x = new Tensor("float32", [16, 4, 4, 1], random.normals(256));
  return [{ x }, { y: new Tensor("float32", [16, 1], random.normals(16)) }];
}

/** Trains a little, and saves twice. */
async function train(folder: string, callbacks: readonly Callback[] = usual(folder)): Promise<void> {
  const net = network();
  const [data, targets] = dataset();
  await net.fit(data as never, targets as never, { epochs: 2, batchSize: 8, callbacks });
  await net.dispose();
}

const usual = (folder: string): Callback[] => [
  modelCheckpoint({ folder }),
  earlyStopping({ patience: 3, monitor: "loss" }),
];

/** What a network knows, as plain data. */
export function weightsText(net: Model): string {
  const entries = Object.entries(weightsOf(net)).map(([path, { dtype, shape, bytes }]) => [
    path,
    dtype,
    shape,
    sha256(bytes),
  ]);
  return JSON.stringify(entries);
}

/** A training's position, as plain data: tensors by their digests. */
export const positionText = (position: TrainingPosition | undefined): string =>
  JSON.stringify(position, (_, value) => (value instanceof Tensor ? sha256(value.bytes) : value)) ?? "none";

/** Every callback that remembers something. */
const remembering = (folder: string): Callback[] => [
  modelCheckpoint({ folder, saveBestOnly: true, monitor: "loss" }),
  earlyStopping({ patience: 3, monitor: "loss", restoreBestWeights: true }),
  reduceLearningRateOnPlateau({ monitor: "loss", patience: 1 }),
  averageWeights({}),
  csvFileLogger(`${folder}.csv`),
  jsonLinesFileLogger(`${folder}.jsonl`),
];

/** Goes on for an epoch with what callbacks remember. */
async function goOn(folder: string): Promise<string> {
  const { model: net, training } = await loadModel(folder, { runtime: testRuntime() });
  const [data, targets] = dataset();
  const options = { epochs: 3, batchSize: 8, resume: training, callbacks: remembering(folder) };
  try {
    await net.fit(data as never, targets as never, options);
    return weightsText(net);
  } finally {
    await net.dispose();
  }
}

/** Changes what callbacks remember, and nothing else. */
const rewriteRemembered: Rewrite = (bytes, chance) => {
  const { tensors, metadata } = readSafetensors(bytes);
  const state = JSON.parse(metadata.state ?? "") as Record<string, unknown>;
  const { how, text } = damagedJson(JSON.stringify(state.callbacks), chance);
  const changed = JSON.stringify({ ...state, callbacks: "\u0001" }).replace('"\\u0001"', text);
  return { how, bytes: writeSafetensors(tensors, { ...metadata, state: changed }) };
};

interface Loaded {
  readonly weights: string;
  readonly training: string;
}

/** What was saved first, then last. */
const saved = async (folder: string): Promise<Loaded[]> => [
  await load(join(folder, previousName)),
  await load(folder),
];

async function load(folder: string): Promise<Loaded> {
  const { model: net, training } = await loadModel(folder, { runtime: testRuntime() });
  const found = { weights: weightsText(net), training: positionText(training) };
  await net.dispose();
  return found;
}

let both: readonly string[] = [];

/** A small convolutional network, for weights from files. */
const weightless = (): Model => {
  const x = input({ shape: [4, 4, 1], name: "x" });
  const y = flatten()(conv2d({ filters: 2, kernelSize: 3, name: "conv" })(x));
  return model({ inputs: { x }, outputs: { y }, seed: 7, runtime: testRuntime() }) as Model;
};

export const nnReaders: readonly Reader[] = [
  {
    name: "a saved model with one before it",
    sources: [
      "nn/files/folder.ts",
      "nn/files/manifest.ts",
      "nn/files/loadModel.ts",
      "nn/training/savedTraining.ts",
    ],
    make: async (folder) => {
      await train(join(folder, "net"));
      both = (await saved(join(folder, "net"))).map((one) => JSON.stringify(one));
    },
    files: /^net\//,
    read: async (folder) => JSON.stringify(await load(join(folder, "net"))),
    rewrite: rewriteSaved,
    reseal: resealSaved,
    mayBe: (value) => both.includes(String(value)),
  },
  {
    name: "a saved model alone, gone on with",
    sources: ["nn/files/resumeInto.ts", "nn/files/modelFiles.ts"],
    make: async (folder) => {
      await train(join(folder, "net"));
    },
    files: /^net\/[^/]*$/,
    read: async (folder) => {
      await writeFile(join(folder, "net", previousName, manifestName), "");
      const net = network();
      try {
        const position = await resumeInto(net, join(folder, "net"));
        return `${weightsText(net)} ${positionText(position)}`;
      } finally {
        await net.dispose();
      }
    },
    rewrite: rewriteSaved,
    reseal: resealSaved,
    mayBe: (value, sound) => value === sound,
  },
  {
    name: "weights from safetensors and ONNX",
    sources: ["nn/architectures/files/loadWeights.ts"],
    make: async (folder) => {
      await writeFile(join(folder, "own.safetensors"), writeSafetensors(weightsOf(weightless())));
      await writeFile(join(folder, "own.onnx"), exportOnnx(weightless()));
    },
    read: async (folder) => {
      const texts = ["own.safetensors", "own.onnx"].map(async (name) => {
        const net = weightless();
        const found = await loadWeights(net, join(folder, name));
        return `${weightsText(net)} ${JSON.stringify(found)}`;
      });
      return (await Promise.all(texts)).join("\n");
    },
    rewrite: (path) => (path.endsWith(".safetensors") ? rewriteSafetensors : undefined),
  },
  {
    name: "what callbacks remember",
    sources: ["nn/training/savedTraining.ts"],
    make: (folder) => train(join(folder, "net"), remembering(join(folder, "net"))),
    files: /^net\/training/,
    read: (folder) => goOn(join(folder, "net")),
    rewrite: () => rewriteRemembered,
    reseal: resealSaved,
    // Whoever gives it to fit has read it.
    nameless: true,
  },
];
