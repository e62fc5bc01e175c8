import {
  type FieldsOf,
  list,
  number,
  oneOf,
  optional,
  type ReadOf,
  readOptions,
  record,
} from "../../../engine/options.js";
import { configOf } from "../../../nn/config/config.js";
import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { columnEmbedding } from "../../../nn/layers/core/columnEmbedding.js";
import { dense } from "../../../nn/layers/core/dense.js";
import { input } from "../../../nn/layers/core/input.js";
import { add } from "../../../nn/layers/merging/add.js";
import { layerNormalization } from "../../../nn/layers/normalization/layerNormalization.js";
import { dropout } from "../../../nn/layers/regularization/dropout.js";
import { model } from "../../../nn/models/model.js";
import { adamW } from "../../../nn/optimizers/adamW.js";
import type { Learner } from "../learner.js";
import { type NetworkShape, networkOf, patienceFields, rateOf } from "./network.js";

/** A column whose numbers are those of levels. */
export interface CategoryColumn {
  /** Its number, from 0. */
  readonly column: number;
  /** How many levels it has, from 0 to `levels` − 1; other numbers count as level 0. */
  readonly levels: number;
}

export interface ResidualMlpOptions {
  /** Columns with a learnt vector for each level. Default: none. */
  readonly categories?: readonly CategoryColumn[] | undefined;
  /** Length of those vectors, from 1. Default: 8. */
  readonly embedding?: number | undefined;
  /** Units between the blocks, from 1. Default: 64. */
  readonly width?: number | undefined;
  /** Blocks, from 1. Default: 2. */
  readonly blocks?: number | undefined;
  /** Units within a block, from 1. Default: 128. */
  readonly hidden?: number | undefined;
  /** Epochs, from 1. Default: 100. */
  readonly epochs?: number | undefined;
  /** Rows in a batch, from 1. Default: 32. */
  readonly batchSize?: number | undefined;
  /** Above 0. Default: 0.001. */
  readonly learningRate?: number | undefined;
  /** How the rate falls: not at all, or to 0 along half a cosine, which leaves less to the last steps' chance. Default: `"none"`. */
  readonly decay?: "none" | "cosine" | undefined;
  /** AdamW's decay of the weights, from 0. Default: 0.01. */
  readonly weightDecay?: number | undefined;
  /** Share of a block's units that a step leaves out, from 0 below 1. Default: 0.1. */
  readonly dropout?: number | undefined;
  /**
   * Ends after so many epochs without a lower loss on held-out rows, and keeps the weights of the best epoch; from 1.
   * Default: it does not end early, and nothing is held out.
   */
  readonly patience?: number | undefined;
  /** Share of the rows that is held out where `patience` is given, above 0 below 1. Default: 0.1. */
  readonly validationShare?: number | undefined;
}

const category = {
  column: number({ min: 0, integer: true }),
  levels: number({ min: 1, integer: true }),
} satisfies FieldsOf<CategoryColumn>;

const fields = {
  categories: optional(list(record(category), "an array of columns with their levels")),
  embedding: number({ default: 8, min: 1, integer: true }),
  width: number({ default: 64, min: 1, integer: true }),
  blocks: number({ default: 2, min: 1, integer: true }),
  hidden: number({ default: 128, min: 1, integer: true }),
  epochs: number({ default: 100, min: 1, integer: true }),
  batchSize: number({ default: 32, min: 1, integer: true }),
  learningRate: number({ default: 0.001, above: 0 }),
  decay: oneOf(["none", "cosine"], "none"),
  weightDecay: number({ default: 0.01, min: 0 }),
  dropout: number({ default: 0.1, min: 0, below: 1 }),
  ...patienceFields,
} satisfies FieldsOf<ResidualMlpOptions>;

/**
 * A multi-layer perceptron of residual blocks (Gorishniy et al., "Revisiting Deep Learning Models for Tabular Data", 2021, section 3.2), with
 * learnt vectors for categories. Blocks normalise each row by itself: a batch's statistics would make a row's prediction depend on
 * the others, and a last batch may be a single row.
 *
 * Trained by AdamW on squared errors, or on the log loss of classes; quantities come with mean 0 and standard deviation 1.
 *
 * @throws on an unknown option, and where one is out of range
 */
export function residualMlp(options: ResidualMlpOptions = {}): Learner {
  const settings = readOptions("residualMlp", options, fields);
  const { epochs, batchSize, patience, validationShare, categories = [] } = settings;
  const config = configOf({ ...settings, categories: categories.map((one) => ({ ...one })) });
  return networkOf("residualMlp", config, {
    build: (shape) => residualNetwork(shape, settings),
    unscaled: categories.map(({ column }) => column),
    ...{ epochs, batchSize, patience, validationShare, portable: true },
  });
}

type Settings = ReadOf<typeof fields>;

function residualNetwork(shape: NetworkShape, settings: Settings) {
  const { columns, classes, seed } = shape;
  const { categories = [], embedding, width, blocks, learningRate, decay, weightDecay } = settings;
  const levels = new Array<number>(columns).fill(0);
  for (const { column, levels: count } of categories) levels[column] = count;
  const x = input({ shape: [columns] });
  let between = dense({ units: width })(columnEmbedding({ levels, outputDim: embedding })(x));
  for (let block = 0; block < blocks; block++) between = add()([between, branch(between, settings)]);
  const last = layerNormalization()(between);
  const outputs =
    classes === undefined
      ? dense({ units: 1 })(last)
      : dense({ units: classes, activation: "softmax" })(last);
  const made = model({ inputs: x, outputs, seed });
  made.compile({
    optimizer: adamW({ learningRate: rateOf(learningRate, decay, shape), weightDecay }),
    loss: classes === undefined ? "meanSquaredError" : "categoricalCrossentropy",
  });
  return made;
}

function branch(x: SymbolicTensor, { width, hidden, dropout: rate }: Settings): SymbolicTensor {
  const inner = dense({ units: hidden, activation: "relu" })(layerNormalization()(x));
  const outer = dense({ units: width })(rate > 0 ? dropout({ rate })(inner) : inner);
  return rate > 0 ? dropout({ rate })(outer) : outer;
}
