import { type FieldsOf, number, numbers, oneOf, type ReadOf, readOptions } from "../../../engine/options.js";
import { configOf } from "../../../nn/config/config.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { dropout } from "../../../nn/layers/regularization/dropout.js";
import type { Model } from "../../../nn/models/model.js";
import { sequential } from "../../../nn/models/sequential.js";
import type { Structure } from "../../../nn/network/structure.js";
import { adamW } from "../../../nn/optimizers/adamW.js";
import type { Learner } from "../learner.js";
import { type NetworkShape, networkOf, patienceFields, rateOf } from "./network.js";

export interface MlpOptions {
  /** Units of each hidden layer, from 1. Default: [64, 64]. */
  readonly hidden?: readonly number[] | undefined;
  /** Default: `"relu"`. */
  readonly activation?: "relu" | "tanh" | "gelu" | "silu" | undefined;
  /** Epochs, from 1. Default: 100. */
  readonly epochs?: number | undefined;
  /** Rows in a batch, from 1. Default: 32. */
  readonly batchSize?: number | undefined;
  /** Above 0. Default: 0.003. */
  readonly learningRate?: number | undefined;
  /** How the rate falls: not at all, or to 0 along half a cosine, which leaves less to the last steps' chance. Default: `"none"`. */
  readonly decay?: "none" | "cosine" | undefined;
  /** AdamW's decay of the weights, from 0. Default: 0.001. */
  readonly weightDecay?: number | undefined;
  /** Share of the hidden units that a step leaves out, from 0 below 1. Default: 0. */
  readonly dropout?: number | undefined;
  /**
   * Ends after so many epochs without a lower loss on held-out rows, and keeps the weights of the best epoch; from 1.
   * Default: it does not end early, and nothing is held out.
   */
  readonly patience?: number | undefined;
  /** Share of the rows that is held out where `patience` is given, above 0 below 1. Default: 0.1. */
  readonly validationShare?: number | undefined;
}

const units = numbers({ min: 1, integer: true });
const hidden: typeof units = {
  ...units,
  fallback: [64, 64],
  read: (where, name, value = [64, 64]) => units.read(where, name, value),
};

const fields = {
  hidden,
  activation: oneOf(["relu", "tanh", "gelu", "silu"], "relu"),
  epochs: number({ default: 100, min: 1, integer: true }),
  batchSize: number({ default: 32, min: 1, integer: true }),
  learningRate: number({ default: 0.003, above: 0 }),
  decay: oneOf(["none", "cosine"], "none"),
  weightDecay: number({ default: 0.001, min: 0 }),
  dropout: number({ default: 0, min: 0, below: 1 }),
  ...patienceFields,
} satisfies FieldsOf<MlpOptions>;

/**
 * A multi-layer perceptron on columns with mean 0 and standard deviation 1, trained by AdamW (Loshchilov and Hutter
 * 2019) on squared errors, or on the log loss of classes. Its weights and the order of the rows follow from the seed of
 * the data's generator.
 */
export function mlp(options: MlpOptions = {}): Learner {
  const config = readOptions("mlp", options, fields);
  const { epochs, batchSize, patience, validationShare } = config;
  const build = (shape: NetworkShape) => perceptron(shape, config);
  const training = { build, epochs, batchSize, patience, validationShare, portable: true } as const;
  return networkOf("mlp", configOf(config), training);
}

function perceptron(
  shape: NetworkShape,
  { hidden, activation, learningRate, decay, weightDecay, dropout: rate }: ReadOf<typeof fields>,
): Model<Structure, Structure> {
  const { columns, classes, seed } = shape;
  const inner = hidden.flatMap((units) => [
    dense({ units, activation }),
    ...(rate > 0 ? [dropout({ rate })] : []),
  ]);
  const last = classes === undefined ? dense({ units: 1 }) : dense({ units: classes, activation: "softmax" });
  const model = sequential({ layers: [{ inputShape: [columns] }, ...inner, last], seed });
  model.compile({
    optimizer: adamW({ learningRate: rateOf(learningRate, decay, shape), weightDecay }),
    loss: classes === undefined ? "meanSquaredError" : "categoricalCrossentropy",
  });
  return model;
}
