/** The time that a training has, divided beforehand. */
export class Budget {
  /** Milliseconds by `performance.now()`, at which all is over. */
  readonly end: number;
  readonly #total: number;

  /** @param started when the time began, by `performance.now()` @param total milliseconds */
  constructor(started: number, total: number) {
    this.end = started + total;
    this.#total = total;
  }

  /** What is kept back for weights, the report and files: an eighth, and two seconds at least, half of it at most. */
  get reserve(): number {
    return Math.min(this.#total / 2, Math.max(2_000, this.#total / 8));
  }

  /** When fits have to be over. */
  get fitsEnd(): number {
    return this.end - this.reserve;
  }

  /** Milliseconds that are left for fits. */
  leftForFits(now = performance.now()): number {
    return Math.max(0, this.fitsEnd - now);
  }
}

/** How much of the time that is left is planned with: fits differ from what a trial foretells. */
const planned = 0.7;

/** What a learner's trial cost. */
export interface Trial {
  readonly milliseconds: number;
  /** Rows that it learnt from. */
  readonly rows: number;
}

/**
 * Divides time among learners by their shares; what one does not need goes to the others.
 *
 * @param time milliseconds of one core
 * @param demands what each would need; `undefined` for one that gets nothing
 * @returns milliseconds for each
 */
export function divided(
  time: number,
  demands: readonly (number | undefined)[],
  shares: readonly number[],
): number[] {
  const given = demands.map(() => 0);
  let open = [...demands.keys()].filter((index) => demands[index] !== undefined);
  let left = planned * time;
  for (;;) {
    const unit = left / open.reduce((sum, index) => sum + (shares[index] as number), 0);
    const content = open.filter((index) => (demands[index] as number) <= unit * (shares[index] as number));
    for (const index of content) {
      given[index] = demands[index] as number;
      left -= given[index] as number;
    }
    open = open.filter((index) => !content.includes(index));
    if (open.length === 0) return given;
    if (content.length > 0) continue;
    for (const index of open) given[index] = unit * (shares[index] as number);
    return given;
  }
}

/** Fewer rows than this are not worth a learner's place among others that see all, where there are more. */
const fewestRows = 1_000;

/**
 * From how many rows a learner can learn in its share of the time, by what its trial on some rows took.
 *
 * @param allowed milliseconds of one core for all its fits
 * @param cost of all its fits, in fits on all rows
 * @param growth the power of the rows by which its time grows
 * @param rows that there are
 * @returns 0 where its share is too short for anything useful
 */
export function rowsWithin(
  trial: Trial,
  allowed: number,
  cost: number,
  growth: number,
  rows: number,
): number {
  const whole = expected(trial, growth, rows) * cost;
  if (whole <= allowed) return rows;
  const most = Math.floor(trial.rows * (allowed / (cost * trial.milliseconds)) ** (1 / growth));
  return most < Math.min(rows, fewestRows) ? 0 : Math.min(rows, most);
}

/** Milliseconds that one fit on so many rows is expected to take. */
export function expected({ milliseconds, rows }: Trial, growth: number, wanted: number): number {
  return milliseconds * (wanted / rows) ** growth;
}
