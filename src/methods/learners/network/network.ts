import { ImagoError } from "../../../engine/errors.js";
import { callable, type FieldsOf, number, readOptions, text } from "../../../engine/options.js";
import { Tensor } from "../../../engine/tensor/tensor.js";
import type { Config } from "../../../nn/config/config.js";
import type { Model } from "../../../nn/models/model.js";
import type { Structure } from "../../../nn/network/structure.js";
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
}

const fields = {
  build: callable<NetworkOptions["build"]>(),
  name: text("network"),
  epochs: number({ default: 100, min: 1, integer: true }),
  batchSize: number({ default: 32, min: 1, integer: true }),
} satisfies FieldsOf<NetworkOptions>;

/**
 * Any network as a learner: columns, and numbers to be met, go in with mean 0 and standard deviation 1, and come out as
 * they were. It holds a function, so it can neither be saved nor sent to a worker; what it has learnt can.
 */
export function network(options: NetworkOptions): Learner {
  const { build, name, epochs, batchSize } = readOptions("network", options, fields);
  return networkOf(name, { epochs, batchSize }, { build, epochs, batchSize });
}

export interface Training {
  readonly build: NetworkOptions["build"];
  readonly epochs: number;
  readonly batchSize: number;
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
  const { epochs, batchSize } = training;
  const seed = data.random.split(name).uint32();
  const model = training.build({ columns: x.columns, classes, seed });
  if (model.inputs.length !== 1 || model.outputs.length !== 1) {
    throw new ImagoError(`${name}: build must give a network with one input and one output.`);
  }
  const { offset, factor } = classes === undefined ? spread(y, weights) : { offset: 0, factor: 1 };
  const rows = new Tensor("float32", [x.rows, x.columns], Float32Array.from(scaledRows(x, scaling)));
  const sampleWeight = weights === undefined ? undefined : Float32Array.from(weights);
  try {
    const targets = targetsOf(y, classes, offset, factor);
    await model.fit(rows, targets, { epochs, batchSize, sampleWeight, signal: data.signal });
  } finally {
    await model.dispose();
  }
  data.signal?.throwIfAborted();
  return networkFitted({ learner: name, model, scaling, classes, offset, factor });
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
