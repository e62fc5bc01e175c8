import { ImagoError } from "../../../engine/errors.js";
import { callable, type FieldsOf, number, optional, readOptions, text } from "../../../engine/options.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import { earlyStopping } from "../../../nn/callbacks/earlyStopping.js";
import { type Config, configOf } from "../../../nn/config/config.js";
import { gatherRows } from "../../../nn/data/rows.js";
import type { Model } from "../../../nn/models/model.js";
import type { Structure } from "../../../nn/network/structure.js";
import type { Schedule } from "../../../nn/optimizers/optimizer.js";
import { cosineDecay } from "../../../nn/optimizers/schedules/cosineDecay.js";
import { type CheckedData, checkData } from "../checkData.js";
import type { Fitted, Learner } from "../learner.js";
import { type Scaling, scaledRows, standardize, weightedMean } from "../standardize.js";
import { networkFitted } from "./networkFitted.js";

/** What a network is built for. */
export interface NetworkShape {
  /** Columns of x: the input is float32 [batch, columns]. */
  readonly columns: number;
  /** `undefined`: the output is [batch, 1], a number whose mean is 0 and whose standard deviation is 1. */
  readonly classes: number | undefined;
  /** A seed for the weights, drawn for this fit. */
  readonly seed: number;
  /** How many steps there will be, unless patience ends them early. */
  readonly steps: number;
}

export interface NetworkOptions {
  /**
   * Builds and compiles a network with one input and one output, anew for each fit. With classes the targets are
   * [batch, classes], 1 for a row's class and else 0, and the output must be their probabilities.
   */
  readonly build: (shape: NetworkShape) => Model<Structure, Structure>;
  /** What it is called in reports. Default: `"network"`. */
  readonly name?: string | undefined;
  /** Epochs, from 1. Default: 100. */
  readonly epochs?: number | undefined;
  /** Rows in a batch, from 1. Default: 32. */
  readonly batchSize?: number | undefined;
  /**
   * Ends after so many epochs without a lower loss on held-out rows, and keeps the weights of the best epoch; from 1.
   * Default: it does not end early, and nothing is held out.
   */
  readonly patience?: number | undefined;
  /** Share of the rows that is held out where `patience` is given, above 0 below 1. Default: 0.1. */
  readonly validationShare?: number | undefined;
}

/** How {@link NetworkOptions} of ending early are read. */
export const patienceFields = {
  patience: optional(number({ min: 1, integer: true })),
  validationShare: number({ default: 0.1, above: 0, below: 1 }),
} satisfies FieldsOf<Pick<NetworkOptions, "patience" | "validationShare">>;

const fields = {
  build: callable<NetworkOptions["build"]>(),
  name: text("network"),
  epochs: number({ default: 100, min: 1, integer: true }),
  batchSize: number({ default: 32, min: 1, integer: true }),
  ...patienceFields,
} satisfies FieldsOf<NetworkOptions>;

/**
 * Any network as a learner: columns, and numbers to be met, go in with mean 0 and standard deviation 1, and come out as
 * they were. It holds a function, so it can neither be saved nor sent to a worker; what it has learnt can.
 */
export function network(options: NetworkOptions): Learner {
  const { build, name, ...training } = readOptions("network", options, fields);
  return networkOf(name, configOf(training), { build, ...training });
}

export interface Training {
  readonly build: NetworkOptions["build"];
  readonly epochs: number;
  readonly batchSize: number;
  readonly patience?: number | undefined;
  readonly validationShare: number;
  /** Numbers of columns that come as they are. Default: none. */
  readonly unscaled?: readonly number[] | undefined;
  /** As a learner's. */
  readonly portable?: true | undefined;
}

/** A network as a learner under a name, with what is saved of it. */
export function networkOf(name: string, config: Config, training: Training): Learner {
  const { portable } = training;
  return { name, config, portable, fit: (data) => fitNetwork(name, checkData(name, data), training) };
}

async function fitNetwork(name: string, data: CheckedData, training: Training): Promise<Fitted> {
  const { x, y, weights, classes } = data;
  const scaling = scalingOf(name, data, training.unscaled ?? []);
  const seed = data.random.split(name).uint32();
  const model = training.build({ columns: x.columns, classes, seed, steps: stepsOf(x.rows, training) });
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new ImagoError(`${name}: build must give a network with one input and one output.`);
  }
  const { offset, factor } = classes === undefined ? spread(y, weights) : { offset: 0, factor: 1 };
  const tensors: Rows = {
    x: new Tensor("float32", [x.rows, x.columns], Float32Array.from(scaledRows(x, scaling))),
    y: targetsOf(y, classes, offset, factor),
    weights: weights === undefined ? undefined : Float32Array.from(weights),
  };
  try {
    await trained(model, tensors, training, data);
  } finally {
    await model.dispose();
  }
  data.signal?.throwIfAborted();
  return networkFitted({ learner: name, model, scaling, classes, offset, factor });
}

/** How many rows are held out: none without patience, nor where none or no others would be left. */
function heldOut(rows: number, { patience, validationShare }: Training): number {
  const held = patience === undefined ? 0 : Math.round(validationShare * rows);
  return held === rows ? 0 : held;
}

const stepsOf = (rows: number, training: Training): number =>
  training.epochs * Math.max(1, Math.ceil((rows - heldOut(rows, training)) / training.batchSize));

/** The rate of every step: the same, or one that falls to 0 along half a cosine. */
export const rateOf = (
  learningRate: number,
  decay: "none" | "cosine",
  { steps }: NetworkShape,
): number | Schedule =>
  decay === "none" ? learningRate : cosineDecay({ initialLearningRate: learningRate, decaySteps: steps });

interface Rows {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly weights: Float32Array | undefined;
}

async function trained(
  model: Model<Structure, Structure>,
  rows: Rows,
  training: Training,
  { signal, random }: CheckedData,
): Promise<void> {
  const count = rows.x.shape[0] as number;
  const { epochs, batchSize, patience } = training;
  const held = heldOut(count, training);
  if (held === 0) {
    const { x, y, weights } = rows;
    await model.fit(x, y, { epochs, batchSize, sampleWeight: weights, signal });
    return;
  }
  const order = random.split("validation").permutation(count);
  const kept = rowsAt(rows, order.subarray(held).slice().sort());
  const judged = rowsAt(rows, order.subarray(0, held).slice().sort());
  await model.fit(kept.x, kept.y, {
    ...{ epochs, batchSize, sampleWeight: kept.weights, signal },
    validationData:
      judged.weights === undefined ? [judged.x, judged.y] : [judged.x, judged.y, judged.weights],
    callbacks: [earlyStopping({ patience, restoreBestWeights: true })],
  });
}

function rowsAt({ x, y, weights }: Rows, numbers: ArrayLike<number>): Rows {
  return {
    x: gatherRows(x, numbers),
    y: gatherRows(y, numbers),
    weights: weights === undefined ? undefined : Float32Array.from(numbers, (row) => weights[row]!),
  };
}

function scalingOf(name: string, { x, weights }: CheckedData, unscaled: readonly number[]): Scaling {
  const { means, deviations } = standardize(x, weights);
  for (const column of unscaled) {
    if (column >= x.columns)
      throw new ImagoError(`${name}: there is no column ${column} among ${x.columns}.`);
    means[column] = 0;
    deviations[column] = 1;
  }
  return { means, deviations };
}

function spread(y: Float64Array, weights: Float64Array | undefined): { offset: number; factor: number } {
  const offset = weightedMean(y, weights);
  const squares = y.map((one) => (one - offset) ** 2);
  return { offset, factor: Math.sqrt(weightedMean(squares, weights)) || 1 };
}

/** [rows, 1] with mean 0 and standard deviation 1, or [rows, classes] of ones and zeros. */
function targetsOf(y: Float64Array, classes: number | undefined, offset: number, factor: number): Tensor {
  if (classes === undefined) {
    return new Tensor(
      "float32",
      [y.length, 1],
      Float32Array.from(y, (one) => (one - offset) / factor),
    );
  }
  const ones = new Float32Array(y.length * classes);
  for (const [i, one] of y.entries()) ones[i * classes + one] = 1;
  return new Tensor("float32", [y.length, classes], ones);
}
