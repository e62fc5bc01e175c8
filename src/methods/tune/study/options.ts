import {
  abortSignal,
  accepting,
  callable,
  type FieldsOf,
  flag,
  number,
  oneOf,
  optional,
  type ReadOf,
  seed,
} from "../../../engine/options.js";
import { resolved } from "../../../nn/layers/base/settings.js";
import { type PrunerSpec, pruner } from "../pruners/resolve.js";
import { type SamplerSpec, sampler } from "../samplers/resolve.js";
import type { ParamsOf, Space } from "../space/parameters.js";

export interface StudyOptions<S extends Space> {
  /** What may be tried: parameters by name, made by `float`, `int`, `choice`, `normal` and `logNormal`. */
  readonly space: S;
  /** Whether values are to be made small or large. Default: `minimize`. */
  readonly direction?: "minimize" | "maximize" | undefined;
  /** What proposes trials: `auto`, `gp`, `tpe`, `cmaes`, `sobol`, `random`, `grid`, or one with options. Default: `auto`. */
  readonly sampler?: SamplerSpec | undefined;
  /**
   * What says that a trial is not worth going on: `median`, `percentile`, `patient`, `threshold`, `halving`, `wilcoxon`, or one
   * with options; `trial.shouldStop` tells it. Default: none.
   */
  readonly pruner?: PrunerSpec | undefined;
  /** The same seed gives the same trials, where they end in the same order. Default: 0. */
  readonly seed?: number | undefined;
  /** Whether the same parameters may give another value; else no point is tried twice. Default: false. */
  readonly noisy?: boolean | undefined;
  /** Whether parameters may go together. Default: all may. */
  readonly constraint?: ((params: ParamsOf<S>) => boolean) | undefined;
}

const isSpace = (value: unknown): value is Space =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** How {@link StudyOptions} are read. */
export const studyFields = {
  space: accepting("a record of parameters", isSpace),
  direction: oneOf(["minimize", "maximize"], "minimize"),
  sampler: resolved(sampler, "auto"),
  pruner: optional(resolved(pruner)),
  seed: seed(),
  noisy: flag(false),
  constraint: optional(callable<(params: never) => boolean>()),
} satisfies FieldsOf<StudyOptions<Space>>;

export type StudySettings = ReadOf<typeof studyFields>;

export interface RunOptions {
  /** Trials in all, those before this call included; the study ends when there are as many. Default: no limit. */
  readonly trials?: number | undefined;
  /** Trials that are awaited beside each other; in this process they share one thread. Default: 1. */
  readonly parallel?: number | undefined;
  /** Milliseconds after which no trial is begun. Default: no limit. */
  readonly timeLimit?: number | undefined;
  /** Ends the search; trials that are running are failed, with the reason. */
  readonly signal?: AbortSignal | undefined;
}

/** How {@link RunOptions} are read. */
export const runFields = {
  trials: optional(number({ min: 1, integer: true })),
  parallel: number({ default: 1, min: 1, integer: true }),
  timeLimit: optional(number({ above: 0 })),
  signal: abortSignal,
} satisfies FieldsOf<RunOptions>;
