import type { GeneratorState } from "../../../engine/random/generator.js";
import { type Saved, saved } from "../../../nn/config/resolver.js";
import { fromModule } from "../../learners/fromModule.js";
import type { Learner, ModuleSource, SavedFitted } from "../../learners/learner.js";
import { learner as resolveLearner } from "../../learners/resolve.js";
import { screener as resolveScreener } from "../../learners/screeners/resolve.js";
import type { Candidate } from "./candidates.js";
import type { ScreeningFailure } from "./screening.js";

/** A candidate as it goes to another process. */
export interface SentCandidate {
  readonly name: string;
  readonly learner: Saved | ModuleSource;
  readonly screener: Saved | undefined;
}

/** One fit, as it goes to another process, which has the rows. */
export interface FitJob {
  /** Its number among the candidates. */
  readonly candidate: number;
  /** Rows to learn from, and rows to predict, of all that there are. */
  readonly training: Int32Array;
  readonly unseen: Int32Array;
  /** The generators of the rows' screening and of the fit. */
  readonly screening: GeneratorState;
  readonly random: GeneratorState;
  /** Whether what was learnt is wanted back. */
  readonly keep: boolean;
}

/** What came of a {@link FitJob}. */
export interface FitOutcome {
  /** `rows × width`; absent where it failed. */
  readonly predictions?: Float64Array | undefined;
  readonly learnt?: SavedFitted | undefined;
  /** Why nothing usable came out. */
  readonly reason?: string | undefined;
  readonly screenings: readonly ScreeningFailure[];
  readonly milliseconds: number;
}

/** @returns `undefined` where the candidate cannot leave this process */
export function sentCandidate({ name, learner, screener }: Candidate): SentCandidate | undefined {
  if (learner.portable === undefined || (screener !== undefined && screener.portable !== true))
    return undefined;
  const own = learner.portable === true ? saved(learner) : learner.portable;
  return { name, learner: own, screener: screener && saved(screener) };
}

/** The candidate again. */
export function receivedCandidate({ name, learner, screener }: SentCandidate): Candidate {
  const made: Learner = "module" in learner ? fromModule(learner) : resolveLearner(learner);
  return { name, learner: made, screener: screener && resolveScreener(screener) };
}
