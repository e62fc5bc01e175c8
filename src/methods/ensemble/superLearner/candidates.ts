import { ImagoError } from "../../../engine/errors.js";
import type { Learner } from "../../learners/learner.js";
import { type LearnerSpec, learner as resolveLearner } from "../../learners/resolve.js";

/** A learner among those that a super learner chooses among, under a name of its own. */
export interface Candidate {
  readonly name: string;
  readonly learner: Learner;
}

/** Learners by names of one's own, or in a list, where equal names are numbered. */
export type Library = readonly LearnerSpec[] | Readonly<Record<string, LearnerSpec>>;

/** @throws ImagoError where there is none, and on what is no learner */
export function candidatesOf(where: string, library: Library): Candidate[] {
  const entries: readonly (readonly [string | undefined, LearnerSpec])[] = isList(library)
    ? library.map((spec) => [undefined, spec] as const)
    : Object.entries(library);
  if (entries.length === 0) throw new ImagoError(`${where}: there are no learners to choose among.`);
  const taken = new Map<string, number>();
  return entries.map(([given, spec]) => {
    const learner = resolveLearner(spec, `${where}: learners`);
    if (given !== undefined) return { name: given, learner };
    const count = taken.get(learner.name) ?? 0;
    taken.set(learner.name, count + 1);
    return { name: count === 0 ? learner.name : `${learner.name}_${count}`, learner };
  });
}

// Array.isArray does not tell readonly arrays from records.
const isList = (library: Library): library is readonly LearnerSpec[] => Array.isArray(library);
