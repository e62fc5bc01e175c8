import { number, oneOf, type ReadOf } from "../../../engine/options.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { randomNormal } from "../../../nn/initializers/randomNormal.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { embedding } from "../../../nn/layers/core/embedding.js";
import { input } from "../../../nn/layers/core/input.js";
import { gru } from "../../../nn/layers/recurrent/gru.js";
import { lstm } from "../../../nn/layers/recurrent/lstm.js";
import type { RecurrentFactory } from "../../../nn/layers/recurrent/recurrent.js";
import { dropout } from "../../../nn/layers/regularization/dropout.js";
import { type Model, model } from "../../../nn/models/model.js";
import { steppedLayers } from "./steppedLayers.js";

/** How {@link TokenNetworkConfig} is read. */
export const tokenNetworkFields = {
  cell: oneOf(["lstm", "gru"], "lstm", { unit: "kind" }),
  units: number({ default: 256, min: 1, max: 8192, integer: true, help: "units of each recurrent layer" }),
  layers: number({ default: 1, min: 1, max: 16, integer: true, help: "recurrent layers" }),
  embedding: number({
    default: 64,
    min: 1,
    max: 8192,
    integer: true,
    help: "size of learnt vectors for tokens",
  }),
  dropout: number({
    default: 0,
    min: 0,
    below: 1,
    help: "fraction of each layer's output dropped in training",
    unit: "p",
  }),
};

/** The shape of a network for items of tokens. */
export type TokenNetworkConfig = ReadOf<typeof tokenNetworkFields>;

const cells: Readonly<Record<TokenNetworkConfig["cell"], RecurrentFactory>> = { lstm, gru };
const statesOf = { lstm: 2, gru: 1 } as const;

/** Vectors of length about √size, as PyTorch begins with; Keras's are so short that the first steps go into their growth. */
const embed = (symbols: number, size: number) =>
  embedding({
    inputDim: symbols,
    outputDim: size,
    embeddingsInitializer: randomNormal({ mean: 0, stddev: 1 }),
    name: "embed",
  });

/** Tokens int32 `[batch, length]` to the logits of what comes next, `[batch, length, symbols]`; each row begins without a past. */
export function tokenNetwork(
  config: TokenNetworkConfig,
  symbols: number,
  { seed, runtime }: { readonly seed: number; readonly runtime?: Runtime | undefined },
): Model {
  const tokens = input({ shape: [null], dtype: "int32", name: "tokens" });
  let x: SymbolicTensor = embed(symbols, config.embedding)(tokens);
  for (let index = 0; index < config.layers; index++) {
    const { units } = config;
    x = cells[config.cell]({ units, returnSequences: true, name: `recurrent_${index}` })(x);
    if (config.dropout > 0) x = dropout({ rate: config.dropout, name: `dropout_${index}` })(x);
  }
  const next = dense({ units: symbols, name: "next" })(x);
  return model({ inputs: { tokens }, outputs: { next }, name: "items", seed, runtime }) as Model;
}

/** The same network for one token of each row at a time; its states are inputs and outputs. Weights have the same names. */
export function tokenStepNetwork(config: TokenNetworkConfig, symbols: number): Model {
  const token = input({ shape: [1], dtype: "int32", name: "tokens" });
  const inputs: Record<string, SymbolicTensor> = { tokens: token };
  const outputs: Record<string, SymbolicTensor> = {};
  const x: SymbolicTensor = embed(symbols, config.embedding)(token);
  const { cell, units, layers } = config;
  const y = steppedLayers(x, { make: cells[cell], units, layers, states: statesOf[cell], inputs, outputs });
  outputs.next = dense({ units: symbols, activation: "softmax", name: "next" })(y);
  return model({ inputs, outputs, name: "items_step" }) as Model;
}
