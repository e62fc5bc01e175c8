import type { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { type GoldenTensor, goldenTensor } from "../../engine/testing/goldenTensor.js";
import type { Config, ConfigValue } from "../config/config.js";
import { type LayerFunction, layerFunction } from "../layers/base/layer.js";
import type { SymbolicTensor } from "../layers/base/symbolic.js";
import { input } from "../layers/core/input.js";
import { layerFrom } from "../layers/table.js";
import { type Model, model } from "../models/model.js";
import { joinRows } from "../training/predict.js";

type Tensors = Readonly<Record<string, GoldenTensor>>;

interface GoldenBatch {
  readonly inputs: Tensors;
  readonly targets: Tensors;
  readonly sampleWeight?: GoldenTensor | Tensors;
}

interface GoldenLayer {
  readonly name: string;
  readonly layer?: string;
  readonly config?: Config;
  /** The name of the layer that is called again. */
  readonly shares?: string;
  readonly inputs: readonly string[];
  readonly weights?: readonly GoldenTensor[];
}

/** One case of goldens/training/*.json: a model, its data, and what Keras's training gives. */
export interface TrainingCase {
  readonly name: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly (number | null)[];
    readonly dtype: "float32" | "int32";
  }[];
  readonly layers: readonly GoldenLayer[];
  readonly outputs: readonly string[];
  readonly compile: Config;
  readonly classWeight?: Readonly<Record<number, number>>;
  readonly fit?: { readonly epochs: number; readonly batchSize: number; readonly shuffle: boolean };
  readonly batches: readonly GoldenBatch[];
  /** The figures of each step, where the case trains by steps. */
  readonly logs?: readonly Readonly<Record<string, number>>[];
  /** The figures of each epoch, where it calls `fit`. */
  readonly history?: Readonly<Record<string, readonly number[]>>;
  readonly finalWeights: Readonly<Record<string, readonly GoldenTensor[]>>;
  readonly predictions: Tensors;
}

/** Keras's spelling of options where ours differs. */
const spelling: Readonly<Record<string, string>> = {
  clipnorm: "clipNorm",
  clipvalue: "clipValue",
  globalClipnorm: "globalClipNorm",
};

function isRecord(value: unknown): value is Record<string, ConfigValue> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A golden config in our spelling: parts with options become their saved form. */
function ours(config: Config): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]): [string, unknown] => [spelling[key] ?? key, part(value)]),
  );
}

function part(value: ConfigValue): unknown {
  if (!isRecord(value)) return value;
  if ("layer" in value) return { layer: value.layer, config: ours(value.config as Config) };
  if ("schedule" in value) return { name: value.schedule, config: value.config };
  if (!("name" in value)) return value;
  const { name, ...config } = value;
  return { name, config };
}

function make(layer: string, name: string, config: Config): LayerFunction {
  const { trainable = true, ...own } = ours(config) as Config;
  return layerFunction(layerFrom({ layer, name, trainable, config: own }));
}

type Named = Readonly<Record<string, SymbolicTensor>>;

/** The case's model, compiled, with the case's weights. */
export function goldenModel(golden: TrainingCase): Model<Named, Named> {
  const tensors: Record<string, SymbolicTensor> = {};
  const layers = new Map<string, LayerFunction>();
  for (const { name, shape, dtype } of golden.inputs) tensors[name] = input({ name, shape, dtype });
  for (const { name, layer, config, shares, inputs } of golden.layers) {
    const call =
      shares === undefined
        ? make(layer as string, name, config ?? {})
        : (layers.get(shares) as LayerFunction);
    layers.set(name, call);
    tensors[name] = call(inputs.map((key) => tensors[key] as SymbolicTensor));
  }
  const pick = (names: readonly string[]): Named =>
    Object.fromEntries(names.map((name) => [name, tensors[name] as SymbolicTensor]));
  const net = model({
    inputs: pick(golden.inputs.map(({ name }) => name)),
    outputs: pick(golden.outputs),
    runtime: testRuntime(),
  });
  for (const { name, weights } of golden.layers) {
    if (weights !== undefined) layers.get(name)?.layer.setWeights(weights.map(goldenTensor));
  }
  const { optimizer, ...rest } = golden.compile as { optimizer: { name: string; config: Config } };
  net.compile({
    optimizer: { name: optimizer.name, config: ours(optimizer.config) as Config },
    ...rest,
  } as never);
  return net;
}

/** Tensors by name; those of several batches behind each other. */
export function tensorsOf(batches: Tensors | readonly Tensors[]): Record<string, Tensor> {
  const list = Array.isArray(batches) ? (batches as readonly Tensors[]) : [batches as Tensors];
  const names = Object.keys(list[0] ?? {});
  return Object.fromEntries(
    names.map((name) => [name, joinRows(list.map((batch) => goldenTensor(batch[name] as GoldenTensor)))]),
  );
}

/** The options of `trainOnBatch` that a case gives for a batch. */
export function batchOptions({ classWeight }: TrainingCase, { sampleWeight }: GoldenBatch) {
  if (sampleWeight === undefined) return { classWeight };
  const single = "data" in sampleWeight && Array.isArray(sampleWeight.data);
  return {
    classWeight,
    sampleWeight: single ? goldenTensor(sampleWeight as GoldenTensor) : tensorsOf(sampleWeight as Tensors),
  };
}
