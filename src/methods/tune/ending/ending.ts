/** A trial that was evaluated once more. */
export interface Candidate {
  readonly trial: number;
  /** What the search saw. */
  readonly validation: number;
  /** What it came to with other seeds; those that failed are left out. */
  readonly repeats: readonly number[];
  /** How many repeats failed. Who has any is chosen only where all have, and never who has no others. */
  readonly failed: number;
  /** Of the repeats that did not fail, absent where all did; the search's own value where none were wanted. */
  readonly mean?: number | undefined;
  /** Of the mean, from the spread of the repeats; absent for fewer than two. */
  readonly standardError?: number | undefined;
}

/** What test data said. */
export interface TestFigure {
  readonly value: number;
  /** Where a figure was given for each row: in which the true mean lies in 95 of 100 cases. */
  readonly interval?: readonly [low: number, high: number] | undefined;
  readonly rows: number;
  /** How often the study has looked at test data, this time included: more than once makes the figure too good. */
  readonly looks: number;
}

/** How a search ended: what was chosen, and three figures of it, each more honest than the one before. */
export interface Ending {
  /** The trial that was chosen. */
  readonly trial: number;
  readonly candidates: readonly Candidate[];
  /** The best value that the search saw, of whichever trial: it is the best of many, and so too good. */
  readonly validation: number;
  /** What the chosen trial came to with other seeds, on the same data. */
  readonly reevaluated: number;
  /** How much worse that is than the best value that the search saw; in the objective's units. */
  readonly optimism: number;
  readonly test?: TestFigure | undefined;
  /** How much worse the test figure is than the best value that the search saw. */
  readonly testOptimism?: number | undefined;
}
