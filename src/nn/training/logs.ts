import type { Metric } from "../metrics/metric.js";
import type { Head } from "./heads.js";
import type { StepResult } from "./trainer.js";

/** Figures by name: `loss`, `accuracy`; with several outputs `NAME_loss`, `NAME_accuracy`. */
export type Logs = Record<string, number>;

/** Adds up the steps of an epoch, each weighted by its samples. */
export class LogTotals {
  readonly #heads: readonly Head[];
  #samples = 0;
  #loss = 0;
  readonly #losses: number[];
  readonly #sums: Float64Array[][] = [];
  #metrics: readonly (readonly Metric[])[] = [];

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

  /** The figures so far. */
  logs(): Logs {
    const logs: Logs = { loss: this.#loss / this.#samples };
    const several = this.#heads.length > 1;
    this.#heads.forEach(({ name, loss }, head) => {
      const prefix = several ? `${name}_` : "";
      if (several && loss !== undefined)
        logs[`${name}_loss`] = (this.#losses[head] as number) / this.#samples;
      this.#metrics[head]?.forEach((metric, index) => {
        logs[prefix + metric.name] = metric.result(this.#sums[head]?.[index] as Float64Array);
      });
    });
    return logs;
  }
}
