import { ImagoError } from "../../../engine/errors.js";
import type { Learner } from "../../learners/learner.js";
import { type LearnerSpec, learner as resolveLearner } from "../../learners/resolve.js";
import { type ScreenerSpec, screener } from "../../learners/screeners/resolve.js";
import type { Screener } from "../../learners/screeners/screener.js";

/** A learner among those that a super learner chooses among, under a name of its own. */
export interface Candidate {
  readonly name: string;
  readonly learner: Learner;
  /** Chooses its columns. Default: all. */
  readonly screener?: Screener | undefined;
}

/** Learners by names of one's own, or in a list, where equal names are numbered. */
export type Library = readonly LearnerSpec[] | Readonly<Record<string, LearnerSpec>>;

/**
 * Each learner with each screener: `lasso`, `lasso after correlation`.
 *
 * @throws ImagoError where there is none, and on what is no learner or screener
 */
export function candidatesOf(
  where: string,
  library: Library,
  screeners: readonly ScreenerSpec[] = [],
): readonly Candidate[] {
  const candidates = screened(where, learnersOf(where, library), screeners);
  const twice = candidates.find(
    ({ name }, place) => candidates.findIndex((one) => one.name === name) !== place,
  );
  if (twice === undefined) return candidates;
  throw new ImagoError(`${where}: two learners are called "${twice.name}".`, {
    help: "Give names of your own: learners: { first: …, second: … }.",
  });
}

function screened(
  where: string,
  learners: readonly Candidate[],
  screeners: readonly ScreenerSpec[],
): readonly Candidate[] {
  if (screeners.length === 0) return learners;
  const resolved = screeners.map((spec) => screener(spec, `${where}: screeners`));
  const names = numbered(resolved);
  return learners.flatMap(({ name, learner }) =>
    resolved.map((one, index) =>
      one.name === "all"
        ? { name, learner }
        : { name: `${name} after ${names[index]}`, learner, screener: one },
    ),
  );
}

function learnersOf(where: string, library: Library): Candidate[] {
  const entries: readonly (readonly [string | undefined, LearnerSpec])[] = isList(library)
    ? library.map((spec) => [undefined, spec] as const)
    : Object.entries(library);
  if (entries.length === 0) throw new ImagoError(`${where}: there are no learners to choose among.`);
  const learners = entries.map(([, spec]) => resolveLearner(spec, `${where}: learners`));
  const names = numbered(learners);
  return learners.map((learner, index) => ({
    name: entries[index]?.[0] ?? (names[index] as string),
    learner,
  }));
}

/** Names, of equal ones the later with a number. */
function numbered(named: readonly { readonly name: string }[]): string[] {
  const taken = new Map<string, number>();
  return named.map(({ name }) => {
    const count = taken.get(name) ?? 0;
    taken.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  });
}

// Array.isArray does not tell readonly arrays from records.
const isList = (library: Library): library is readonly LearnerSpec[] => Array.isArray(library);
