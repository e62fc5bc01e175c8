import {
  abortSignal,
  accepting,
  callable,
  type FieldsOf,
  flag,
  number,
  optional,
  type ReadOf,
  record,
  seed,
  text,
  unchecked,
} from "../../../engine/options.js";
import type { TensorLike } from "../../../engine/tensor/tensor.js";
import { type ClassWeight, classWeightField } from "../../../nn/data/classWeights.js";
import { Model } from "../../../nn/models/model.js";
import type { Callback } from "../../../nn/training/callback.js";
import type { Logs } from "../../../nn/training/logs.js";

/** Data in the structure of a network's inputs or outputs, as `fit` takes it; samples in front. */
export type NetworkData = TensorLike | readonly TensorLike[] | Readonly<Record<string, TensorLike>>;

/** A compiled network, and what follows its training. */
export interface BuiltNetwork {
  readonly model: Model;
  /** Made anew for each network. Default: none. */
  readonly callbacks?: readonly Callback[] | undefined;
}

/**
 * Builds and compiles a network, anew at each call. The same seed must give the same network: give it to `model`, which
 * draws the weights from it, the order of samples, and dropout.
 */
export type BuildNetwork = (seed: number) => Model | BuiltNetwork | Promise<Model | BuiltNetwork>;

/** Where a {@link BuildNetwork} stands that other processes can load. */
export interface NetworkModule {
  /** Its URL or absolute path. */
  readonly path: URL | string;
  /** The function's name there. Default: "build". */
  readonly export?: string | undefined;
}

/** An epoch of one of the networks. */
export interface MemberEpoch {
  /** Which network, from 0. */
  readonly member: number;
  /** From 0, of `epochs`. */
  readonly epoch: number;
  readonly epochs: number;
  /** Training figures and, behind `val_`, validation figures. */
  readonly logs: Logs;
}

/** One of the networks is done. */
export interface MemberProgress {
  /** Which network, from 0, of `members`. */
  readonly member: number;
  readonly members: number;
  /** On rows that it had not seen. */
  readonly figures: Logs | undefined;
  /** Why it was left out. */
  readonly failure: string | undefined;
  /** Whether it had been trained before, and was found in `folder`. */
  readonly kept: boolean;
  readonly milliseconds: number;
}

/** What `crossValidate` and `bagging` have in common. Give one of `model`, `build` and `module`. */
export interface MembersOptions {
  /**
   * A compiled network. Each member is a copy, whose weights are drawn anew from its own seed; weights of layers that are not
   * trainable, and those that came from `.onnx` files, are kept.
   */
  readonly model?: Model | undefined;
  /**
   * Builds each member in this process. What it builds is trained by workers where it can be saved and loaded; with
   * callbacks, lambdas or layers of one's own it is trained in this process, where a time limit stops it only between batches.
   */
  readonly build?: BuildNetwork | undefined;
  /** Builds each member where it is trained, callbacks, lambdas and layers of one's own included. */
  readonly module?: NetworkModule | undefined;
  /** Whether every member of `model` begins with the weights that it has now. Default: false. */
  readonly keepWeights?: boolean | undefined;
  readonly x: NetworkData;
  readonly y: NetworkData;
  /** As in `fit`. */
  readonly sampleWeight?: unknown;
  /** As in `fit`. */
  readonly classWeight?: ClassWeight | undefined;
  /** Default: 1. */
  readonly epochs?: number | undefined;
  /** Samples in a batch. Default: 32. */
  readonly batchSize?: number | undefined;
  /** Draw a new order of the samples in each epoch. Default: true. */
  readonly shuffle?: boolean | undefined;
  /** Fraction of each member's own rows, at their end, that it is validated on while it trains. Default: 0. */
  readonly validationSplit?: number | undefined;
  /** The same seed gives the same rows, networks and numbers. Default: 0. */
  readonly seed?: number | undefined;
  /** Processes that train at the same time; 0: one after the other in this process. Default: one for each core. */
  readonly workers?: number | undefined;
  /**
   * Threads that ONNX Runtime has for each member. The last bits of sums may depend on it, and on nothing else here.
   * Default: 1.
   */
  readonly threads?: number | undefined;
  /** Milliseconds that one member may take; one that takes longer is left out. Default: as many as it needs. */
  readonly timeLimit?: number | undefined;
  /**
   * Where finished members, and those that are being trained, are kept. A run that ended anyhow goes on from there when it is
   * called again, and ends with the same bytes. Default: nothing is kept.
   */
  readonly folder?: string | undefined;
  /** With `folder`, training is saved after every so many epochs. Default: 1. */
  readonly checkpointEpochs?: number | undefined;
  /** Ends all; what `folder` keeps stays. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each epoch of each member. */
  readonly onEpoch?: ((epoch: MemberEpoch) => void) | undefined;
}

const isModule = (value: unknown): value is URL | string => typeof value === "string" || value instanceof URL;

/** How {@link MembersOptions} are read. */
export const membersFields = {
  model: optional(accepting("a compiled Model", (value): value is Model => value instanceof Model)),
  build: optional(callable<BuildNetwork>()),
  module: optional(
    record({ path: accepting("the URL or the absolute path of a module", isModule), export: text("build") }),
  ),
  keepWeights: flag(false),
  x: unchecked<NetworkData>("the inputs' data"),
  y: unchecked<NetworkData>("the outputs' targets"),
  sampleWeight: unchecked<unknown>("a weight for each sample"),
  classWeight: optional(classWeightField),
  epochs: number({ default: 1, min: 1, integer: true }),
  batchSize: number({ default: 32, min: 1, integer: true }),
  shuffle: flag(true),
  validationSplit: number({ default: 0, min: 0, below: 1 }),
  seed: seed(),
  workers: optional(number({ min: 0, integer: true })),
  threads: number({ default: 1, min: 1, integer: true }),
  timeLimit: optional(number({ above: 0, max: 2 ** 31 - 1 })),
  folder: optional(text()),
  checkpointEpochs: number({ default: 1, min: 1, integer: true }),
  signal: abortSignal,
  onEpoch: optional(callable<(epoch: MemberEpoch) => void>()),
} satisfies FieldsOf<MembersOptions>;

/** {@link MembersOptions} in full. */
export type MembersSettings = ReadOf<typeof membersFields>;
