import { ImagoError } from "../../../engine/errors.js";
import {
  type FieldsOf,
  having,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  seed as seedField,
} from "../../../engine/options.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { sameShape } from "../../../engine/tensor/shape.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { embedding } from "../../../nn/layers/core/embedding.js";
import { input } from "../../../nn/layers/core/input.js";
import { oneHot } from "../../../nn/layers/core/oneHot.js";
import { gru } from "../../../nn/layers/recurrent/gru.js";
import { lstm } from "../../../nn/layers/recurrent/lstm.js";
import type { RecurrentFactory } from "../../../nn/layers/recurrent/recurrent.js";
import { simpleRNN } from "../../../nn/layers/recurrent/simpleRNN.js";
import { dropout } from "../../../nn/layers/regularization/dropout.js";
import { type Model, model } from "../../../nn/models/model.js";
import { steppedLayers } from "../items/steppedLayers.js";

export type CellKind = "lstm" | "gru" | "rnn";
export type TextMode = "window" | "dense";

/** The shape of a text network. */
export interface NetworkOptions {
  /** Default: lstm. */
  readonly cell?: CellKind | undefined;
  /** Units of each recurrent layer, 1 to 8192. Default: 128, as in the classic example. */
  readonly units?: number | undefined;
  /** Recurrent layers behind each other, 1 to 16. Default: 1. */
  readonly layers?: number | undefined;
  /** Size of learnt vectors for the tokens, up to 8192. Default: 0, one-hot vectors as in the classic example. */
  readonly embedding?: number | undefined;
  /** Fraction of each recurrent layer's output that is dropped in training, from 0 to below 1. Default: 0. */
  readonly dropout?: number | undefined;
  /** Tokens in a window, 1 to 10000. Default: 60. */
  readonly length?: number | undefined;
  /** `window`: a window predicts the one token behind it. `dense`: every position predicts its next. Default: window. */
  readonly mode?: TextMode | undefined;
}

const cells: Readonly<Record<CellKind, RecurrentFactory>> = { lstm, gru, rnn: simpleRNN };

const sizes = {
  units: { default: 128, min: 1, integer: true, help: "units of each recurrent layer" },
  layers: { default: 1, min: 1, integer: true, help: "recurrent layers" },
  embedding: {
    default: 0,
    min: 0,
    integer: true,
    help: "size of learnt vectors for tokens; 0 for one-hot vectors",
  },
  length: { default: 60, min: 1, integer: true, help: "tokens in a window" },
} as const;

/** How {@link NetworkOptions} are read, in the order in which they are saved. */
export const networkFields = {
  cell: oneOf(["lstm", "gru", "rnn"], "lstm", { unit: "kind" }),
  units: number({ ...sizes.units, max: 8192 }),
  layers: number({ ...sizes.layers, max: 16 }),
  embedding: number({ ...sizes.embedding, max: 8192 }),
  dropout: number({
    default: 0,
    min: 0,
    below: 1,
    help: "fraction of each layer's output dropped in training",
    unit: "p",
  }),
  length: number({ ...sizes.length, max: 10_000 }),
  mode: oneOf(["window", "dense"], "window", {
    help: "window: one prediction a window; dense: one at every position",
    unit: "mode",
  }),
} satisfies FieldsOf<NetworkOptions>;

/** The same as a file holds it: what has been learnt is read whatever its size. */
export const savedNetworkFields = {
  ...networkFields,
  units: number(sizes.units),
  layers: number(sizes.layers),
  embedding: number(sizes.embedding),
  length: number(sizes.length),
} satisfies FieldsOf<NetworkOptions>;

/** {@link NetworkOptions} in full. */
export type NetworkConfig = ReadOf<typeof networkFields>;

/** @throws on unknown options and values outside their range */
export function networkConfig(options: NetworkOptions): NetworkConfig {
  return readOptions("text network", options, networkFields);
}

/** How many state tensors each recurrent layer has. */
function statesOf(cell: CellKind): number {
  return cell === "lstm" ? 2 : 1;
}

function encodeTokens(tokens: SymbolicTensor, config: NetworkConfig, symbols: number): SymbolicTensor {
  return config.embedding === 0
    ? oneHot({ numTokens: symbols, name: "encode" })(tokens)
    : embedding({ inputDim: symbols, outputDim: config.embedding, name: "encode" })(tokens);
}

export interface TrainingNetworkOptions {
  /** From 1; fixed in dense mode, where each row has its state. */
  readonly batchSize: number;
  readonly seed: number;
  readonly runtime?: Runtime | undefined;
}

const trainingFields = {
  batchSize: number({ min: 1, integer: true }),
  seed: seedField(),
  runtime: optional(having<Runtime>("a Runtime", "compile")),
} satisfies FieldsOf<TrainingNetworkOptions>;

/**
 * The network that is trained: tokens int32 `[batch, length]` to the probabilities of the next token,
 * `[batch, symbols]`, or `[batch, length, symbols]` in dense mode, where its state goes on from batch to batch.
 */
export function trainingNetwork(
  shape: NetworkConfig,
  symbols: number,
  options: TrainingNetworkOptions,
): Model {
  const config = networkConfig(shape);
  const { batchSize, seed, runtime } = readOptions("trainingNetwork", options, trainingFields);
  const isDense = config.mode === "dense";
  const tokens = input({
    shape: [config.length],
    dtype: "int32",
    name: "tokens",
    ...(isDense ? { batchSize } : {}),
  });
  let x = encodeTokens(tokens, config, symbols);
  for (let index = 0; index < config.layers; index++) {
    const returnSequences = isDense || index < config.layers - 1;
    const { units } = config;
    x = cells[config.cell]({ units, returnSequences, stateful: isDense, name: `recurrent_${index}` })(x);
    if (config.dropout > 0) x = dropout({ rate: config.dropout, name: `dropout_${index}` })(x);
  }
  const next = dense({ units: symbols, activation: "softmax", name: "next" })(x);
  return model({ inputs: { tokens }, outputs: { next }, name: "text", seed, runtime }) as Model;
}

/**
 * The same network for one token at a time: its states are inputs and outputs, so that a token costs one
 * step, whatever was written before. It has the same weights under the same names.
 */
export function steppingNetwork(shape: NetworkConfig, symbols: number): Model {
  const config = networkConfig(shape);
  const token = input({ shape: [1], dtype: "int32", name: "tokens" });
  const inputs: Record<string, SymbolicTensor> = { tokens: token };
  const outputs: Record<string, SymbolicTensor> = {};
  const x = encodeTokens(token, config, symbols);
  const { cell, units, layers } = config;
  const y = steppedLayers(x, { make: cells[cell], units, layers, states: statesOf(cell), inputs, outputs });
  outputs.next = dense({ units: symbols, activation: "softmax", name: "next" })(y);
  return model({ inputs, outputs, name: "text_step" }) as Model;
}

/**
 * Gives `to` the weights that `from` has under the same paths.
 *
 * @throws when one is missing or has another shape
 */
export function copyWeights(from: Model, to: Model): void {
  for (const [name, model] of Object.entries({ from, to })) {
    having<Model>("a model", "variables").read("copyWeights", name, model);
  }
  const values = new Map(from.variables.map(({ path, variable }) => [path, variable]));
  for (const { path, variable } of to.variables) {
    const source = values.get(path);
    if (source === undefined) throw new ImagoError(`${to.name}: the trained network has no weight "${path}"`);
    if (!sameShape(source.shape, variable.shape)) {
      const shapes = `[${variable.shape.join(", ")}], received [${source.shape.join(", ")}]`;
      throw new ImagoError(`${to.name}: weight "${path}": expected ${shapes}`);
    }
    variable.value = source.value.clone();
  }
}
