import type { Point } from "../space/dimensions.js";
import type { PointEntries, StudyEvent } from "./events.js";
import type { Kept, Span, TrialState } from "./record.js";

/** All that is known of a study: what follows from its events, one after the other, and from nothing else. */
export class StudyState {
  readonly trials: Kept[] = [];
  /** Points that were asked for, not yet begun. */
  readonly queue: Point[] = [];
  /** Numbers of finished trials in the order in which they ended. */
  readonly order: number[] = [];
  readonly spans: Span[] = [];
  /** Parameters that trials asked for by themselves, in the order in which they were met. */
  readonly learnt = new Map<string, unknown>();
  /** Results that came from an attempt that was given up, and were not taken. */
  superseded = 0;
  /** Values of trials that were evaluated once more, by `trial/repeat`; `null` where that failed. */
  readonly repeats = new Map<string, number | null>();
  /** How often test data were looked at. */
  looks = 0;
  ending: unknown;

  apply(event: StudyEvent): void {
    switch (event.t) {
      case "enqueue":
        this.queue.push(new Map(event.point));
        return;
      case "learn":
        this.#learn(event);
        return;
      case "ask":
        this.#begin(event);
        return;
      case "repeat":
        this.repeats.set(`${event.trial}/${event.repeat}`, event.value);
        return;
      case "look":
        this.looks++;
        return;
      case "finish":
        this.ending = event.ending;
        return;
      default: {
        const kept = "trial" in event ? this.trials[event.trial] : undefined;
        if (kept !== undefined) this.#change(kept, event);
      }
    }
  }

  #learn({ trial, name, parameter, value }: StudyEvent & { readonly t: "learn" }): void {
    if (!this.learnt.has(name)) this.learnt.set(name, parameter);
    const kept = this.trials[trial];
    kept?.used.add(name);
    if (kept !== undefined && !kept.point.has(name)) kept.point = new Map([...kept.point, [name, value]]);
  }

  #begin({ trial, point, enqueued, waits = false, time }: StudyEvent & { readonly t: "ask" }): void {
    // One that was written twice is one.
    if (trial < this.trials.length) return;
    // Where a record was damaged, those behind it keep their numbers.
    while (this.trials.length < trial) this.trials.push(damagedTrial(this.trials.length));
    if (enqueued) this.queue.shift();
    const kept = newTrial(trial, point, enqueued);
    this.trials.push(waits ? { ...kept, state: "waiting", attempt: 0 } : kept);
    if (!waits) this.spans.push({ trial, attempt: 1, began: time });
  }

  #change(
    kept: Kept,
    event: Exclude<StudyEvent, { readonly t: "ask" | "enqueue" | "learn" | "finish" | "repeat" | "look" }>,
  ): void {
    if (event.t === "forget") {
      kept[event.what] = undefined;
      return;
    }
    if (event.t === "attempt") {
      if (event.attempt === kept.attempt + 1 && (kept.state === "waiting" || kept.state === "paused")) {
        this.#goOn(kept, event);
      }
      return;
    }
    if (event.attempt !== kept.attempt || kept.state !== "running") {
      if (event.t === "tell" || event.t === "pause") this.superseded++;
      return;
    }
    if (event.t === "report") {
      report(kept, event.step, event.value);
      if (event.final === true) kept.settled = event.step;
    } else if (event.t === "checkpoint") keepCheckpoint(kept, event);
    else if (event.t === "model") kept.model = event.place;
    else this.#end(kept, event);
  }

  #goOn(kept: Kept, { attempt, from, time }: StudyEvent & { readonly t: "attempt" }): void {
    kept.attempt = attempt;
    kept.state = "running";
    kept.reason = undefined;
    kept.reports = kept.reports.filter(([step]) => from !== null && step <= from);
    this.spans.push({ trial: kept.number, attempt, began: time });
  }

  #end(kept: Kept, event: StudyEvent & { readonly t: "tell" | "pause" | "lost" }): void {
    const state: TrialState = event.t === "tell" ? event.state : event.t === "pause" ? "paused" : "waiting";
    kept.state = state;
    if (event.t === "pause") kept.settled = kept.reports.at(-1)?.[0] ?? kept.settled;
    if (event.t === "lost") {
      kept.reason = event.reason;
      if (event.own) kept.lostByItself++;
      else if (event.wanted !== true) kept.lostByOthers++;
    } else if (event.t === "tell") {
      kept.values = event.values;
      kept.reason = event.reason;
      this.order.push(kept.number);
    }
    const at = this.spans.findLastIndex(
      ({ trial, attempt }) => trial === kept.number && attempt === kept.attempt,
    );
    const span = this.spans[at];
    if (span !== undefined) this.spans[at] = { ...span, ended: event.time, how: state };
  }
}

function newTrial(number: number, point: PointEntries, enqueued: boolean): Kept {
  return {
    ...{ number, point: new Map(point), used: new Set<string>(), state: "running", enqueued, attempt: 1 },
    ...{ values: undefined, reports: [], reason: undefined, checkpoint: undefined, model: undefined },
    ...{ settled: Number.NEGATIVE_INFINITY, lostByItself: 0, lostByOthers: 0, isDamaged: false },
  };
}

const damagedTrial = (number: number): Kept => ({
  ...newTrial(number, [], false),
  ...{ state: "failed", reason: "the record of its parameters is damaged", isDamaged: true },
});

/** Of a step that is told again, as by an attempt that began anew, the newest counts. */
function report(kept: Kept, step: number, value: number): void {
  const at = kept.reports.findIndex(([known]) => known >= step);
  if (at < 0) kept.reports.push([step, value]);
  else if (kept.reports[at]?.[0] === step) kept.reports[at] = [step, value];
  else kept.reports.splice(at, 0, [step, value]);
}

function keepCheckpoint(kept: Kept, { step, place }: StudyEvent & { readonly t: "checkpoint" }): void {
  // Who comes further is not to blame for having been lost before.
  if (kept.checkpoint === undefined || step > kept.checkpoint.step) {
    kept.lostByItself = 0;
    kept.lostByOthers = 0;
  }
  kept.checkpoint = { step, place };
}
