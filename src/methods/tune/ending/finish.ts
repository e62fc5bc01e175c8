import { ImagoError, messageOf } from "../../../engine/errors.js";
import {
  abortSignal,
  accepting,
  callable,
  type FieldsOf,
  number,
  optional,
  type ReadOf,
  readOptions,
} from "../../../engine/options.js";
import type { Model } from "../../../nn/models/model.js";
import type { StudyCore } from "../study/core.js";
import { readOutcome } from "../study/outcome.js";
import type { Kept } from "../study/record.js";
import type { Evaluator } from "../study/runTrials.js";
import { OpenTrial, type TrialFacts, type TrialHost } from "../study/trial.js";
import type { Candidate, Ending, TestFigure } from "./ending.js";
import { isSealed, type Sealed, unseal } from "./split.js";

export interface FinishOptions<D> {
  /** So many of the best trials are evaluated again before one is chosen. Default: 5. */
  readonly candidates?: number | undefined;
  /** How often each of them, with other seeds: `trial.repeat` counts from 1. Default: 3; 0 takes the search at its word. */
  readonly repeats?: number | undefined;
  /** Trials that are evaluated beside each other, as for `run`. Default: 1. */
  readonly parallel?: number | undefined;
  /** The sealed part of `split`. Goes with `measure`. */
  readonly test?: Sealed<D> | undefined;
  /**
   * The figure of the chosen trial on test data: one number, or one for each row (of losses, or 1 for right and 0 for wrong), whose
   * mean then has an interval, as has a value with its standard error. Given the model that the trial kept, where it kept one.
   */
  readonly measure?:
    | ((
        data: D,
        chosen: { readonly params: unknown; readonly model: Model | undefined },
      ) => Measured | Promise<Measured>)
    | undefined;
  readonly signal?: AbortSignal | undefined;
}

export type Measured =
  | number
  | ArrayLike<number>
  | { readonly value: number; readonly standardError?: number | undefined };

export const finishFields = {
  candidates: number({ default: 5, min: 1, integer: true }),
  repeats: number({ default: 3, min: 0, integer: true }),
  parallel: number({ default: 1, min: 1, integer: true }),
  test: optional(accepting("the test part of split", isSealed)),
  measure: optional(callable<NonNullable<FinishOptions<never>["measure"]>>()),
  signal: abortSignal,
} satisfies FieldsOf<FinishOptions<unknown>>;

/** How {@link FinishOptions} are read. @throws ImagoError where test data come without a measure, or the other way round */
export function readFinishOptions(options: unknown): ReadOf<typeof finishFields> {
  const read = readOptions("study: finish", options, finishFields);
  if ((read.test === undefined) === (read.measure === undefined)) return read;
  throw new ImagoError(
    "study: finish: test and measure go together: the data, and what is to be found of them.",
  );
}

/** What the end needs of a study. */
export interface Finishing {
  readonly core: StudyCore;
  readonly evaluator: Evaluator;
  factsOf(kept: Kept, repeat: number): TrialFacts<unknown>;
  modelOf(kept: Kept): Promise<Model | undefined>;
}

/**
 * Evaluates the best trials again, chooses by what they come to, and measures the chosen one on test data. What was evaluated is
 * kept, so that an interrupted end goes on.
 *
 * @throws ImagoError where no trial is complete; the signal's reason when it aborts
 */
export async function finishStudy(at: Finishing, settings: ReadOf<typeof finishFields>): Promise<Ending> {
  const { core } = at;
  const ranked = core.state.trials
    .filter(({ state }) => state === "complete")
    .sort((a, b) => core.lossOfTrial(a) - core.lossOfTrial(b) || a.number - b.number)
    .slice(0, settings.candidates);
  const [best] = ranked;
  if (best === undefined) {
    throw new ImagoError("study: finish: no trial is complete, so there is nothing to choose among.");
  }
  await repeatAll(at, ranked, settings);
  const candidates = ranked.map((kept) => candidateOf(core, kept, settings.repeats));
  const chosen = candidates.reduce((a, b) => (core.lossOf(b.mean) < core.lossOf(a.mean) ? b : a));
  const validation = best.values?.[0] as number;
  const worse = (value: number): number => core.lossOf(value) - core.lossOf(validation);
  const kept = core.state.trials[chosen.trial] as Kept;
  const test = settings.test === undefined ? undefined : await measured(at, kept, settings);
  const ending: Ending = {
    ...{ trial: chosen.trial, candidates, validation, reevaluated: chosen.mean },
    optimism: worse(chosen.mean),
    ...(test === undefined ? {} : { test, testOptimism: worse(test.value) }),
  };
  await core.transact(() => ({ events: [{ t: "finish", ending }], result: undefined, durable: true }));
  return ending;
}

async function repeatAll(
  at: Finishing,
  ranked: readonly Kept[],
  { repeats, parallel, signal }: ReadOf<typeof finishFields>,
): Promise<void> {
  const jobs = ranked.flatMap((kept) =>
    Array.from({ length: repeats }, (_, place) => ({ kept, repeat: place + 1 })),
  );
  const waiting = jobs.filter(
    ({ kept, repeat }) => !at.core.state.repeats.has(repeatKey(kept.number, repeat)),
  );
  const work = async (): Promise<void> => {
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) {
      signal?.throwIfAborted();
      await repeatOne(at, job.kept, job.repeat, signal ?? new AbortController().signal);
    }
  };
  await Promise.all(Array.from({ length: parallel }, work));
}

export const repeatKey = (trial: number, repeat: number): string => `${trial}/${repeat}`;

async function repeatOne(
  { core, evaluator, factsOf }: Finishing,
  kept: Kept,
  repeat: number,
  signal: AbortSignal,
): Promise<void> {
  const trial = new OpenTrial(factsOf(kept, repeat), aloneHost);
  let value: number | null = null;
  let reason: string | undefined;
  try {
    const outcome = readOutcome(await evaluator.evaluate(trial, signal), core.directions);
    if (outcome.state === "complete") value = outcome.values[0] as number;
    else if (outcome.state === "failed") reason = outcome.reason;
  } catch (error) {
    signal.throwIfAborted();
    reason = messageOf(error);
  }
  await core.transact(() => ({
    events: [{ t: "repeat", trial: kept.number, repeat, value, reason }],
    result: undefined,
    durable: true,
  }));
}

/** Hears a trial that is no part of the search: nothing stops it, and nothing is kept. */
const aloneHost: TrialHost = {
  report: async () => "go on",
  checkpoint: async () => undefined,
  save: async () => {},
  keep: async () => {},
  learn: async () => {},
};

function candidateOf(core: StudyCore, kept: Kept, count: number): Candidate {
  const repeats = Array.from({ length: count }, (_, place) =>
    core.state.repeats.get(repeatKey(kept.number, place + 1)),
  ).filter((value) => typeof value === "number");
  const validation = kept.values?.[0] as number;
  const failed = core.directions[0] === "maximize" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const mean = repeats.length > 0 ? meanOf(repeats) : count > 0 ? failed : validation;
  const standardError = repeats.length > 1 ? errorOf(repeats) : undefined;
  return { trial: kept.number, validation, repeats, mean, standardError };
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / values.length;

/** Of the mean. */
function errorOf(values: readonly number[]): number {
  const mean = meanOf(values);
  const squares = values.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  return Math.sqrt(squares / (values.length - 1) / values.length);
}

async function measured(
  { core, modelOf }: Finishing,
  kept: Kept,
  { test, measure }: ReadOf<typeof finishFields>,
): Promise<TestFigure> {
  const sealed = test as Sealed<unknown>;
  // Written before they are seen: a look that fails is a look.
  await core.transact(() => ({ events: [{ t: "look" }], result: undefined, durable: true }));
  const params = core.recordOf(kept).params;
  const model = await modelOf(kept);
  const found = await measure?.(unseal(sealed) as never, { params, model });
  const { looks } = core.state;
  const { value, standardError = Number.NaN } = summary(found);
  if (Number.isFinite(value)) {
    // The normal quantile of 97.5 %.
    const half = 1.959963984540054 * standardError;
    const interval = Number.isFinite(half) ? ([value - half, value + half] as const) : undefined;
    return { value, interval, rows: sealed.rows, looks };
  }
  throw new ImagoError("study: finish: measure must give a finite number, or one for each row.");
}

function summary(found: Measured | undefined): {
  readonly value: number;
  readonly standardError?: number | undefined;
} {
  if (typeof found === "number") return { value: found };
  if (typeof found !== "object" || found === null) return { value: Number.NaN };
  if ("value" in found) return found;
  const values = Array.from(found);
  return { value: meanOf(values), standardError: values.length > 1 ? errorOf(values) : undefined };
}
