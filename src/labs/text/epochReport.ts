import type { ReadOf } from "../../engine/options.js";
import { Generator } from "../../engine/random/generator.js";
import type { Callback, FitContext } from "../../nn/training/callback.js";
import type { EpochFigures, TextSample, TextTrainer, trainFields } from "./trainer.js";

/** Where a trainer keeps what is known of each epoch. */
export interface FiguresKept {
  get(): readonly EpochFigures[];
  set(figures: readonly EpochFigures[]): void;
}

/**
 * Measures and writes after each epoch. What a signal cuts short is done first where training goes on: the weights are
 * those of the epoch's end then, too.
 */
export function epochReports(
  trainer: TextTrainer,
  figures: FiguresKept,
  settings: ReadOf<typeof trainFields>,
): Callback {
  const report = new EpochReports(trainer, figures, settings);
  return {
    name: "textReport",
    onTrainBegin: () => figures.set([]),
    onEpochBegin: async (context) => {
      if (context.step > 0) return;
      await report.catchUp(context);
      // A network that carries its state begins each epoch without one, unless the epoch is gone on with.
      trainer.resetStates();
    },
    onEpochEnd: (logs, { epoch, epochs }) => report.make(logs.loss as number, epoch, epochs),
    state: () => figures.get().map((one) => ({ ...one })),
    restore: (state) => figures.set(state as readonly EpochFigures[]),
  };
}

class EpochReports {
  readonly #trainer: TextTrainer;
  readonly #figures: FiguresKept;
  readonly #settings: ReadOf<typeof trainFields>;

  constructor(trainer: TextTrainer, figures: FiguresKept, settings: ReadOf<typeof trainFields>) {
    this.#trainer = trainer;
    this.#figures = figures;
    this.#settings = settings;
  }

  /** The report of the epoch before this one, where it was cut short. */
  async catchUp({ epoch, epochs }: FitContext): Promise<void> {
    const all = this.#figures.get();
    const last = all.at(-1);
    if (last?.pending !== true || all.length !== epoch) return;
    this.#figures.set(all.slice(0, -1));
    await this.make(last.loss, epoch - 1, epochs);
  }

  async make(loss: number, epoch: number, epochs: number): Promise<void> {
    const { signal, onEpoch } = this.#settings;
    const before = this.#figures.get();
    try {
      const heldOut = await this.#trainer.measure({ signal });
      const samples = onEpoch === undefined ? [] : await this.#samples(epoch);
      this.#figures.set([...before, { loss, heldOut: heldOut?.loss ?? null }]);
      await onEpoch?.({ epoch, epochs, loss, heldOut, samples });
    } catch (error) {
      if (signal?.aborted !== true || error !== signal.reason) throw error;
      this.#figures.set([...before, { loss, heldOut: null, pending: true }]);
    }
  }

  async #samples(epoch: number): Promise<TextSample[]> {
    const { temperatures = [0.2, 0.5, 1], sampleLength, signal } = this.#settings;
    if (sampleLength === 0) return [];
    const random = new Generator(this.#trainer.config.seed).split("samples").split(epoch);
    const prompt = this.#trainer.passage(random);
    const writer = await this.#trainer.writer();
    try {
      const samples: TextSample[] = [];
      for (const temperature of temperatures) {
        const text = await writer.writeAll(prompt, {
          ...{ temperature, count: sampleLength, signal },
          random: random.split(`${temperature}`),
        });
        samples.push({ temperature, prompt, text });
      }
      return samples;
    } finally {
      await writer.dispose();
    }
  }
}
