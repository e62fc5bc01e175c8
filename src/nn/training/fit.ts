import { ImagoError } from "../../engine/errors.js";
import { Generator } from "../../engine/random/generator.js";
import { makeColumns } from "../data/columns.js";
import { batches, type Columns, measuredColumns, rangeOf } from "../data/source.js";
import type { Network } from "../network/network.js";
import { FitLoop, type TrainingData } from "./fitLoop.js";
import {
  type BatchSource,
  type DataTuple,
  type FitOptions,
  type FitSettings,
  readFitOptions,
} from "./fitOptions.js";
import type { History } from "./history.js";
import { sourceBatches } from "./sourceBatches.js";
import type { TrainableNetwork } from "./trainableNetwork.js";

export type { BatchSource, DataTuple, FitOptions } from "./fitOptions.js";
export type { History } from "./history.js";

/** Trains on data in memory. Used by `Model.fit`, which documents it. */
export async function fitArrays<X, Y>(
  model: TrainableNetwork,
  x: X,
  y: Y,
  options: FitOptions<X, Y> | undefined,
): Promise<History> {
  const settings = readFitOptions(options, false);
  const { sampleWeight, classWeight, validationData } = settings;
  const all = makeColumns("fit", dataModel(model), { x, y, sampleWeight, classWeight });
  return run(model, settings, columnBatches(model, settings, all, validationColumns(model, validationData)));
}

/**
 * The batches of data in memory, in the orders that the network's seed gives.
 *
 * @param given validation data, where they are not the end of `all`
 */
export function columnBatches(
  { seed }: Network,
  settings: FitSettings,
  all: Columns,
  given: Columns | undefined,
): TrainingData {
  const { training, validation = given } = splitColumns(all, settings.validationSplit);
  const { batchSize, shuffle, stepsPerEpoch = Number.POSITIVE_INFINITY } = settings;
  const random = new Generator(seed).split("shuffle");
  return {
    steps: Math.min(stepsPerEpoch, Math.ceil(training.size / batchSize)),
    validation,
    // Each epoch's order depends on the seed and its number alone, so a resumed run draws the same.
    batches: (epoch, skip) => batches(training, batchSize, shuffle ? random.split(epoch) : undefined, skip),
  };
}

/** Trains on a source of batches. Used by `Model.fit`, which documents it. */
export async function fitSource<X, Y>(
  model: TrainableNetwork,
  source: BatchSource<X, Y>,
  options: FitOptions<X, Y> | undefined,
): Promise<History> {
  const settings = readFitOptions(options, true);
  return run(model, settings, {
    steps: settings.stepsPerEpoch,
    validation: validationColumns(model, settings.validationData),
    batches: (epoch, skip) => sourceBatches("fit", model, source, epoch, skip),
  });
}

async function run(model: TrainableNetwork, settings: FitSettings, data: TrainingData): Promise<History> {
  return new FitLoop(model, await model.trainer(), data, settings).run();
}

/** What of a network says how data must look. */
export function dataModel(model: Network) {
  return { inputs: model.inputs, outputs: model.outputs, heads: model.compiled.heads };
}

/** Validation data as they were given, checked. */
export function validationColumns(
  model: Network,
  data: DataTuple<unknown, unknown> | undefined,
): Columns | undefined {
  if (data === undefined) return undefined;
  const [x, y, sampleWeight] = data;
  return makeColumns("fit: validationData", dataModel(model), { x, y, sampleWeight });
}

/** The samples to train on, and those at the end that are kept for validation, as Keras splits them. */
function splitColumns(all: Columns, fraction: number): { training: Columns; validation?: Columns } {
  if (fraction === 0) return { training: all };
  const boundary = Math.floor(all.size * (1 - fraction));
  if (boundary === 0 || boundary === all.size) {
    throw new ImagoError(
      `fit: validationSplit ${fraction} of ${all.size} samples leaves nothing to train or to validate on`,
    );
  }
  return {
    training: rangeOf(all, 0, boundary),
    validation: rangeOf(measuredColumns(all), boundary, all.size),
  };
}
