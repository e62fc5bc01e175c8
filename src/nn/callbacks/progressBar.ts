import {
  accepting,
  callable,
  type FieldsOf,
  flag,
  optional,
  type ReadOf,
  readOptions,
  text,
} from "../../engine/options.js";
import type { BatchEvent, Callback, FitContext } from "../training/callback.js";
import type { Logs } from "../training/logs.js";

export interface ProgressBarOptions {
  /** Where the text goes: `(text) => process.stderr.write(text)`. */
  readonly write: (text: string) => void;
  /** Whether a line may be drawn over. Default: false, and only whole lines are written. */
  readonly isTerminal?: boolean | undefined;
  /** Columns of the terminal; a function where they change. Default: 80. */
  readonly width?: number | (() => number) | undefined;
  /** What the parts are called that `fit` takes for epochs. Default: Epoch. */
  readonly noun?: string | undefined;
  /** Milliseconds that pass. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

const fields = {
  write: callable<ProgressBarOptions["write"]>(),
  isTerminal: flag(false),
  width: accepting(
    "a number of columns or a function that gives it",
    (value): value is number | (() => number) => typeof value === "number" || typeof value === "function",
    { fallback: 80 },
  ),
  noun: text("Epoch"),
  now: optional(callable<() => number>()),
} satisfies FieldsOf<ProgressBarOptions>;

/** Milliseconds between two drawings of a line. */
const drawEvery = 100;
/** Milliseconds between two lines where nothing can be drawn over. */
const lineEvery = 10_000;
const longestBar = 30;
const shortestBar = 5;

class ProgressBar implements Callback {
  readonly name = "progressBar";
  readonly #options: ReadOf<typeof fields>;
  readonly #now: () => number;
  /** When this run's part of the epoch began, and with how many finished batches. */
  #began = 0;
  #first = 0;
  #last = 0;
  /** Whether a line stands there that will be drawn over. */
  #open = false;

  constructor(options: ProgressBarOptions) {
    this.#options = readOptions(this.name, options, fields);
    this.#now = this.#options.now ?? (() => performance.now());
  }

  onEpochBegin({ epoch, epochs, step }: FitContext): void {
    this.#options.write(`${this.#options.noun} ${epoch + 1}/${epochs}\n`);
    this.#began = this.#now();
    this.#last = this.#began;
    this.#first = step;
  }

  onBatchEnd(event: BatchEvent, context: FitContext): void {
    const { isTerminal } = this.#options;
    const now = this.#now();
    const drawn = isTerminal && this.#open;
    if (now - this.#last < (isTerminal ? drawEvery : lineEvery) && (drawn || !isTerminal)) return;
    // The last batch's line comes with the end of the epoch.
    if (event.step === context.steps) return;
    this.#last = now;
    this.#draw(this.#line(event.step, context.steps, event.logs, false), isTerminal);
  }

  onEpochEnd(logs: Logs, { step, steps }: FitContext): void {
    this.#draw(this.#line(step, steps, logs, true), false);
  }

  onTrainEnd({ stopped }: FitContext): void {
    if (this.#open) this.#options.write("\n");
    this.#open = false;
    // What a signal did is called so by whoever gave it, and not by its inner name.
    const why = stopped === "aborted" ? "interrupted" : stopped;
    if (why !== undefined) this.#options.write(`Stopped: ${why}\n`);
  }

  #draw(line: string, stays: boolean): void {
    const { isTerminal, write } = this.#options;
    write(`${isTerminal ? "\r" : ""}${line}${isTerminal ? "\x1b[K" : ""}${stays ? "" : "\n"}`);
    this.#open = stays;
  }

  #line(step: number, steps: number | undefined, logs: Logs, ended: boolean): string {
    const elapsed = this.#now() - this.#began;
    const each = elapsed / Math.max(1, step - this.#first);
    const count =
      steps === undefined ? `${step}/?` : `${String(step).padStart(String(steps).length)}/${steps}`;
    const left = steps === undefined ? "" : ` - ${formatTime(each * (steps - step))} left`;
    const time = ended ? ` - ${formatTime(elapsed)}` : left;
    const figures = Object.entries(logs).map(([name, value]) => ` - ${name}: ${formatFigure(value)}`);
    const rest = `${time} - ${formatStep(each)}/step${figures.join("")}`;
    if (steps === undefined) return this.#fitted(`${count}${rest}`);
    const room = this.#width - count.length - rest.length - 4;
    const size = Math.max(shortestBar, Math.min(longestBar, room));
    return this.#fitted(`${count} ${bar(step / steps, size)}${rest}`);
  }

  get #width(): number {
    const { width } = this.#options;
    return typeof width === "number" ? width : width();
  }

  /** A line that a terminal wraps cannot be drawn over. */
  #fitted(line: string): string {
    return this.#options.isTerminal ? line.slice(0, Math.max(1, this.#width - 1)) : line;
  }
}

function bar(share: number, size: number): string {
  const filled = Math.min(size, Math.floor(share * size));
  const head = filled > 0 && filled < size ? `${"=".repeat(filled - 1)}>` : "=".repeat(filled);
  return `[${head.padEnd(size, ".")}]`;
}

/** `0:07`, `12:30`, `3:05:00`. */
function formatTime(milliseconds: number): string {
  const all = Math.round(milliseconds / 1000);
  const seconds = String(all % 60).padStart(2, "0");
  const minutes = Math.floor(all / 60);
  if (minutes < 60) return `${minutes}:${seconds}`;
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}:${seconds}`;
}

function formatStep(milliseconds: number): string {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(1)}s`;
  return milliseconds >= 1 ? `${Math.round(milliseconds)}ms` : `${Math.round(milliseconds * 1000)}us`;
}

/** Four digits behind the point; small numbers with an exponent, as Keras writes them. */
function formatFigure(value: number): string {
  return Math.abs(value) > 1e-3 || value === 0 || !Number.isFinite(value)
    ? value.toFixed(4)
    : value.toExponential(4);
}

/**
 * Shows each epoch's progress as Keras does: `  12/1565 [>.....] - 0:23 left - 41ms/step - loss: 2.1043`. On a
 * terminal the line is drawn anew at most ten times a second; elsewhere a line is written at the end of each epoch,
 * and every ten seconds before.
 */
export function progressBar(options: ProgressBarOptions): Callback {
  return new ProgressBar(options);
}
