import type { Candidate } from "./candidates.js";
import type { Rows } from "./crossPredict.js";
import { type FitJob, type FitOutcome, sentCandidate } from "./fitJob.js";

/** Other processes that fit. */
export interface Elsewhere {
  /** Processes at most. */
  readonly workers: number;
  /** Whether it can fit this candidate, by its number. */
  takes(candidate: number): boolean;
  /** @throws where the process dies, or the job takes longer than its limit */
  fit(
    job: FitJob,
    options: { readonly signal?: AbortSignal | undefined; readonly timeLimit?: number | undefined },
  ): Promise<FitOutcome>;
  close(): Promise<void>;
}

export interface FitPlaceOptions {
  /** Processes beside this one; 0 for none. Default: one for each core, once that pays. */
  readonly workers?: number | undefined;
  /** Milliseconds that a fit may take; fits that can leave this process do, since only there they can be ended. */
  readonly timeLimit?: number | undefined;
}

/** So much work must be left, in milliseconds, before processes are started: they need about one second to begin. */
const worthIt = 3000;

/** Where candidates are fitted: in this process, or in others beside it where that pays. */
export class FitPlace {
  readonly timeLimit: number | undefined;
  readonly #rows: Rows;
  readonly #candidates: readonly Candidate[];
  readonly #workers: number | undefined;
  #elsewhere: Promise<Elsewhere | undefined> | undefined;

  constructor(rows: Rows, candidates: readonly Candidate[], { workers, timeLimit }: FitPlaceOptions) {
    this.timeLimit = timeLimit;
    this.#rows = rows;
    this.#candidates = candidates;
    this.#workers = workers;
  }

  /**
   * Other processes, where there are some or where they are worth their start.
   *
   * @param left milliseconds of work that this process alone would have before it
   */
  elsewhere(left: number): Promise<Elsewhere | undefined> {
    const wanted = (this.#workers ?? 0) > 0 || this.timeLimit !== undefined || left > worthIt;
    if (this.#workers === 0 || !wanted) return this.#elsewhere ?? Promise.resolve(undefined);
    this.#elsewhere ??= this.#open();
    return this.#elsewhere;
  }

  async #open(): Promise<Elsewhere | undefined> {
    if (!this.#candidates.some((candidate) => sentCandidate(candidate) !== undefined)) return undefined;
    const asked = this.#workers !== undefined || this.timeLimit !== undefined;
    try {
      const { fitProcesses, processesAvailable } = await import("./fitProcesses.node.js");
      const workers = this.#workers ?? processesAvailable();
      return workers > 1 || asked ? fitProcesses(this.#rows, this.#candidates, workers) : undefined;
    } catch (error) {
      // In a page there are no processes.
      if (asked) throw error;
      return undefined;
    }
  }

  async close(): Promise<void> {
    await (await this.#elsewhere)?.close();
  }
}
