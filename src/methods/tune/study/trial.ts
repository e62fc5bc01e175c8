import { ImagoError } from "../../../engine/errors.js";
import type { Kept } from "./record.js";

/** A trial that is being evaluated. */
export interface Trial<P> {
  /** From 0. */
  readonly number: number;
  readonly params: P;
  /** Whether the study goes after small values or large ones. */
  readonly direction: "minimize" | "maximize";
  /** Ends when the trial is to end. */
  readonly signal: AbortSignal;
  /**
   * Tells a value on the way.
   *
   * @param step rising, such as an epoch
   * @throws ImagoError on a step that does not rise, and on what is no number
   */
  report(value: number, step: number): void;
  /**
   * Whether the pruner finds, after the last report, that the trial is not worth going on. It stays so, and what is told of the
   * trial then is that it was pruned, with its last report.
   */
  readonly shouldStop: boolean;
}

/** The study's side of a {@link Trial}. */
export class RunningTrial<P> implements Trial<P> {
  readonly params: P;
  readonly kept: Kept;
  readonly direction: "minimize" | "maximize";
  readonly #control = new AbortController();

  readonly #judge: () => boolean;
  #stops = false;

  /** @param judge asks the pruner */
  constructor(kept: Kept, params: P, direction: "minimize" | "maximize", judge: () => boolean) {
    this.kept = kept;
    this.direction = direction;
    this.params = params;
    this.#judge = judge;
  }

  get shouldStop(): boolean {
    return this.#stops;
  }

  get number(): number {
    return this.kept.number;
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  report(value: number, step: number): void {
    const where = `trial ${this.number}: report`;
    if (typeof value !== "number")
      throw new ImagoError(`${where}: expected a number, received ${typeof value}.`);
    const last = this.kept.reports.at(-1)?.[0];
    if (!Number.isFinite(step) || (last !== undefined && step <= last)) {
      throw new ImagoError(`${where}: expected a step above ${last ?? "none before"}, received ${step}.`);
    }
    this.kept.reports.push([step, value]);
    this.#stops ||= this.#judge();
  }

  end(reason: unknown): void {
    this.#control.abort(reason);
  }
}
