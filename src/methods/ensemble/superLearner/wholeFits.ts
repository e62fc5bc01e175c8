import type { Generator } from "../../../engine/random/generator.js";
import type { Fitted } from "../../learners/learner.js";
import { restoreFitted } from "../../learners/restoreFitted.js";
import type { Candidate } from "./candidates.js";
import { attempt, type Failure, numbersOf, type Rows } from "./crossPredict.js";
import { fitElsewhere } from "./fitElsewhere.js";
import type { Elsewhere, FitPlace } from "./fitPlace.js";
import { Screening } from "./screening.js";

/** A candidate, by its number, that failed on all rows. */
export interface WholeFailure {
  readonly index: number;
  readonly reason: string;
}

/** Candidates that learn from all rows, each once. */
export class WholeFits {
  readonly #rows: Rows;
  readonly #candidates: readonly Candidate[];
  readonly #random: Generator;
  readonly #place: FitPlace;
  readonly #signal: AbortSignal | undefined;
  readonly #screening: Screening;
  readonly #elsewhere: Failure[] = [];
  /** For each candidate what it learnt, where it was asked for. */
  readonly fitted: (Fitted | undefined)[];

  constructor(
    rows: Rows,
    candidates: readonly Candidate[],
    random: Generator,
    place: FitPlace,
    signal: AbortSignal | undefined,
  ) {
    this.#rows = rows;
    this.#candidates = candidates;
    this.#random = random;
    this.#place = place;
    this.#signal = signal;
    this.#screening = new Screening(rows, random, signal);
    this.fitted = candidates.map(() => undefined);
  }

  /** Screeners that failed; there every column was kept. */
  get screenings(): readonly Failure[] {
    const here = this.#screening.failures.map((one) => ({ ...one, fold: undefined }));
    const all = [...here, ...this.#elsewhere];
    return all.filter(({ name }, place) => all.findIndex((one) => one.name === name) === place);
  }

  /** Fits those that are not fitted yet. */
  async fit(wanted: readonly number[]): Promise<WholeFailure[]> {
    const elsewhere = await this.#place.elsewhere(0);
    const open = wanted.filter((index) => this.fitted[index] === undefined);
    // What a module's learner learnt has a form of its own, which only this process's fit can give.
    const isOurs = (index: number): boolean => this.#candidates[index]?.learner.portable === true;
    const sent = open.filter((index) => elsewhere?.takes(index) === true && isOurs(index));
    const all = Promise.all(sent.map((index) => this.#send(elsewhere as Elsewhere, index)));
    all.catch(() => undefined);
    const failed: WholeFailure[] = [];
    for (const index of open) {
      const reason = sent.includes(index) ? undefined : await this.#fitHere(index);
      if (reason !== undefined) failed.push({ index, reason });
    }
    const others = (await all).filter((one) => one !== undefined);
    return [...failed, ...others].toSorted((a, b) => a.index - b.index);
  }

  async #fitHere(index: number): Promise<string | undefined> {
    const [candidate, signal] = [this.#candidates[index] as Candidate, this.#signal];
    signal?.throwIfAborted();
    const one = this.#rows.x.select({ rows: [0] });
    const { timeLimit } = this.#place;
    const random = this.#random.split(candidate.name);
    const made = await attempt(candidate, this.#screening, one, random, { signal, timeLimit });
    if (typeof made === "string") return made;
    this.fitted[index] = made.fitted;
    return undefined;
  }

  async #send(elsewhere: Elsewhere, index: number): Promise<WholeFailure | undefined> {
    const rows = Int32Array.from({ length: this.#rows.x.rows }, (_, row) => row);
    const job = {
      candidate: index,
      training: numbersOf(this.#rows.origin, rows),
      unseen: numbersOf(this.#rows.origin, rows.subarray(0, 1)),
      screening: this.#random.state(),
      random: this.#random.split((this.#candidates[index] as Candidate).name).state(),
      keep: true,
    };
    const { timeLimit } = this.#place;
    const outcome = await fitElsewhere(elsewhere, job, { signal: this.#signal, timeLimit });
    if (outcome === undefined) return undefined;
    this.#elsewhere.push(...outcome.screenings.map((one) => ({ ...one, fold: undefined })));
    if (outcome.learnt === undefined) return { index, reason: outcome.reason ?? "it gave nothing" };
    this.fitted[index] = restoreFitted(outcome.learnt);
    return undefined;
  }
}
