import {
  bestText,
  countsOf,
  countsText,
  durationText,
  paramsText,
} from "../../../methods/tune/report/lines.js";
import type { Space } from "../../../methods/tune/space/parameters.js";
import type { TrialRecord } from "../../../methods/tune/study/record.js";
import type { Study } from "../../../methods/tune/study/study.js";
import { MovingLine } from "../shell/movingLine.js";
import type { Output } from "../shell/output.js";

/** The line that moves: best so far, what runs, what was pruned and failed, and the time that is left. */
export class StudyProgress {
  readonly #study: Study<Space>;
  readonly #line: MovingLine;
  readonly #output: Output;
  readonly #limits: { readonly trials: number | undefined; readonly minutes: number | undefined };
  readonly #started = performance.now();
  readonly #before: number;
  #best: number | undefined;

  constructor(
    study: Study<Space>,
    output: Output,
    limits: { readonly trials: number | undefined; readonly minutes: number | undefined },
  ) {
    this.#study = study;
    this.#output = output;
    this.#line = new MovingLine(output);
    this.#limits = limits;
    this.#before = overOf(study);
    this.#best = study.directions.length > 1 ? undefined : study.best?.number;
  }

  begin(folder: string): void {
    const { trials, minutes: most } = this.#limits;
    const until = trials === undefined ? durationText((most ?? 0) * 60) : `${trials} trials`;
    const done = this.#study.count === 0 ? "" : `; ${countsText(this.#study.trials)} so far`;
    const { directions, settings } = this.#study;
    const pruner = settings.pruner === undefined ? "" : `, pruned by ${settings.pruner.name}`;
    this.#output.write(
      `Searching until ${until} to ${directions.join(" and ")}, by ${settings.sampler.name}${pruner}, in ${folder}${done}.\n`,
    );
    for (const problem of this.#study.problems) this.#output.write(`${problem}\n`);
  }

  hear(trial: TrialRecord): void {
    const best = this.#study.directions.length > 1 ? undefined : this.#study.best;
    if (best !== undefined && best.number !== this.#best && trial.state !== "running") {
      this.#best = best.number;
      this.#line.draw(`${bestText(this.#study)}: ${paramsText(best.params)}`, true);
    }
    if (trial.state === "failed") this.#line.draw(`trial ${trial.number} failed: ${trial.reason}`, true);
    this.#line.draw(this.#text(), false);
  }

  close(): void {
    this.#line.close();
  }

  #text(): string {
    const { trials } = this.#limits;
    const counts = countsOf(this.#study.trials);
    const over = overOf(this.#study);
    const parts = [
      `${over}${trials === undefined ? "" : `/${trials}`}`,
      bestText(this.#study),
      ...["running", "paused", "pruned", "failed"]
        .filter((state) => counts[state] !== undefined)
        .map((state) => `${counts[state]} ${state}`),
    ];
    const left = this.#left();
    return [...parts, ...(left === undefined ? [] : [`${durationText(left)} left`])].join(" · ");
  }

  /** Seconds, by what trials took until now. */
  #left(): number | undefined {
    const { trials, minutes: most } = this.#limits;
    const gone = (performance.now() - this.#started) / 1000;
    const over = overOf(this.#study);
    const done = over - this.#before;
    const byTime = most === undefined ? undefined : most * 60 - gone;
    if (trials === undefined || done === 0) return byTime;
    const byTrials = (gone / done) * Math.max(0, trials - over);
    return byTime === undefined ? byTrials : Math.min(byTime, byTrials);
  }
}

/** Trials that nothing more is heard of for now. */
const overOf = (study: Study<Space>): number =>
  study.trials.filter(({ state }) => state !== "running" && state !== "waiting").length;
