import { ImagoError } from "../../../engine/errors.js";
import { readOptions } from "../../../engine/options.js";
import type { Model } from "../../../nn/models/model.js";
import type { Ending } from "../ending/ending.js";
import { type FinishOptions, finishStudy, readFinishOptions } from "../ending/finish.js";
import { type ImportanceOptions, importanceOf } from "../importance/importance.js";
import type { ParameterImportance } from "../importance/parameterImportance.js";
import { studyText } from "../report/studyText.js";
import type { ParamsOf, Space } from "../space/parameters.js";
import { pointOf } from "../space/params.js";
import { bestTrial, frontOf } from "./best.js";
import type { CoreSettings, StudyCore } from "./core.js";
import {
  type Attempt,
  beginAttempt,
  DeskHost,
  endAttempt,
  loseAttempt,
  loseSilent,
  Superseded,
} from "./desk.js";
import { factsOf } from "./facts.js";
import type { Direction, RunOptions } from "./options.js";
import { runFields } from "./options.js";
import { endingOf, type Outcome } from "./outcome.js";
import type { Span, TrialRecord } from "./record.js";
import { openEvaluator, type ScriptSource, TrialRunner } from "./runTrials.js";
import { OpenTrial, type Trial } from "./trial.js";
import { type EarlierStudy, type WarmStart, type WarmStartOptions, warmStart } from "./warmStart.js";

/** What is searched: gives the value of some parameters. */
export type Objective<P> = (trial: Trial<P>) => Outcome | Promise<Outcome>;

export interface AskOptions {
  /** Whether a new trial may begin; else only those go on that wait or are promoted. Default: true. */
  readonly begin?: boolean | undefined;
  /** None begins where there are so many in all, whoever began them. Default: no limit. */
  readonly trials?: number | undefined;
}

/** A search: what may be tried, what was, and what comes next. */
export class Study<S extends Space> {
  readonly #core: StudyCore;
  /** Trials that this process evaluates, by their attempts. */
  readonly #open = new Map<number, { readonly attempt: Attempt; readonly trial: OpenTrial<ParamsOf<S>> }>();

  /** What `run` was given last. */
  #objective: Objective<ParamsOf<S>> | ScriptSource | undefined;

  constructor(core: StudyCore) {
    this.#core = core;
    core.ledger.others?.watch({
      superseded: ({ trial }) =>
        this.#open.get(trial)?.trial.end(new Superseded(`study: trial ${trial} was taken for lost.`)),
      silent: (attempts) => loseSilent(core, attempts),
    });
  }

  /** Whether values are made small or large; of several the first. */
  get direction(): Direction {
    return this.#core.directions[0] as Direction;
  }

  get directions(): readonly Direction[] {
    return [...this.#core.directions];
  }

  /** What the study was opened with, defaults filled in. */
  get settings(): CoreSettings {
    return this.#core.settings;
  }

  /** Every trial by its number, as of now. */
  get trials(): readonly TrialRecord<ParamsOf<S>>[] {
    return this.#core.state.trials.map((kept) => this.#core.recordOf(kept));
  }

  /** How many trials there are, whatever became of them. */
  get count(): number {
    return this.#core.state.trials.length;
  }

  /** One trial, as of now. */
  record(number: number): TrialRecord<ParamsOf<S>> | undefined {
    const kept = this.#core.state.trials[number];
    return kept && this.#core.recordOf(kept);
  }

  /** The numbers of the finished trials in the order in which they ended, on which later proposals depend. */
  get order(): readonly number[] {
    return [...this.#core.state.order];
  }

  /** What may be tried; where no space was given, what trials have asked for until now. */
  get space(): Space {
    return this.#core.level.space;
  }

  /** When each attempt at a trial began and ended. */
  get timeline(): readonly Span[] {
    return [...this.#core.state.spans];
  }

  /** What was mended when the study was opened: lines of its journal that were torn or altered. */
  get problems(): readonly string[] {
    return this.#core.ledger.problems;
  }

  /**
   * The complete trial with the best value, the first of equal ones. While there is none, the best of those that came furthest
   * before they were paused or pruned; `undefined` where nothing is known.
   *
   * @throws ImagoError where there are several directions: see `front`
   */
  get best(): (TrialRecord<ParamsOf<S>> & { readonly value: number }) | undefined {
    if (this.#core.directions.length > 1) {
      throw new ImagoError("study: of several directions there is no best trial.", {
        help: "front gives those that no other is better than in everything.",
      });
    }
    const best = bestTrial(this.#core);
    return best && (this.#core.recordOf(best) as TrialRecord<ParamsOf<S>> & { readonly value: number });
  }

  /** The complete trials that no other beats in every direction (the Pareto front), by number. */
  get front(): readonly TrialRecord<ParamsOf<S>>[] {
    return frontOf(this.#core).map((kept) => this.#core.recordOf(kept));
  }

  /**
   * How much each parameter matters, the most important first; the shares add up to 1. Of several directions the first counts.
   *
   * @throws ImagoError on unknown options
   */
  importance(options: ImportanceOptions = {}): readonly ParameterImportance[] {
    return importanceOf(this.#core.level, this.#core.seen(), options);
  }

  /**
   * How the search stands, as text for people: counts, the best, its end, what matters, what was pruned and what failed. That
   * `imago tune show` prints, too.
   */
  report(): string {
    return studyText(this);
  }

  /**
   * Asks for parameters to be tried before any others.
   *
   * @throws ImagoError on what is not of the space, naming it
   */
  async enqueue(params: ParamsOf<S>): Promise<void> {
    const core = this.#core;
    const point = pointOf(core.level, params);
    await core.transact(() => ({
      events: [{ t: "enqueue", point: [...point] }],
      result: undefined,
      durable: true,
    }));
  }

  /**
   * Asks for the best complete trials of an earlier study to be tried before any others. Parameters that are not of this space are
   * left out, those that the earlier one had not are drawn by the seed; what was asked for or tried here already is not again.
   *
   * @returns which trials were taken, and which were not, as where a value is outside of the bounds here, with the reason
   * @throws ImagoError on unknown options, and where this study has no space
   */
  warmStart(earlier: EarlierStudy, options: WarmStartOptions = {}): Promise<WarmStart> {
    return warmStart(this.#core, earlier, options);
  }

  /**
   * Begins a trial, or goes on with one that waits or is promoted.
   *
   * @returns `undefined` where there is nothing to do: every point that there is was tried
   */
  async ask({
    begin = true,
    trials = Number.POSITIVE_INFINITY,
  }: AskOptions = {}): Promise<Trial<ParamsOf<S>> | undefined> {
    const attempt = await beginAttempt(this.#core, begin ? trials : 0);
    if (attempt === undefined) return undefined;
    const trial = new OpenTrial<ParamsOf<S>>(
      factsOf(this.#core, attempt, 0),
      new DeskHost(this.#core, attempt),
    );
    this.#open.set(attempt.trial, { attempt, trial });
    return trial;
  }

  /**
   * Ends a trial. Resolves when that is kept.
   *
   * @param outcome its value; an error where it failed. What is no finite number makes it a failed one, which samplers take
   *   for the worst. Where `trial.shouldStop`, it is pruned or paused instead, with its last report as its value
   * @throws ImagoError where the trial is not running, or was given to another
   */
  async tell(trial: Trial<ParamsOf<S>> | number, outcome: Outcome | Error): Promise<void> {
    const number = typeof trial === "number" ? trial : trial.number;
    const open = this.#open.get(number);
    if (open === undefined || (typeof trial !== "number" && trial.attempt !== open.attempt.attempt)) {
      throw new Superseded(`study: trial ${number} is not running, so nothing can be told of it.`);
    }
    try {
      await endAttempt(this.#core, open.attempt, endingOf(this.#core, open.trial, outcome));
    } catch (error) {
      if (error instanceof Superseded) this.#forget(open.attempt);
      throw error;
    }
    this.#forget(open.attempt);
  }

  /**
   * Gives a trial back that was not evaluated to its end; it goes on when it is asked for again.
   *
   * @param limit how often it may be to blame itself, as for the end of its process, before it has failed. Default: it is not
   */
  async giveBack(trial: Trial<ParamsOf<S>> | number, reason: string, limit?: number): Promise<void> {
    const number = typeof trial === "number" ? trial : trial.number;
    const open = this.#open.get(number);
    if (open === undefined || (typeof trial !== "number" && trial.attempt !== open.attempt.attempt)) return;
    this.#open.delete(number);
    open.trial.end(new ImagoError(`study: trial ${number} was given back: ${reason}`));
    await loseAttempt(this.#core, open.attempt, reason, limit);
  }

  /**
   * Evaluates an objective until there are `trials` in all, the time is over, the signal aborts, or nothing is left to try. One
   * that throws makes a failed trial, and the search goes on.
   *
   * @param objective a function, which runs in this process; or `{ script }`, the URL or absolute path of a module that exports
   *   `objective`, which runs in processes of its own
   * @throws ImagoError on unknown options, where there is no such script, and where the first ten trials all failed, with the
   *   reason of the last
   */
  async run(objective: Objective<ParamsOf<S>> | ScriptSource, options: RunOptions = {}): Promise<void> {
    const settings = readOptions("study: run", options, runFields);
    if (settings.trials === undefined && settings.timeLimit === undefined && settings.signal === undefined) {
      throw new ImagoError("study: run: nothing says when to end; give trials, timeLimit or a signal.");
    }
    this.#objective = objective;
    await new TrialRunner(this, objective, settings, this.#core).run();
  }

  /**
   * Ends the search honestly: evaluates the best few trials again with other seeds, chooses by what they come to then, and measures
   * the chosen one on test data, which nobody saw before. More trials may follow; test data should not be looked at again.
   *
   * @param options what to do; `objective` where `run` was not called in this process
   * @throws ImagoError where no trial is complete, where no objective is known, and on unknown options; the signal's reason when it
   *   aborts: what was evaluated until then is kept
   */
  async finish<D = unknown>(
    options: FinishOptions<D> & {
      readonly objective?: Objective<ParamsOf<S>> | ScriptSource | undefined;
    } = {},
  ): Promise<Ending> {
    const { objective = this.#objective, ...others } = options;
    const core = this.#core;
    const settings = readFinishOptions(others, core.directions);
    if (objective === undefined && settings.repeats > 0) {
      throw new ImagoError("study: finish: what evaluates the trials is not known here.", {
        help: "Give it as objective, as to run; or repeats: 0 takes the search at its word.",
      });
    }
    const evaluator = await openEvaluator(
      (objective ?? (() => Number.NaN)) as never,
      core.settings.space,
      settings,
    );
    try {
      return await finishStudy(
        {
          ...{ core, evaluator },
          factsOf: ({ number, attempt }, repeat) => factsOf(core, { trial: number, attempt }, repeat),
          modelOf: ({ number, model }) =>
            model === undefined ? Promise.resolve(undefined) : this.model(number),
        },
        settings,
      );
    } finally {
      await evaluator.close();
    }
  }

  /** How the search ended, once `finish` was called. */
  get ending(): Ending | undefined {
    return this.#core.state.ending as Ending | undefined;
  }

  /**
   * The model that a trial kept.
   *
   * @param trial its number. Default: the best
   * @throws ImagoError where none was kept
   */
  async model(trial: number | undefined = this.best?.number): Promise<Model> {
    const place = trial === undefined ? undefined : this.#core.state.trials[trial]?.model;
    const files = place === undefined ? undefined : await this.#core.ledger.files.read(place);
    if (place === undefined || files === undefined) {
      throw new ImagoError(`study: of trial ${trial ?? "(there is none)"} no model was kept.`, {
        help: "Call trial.keep(model) in the objective; the best few are kept, see keepModels.",
      });
    }
    const { modelFromFiles } = await import("../../../nn/files/modelFiles.js");
    return modelFromFiles(files, this.#core.ledger.files.pathOf(place));
  }

  /** Ends work on the study; what was told is kept. One with a folder may then be opened by others. */
  async close(): Promise<void> {
    const { ledger } = this.#core;
    ledger.others?.hurry(true);
    try {
      for (const number of [...this.#open.keys()]) await this.giveBack(number, "the study was closed");
    } catch (error) {
      // Where others work on it, they find by its silence what could not be given back.
      if (ledger.others === undefined) throw error;
    } finally {
      await ledger.close();
    }
  }

  #forget({ trial, attempt }: Attempt): void {
    if (this.#open.get(trial)?.attempt.attempt === attempt) this.#open.delete(trial);
  }
}
