import { type FieldsOf, number, optional, readOptions } from "../../../engine/options.js";
/** What the number of folds goes by. */
export interface FoldFacts {
  readonly rows: number;
  /** Rows of the rarest class, where y are classes. */
  readonly rarest?: number | undefined;
  /** Clusters that must not be torn, where there are some. */
  readonly clusters?: number | undefined;
}

const fields = {
  rows: number({ min: 1, integer: true }),
  rarest: optional(number({ min: 0, integer: true })),
  clusters: optional(number({ min: 1, integer: true })),
} satisfies FieldsOf<FoldFacts>;

/**
 * How many folds suit the effective sample size: all rows for numbers, and at most five times the rarest class for classes
 * (Phillips, van der Laan, Lee and Gruber, "Practical considerations for specifying a super learner", 2023). Clusters count
 * as rows.
 *
 * @returns each row its own fold below 30, then 20 below 500, 10 below 5,000, 5 below 10,000, else 2
 */
export function foldCount(facts: FoldFacts): number {
  const { rows, rarest, clusters } = readOptions("foldCount", facts, fields);
  const units = Math.min(rows, clusters ?? rows);
  const effective = rarest === undefined ? units : Math.min(units, 5 * rarest);
  const wanted =
    effective < 30 ? effective : effective < 500 ? 20 : effective < 5000 ? 10 : effective < 10_000 ? 5 : 2;
  return Math.min(units, Math.max(2, wanted));
}
