import type { Generator } from "../../../engine/random/generator.js";
import type { Config } from "../../../nn/config/config.js";
import type { Level, Point } from "../space/dimensions.js";

/** What became of a trial, as samplers see it. */
export interface Seen {
  readonly number: number;
  readonly point: Point;
  /**
   * What is to be made small: `loss` for a finished one, none for one that failed. Of a pruned one how far it came, and what it
   * had there.
   */
  readonly state: "complete" | "pruned" | "failed";
  readonly loss?: number | undefined;
  /** Of several objectives all, each to be made small; `loss` is the first. Default: `loss` alone. */
  readonly losses?: readonly number[] | undefined;
  /** The last step that was reported; of pruned trials. */
  readonly step?: number | undefined;
}

/** What a sampler knows when it proposes a trial. */
export interface Situation {
  readonly level: Level;
  /** The trial's number, from 0. */
  readonly number: number;
  /** Finished trials, by number. */
  readonly seen: readonly Seen[];
  /** Trials that are being evaluated. */
  readonly running: readonly Point[];
  /** Of the study's seed and the trial's number. */
  readonly random: Generator;
  /** Of the study's seed alone. */
  readonly scramble: Generator;
  /** Whether the same point may give another value. */
  readonly noisy: boolean;
  /** Whether a point may be tried. */
  readonly allows: (point: Point) => boolean;
}

/** A way to propose trials. What it proposes depends on what it is told alone. */
export interface Sampler {
  readonly name: string;
  readonly config: Config;
  /** @returns `undefined` where every point that there is was tried */
  propose(situation: Situation): Point | undefined;
}
