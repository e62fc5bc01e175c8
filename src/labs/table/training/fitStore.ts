import type { FitOutcome } from "../../../methods/ensemble/superLearner/fitJob.js";

/** Where finished fits are kept, so that an interruption costs none of them. */
export interface FitStore {
  /** What came of a fit; nothing where there is none of this key. */
  get(key: string): Promise<FitOutcome | undefined>;
  put(key: string, outcome: FitOutcome): Promise<void>;
}
