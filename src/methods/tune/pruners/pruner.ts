import type { Config } from "../../../nn/config/config.js";

/** What a trial told on the way: steps rising, losses to be made small. */
export type Reports = readonly (readonly [step: number, loss: number])[];

/** A trial as pruners see it. */
export interface Followed {
  readonly number: number;
  readonly state: "running" | "complete" | "pruned" | "failed";
  readonly reports: Reports;
  /** What a complete one ended with. */
  readonly loss?: number | undefined;
}

/** When a pruner is asked: after each report. */
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
}
