import { ImagoError } from "../../engine/errors.js";
import { Generator } from "../../engine/random/generator.js";
import type { Batch } from "../data/batch.js";
import { makeColumns } from "../data/columns.js";
import { batches, type Columns, measuredColumns, rangeOf } from "../data/source.js";
import { batchSizeFor, checkWholeBatches } from "../network/batching.js";
import type { Network } from "../network/network.js";
import { FitLoop, type TrainingData, type Validation } from "./fitLoop.js";
import {
  type BatchSource,
  type DataTuple,
  type FitOptions,
  type FitSettings,
  isTuple,
  readFitOptions,
} from "./fitOptions.js";
import type { History } from "./history.js";
import { sourceBatches, wholePass } from "./sourceBatches.js";
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
  return run(model, settings, columnBatches(model, settings, all, validationOf(model, validationData)));
}

/**
 * The batches of data in memory, in the orders that the network's seed gives.
 *
 * @param given validation data, where they are not the end of `all`
 */
export function columnBatches(
  network: Network,
  settings: FitSettings,
  all: Columns,
  given: Validation | undefined,
): TrainingData {
  const { training, validation = given } = splitColumns(all, settings.validationSplit);
  const { stepsPerEpoch } = settings;
  const batchSize = batchSizeFor("fit", network, settings.batchSize);
  const shuffle = isShuffled(network, settings.shuffle);
  checkWholeBatches("fit", network, training.size, " to train on");
  if (validation !== undefined && typeof validation !== "function")
    checkWholeBatches("fit", network, validation.size, " to validate on");
  const random = new Generator(network.seed).split("shuffle");
  // Each pass's order depends on the seed and its number alone, so a resumed run draws the same.
  const pass = (number: number, skip: number) =>
    batches(training, batchSize, shuffle ? random.split(number) : undefined, skip);
  const each = Math.ceil(training.size / batchSize);
  return {
    steps: stepsPerEpoch ?? each,
    validation,
    reading: {
      ...{ batchSize, samples: training.size, stepsPerEpoch, shuffle },
      ...(shuffle ? { seed: network.seed } : {}),
    },
    batches: (epoch, skip) =>
      stepsPerEpoch === undefined ? pass(epoch, skip) : passes(pass, each, epoch * stepsPerEpoch + skip),
  };
}

/** @throws ImagoError where states would be carried between samples that have nothing to do with each other */
function isShuffled({ functional }: Network, asked: boolean | undefined): boolean {
  const keeper = functional.layers.find((layer) => layer.isStateful);
  if (keeper === undefined) return asked ?? true;
  if (asked !== true) return false;
  throw new ImagoError(
    `fit: ${keeper.label} carries its states from batch to batch, which shuffle would tear apart.`,
    { help: "Leave shuffle out, or make the layer without stateful." },
  );
}

/** Pass after pass over the data from a step on, counted from the first: an epoch that ends inside one goes on there. */
function* passes(
  pass: (number: number, skip: number) => Iterable<Batch>,
  each: number,
  from: number,
): Iterable<Batch> {
  for (let number = Math.floor(from / each), skip = from % each; ; number++, skip = 0)
    yield* pass(number, skip);
}

/** Trains on a source of batches. Used by `Model.fit`, which documents it. */
export async function fitSource<X, Y>(
  model: TrainableNetwork,
  source: BatchSource<X, Y>,
  options: FitOptions<X, Y> | undefined,
): Promise<History> {
  const settings = readFitOptions(options, true);
  const { stepsPerEpoch: steps } = settings;
  return run(model, settings, {
    steps: steps ?? stepsOf(source),
    validation: validationOf(model, settings.validationData),
    batches: (epoch, skip) => sourceBatches("fit", model, source, { epoch, skip, steps }),
  });
}

async function run(model: TrainableNetwork, settings: FitSettings, data: TrainingData): Promise<History> {
  return new FitLoop(model, await model.trainer(), data, settings).run();
}

/** What of a network says how data must look. */
export function dataModel(model: Network) {
  return { inputs: model.inputs, outputs: model.outputs, heads: model.compiled.heads };
}

/** Validation data as they were given: those in memory checked, those of a source when they come. */
export function validationOf(
  model: Network,
  data: DataTuple<unknown, unknown> | BatchSource<unknown, unknown> | undefined,
): Validation | undefined {
  if (data === undefined) return undefined;
  const what = "fit: validationData";
  if (!isTuple(data)) return () => sourceBatches(what, model, data, wholePass);
  const [x, y, sampleWeight] = data;
  return makeColumns(what, dataModel(model), { x, y, sampleWeight });
}

/** Batches in an epoch of a source, where it knows that. */
export function stepsOf(source: BatchSource<unknown, unknown>): number | undefined {
  return typeof source === "function" ? source.steps : undefined;
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
