import { ImagoError } from "../../../engine/errors.js";
import { isRecord } from "../../../engine/files/parseJson.js";
import { refusal } from "../../../engine/options.js";
import { checkColumns } from "../../learners/checkColumns.js";
import type { Fitted, SavedFitted } from "../../learners/learner.js";
import { restoreFitted } from "../../learners/restoreFitted.js";
import { checkFacts } from "./checkFacts.js";
import { type FittedSuperLearner, fittedSuperLearner, type SuperLearnerState } from "./fittedSuperLearner.js";
import type { LearntFacts } from "./learntFacts.js";

/**
 * A super learner from the `state` of one that has learnt.
 *
 * @throws ImagoError where a learner that has weight is missing, and on what is no learner's state
 */
export function restoreSuperLearner(state: SuperLearnerState): FittedSuperLearner {
  if (!isRecord(state)) throw refusal("restoreSuperLearner", "state", "an object", state);
  const { facts, learnt } = state;
  checkFacts(facts);
  if (!isRecord(learnt)) throw refusal("restoreSuperLearner", "learnt", "an object", learnt);
  const fitted = facts.names.map((name, index) => {
    const state = Object.hasOwn(learnt, name) ? learnt[name] : undefined;
    if (state !== undefined) return restored(name, state, facts);
    if ((facts.weights[index] as number) > 0) {
      throw new ImagoError(`restoreSuperLearner: what "${name}" learnt, which has weight, is missing.`);
    }
    return undefined;
  });
  return fittedSuperLearner(facts, fitted);
}

function restored(name: string, state: SavedFitted, facts: LearntFacts): Fitted {
  try {
    const fitted = restoreFitted(state);
    checkColumns(state, facts.columns);
    return fitted;
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    throw new ImagoError(`restoreSuperLearner: what "${name}" learnt: ${cause.message}`, { cause });
  }
}
