import { ImagoError, shown } from "../../../engine/errors.js";
import { readOptions } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Followed } from "../pruners/pruner.js";
import type { Seen } from "../samplers/sampler.js";
import { type Level, levelOf, type Point } from "../space/dimensions.js";
import type { ParamsOf, Space } from "../space/parameters.js";
import { paramsOf, pointOf } from "../space/params.js";
import { type RunOptions, runFields, type StudyOptions, type StudySettings, studyFields } from "./options.js";
import type { Kept, TrialRecord } from "./record.js";
import { runTrials } from "./runTrials.js";
import { RunningTrial, type Trial } from "./trial.js";

/** What an objective gives: the value, or a record with it as `loss` or `value`. */
export type Outcome = number | { readonly loss: number } | { readonly value: number };

/** What is searched: gives the value of some parameters. */
export type Objective<P> = (trial: Trial<P>) => Outcome | Promise<Outcome>;

/** A search: what may be tried, what was, and what comes next. */
export class Study<S extends Space> {
  readonly #settings: StudySettings;
  readonly #level: Level;
  readonly #random: Generator;
  readonly #kept: Kept[] = [];
  readonly #running = new Map<number, RunningTrial<ParamsOf<S>>>();
  /** Points that were asked for, not yet begun. */
  readonly #waiting: Point[] = [];
  /** Numbers of finished trials in the order in which they ended. */
  readonly #ended: number[] = [];

  constructor(settings: StudySettings) {
    this.#settings = settings;
    this.#level = levelOf(settings.space);
    this.#random = new Generator(settings.seed).split("study");
  }

  get direction(): "minimize" | "maximize" {
    return this.#settings.direction;
  }

  /** Every trial by its number, as of now. */
  get trials(): readonly TrialRecord<ParamsOf<S>>[] {
    return this.#kept.map((kept) => this.#recordOf(kept));
  }

  /** The numbers of the finished trials in the order in which they ended, on which later proposals depend. */
  get order(): readonly number[] {
    return [...this.#ended];
  }

  /** The complete trial with the best value, the first of equal ones; `undefined` while there is none. */
  get best(): (TrialRecord<ParamsOf<S>> & { readonly value: number }) | undefined {
    let best: Kept | undefined;
    for (const kept of this.#kept) {
      if (kept.state !== "complete") continue;
      if (best === undefined || this.#loss(kept.value) < this.#loss(best.value)) best = kept;
    }
    return best && { ...this.#recordOf(best), value: best.value as number };
  }

  /**
   * Asks for parameters to be tried before any others.
   *
   * @throws ImagoError on what is not of the space, naming it
   */
  enqueue(params: ParamsOf<S>): void {
    this.#waiting.push(pointOf(this.#level, params));
  }

  /** Begins a trial. @returns `undefined` where every point that there is was tried */
  ask(): Trial<ParamsOf<S>> | undefined {
    const number = this.#kept.length;
    const queued = this.#waiting.shift();
    const point = queued ?? this.#propose(number);
    if (point === undefined) return undefined;
    const kept: Kept = {
      ...{ number, point, state: "running" as const, value: undefined, reports: [] },
      ...{ reason: undefined, enqueued: queued !== undefined },
    };
    this.#kept.push(kept);
    const trial = new RunningTrial(kept, this.#paramsOf(point), this.direction, () => this.#isPruned(kept));
    this.#running.set(number, trial);
    return trial;
  }

  /**
   * Ends a trial.
   *
   * @param outcome its value; an error where it failed. What is no finite number makes it a failed one, which samplers take
   *   for the worst
   * @throws ImagoError where the trial is not running
   */
  tell(trial: Trial<ParamsOf<S>> | number, outcome: Outcome | Error): void {
    const number = typeof trial === "number" ? trial : trial.number;
    const running = this.#running.get(number);
    if (running === undefined) {
      throw new ImagoError(`study: trial ${number} is not running, so nothing can be told of it.`);
    }
    this.#running.delete(number);
    this.#ended.push(number);
    const { kept } = running;
    if (running.shouldStop) {
      kept.state = "pruned";
      kept.value = kept.reports.at(-1)?.[1];
      kept.reason = `${this.#settings.pruner?.name} at step ${kept.reports.at(-1)?.[0]}`;
      return;
    }
    const read = outcome instanceof Error ? { reason: outcome.message } : readOutcome(outcome);
    kept.state = "value" in read ? "complete" : "failed";
    if ("value" in read) kept.value = read.value;
    else kept.reason = read.reason;
  }

  /**
   * Evaluates an objective until there are `trials` in all, the time is over, the signal aborts, or nothing is left to try. One
   * that throws makes a failed trial, and the search goes on.
   *
   * @throws ImagoError on unknown options, and where the first ten trials all failed, with the reason of the last
   */
  async run(objective: Objective<ParamsOf<S>>, options: RunOptions = {}): Promise<void> {
    const settings = readOptions("study: run", options, runFields);
    if (settings.trials === undefined && settings.timeLimit === undefined && settings.signal === undefined) {
      throw new ImagoError("study: run: nothing says when to end; give trials, timeLimit or a signal.");
    }
    await runTrials(this, objective, settings);
  }

  #propose(number: number): Point | undefined {
    const { sampler, noisy, constraint } = this.#settings;
    const random = this.#random.split("trials").split(number);
    return sampler.propose({
      level: this.#level,
      number,
      seen: this.#kept.filter(({ state }) => state !== "running").map((kept) => this.#seenOf(kept)),
      running: [...this.#running.values()].map(({ kept }) => kept.point),
      random,
      scramble: this.#random.split("scramble"),
      noisy,
      allows: (point) => constraint === undefined || constraint(this.#paramsOf(point) as never),
    });
  }

  #isPruned(kept: Kept): boolean {
    const others = this.#kept.filter((other) => other !== kept).map((other) => this.#followed(other));
    return this.#settings.pruner?.shouldPrune({ trial: this.#followed(kept), others }) ?? false;
  }

  #followed({ number, state, reports, value }: Kept): Followed {
    const loss = state === "complete" ? this.#loss(value) : undefined;
    return { number, state, reports: reports.map(([step, own]) => [step, this.#loss(own)] as const), loss };
  }

  #seenOf({ number, point, state, value, reports }: Kept): Seen {
    const loss = value === undefined ? undefined : this.#loss(value);
    return { number, point, state: state === "running" ? "failed" : state, loss, step: reports.at(-1)?.[0] };
  }

  /** What is to be made small. */
  #loss(value: number | undefined): number {
    if (value === undefined) return Number.POSITIVE_INFINITY;
    return this.#settings.direction === "minimize" ? value : -value;
  }

  #paramsOf(point: Point): ParamsOf<S> {
    return paramsOf(this.#level, point) as ParamsOf<S>;
  }

  #recordOf({ number, point, state, value, reports, reason, enqueued }: Kept): TrialRecord<ParamsOf<S>> {
    return { number, params: this.#paramsOf(point), state, value, reports: [...reports], reason, enqueued };
  }
}

function readOutcome(outcome: unknown): { readonly value: number } | { readonly reason: string } {
  const isRecord = typeof outcome === "object" && outcome !== null;
  const given =
    isRecord && "loss" in outcome ? outcome.loss : isRecord && "value" in outcome ? outcome.value : outcome;
  if (typeof given === "number" && Number.isFinite(given)) return { value: given };
  return { reason: `the objective gave ${shown(given)}, not a finite number` };
}

/**
 * A study in memory.
 *
 * @example
 * const study = await openStudy({ space: { rate: float(1e-4, 1e-1, { log: true }) }, seed: 1 });
 * await study.run(async ({ params }) => train(params.rate), { trials: 50 });
 * console.log(study.best);
 *
 * @throws ImagoError on unknown options, and on a space that is none
 */
export async function openStudy<const S extends Space>(options: StudyOptions<S>): Promise<Study<S>> {
  return new Study<S>(readOptions("openStudy", options, studyFields));
}
