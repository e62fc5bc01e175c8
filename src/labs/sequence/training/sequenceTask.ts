import type { Generator } from "../../../engine/random/generator.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import type { LossSpec } from "../../../nn/losses/resolve.js";
import type { Model } from "../../../nn/models/model.js";
import type { Judgement } from "../kinds/judgement.js";

/** Input, target and what each position counts. */
export type TaskBatch = readonly [x: unknown, y: unknown, weight: unknown];

/** What is measured on: batches whose loss is the sum over an item's positions, averaged over the items. */
export interface Measured {
  readonly batches: Iterable<TaskBatch>;
  readonly items: number;
  /** Positions of all items: tokens, points, rows. */
  readonly positions: number;
}

/** What a trainer asks its network to write and judge, to show how far it is. */
export interface SampleRequest {
  readonly count: number;
  readonly temperature: number;
  readonly random: Generator;
  readonly signal: AbortSignal | undefined;
}

/** Some items that a network wrote, and what they are worth. */
export interface JudgedSample {
  readonly temperature: number;
  /** How they were written, where that is no temperature: `with bias 0.2`. */
  readonly how?: string | undefined;
  /** As they are shown in a line or some; none where items are no texts. */
  readonly texts: readonly string[];
  readonly judgement: Judgement;
}

/** Items of some kind, how they are learnt, and how others are written. */
export interface SequenceTask {
  /** What an item is called, and several; what a position is called. */
  readonly noun: readonly [one: string, many: string];
  readonly position: string;
  /** What losses are counted in. Default: nats. */
  readonly unit?: string | undefined;
  /** Positions of each item that is learnt. */
  readonly lengths: ArrayLike<number>;
  readonly loss: LossSpec;
  /** A network that has learnt nothing. */
  network(options: { readonly seed: number; readonly runtime: Runtime | undefined }): Model;
  /** A batch to learn from, whose loss is the mean over its positions. */
  batch(rows: ArrayLike<number>): TaskBatch;
  /** What is measured on; `undefined` where nothing was held out. */
  heldOut(): Measured | undefined;
  /** Writes items with a network as it is now, and judges them; `undefined` for kinds that are not judged while they are learnt. */
  sample(network: Model, request: SampleRequest): Promise<JudgedSample | undefined>;
}
