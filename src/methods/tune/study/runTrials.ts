import { ImagoError, messageOf } from "../../../engine/errors.js";
import type { ParamsOf, Space } from "../space/parameters.js";
import type { StudyCore } from "./core.js";
import { Superseded } from "./desk.js";
import type { RunSettings } from "./options.js";
import type { Outcome } from "./outcome.js";
import { pause } from "./pause.js";
import type { Objective, Study } from "./study.js";
import type { OpenTrial, Trial } from "./trial.js";

/** So many failures in a row from the very first say that the objective is at fault, and not the parameters. */
const hopeless = 10;

/** A module that exports an `objective`. */
export interface ScriptSource {
  /** Its `file:` URL or absolute path. */
  readonly script: URL | string;
}

/** What evaluates trials: a function here, or processes. */
export interface Evaluator {
  /** Whether it ends trials in time by itself. */
  readonly limitsTime: boolean;
  /** @throws ProcessLost where the process ended, Superseded where the trial is to be given back, else what the objective threw */
  evaluate(trial: Trial<unknown>, signal: AbortSignal): Promise<Outcome>;
  close(): Promise<void>;
}

/** That a trial took longer than it may. */
export const tookTooLong = (limit: number): Error =>
  new Error(`it took longer than its limit of ${limit} ms`);

/** That a process came to its end, and its trial with it. */
export class ProcessLost extends Error {}

/** Evaluates trials, some beside each other, until something says that it is enough. */
export class TrialRunner<S extends Space> {
  readonly #study: Study<S>;
  readonly #objective: Objective<ParamsOf<S>> | ScriptSource;
  readonly #settings: RunSettings;
  readonly #core: StudyCore;
  readonly #started = performance.now();
  /** Those that wait for somebody else to end something. */
  readonly #waiting = new Set<() => void>();
  /** The wait for other processes to end something. */
  #elsewhere: Promise<void> | undefined;
  #active = 0;
  #isDone = false;
  #error: unknown;

  constructor(
    study: Study<S>,
    objective: Objective<ParamsOf<S>> | ScriptSource,
    settings: RunSettings,
    core: StudyCore,
  ) {
    this.#core = core;
    this.#study = study;
    this.#objective = objective;
    this.#settings = settings;
  }

  async run(): Promise<void> {
    const { parallel, signal } = this.#settings;
    if (signal?.aborted === true) return;
    const evaluator = await openEvaluator(
      this.#objective as never,
      this.#study.settings.space,
      this.#settings,
    );
    const { others } = this.#core.ledger;
    const hurry = (): void => others?.hurry(true);
    others?.hurry(false);
    signal?.addEventListener("abort", hurry, { once: true });
    try {
      await Promise.all(Array.from({ length: parallel }, () => this.#work(evaluator)));
    } finally {
      signal?.removeEventListener("abort", hurry);
      await evaluator.close();
    }
    if (this.#error !== undefined) throw this.#error;
  }

  get #isOver(): boolean {
    const { signal, timeLimit } = this.#settings;
    return (
      this.#isDone ||
      this.#error !== undefined ||
      signal?.aborted === true ||
      (timeLimit !== undefined && performance.now() - this.#started > timeLimit)
    );
  }

  async #work(evaluator: Evaluator): Promise<void> {
    while (!this.#isOver) {
      // From before it is asked for, so that nobody goes home who might be needed.
      this.#active++;
      let worked = false;
      try {
        worked = await this.#next(evaluator);
      } catch (error) {
        this.#error ??= error;
      } finally {
        this.#active--;
      }
      if (worked || this.#error !== undefined) this.#wake();
      else if (this.#active === 0 && !this.#isGoingOn) {
        // Asked after all others had ended what they did, so there is nothing for them either.
        this.#isDone = true;
        this.#wake();
      } else await this.#wait();
    }
  }

  /** Whether other processes evaluate trials, which might be left to this one. */
  get #isGoingOn(): boolean {
    const { ledger, state } = this.#core;
    return ledger.others !== undefined && state.trials.some((kept) => kept.state === "running");
  }

  /** Until somebody here or elsewhere ended something. */
  #wait(): Promise<void> {
    this.#elsewhere ??= this.#core.ledger.others?.wait(this.#settings.signal).then(() => {
      this.#elsewhere = undefined;
      this.#wake();
    });
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const go of this.#waiting) go();
    this.#waiting.clear();
  }

  /** @returns whether there was anything to do */
  async #next(evaluator: Evaluator): Promise<boolean> {
    const { trials } = this.#settings;
    const trial = await this.#study.ask({ trials });
    if (trial === undefined) return false;
    this.#hear(trial.number);
    await this.#evaluate(evaluator, trial);
    this.#hear(trial.number);
    this.#checkHope();
    return true;
  }

  async #evaluate(evaluator: Evaluator, trial: Trial<ParamsOf<S>>): Promise<void> {
    const clock = new Clock(
      trial as OpenTrial<unknown>,
      this.#settings.signal,
      evaluator.limitsTime ? undefined : this.#settings.trialTimeLimit,
    );
    let outcome: Outcome | Error;
    try {
      outcome = await Promise.race([evaluator.evaluate(trial, clock.signal), clock.over]);
    } catch (error) {
      if (this.#settings.signal?.aborted === true) {
        await this.#study.giveBack(trial, messageOf(this.#settings.signal.reason));
        return;
      }
      if (error instanceof ProcessLost) {
        await this.#study.giveBack(trial, error.message, this.#settings.attempts);
        // A machine that is short of memory needs a while.
        if (!this.#isOver) await pause(250 * 4 ** Math.min(3, trial.attempt - 1));
        return;
      }
      outcome = error instanceof Error ? error : new Error(messageOf(error));
    } finally {
      clock.stop();
    }
    try {
      await this.#study.tell(trial, outcome);
    } catch (error) {
      // Another was given the trial, and its result counts.
      if (!(error instanceof Superseded)) throw error;
    }
  }

  #hear(number: number): void {
    const { onTrial } = this.#settings;
    if (onTrial === undefined) return;
    const record = this.#study.record(number);
    if (record !== undefined) onTrial(record as never);
  }

  #checkHope(): void {
    if (this.#study.count < hopeless) return;
    const first = Array.from({ length: hopeless }, (_, number) => this.#study.record(number));
    if (first.some((record) => record?.state !== "failed")) return;
    throw new ImagoError(
      `study: the first ${hopeless} trials failed, the last because ${first.at(-1)?.reason}.`,
      {
        help: "See that the objective works for one point before it is searched.",
      },
    );
  }
}

/** Ends an attempt whose time is over, or with all others. */
export class Clock {
  readonly over: Promise<never>;
  readonly #control = new AbortController();
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #outer: AbortSignal | undefined;
  readonly #abort = (): void => this.#control.abort(this.#outer?.reason);

  /** @param trialTimeLimit where nothing else ends the trial in time */
  constructor(
    trial: OpenTrial<unknown>,
    signal: AbortSignal | undefined,
    trialTimeLimit: number | undefined,
  ) {
    this.#outer = signal;
    this.over = new Promise<never>((_, reject) => {
      this.signal.addEventListener("abort", () => {
        trial.end(this.signal.reason);
        reject(this.signal.reason);
      });
    });
    this.over.catch(() => {});
    trial.signal.addEventListener("abort", () => this.#control.abort(trial.signal.reason), { once: true });
    if (signal?.aborted === true) this.#abort();
    else signal?.addEventListener("abort", this.#abort, { once: true });
    if (trialTimeLimit !== undefined) {
      this.#timer = setTimeout(() => {
        this.#control.abort(tookTooLong(trialTimeLimit));
      }, trialTimeLimit);
    }
  }

  get signal(): AbortSignal {
    return this.#control.signal;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener("abort", this.#abort);
  }
}

/** What evaluates an objective. */
export async function openEvaluator(
  objective: Objective<unknown> | ScriptSource,
  space: Space | undefined,
  settings: {
    readonly parallel: number;
    readonly threads?: number | undefined;
    readonly trialTimeLimit?: number | undefined;
  },
): Promise<Evaluator> {
  if (typeof objective === "function") return new FunctionEvaluator(objective);
  const { ScriptEvaluator } = await import("../workers/scriptEvaluator.node.js");
  return new ScriptEvaluator(space, objective.script, settings);
}

class FunctionEvaluator implements Evaluator {
  readonly limitsTime = false;
  readonly #objective: Objective<unknown>;

  constructor(objective: Objective<unknown>) {
    this.#objective = objective;
  }

  async evaluate(trial: Trial<unknown>): Promise<Outcome> {
    return this.#objective(trial);
  }

  async close(): Promise<void> {}
}
