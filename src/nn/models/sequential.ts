import { checkOptions, ImagoError } from "../../engine/errors.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import type { DType } from "../../engine/tensor/dtype.js";
import type { LayerFunction } from "../layers/base/layer.js";
import { type OpenShape, SymbolicTensor } from "../layers/base/symbolic.js";
import { input } from "../layers/core/input.js";
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

function firstTensor(where: string, first: unknown): SymbolicTensor {
  if (first instanceof SymbolicTensor) return first;
  if (typeof first === "object" && first !== null && "inputShape" in first) {
    checkOptions(where, first, ["inputShape", "dtype", "batchSize"]);
    const { inputShape, dtype, batchSize } = first as SequentialInput;
    return input({ shape: inputShape, dtype, batchSize });
  }
  const received = isLayer(first) ? `${first.layer.label}` : JSON.stringify(first);
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
        `received ${JSON.stringify(candidate) ?? String(candidate)}.`,
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
  const given: SequentialOptions = isLayers(options) ? { layers: options } : options;
  const { layers, name = "sequential", seed, runtime } = given;
  checkOptions("sequential", given, ["layers", "name", "seed", "runtime"]);
  const where = name === "sequential" ? name : `sequential "${name}"`;
  if (!Array.isArray(layers)) throw new ImagoError(`${where}: layers must be an array, the input first.`);
  const [first, ...more] = layers as readonly unknown[];
  const inputs = firstTensor(where, first);
  const outputs = more.reduce<SymbolicTensor>(
    (x, layer, index) => callNext(where, x, layer, index + 1),
    inputs,
  );
  return new Model({ inputs, outputs, name, seed, runtime });
}

function isLayers(options: SequentialLayers | SequentialOptions): options is SequentialLayers {
  return Array.isArray(options);
}
