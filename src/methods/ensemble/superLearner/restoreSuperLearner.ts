import { ImagoError } from "../../../engine/errors.js";
import { restoreFitted } from "../../learners/restoreFitted.js";
import { type FittedSuperLearner, fittedSuperLearner, type SuperLearnerState } from "./fittedSuperLearner.js";

/**
 * A super learner from the `state` of one that has learnt.
 *
 * @throws ImagoError where a learner that has weight is missing, and on what is no learner's state
 */
export function restoreSuperLearner({ facts, learnt }: SuperLearnerState): FittedSuperLearner {
  const fitted = facts.names.map((name, index) => {
    const state = learnt[name];
    if (state !== undefined) return restoreFitted(state);
    if ((facts.weights[index] as number) > 0) {
      throw new ImagoError(`restoreSuperLearner: what "${name}" learnt, which has weight, is missing.`);
    }
    return undefined;
  });
  return fittedSuperLearner(facts, fitted);
}
