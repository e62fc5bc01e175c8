import { ImagoError } from "../../engine/errors.js";
import {
  abortSignal,
  accepting,
  type FieldsOf,
  flag,
  list,
  number,
  optional,
  type ReadOf,
  readOptions,
  unchecked,
} from "../../engine/options.js";
import { type ClassWeight, classWeightField } from "../data/classWeights.js";
import { type Callback, callbackField } from "./callback.js";
import { type PartsOption, partsField } from "./parts/partsOption.js";
import { positionField, type TrainingPosition } from "./position.js";

/** Whether the first argument of `fit` is a source of batches rather than data. */
export function isSource(x: unknown): x is BatchSource<unknown, unknown> {
  if (typeof x === "function") return true;
  if (typeof x !== "object" || x === null || Array.isArray(x) || ArrayBuffer.isView(x)) return false;
  return Symbol.asyncIterator in x || Symbol.iterator in x;
}

/** Data and targets, with or without the samples' weights. */
export type DataTuple<X, Y> = readonly [x: X, y: Y] | readonly [x: X, y: Y, sampleWeight: unknown];

/** Batches, one after the other. */
export type Batches<X, Y> = AsyncIterable<DataTuple<X, Y>> | Iterable<DataTuple<X, Y>>;

/** A source that can begin inside an epoch, and may know how many batches one has. */
export interface SeekableSource<X, Y> {
  (epoch: number): Batches<X, Y>;
  /** The batches of an epoch without the first `skip`. Without it, those are made and thrown away when an epoch is resumed. */
  readonly from?: ((epoch: number, skip: number) => Batches<X, Y>) | undefined;
  /** Batches in an epoch, for whoever shows progress. */
  readonly steps?: number | undefined;
}

/** An endless or finite source of batches, asked anew for each epoch. */
export type BatchSource<X, Y> = Batches<X, Y> | SeekableSource<X, Y>;

export interface FitOptions<X, Y> {
  /** Samples in a batch. Default: as many as an input fixes, or 32. */
  readonly batchSize?: number | undefined;
  /** The epoch to end at, counted from the very first. Default: 1. */
  readonly epochs?: number | undefined;
  /** The epoch to begin at, when training goes on. Default: 0. */
  readonly initialEpoch?: number | undefined;
  /** Finished batches of that epoch, which are left out. Default: 0. */
  readonly initialStep?: number | undefined;
  /**
   * Where an earlier run stood, as `loadModel` and `History` give it: sets `initialEpoch` and `initialStep`, and
   * gives the callbacks and the epoch's figures back what they knew. Default: training begins anew.
   */
  readonly resume?: TrainingPosition | undefined;
  /** Draw a new order of the samples in each epoch. Default: true, but false for networks that carry states from batch to batch. */
  readonly shuffle?: boolean | undefined;
  /** Fraction of the samples, at the end, that is kept for validation. Default: 0. */
  readonly validationSplit?: number | undefined;
  /** Data to measure on after each epoch: in memory, or a source of batches, of which each time the whole epoch 0 is read. */
  readonly validationData?: DataTuple<X, Y> | BatchSource<X, Y> | undefined;
  /** Samples in a batch of validation. Refused where there is no validation. Default: batchSize. */
  readonly validationBatchSize?: number | undefined;
  /** Validate after every so many epochs. Refused where there is no validation. Default: 1. */
  readonly validationFrequency?: number | undefined;
  /** One weight for each sample (or position); by output where there are several. */
  readonly sampleWeight?: unknown;
  /** A weight for each class, for models with one output. */
  readonly classWeight?: ClassWeight | undefined;
  /**
   * Batches in an epoch, for a source that does not end; one that ends before is an error. Of data in memory the next epoch goes on where it ended, pass after pass, so
   * that every sample comes as often. Default: all that there are.
   */
  readonly stepsPerEpoch?: number | undefined;
  /**
   * Parts of each batch, of which a thread for each core computes one after the other: from 1, or `"auto"`, by a rule over the model
   * and the cores. Figures are those of whole batches to rounding, and the same number of parts gives the same bytes. It is kept with
   * the training state, and a run that goes on keeps it; `"auto"` has the rule decide anew. A batch whose samples are not computed apart
   * is computed whole; the history says why. Default: as the training was begun, else `"auto"`.
   */
  readonly parts?: PartsOption | undefined;
  /**
   * Let batch normalisation take the statistics of each part for those of the batch, so that its batches can be split; kept like
   * `parts`. Default: as the training was begun, else false, and such batches are computed whole.
   */
  readonly partStatistics?: boolean | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  /** Ends training after the batch that is under way. */
  readonly signal?: AbortSignal | undefined;
}

export const isTuple = (value: unknown): value is DataTuple<unknown, unknown> =>
  Array.isArray(value) && value.length >= 2 && value.length <= 3;

const isValidation = (value: unknown): value is DataTuple<unknown, unknown> | BatchSource<unknown, unknown> =>
  isTuple(value) || isSource(value);

/** How {@link FitOptions} are read. */
export const fitFields = {
  batchSize: optional(number({ min: 1, integer: true })),
  epochs: number({ default: 1, min: 0, integer: true }),
  initialEpoch: number({ default: 0, min: 0, integer: true }),
  initialStep: number({ default: 0, min: 0, integer: true }),
  resume: positionField,
  shuffle: optional(flag(true)),
  validationSplit: number({ default: 0, min: 0, below: 1 }),
  validationData: optional(accepting("[x, y], [x, y, sampleWeight] or a source of batches", isValidation)),
  validationBatchSize: optional(number({ min: 1, integer: true })),
  validationFrequency: number({ default: 1, min: 1, integer: true }),
  sampleWeight: unchecked<unknown>("a weight for each sample"),
  classWeight: optional(classWeightField),
  stepsPerEpoch: optional(number({ min: 1, integer: true })),
  parts: partsField,
  partStatistics: optional(flag(false)),
  callbacks: optional(list(callbackField, "an array of callbacks")),
  signal: abortSignal,
} satisfies FieldsOf<FitOptions<unknown, unknown>>;

/** {@link FitOptions} in full. */
export type FitSettings = ReadOf<typeof fitFields>;

/** Options that only data in memory can follow. */
const arrayOptionNames = ["batchSize", "shuffle", "validationSplit", "sampleWeight", "classWeight"] as const;

/**
 * @param options as given: of them some say something only by being there
 * @param source whether `fit` was given a source of batches, which makes batches and orders by itself
 * @throws on unknown options and on values that cannot be meant
 */
export function readFitOptions<X, Y>(options: FitOptions<X, Y> | undefined, source: boolean): FitSettings {
  const read = readOptions("fit", options, fitFields);
  const { initialEpoch, initialStep, ...given } = options ?? {};
  checkValidation("fit", read, given);
  if (read.resume !== undefined && (initialEpoch !== undefined || initialStep !== undefined)) {
    throw new ImagoError("fit: resume says where to begin; leave out initialEpoch and initialStep.");
  }
  const inMemory = source ? arrayOptionNames.find((name) => given[name] !== undefined) : undefined;
  if (inMemory === undefined) return read;
  throw new ImagoError(
    `fit: "${inMemory}" serves data in memory; a source makes its batches, their order and their weights itself.`,
  );
}

/** Options that say how validation is done. */
const validationOptionNames = ["validationBatchSize", "validationFrequency"] as const;

/**
 * @param given the options as they came, before defaults stand for what is missing
 * @throws where validation data are given twice, and where it is said how to validate and there is nothing to validate on
 */
export function checkValidation(
  what: string,
  { validationSplit, validationData }: Pick<FitSettings, "validationSplit" | "validationData">,
  given: Pick<FitOptions<unknown, unknown>, (typeof validationOptionNames)[number]>,
): void {
  if (validationSplit === 0 && validationData === undefined) {
    const idle = validationOptionNames.find((name) => given[name] !== undefined);
    if (idle === undefined) return;
    throw new ImagoError(`${what}: "${idle}" serves validation, and there is nothing to validate on.`, {
      help: `Give validationData or validationSplit, or leave ${idle} out.`,
    });
  }
  if (isSource(validationData) && given.validationBatchSize !== undefined) {
    throw new ImagoError(
      `${what}: "validationBatchSize" serves data in memory; a source makes its batches itself.`,
    );
  }
  if (validationSplit === 0 || validationData === undefined) return;
  throw new ImagoError(`${what}: validationSplit and validationData are both given; one of them is enough.`);
}
