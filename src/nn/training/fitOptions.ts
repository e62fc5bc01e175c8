import { checkOptions, ImagoError } from "../../engine/errors.js";
import type { ClassWeight } from "../data/columns.js";
import type { Callback } from "./callback.js";
import type { TrainingPosition } from "./position.js";

/** Data and targets, with or without the samples' weights. */
export type DataTuple<X, Y> = readonly [x: X, y: Y] | readonly [x: X, y: Y, sampleWeight: unknown];

/** An endless or finite source of batches, asked anew for each epoch. */
export type BatchSource<X, Y> =
  | AsyncIterable<DataTuple<X, Y>>
  | Iterable<DataTuple<X, Y>>
  | ((epoch: number) => AsyncIterable<DataTuple<X, Y>> | Iterable<DataTuple<X, Y>>);

export interface FitOptions<X, Y> {
  /** Samples in a batch. Default: 32. */
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
  /** Draw a new order of the samples in each epoch. Default: true. */
  readonly shuffle?: boolean | undefined;
  /** Fraction of the samples, at the end, that is kept for validation. Default: 0. */
  readonly validationSplit?: number | undefined;
  readonly validationData?: DataTuple<X, Y> | undefined;
  /** Default: batchSize. */
  readonly validationBatchSize?: number | undefined;
  /** Validate after every so many epochs. Default: 1. */
  readonly validationFrequency?: number | undefined;
  /** One weight for each sample (or position); by output where there are several. */
  readonly sampleWeight?: unknown;
  /** A weight for each class, for models with one output. */
  readonly classWeight?: ClassWeight | undefined;
  /** Batches in an epoch, for a source that does not end. */
  readonly stepsPerEpoch?: number | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
  /** Ends training after the batch that is under way. */
  readonly signal?: AbortSignal | undefined;
}

const fitOptionNames = [
  "batchSize",
  "epochs",
  "initialEpoch",
  "initialStep",
  "resume",
  "shuffle",
  "validationSplit",
  "validationData",
  "validationBatchSize",
  "validationFrequency",
  "sampleWeight",
  "classWeight",
  "stepsPerEpoch",
  "callbacks",
  "signal",
] as const;

/** Options that only data in memory can follow. */
const arrayOptionNames = ["batchSize", "shuffle", "validationSplit", "sampleWeight", "classWeight"] as const;

/** Whole numbers and the least that each may be. */
const wholeNumbers = {
  batchSize: 1,
  epochs: 0,
  initialEpoch: 0,
  initialStep: 0,
  validationBatchSize: 1,
  validationFrequency: 1,
  stepsPerEpoch: 1,
} as const;

/**
 * @param source whether `fit` was given a source of batches, which makes batches and orders by itself
 * @throws on unknown options and on values that cannot be meant
 */
export function checkFitOptions<X, Y>(options: FitOptions<X, Y>, source: boolean): void {
  checkOptions("fit", options, fitOptionNames);
  for (const [name, least] of Object.entries(wholeNumbers)) {
    checkWhole("fit", name, options[name as keyof typeof wholeNumbers], least);
  }
  checkForms(options);
  const { validationSplit: split = 0, validationData, resume } = options;
  if (!(split >= 0 && split < 1)) {
    throw new ImagoError(`fit: validationSplit must be from 0 to below 1, received ${split}`);
  }
  if (split > 0 && validationData !== undefined) {
    throw new ImagoError("fit: validationSplit and validationData are both given; one of them is enough");
  }
  if (resume !== undefined && (options.initialEpoch !== undefined || options.initialStep !== undefined)) {
    throw new ImagoError("fit: resume says where to begin; leave out initialEpoch and initialStep");
  }
  if (!source) return;
  const given = arrayOptionNames.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new ImagoError(
    `fit: "${given}" serves data in memory; a source makes its batches, their order and their weights itself`,
  );
}

function checkForms<X, Y>({ shuffle, callbacks, validationData, resume, signal }: FitOptions<X, Y>): void {
  const refuse = (name: string, expected: string): never => {
    throw new ImagoError(`fit: ${name} must be ${expected}`);
  };
  if (shuffle !== undefined && typeof shuffle !== "boolean") refuse("shuffle", "true or false");
  if (callbacks !== undefined && !Array.isArray(callbacks)) refuse("callbacks", "an array");
  if (signal !== undefined && typeof signal?.aborted !== "boolean") refuse("signal", "an AbortSignal");
  if (validationData !== undefined && !(Array.isArray(validationData) && validationData.length <= 3)) {
    refuse("validationData", "[x, y] or [x, y, sampleWeight]");
  }
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
  if (resume !== undefined && !(isCount(resume?.epoch) && isCount(resume?.step))) {
    refuse("resume", "the training of loadModel or the position of a history: { epoch, step, … }");
  }
}

/** @throws when an option is given and is not a whole number from `least` */
export function checkWhole(where: string, name: string, value: unknown, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && (value as number) >= least)) return;
  throw new ImagoError(`${where}: ${name} must be a whole number from ${least}, received ${String(value)}`);
}
