import type { Generator } from "../../../engine/random/generator.js";
import type { Fold } from "../folds/folds.js";
import { joinedRows, putRows } from "../rows.js";
import type { Candidate } from "./candidates.js";
import {
  attempt,
  type CrossPredictions,
  type CrossPredictOptions,
  type Failure,
  numbersOf,
  type Rows,
  selectRows,
  widthOf,
} from "./crossPredict.js";
import { fitElsewhere } from "./fitElsewhere.js";
import type { FitOutcome } from "./fitJob.js";
import type { Elsewhere } from "./fitPlace.js";
import { Screening } from "./screening.js";

/** The fits of all candidates on all folds, wherever they are made, and what came of them. */
export class FoldFits {
  readonly #rows: Rows;
  readonly #folds: readonly Fold[];
  readonly #candidates: readonly Candidate[];
  readonly #options: CrossPredictOptions;
  readonly #columns: readonly Float64Array[];
  readonly #failures: Failure[] = [];
  readonly #screenings: Failure[] = [];
  readonly #milliseconds: number[];
  readonly #later: { readonly index: number; readonly fold: number; readonly control: AbortController }[] =
    [];

  constructor(
    rows: Rows,
    folds: readonly Fold[],
    candidates: readonly Candidate[],
    options: CrossPredictOptions,
  ) {
    this.#rows = rows;
    this.#folds = folds;
    this.#candidates = candidates;
    this.#options = options;
    const size = rows.x.rows * widthOf(rows.classes);
    this.#columns = candidates.map(() => new Float64Array(size).fill(Number.NaN));
    this.#milliseconds = candidates.map(() => 0);
  }

  /** Fits in this process, one after the other. */
  async here(folds: readonly number[], mine: (candidate: number) => boolean = () => true): Promise<void> {
    const { signal, place } = this.#options;
    for (const fold of folds) {
      const { training, validation } = this.#folds[fold] as Fold;
      const screening = new Screening(selectRows(this.#rows, training), this.#random(fold), signal);
      const unseen = this.#rows.x.select({ rows: validation });
      for (const [index, candidate] of this.#candidates.entries()) {
        signal?.throwIfAborted();
        if (!mine(index) || this.#failed(index)) continue;
        const started = performance.now();
        const random = this.#random(fold).split(candidate.name);
        const { timeLimit } = place;
        const made = await attempt(candidate, screening, unseen, random, { signal, timeLimit });
        const milliseconds = performance.now() - started;
        const outcome = typeof made === "string" ? { reason: made } : { predictions: made.predictions };
        this.#take(index, fold, { ...outcome, milliseconds, screenings: [] });
      }
      this.#note(screening.failures, fold);
    }
  }

  /** Fits the folds from `first` on, in other processes as far as these can. */
  async rest(elsewhere: Elsewhere | undefined, first: number): Promise<void> {
    const folds = [...this.#folds.keys()].slice(first);
    if (elsewhere === undefined) return this.here(folds);
    const sent = folds.flatMap((fold) =>
      [...this.#candidates.keys()]
        .filter((index) => elsewhere.takes(index) && !this.#failed(index))
        .map((index) => this.#send(elsewhere, index, fold)),
    );
    const all = Promise.all(sent);
    // What fails while this process is at work is looked at below.
    all.catch(() => undefined);
    await this.here(folds, (index) => !elsewhere.takes(index));
    await all;
  }

  async #send(elsewhere: Elsewhere, index: number, fold: number): Promise<void> {
    const { signal, place } = this.#options;
    const { training, validation } = this.#folds[fold] as Fold;
    const random = this.#random(fold);
    const needless = this.#needless(index, fold);
    const job = {
      candidate: index,
      training: numbersOf(this.#rows.origin, training),
      unseen: numbersOf(this.#rows.origin, validation),
      screening: random.state(),
      random: random.split((this.#candidates[index] as Candidate).name).state(),
      keep: false,
    };
    const outcome = await fitElsewhere(elsewhere, job, { signal, needless, timeLimit: place.timeLimit });
    if (outcome === undefined) return;
    this.#note(outcome.screenings, fold);
    this.#take(index, fold, outcome);
  }

  /** Aborts when the candidate fails in an earlier fold, which leaves it out. */
  #needless(index: number, fold: number): AbortSignal {
    const control = new AbortController();
    this.#later.push({ index, fold, control });
    return control.signal;
  }

  #random(fold: number): Generator {
    return this.#options.random.split(fold);
  }

  #failed(index: number): boolean {
    const name = this.#candidates[index]?.name;
    return this.#failures.some((failure) => failure.name === name);
  }

  #take(index: number, fold: number, { predictions, reason, milliseconds }: FitOutcome): void {
    const { name } = this.#candidates[index] as Candidate;
    this.#milliseconds[index] = (this.#milliseconds[index] as number) + milliseconds;
    if (predictions === undefined) {
      this.#failures.push({ name, fold, reason: reason ?? "it gave nothing" });
      for (const one of this.#later) if (one.index === index && one.fold > fold) one.control.abort();
    } else {
      const { validation } = this.#folds[fold] as Fold;
      putRows(predictions, validation, widthOf(this.#rows.classes), this.#columns[index] as Float64Array);
    }
    this.#options.onFit?.({ name, fold, folds: this.#folds.length, milliseconds });
  }

  /** Screeners that failed, each once a fold. */
  #note(failures: readonly Omit<Failure, "fold">[], fold: number): void {
    for (const failure of failures) {
      const known = this.#screenings.some((one) => one.fold === fold && one.name === failure.name);
      if (!known) this.#screenings.push({ ...failure, fold });
    }
  }

  result(): CrossPredictions {
    this.#candidates.forEach((_, index) => {
      if (this.#failed(index)) this.#columns[index]?.fill(Number.NaN);
    });
    const rows = joinedRows(this.#folds.map(({ validation }) => validation));
    return {
      columns: this.#columns,
      rows,
      failures: this.#firstFailures(),
      screenings: this.#screenings.toSorted((a, b) => (a.fold ?? 0) - (b.fold ?? 0)),
      milliseconds: this.#milliseconds,
    };
  }

  /** Of each candidate that of its first fold, in the order of folds and candidates, whichever process came first. */
  #firstFailures(): Failure[] {
    const order = (failure: Failure): number =>
      (failure.fold ?? 0) * this.#candidates.length +
      this.#candidates.findIndex(({ name }) => name === failure.name);
    const sorted = this.#failures.toSorted((a, b) => order(a) - order(b));
    return sorted.filter((one, place) => sorted.findIndex(({ name }) => name === one.name) === place);
  }
}
