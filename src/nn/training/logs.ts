import type { Metric } from "../metrics/metric.js";
import type { Head } from "../network/heads.js";
import { type FigureNames, figureNames } from "./figureNames.js";
import type { StepResult } from "./trainer.js";

/** Figures by name: `loss`, `accuracy`; with several outputs `NAME_loss`, `NAME_accuracy`. */
export type Logs = Record<string, number>;

/** What {@link LogTotals} has added up so far, as plain data. */
export interface TotalsState {
  readonly samples: number;
  readonly loss: number;
  readonly losses: readonly number[];
  /** For each output and metric its sums. */
  readonly sums: readonly (readonly (readonly number[])[])[];
  readonly logs: Logs;
}

/** Adds up the steps of an epoch, each weighted by its samples. */
export class LogTotals {
  readonly #heads: readonly Head[];
  #samples = 0;
  #loss = 0;
  readonly #losses: number[];
  readonly #sums: Float64Array[][] = [];
  /** Absent until a step was added: metrics are made with the first batch's shapes. */
  #metrics: readonly (readonly Metric[])[] | undefined;
  #restored: Logs | undefined;
  #names: FigureNames | undefined;

  constructor(heads: readonly Head[]) {
    this.#heads = heads;
    this.#losses = heads.map(() => 0);
  }

  get samples(): number {
    return this.#samples;
  }

  add(step: StepResult): void {
    this.#samples += step.size;
    this.#loss += step.loss * step.size;
    step.losses.forEach((loss, head) => {
      this.#losses[head] = (this.#losses[head] as number) + loss * step.size;
    });
    this.#metrics = step.metrics;
    step.sums.forEach((tensors, head) => {
      this.#sums[head] ??= tensors.map((tensor) => new Float64Array(tensor.size));
      tensors.forEach((tensor, index) => {
        const total = this.#sums[head]?.[index] as Float64Array;
        for (let i = 0; i < tensor.size; i++) total[i] = (total[i] as number) + Number(tensor.data[i]);
      });
    });
  }

  state(): TotalsState {
    const sums = this.#sums.map((vectors) => vectors.map((vector) => [...vector]));
    return { samples: this.#samples, loss: this.#loss, losses: [...this.#losses], sums, logs: this.logs() };
  }

  /** Goes on where `state` was taken. */
  restore({ samples, loss, losses, sums, logs }: TotalsState): void {
    this.#samples = samples;
    this.#loss = loss;
    this.#losses.splice(0, this.#losses.length, ...losses);
    this.#sums.splice(0, this.#sums.length, ...sums.map((head) => head.map((sum) => Float64Array.from(sum))));
    this.#restored = logs;
  }

  #namesOf(metrics: readonly (readonly Metric[])[]): FigureNames {
    this.#names ??= figureNames(this.#heads, metrics);
    return this.#names;
  }

  /** The figures so far; none before the first step. */
  logs(): Logs {
    if (this.#metrics === undefined) return { ...this.#restored };
    const metrics = this.#metrics;
    const logs: Logs = { loss: this.#loss / this.#samples };
    const names = this.#namesOf(metrics);
    this.#heads.forEach((_, head) => {
      const loss = names.losses[head];
      if (loss !== undefined) logs[loss] = (this.#losses[head] as number) / this.#samples;
      metrics[head]?.forEach((metric, index) => {
        const name = names.metrics[head]?.[index] as string;
        logs[name] = metric.result(this.#sums[head]?.[index] as Float64Array);
      });
    });
    return logs;
  }
}
