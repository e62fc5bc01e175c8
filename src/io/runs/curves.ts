import { fromJsonNumber } from "../../engine/files/journal/jsonNumber.js";
import type { JournalRecord } from "../../engine/files/journal/recordLine.js";

/** One figure's course. */
export interface Curve {
  readonly steps: readonly number[];
  readonly values: readonly number[];
}

/** A text that a run wrote on its way. */
export interface RunText {
  readonly name: string;
  readonly step: number;
  readonly text: string;
}

/** A curve that grows: its steps rise, and one that comes again takes the place of the first. */
export class GrowingCurve implements Curve {
  readonly steps: number[] = [];
  readonly values: number[] = [];

  put(step: number, value: number): void {
    const { steps, values } = this;
    const place = placeOf(steps, step);
    const isThere = steps[place] === step;
    if (place === steps.length) {
      steps.push(step);
      values.push(value);
    } else {
      steps.splice(place, isThere ? 1 : 0, step);
      values.splice(place, isThere ? 1 : 0, value);
    }
  }

  /** Takes back what came after a step. */
  cut(step: number): void {
    const kept = placeOf(this.steps, step, true);
    this.steps.length = kept;
    this.values.length = kept;
  }
}

/** What the records of a run's journal say. What is said of a step a second time takes the place of the first. */
export class Replay {
  readonly #curves = new Map<string, GrowingCurve>();
  #texts: RunText[] = [];
  /** The step at which each epoch ended. */
  #ends: number[] = [];
  /** The highest step, and the number of finished epochs. */
  steps = 0;
  epochs = 0;
  /** What the run said when it ended, unless it went on after that. */
  end: JournalRecord | undefined;

  constructor(records: readonly JournalRecord[]) {
    for (const record of records) this.#take(record);
  }

  get curves(): ReadonlyMap<string, Curve> {
    return this.#curves;
  }

  get texts(): readonly RunText[] {
    return this.#texts;
  }

  get epochEnds(): readonly number[] {
    return this.#ends;
  }

  #take(record: JournalRecord): void {
    const { t, step, epoch } = record;
    if (t === "end") this.end = record;
    if (typeof step !== "number") return;
    if (t === "resume") this.#resume(step, epoch);
    if (t === "metrics") this.#metrics(step, epoch, record.values);
    if (t === "text") this.#text(step, String(record.name), String(record.text));
  }

  /** A run that goes on from a checkpoint takes back what came after it. */
  #resume(step: number, epoch: unknown): void {
    this.end = undefined;
    for (const curve of this.#curves.values()) curve.cut(step);
    this.#texts = this.#texts.filter((one) => one.step <= step);
    this.steps = Math.min(this.steps, step);
    if (typeof epoch === "number") this.epochs = Math.min(this.epochs, epoch);
    this.#ends = this.#ends.filter((end) => end <= step);
  }

  #metrics(step: number, epoch: unknown, values: unknown): void {
    if (typeof values !== "object" || values === null) return;
    this.steps = Math.max(this.steps, step);
    if (typeof epoch === "number" && epoch > this.epochs) {
      this.epochs = epoch;
      this.#ends.push(step);
    }
    for (const [name, raw] of Object.entries(values)) {
      const value = fromJsonNumber(raw);
      if (value !== undefined) this.#put(name, step, value);
    }
  }

  #put(name: string, step: number, value: number): void {
    let curve = this.#curves.get(name);
    if (curve === undefined) {
      curve = new GrowingCurve();
      this.#curves.set(name, curve);
    }
    curve.put(step, value);
  }

  #text(step: number, name: string, text: string): void {
    const same = this.#texts.findIndex((one) => one.step === step && one.name === name);
    if (same >= 0) this.#texts[same] = { name, step, text };
    else this.#texts.push({ name, step, text });
  }
}

/** Where a step stands among rising ones, or would. @param behind whether the place behind it is meant, where it is there */
function placeOf(steps: readonly number[], step: number, behind = false): number {
  if ((steps.at(-1) ?? Number.NEGATIVE_INFINITY) < step) return steps.length;
  let [low, high] = [0, steps.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = steps[middle] as number;
    if (there < step || (behind && there === step)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * A curve of few points that looks the same: of every stretch of steps the smallest and the largest value, where they were.
 *
 * @param points how many at most, from 2
 */
export function downsample(curve: Curve, points: number): Curve {
  const { steps, values } = curve;
  if (steps.length <= points) return curve;
  const buckets = Math.floor(points / 2);
  const kept: number[] = [];
  for (let bucket = 0; bucket < buckets; bucket++) {
    const start = Math.floor((bucket * steps.length) / buckets);
    kept.push(...extremes(values, start, Math.floor(((bucket + 1) * steps.length) / buckets)));
  }
  return { steps: kept.map((at) => steps[at] as number), values: kept.map((at) => values[at] as number) };
}

/** Where the smallest and the largest number stand, in their order; NaN counts only where there is nothing else. */
function extremes(values: readonly number[], start: number, end: number): number[] {
  let [low, high] = [start, start];
  for (let at = start + 1; at < end; at++) {
    const value = values[at] as number;
    if (value < (values[low] as number) || Number.isNaN(values[low])) low = at;
    if (value > (values[high] as number) || Number.isNaN(values[high])) high = at;
  }
  return low === high ? [low] : [Math.min(low, high), Math.max(low, high)];
}
