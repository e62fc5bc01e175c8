import { ImagoError } from "../../../engine/errors.js";
import { type FieldsOf, flag, readOptions } from "../../../engine/options.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import type { TrainableNetwork } from "../../../nn/training/trainableNetwork.js";
import {
  choice,
  type FloatOptions,
  float,
  type IntOptions,
  int,
  type Parameter,
} from "../space/parameters.js";
import type { PointEntries } from "./events.js";
import { type Learning, Suggestions } from "./suggestions.js";

export interface ReportOptions {
  /** Whether this is the last report of a trial that is over, which no pruner then stops or pauses. Default: false. */
  readonly final?: boolean | undefined;
}

const reportFields = { final: flag(false) } satisfies FieldsOf<ReportOptions>;

/** What a trial's attempt may go on from. */
export interface Checkpoint {
  /** The step that was over. */
  readonly step: number;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** A trial that is being evaluated. */
export interface Trial<P> {
  /** From 0. */
  readonly number: number;
  readonly params: P;
  /** Whether the study goes after small values or large ones; of several the first. */
  readonly direction: "minimize" | "maximize";
  /** For what is drawn in the trial: the same whenever and wherever it is evaluated, another with each repeat. */
  readonly seed: number;
  /** 0 in the search; from 1 on where `study.finish` evaluates the parameters once more. */
  readonly repeat: number;
  /** From 1; more where the trial goes on after it was paused or interrupted. */
  readonly attempt: number;
  /** Aborts when the trial is to end: the time is over, or somebody else was given it. */
  readonly signal: AbortSignal;
  /**
   * Tells a value on the way. It is to be waited for: `shouldStop` answers then.
   *
   * @param value may be NaN or infinite
   * @param step rising, such as an epoch
   * @throws ImagoError on a step that does not rise, on what is no number, and where the trial was given to another
   */
  report(value: number, step: number, options?: ReportOptions): Promise<void>;
  /**
   * Whether the objective should return now, whatever it has: the pruner finds after the last report that the trial is not worth
   * going on, or, with `asha`, that it may go on later.
   */
  readonly shouldStop: boolean;
  /** Whether it may go on later: what was saved by `save` will then be there. */
  readonly pauses: boolean;
  /** Whether it is worth saving checkpoints: the study outlives the process, or pauses trials. */
  readonly isResumable: boolean;
  /** What was saved last; `undefined` where the trial begins anew. `pruning` does both for `fit`. */
  checkpoint(): Promise<Checkpoint | undefined>;
  /** Saves what the trial may go on from when a step is over. */
  save(files: Readonly<Record<string, Uint8Array>>, step: number): Promise<void>;
  /**
   * Keeps the trial's model, while it is among the best of the study.
   *
   * @param training where its training stands, so that it can go on. Default: it is kept for use alone
   */
  keep(model: TrainableNetwork, training?: TrainingPosition): Promise<void>;
  /**
   * A parameter that the study learns of here, where none were given as its space. It is then tried like those of a space.
   *
   * @throws ImagoError where the study was given a space, or knows the name with other bounds
   */
  float(name: string, low: number, high: number, options?: FloatOptions): number;
  /** As `float`, a whole number. */
  int(name: string, low: number, high: number, options?: IntOptions): number;
  /** As `float`, one of several values. */
  choice<const V extends readonly unknown[]>(name: string, values: V): V[number];
}

/** What becomes of a trial after a report. */
export type Verdict = "go on" | "pause" | "prune";

/** Whoever hears what a trial tells: its study, here or in another process. */
export interface TrialHost {
  report(value: number, step: number, final: boolean): Promise<Verdict>;
  checkpoint(): Promise<Checkpoint | undefined>;
  save(files: Readonly<Record<string, Uint8Array>>, step: number): Promise<void>;
  keep(files: Readonly<Record<string, Uint8Array>>): Promise<void>;
  learn(name: string, parameter: Parameter, value: number): Promise<void>;
}

/** What a trial is from its begin on. */
export interface TrialFacts<P> {
  readonly number: number;
  readonly params: P;
  readonly direction: "minimize" | "maximize";
  readonly seed: number;
  readonly repeat: number;
  readonly attempt: number;
  readonly isResumable: boolean;
  /** The same as numbers, by path. */
  readonly point: PointEntries;
  /** What is known of parameters that trials ask for by themselves; absent where the study was given a space. */
  readonly learning?: Learning | undefined;
}

/** A {@link Trial} in the process that evaluates it. */
export class OpenTrial<P> implements Trial<P> {
  readonly facts: TrialFacts<P>;
  /** Whom it tells. */
  readonly host: TrialHost;
  readonly #control = new AbortController();
  #verdict: Verdict = "go on";
  #last: number | undefined;
  #fault: unknown;
  readonly #suggestions: Suggestions;

  constructor(facts: TrialFacts<P>, host: TrialHost) {
    this.facts = facts;
    this.host = host;
    this.#suggestions = new Suggestions(facts.number, facts.learning, (name, parameter, value) =>
      this.#watch(host.learn(name, parameter, value)),
    );
  }

  get number(): number {
    return this.facts.number;
  }

  get params(): P {
    return this.facts.params;
  }

  get direction(): "minimize" | "maximize" {
    return this.facts.direction;
  }

  get seed(): number {
    return this.facts.seed;
  }

  get repeat(): number {
    return this.facts.repeat;
  }

  get attempt(): number {
    return this.facts.attempt;
  }

  get isResumable(): boolean {
    return this.facts.isResumable;
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  /** Takes what was found where it was evaluated. */
  take(verdict: Verdict, fault: unknown): void {
    this.#verdict = verdict;
    this.#fault ??= fault;
  }

  get verdict(): Verdict {
    return this.#verdict;
  }

  get shouldStop(): boolean {
    return this.#verdict !== "go on" || this.signal.aborted;
  }

  get pauses(): boolean {
    return this.#verdict === "pause";
  }

  /** What a report threw that nobody waited for; it fails the trial. */
  get fault(): unknown {
    return this.#fault;
  }

  report(value: number, step: number, options: ReportOptions = {}): Promise<void> {
    return this.#watch(this.#report(value, step, options));
  }

  float(name: string, low: number, high: number, options?: FloatOptions): number {
    return this.#suggestions.number(name, float(low, high, options));
  }

  int(name: string, low: number, high: number, options?: IntOptions): number {
    return this.#suggestions.number(name, int(low, high, options));
  }

  choice<const V extends readonly unknown[]>(name: string, values: V): V[number] {
    return values[this.#suggestions.number(name, choice(values))];
  }

  checkpoint(): Promise<Checkpoint | undefined> {
    return this.host.checkpoint();
  }

  save(files: Readonly<Record<string, Uint8Array>>, step: number): Promise<void> {
    return this.host.save(files, step);
  }

  async keep(model: TrainableNetwork, training?: TrainingPosition): Promise<void> {
    const { modelFiles } = await import("../../../nn/files/modelFiles.js");
    const trainer = training === undefined ? undefined : await model.trainer();
    const state = trainer && training && { trainer: trainer.save(), position: training };
    await this.host.keep(modelFiles(model, state, trainer?.state.run ?? model.run));
  }

  /** What nobody waits for must not end the process; it fails the trial. */
  #watch(told: Promise<void>): Promise<void> {
    told.catch((error: unknown) => {
      this.#fault ??= error;
    });
    return told;
  }

  end(reason: unknown): void {
    this.#control.abort(reason);
  }

  async #report(value: number, step: number, options: ReportOptions): Promise<void> {
    const where = `trial ${this.number}: report`;
    const { final } = readOptions(where, options, reportFields);
    if (typeof value !== "number") {
      throw new ImagoError(`${where}: expected a number, received ${typeof value}.`);
    }
    const last = this.#last;
    if (typeof step !== "number" || !Number.isFinite(step) || (last !== undefined && step <= last)) {
      throw new ImagoError(`${where}: expected a step above ${last ?? "none before"}, received ${step}.`);
    }
    this.#last = step;
    const verdict = await this.host.report(value, step, final);
    if (this.#verdict === "go on") this.#verdict = verdict;
  }
}
