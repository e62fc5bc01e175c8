import { ImagoError } from "../../../engine/errors.js";
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
import { type Direction, runFields } from "../study/options.js";
import type { Kept } from "../study/record.js";
import type { Evaluator } from "../study/runTrials.js";
import type { TrialFacts } from "../study/trial.js";
import type { Candidate, Ending, TestFigure } from "./ending.js";
import { figureOf, type Measured } from "./figureOf.js";
import { repeatAll, repeatKey } from "./repeat.js";
import { isSealed, type Sealed, unseal } from "./split.js";
import { errorOf, meanOf } from "./spread.js";

export interface FinishOptions<D> {
  /** So many of the best trials are evaluated again before one is chosen, 1 to 10000. Default: 5. */
  readonly candidates?: number | undefined;
  /** How often each of them, with other seeds: `trial.repeat` counts from 1. Up to 10000. Default: 3; 0 takes the search at its word. */
  readonly repeats?: number | undefined;
  /** Trials that are evaluated beside each other, as for `run`, 1 to 1024. Default: 1. */
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
  /** Milliseconds that one evaluation may take, after which it has failed. Default: no limit. */
  readonly trialTimeLimit?: number | undefined;
  /** Ends it; what was evaluated is kept, and `finish` goes on when it is called again. */
  readonly signal?: AbortSignal | undefined;
}

export type { Measured };

export const finishFields = {
  candidates: number({ default: 5, min: 1, max: 10_000, integer: true }),
  repeats: number({ default: 3, min: 0, max: 10_000, integer: true }),
  parallel: number({ default: 1, min: 1, max: 1024, integer: true }),
  test: optional(accepting("the test part of split", isSealed)),
  measure: optional(callable<NonNullable<FinishOptions<never>["measure"]>>()),
  trialTimeLimit: runFields.trialTimeLimit,
  signal: abortSignal,
} satisfies FieldsOf<FinishOptions<unknown>>;

/**
 * How {@link FinishOptions} are read.
 *
 * @throws ImagoError where there are several directions, and where test data come without a measure, or the other way round
 */
export function readFinishOptions(
  options: unknown,
  directions: readonly Direction[],
): ReadOf<typeof finishFields> {
  if (directions.length > 1) {
    throw new ImagoError("study: finish: it chooses by one direction, and this study has several.", {
      help: "Choose from study.front by yourself.",
    });
  }
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
 * @throws ImagoError where no trial is complete, and where all candidates fail, before test data are seen; the signal's reason when it aborts
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
  const reason = await repeatAll(at, ranked, settings);
  const candidates = ranked.map((kept) => candidateOf(core, kept, settings.repeats));
  const chosen = chosenOf(core, candidates, reason);
  const validation = best.values?.[0] as number;
  const worse = (value: number): number => finite(core.lossOf(value) - core.lossOf(validation));
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

/** A look at test data is dear, so it is made only where there is something to choose. */
function chosenOf(
  core: StudyCore,
  candidates: readonly Candidate[],
  reason: string | undefined,
): Candidate & { readonly mean: number } {
  const able = candidates.filter(
    (one): one is Candidate & { readonly mean: number } => one.mean !== undefined,
  );
  const [first, ...others] = able;
  if (first === undefined) {
    const why = reason === undefined ? "" : `, the last because ${reason}`;
    throw new ImagoError(`study: finish: all candidates failed whenever they were evaluated again${why}.`, {
      help: "See that the objective works where trial.repeat is above 0. Test data were not looked at.",
    });
  }
  return others.reduce((a, b) => {
    // Who fails with some seeds is not known from the others.
    const failures = Math.sign(b.failed) - Math.sign(a.failed);
    const isBetter = failures === 0 ? core.lossOf(b.mean) < core.lossOf(a.mean) : failures < 0;
    return isBetter ? b : a;
  }, first);
}

function candidateOf(core: StudyCore, kept: Kept, count: number): Candidate {
  const repeats = Array.from({ length: count }, (_, place) =>
    core.state.repeats.get(repeatKey(kept.number, place + 1)),
  ).filter((value) => typeof value === "number");
  const validation = kept.values?.[0] as number;
  const mean = repeats.length > 0 ? meanOf(repeats) : count > 0 ? undefined : validation;
  const error = repeats.length > 1 ? errorOf(repeats) : undefined;
  const standardError = Number.isFinite(error) ? error : undefined;
  const failed = count - repeats.length;
  return { trial: kept.number, validation, repeats, failed, mean, standardError };
}

/** JSON has no infinite numbers, to which a difference of large ones comes. */
const finite = (value: number): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));

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
  return { ...figureOf(found, sealed.rows), rows: sealed.rows, looks };
}
