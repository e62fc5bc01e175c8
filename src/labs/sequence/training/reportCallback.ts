import type { ReadOf } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Callback } from "../../../nn/training/callback.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import { type BestWeights, copyOfWeights, readBestWeights } from "./bestWeights.js";
import { figuresField, type SequenceFigures } from "./sequenceReport.js";
import type { JudgedSample } from "./sequenceTask.js";
import type { learnFields, SequenceTrainer } from "./sequenceTrainer.js";

type Settings = ReadOf<typeof learnFields>;

const name = "sequenceReport";

/** Measures after each stretch of steps, shows what the network would write, and keeps the best weights. */
export class ReportCallback {
  readonly #trainer: SequenceTrainer;
  #settings: Settings | undefined;
  #figures: readonly SequenceFigures[] = [];
  #best: BestWeights | undefined;

  constructor(trainer: SequenceTrainer) {
    this.#trainer = trainer;
  }

  get figures(): readonly SequenceFigures[] {
    return this.#figures;
  }

  get best(): BestWeights | undefined {
    return this.#best;
  }

  /** Takes back what an earlier run knew, and makes the report that a signal cut short there. */
  async begin(settings: Settings): Promise<void> {
    this.#settings = settings;
    this.#figures = [];
    this.#best = undefined;
    const { resume } = settings;
    if (resume === undefined) return;
    this.#restore(resume);
    const last = this.#figures.at(-1);
    if (last?.pending !== true || resume.step > 0) return;
    this.#figures = this.#figures.slice(0, -1);
    await this.#make(last.loss, last.step);
  }

  #restore({ callbacks = [] }: TrainingPosition): void {
    const saved = callbacks.find((one) => one.name === name);
    if (saved !== undefined) this.#take(saved.state);
  }

  #take(state: unknown): void {
    const { figures, best } = (state ?? {}) as { figures?: unknown; best?: unknown };
    this.#figures = figuresField.read(`${name}: what it remembers`, "figures", figures ?? []);
    this.#best = readBestWeights(best);
  }

  callback(): Callback {
    const { every, steps } = this.#trainer.options;
    return {
      name,
      onEpochEnd: (logs, { epoch }) => this.#make(logs.loss as number, Math.min(steps, (epoch + 1) * every)),
      state: () => ({ figures: this.#figures.map((one) => ({ ...one })), best: this.#best ?? null }),
      // `begin` took it already, and may have made a report since.
      restore: () => {},
    };
  }

  async #make(loss: number, step: number): Promise<void> {
    const { signal, onReport } = this.#settings as Settings;
    const before = this.#figures;
    try {
      const heldOut = await this.#trainer.measure(signal);
      const isBest =
        heldOut !== undefined && !(heldOut.perItem >= (this.#best?.heldOut ?? Number.POSITIVE_INFINITY));
      const samples = await this.#samples(step);
      if (isBest && this.#trainer.options.keep === "best") {
        this.#best = { heldOut: heldOut.perItem, step, weights: copyOfWeights(this.#trainer.network) };
      }
      this.#figures = [...before, { step, loss, heldOut: heldOut?.perItem ?? null }];
      await onReport?.({ step, steps: this.#trainer.options.steps, loss, heldOut, isBest, samples });
    } catch (error) {
      if (signal?.aborted !== true || error !== signal.reason) throw error;
      this.#figures = [...before, { step, loss, heldOut: null, pending: true }];
    }
  }

  async #samples(step: number): Promise<JudgedSample[]> {
    const {
      onReport,
      samples = onReport === undefined ? 0 : 16,
      temperatures = [0.8],
      signal,
    } = this.#settings as Settings;
    if (samples === 0) return [];
    const { task, network, options } = this.#trainer;
    const random = new Generator(options.seed).split("samples").split(step);
    const made: JudgedSample[] = [];
    for (const temperature of temperatures) {
      const own = random.split(`${temperature}`);
      const sample = await task.sample(network, { count: samples, temperature, random: own, signal });
      if (sample !== undefined) made.push(sample);
    }
    return made;
  }
}
