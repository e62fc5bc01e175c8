import { ImagoError, shown } from "../../engine/errors.js";
import { accepting, type FieldsOf, readOptions, seed, text } from "../../engine/options.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import type { DType } from "../../engine/tensor/dtype.js";
import type { LayerFunction } from "../layers/base/layer.js";
import { type OpenShape, SymbolicTensor } from "../layers/base/symbolic.js";
import { input, inputFields } from "../layers/core/input.js";
import { runtimeField } from "./fields.js";
import { Model } from "./model.js";

/** What a sequential model takes, without a call of `input`. */
export interface SequentialInput {
  /** Sizes without the batch; `null` for an open one. */
  readonly inputShape: OpenShape;
  /** Default: float32. */
  readonly dtype?: DType | undefined;
  /** A fixed size of the batch, which stateful layers need. Default: open. */
  readonly batchSize?: number | undefined;
}

/** The input, then layers, or models as layers, each of one input and one output. */
export type SequentialLayers = readonly [SymbolicTensor | SequentialInput, ...LayerFunction[]];

export interface SequentialOptions {
  readonly layers: SequentialLayers;
  /** Default: "sequential". */
  readonly name?: string | undefined;
  /** As in `model`. Default: 0. */
  readonly seed?: number | undefined;
  /** As in `model`. */
  readonly runtime?: Runtime | undefined;
}

const fields = {
  layers: accepting("an array, the input first", (value): value is readonly unknown[] =>
    Array.isArray(value),
  ),
  name: text("sequential"),
  seed: seed(),
  runtime: runtimeField,
} satisfies FieldsOf<SequentialOptions>;

const firstFields = {
  inputShape: inputFields.shape,
  dtype: inputFields.dtype,
  batchSize: inputFields.batchSize,
} satisfies FieldsOf<SequentialInput>;

function firstTensor(where: string, first: unknown): SymbolicTensor {
  if (first instanceof SymbolicTensor) return first;
  if (typeof first === "object" && first !== null && "inputShape" in first) {
    const { inputShape, dtype, batchSize } = readOptions(where, first, firstFields);
    return input({ shape: inputShape, dtype, batchSize });
  }
  const received = isLayer(first) ? `${first.layer.label}` : shown(first);
  throw new ImagoError(
    `${where}: the first element must be input({ shape }) or { inputShape }, received ${received}.`,
  );
}

function isLayer(candidate: unknown): candidate is LayerFunction {
  return typeof candidate === "function" && "layer" in candidate;
}

function callNext(where: string, x: SymbolicTensor, candidate: unknown, index: number): SymbolicTensor {
  if (!isLayer(candidate)) {
    throw new ImagoError(
      `${where}: element ${index} must be a layer, for example dense({ units: 10 }), or a model's asLayer(), ` +
        `received ${shown(candidate)}.`,
    );
  }
  const made: unknown = candidate(x);
  if (made instanceof SymbolicTensor) return made;
  throw new ImagoError(
    `${where}: ${candidate.layer.label} gives several outputs; use model({ inputs, outputs }) for such a network.`,
  );
}

/**
 * A model of layers that stand behind each other.
 *
 * @param options the layers, the first element being the input, or the layers with a name and a seed:
 * `sequential([{ inputShape: [4] }, dense({ units: 3, activation: "softmax" })])`
 * @throws when the first element is no input, another is no layer, or a layer has several outputs
 */
export function sequential(
  options: SequentialLayers | SequentialOptions,
): Model<SymbolicTensor, SymbolicTensor> {
  const given = Array.isArray(options) ? { layers: options } : options;
  const { layers, name, seed, runtime } = readOptions("sequential", given, fields);
  const where = name === "sequential" ? name : `sequential "${name}"`;
  const [first, ...more] = layers;
  const inputs = firstTensor(where, first);
  const outputs = more.reduce<SymbolicTensor>(
    (x, layer, index) => callNext(where, x, layer, index + 1),
    inputs,
  );
  return new Model({ inputs, outputs, name, seed, runtime });
}
