import type { Config } from "../../../nn/config/config.js";

/** What a trial told on the way: steps rising, losses to be made small. */
export type Reports = readonly (readonly [step: number, loss: number])[];

/** A trial as pruners see it. */
export interface Followed {
  readonly number: number;
  readonly state: "waiting" | "running" | "paused" | "complete" | "pruned" | "failed";
  readonly reports: Reports;
  /** What a complete one ended with. */
  readonly loss?: number | undefined;
}

/** When a pruner is asked: after each report that is further than any before. */
export interface PruneSituation {
  readonly trial: Followed;
  /** All others, by number. */
  readonly others: readonly Followed[];
}

/** Says of a trial that goes on whether it is worth its time. */
export interface Pruner {
  readonly name: string;
  readonly config: Config;
  shouldPrune(situation: PruneSituation): boolean;
  /** Whether it is to be put aside, to go on later if it proves to be among the best. Default: no. */
  shouldPause?(situation: PruneSituation): boolean;
  /** The number of a paused trial that is to go on now, before any new one; `undefined` for none. */
  promote?(trials: readonly Followed[]): number | undefined;
  /**
   * The number of a paused trial that is to go on where nothing else is to do: no trial is running, none is promoted, and none
   * begins any more; `undefined` for none, which ends the search.
   */
  promoteLast?(trials: readonly Followed[]): number | undefined;
}
