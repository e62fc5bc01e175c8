import type { ReadOf } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";
import type { Callback, FitContext } from "../../../nn/training/callback.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import { epochFigures } from "./epochFigures.js";
import type { EpochFigures, EpochReport, TextSample, TextTrainer, trainFields } from "./trainer.js";

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
    restore: (state) => figures.set(epochFigures.read("textReport: what it remembers", "figures", state)),
  };
}

/**
 * Makes the report of the last epoch where a signal cut it short and no epoch follows.
 *
 * @returns where training stands then, the report remembered; `undefined` where none is owed, or the signal comes again
 */
export async function lastReport(
  trainer: TextTrainer,
  figures: FiguresKept,
  resume: TrainingPosition,
  settings: ReadOf<typeof trainFields>,
): Promise<TrainingPosition | undefined> {
  const { name, state } = epochReports(trainer, figures, settings);
  const saved = resume.callbacks?.find((one) => one.name === name);
  const kept = saved === undefined ? [] : epochFigures.read(name, "figures", saved.state);
  const last = kept.at(-1);
  if (last?.pending !== true || kept.length !== resume.epoch) return undefined;
  figures.set(kept.slice(0, -1));
  await new EpochReports(trainer, figures, settings).make(last.loss, resume.epoch - 1, resume.epoch);
  if (figures.get().at(-1)?.pending === true) return undefined;
  const callbacks = resume.callbacks?.map((one) => (one === saved ? { name, state: state?.() } : one));
  return { ...resume, callbacks };
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
      const sampleLength = onEpoch === undefined ? 0 : this.#settings.sampleLength;
      const { heldOut, samples } = await reportOf(this.#trainer, epoch, { ...this.#settings, sampleLength });
      this.#figures.set([...before, { loss, heldOut: heldOut?.loss ?? null }]);
      await onEpoch?.({ epoch, epochs, loss, heldOut, samples });
    } catch (error) {
      if (signal?.aborted !== true || error !== signal.reason) throw error;
      this.#figures.set([...before, { loss, heldOut: null, pending: true }]);
    }
  }
}

/** How a text's network is measured, and what it writes then. */
export type ReportSettings = Pick<ReadOf<typeof trainFields>, "temperatures" | "sampleLength" | "signal">;

/**
 * What a network knows of text that it has not learnt, and what it would write.
 *
 * @param epoch from 0; another one goes on from another passage
 * @throws the signal's reason when it aborts
 */
export async function reportOf(
  trainer: TextTrainer,
  epoch: number,
  settings: ReportSettings,
): Promise<Pick<EpochReport, "heldOut" | "samples">> {
  const heldOut = await trainer.measure({ signal: settings.signal });
  return { heldOut, samples: await samplesOf(trainer, epoch, settings) };
}

async function samplesOf(
  trainer: TextTrainer,
  epoch: number,
  { temperatures = [0.2, 0.5, 1], sampleLength, signal }: ReportSettings,
): Promise<TextSample[]> {
  if (sampleLength === 0) return [];
  const random = new Generator(trainer.config.seed).split("samples").split(epoch);
  const prompt = trainer.passage(random);
  const writer = await trainer.writer();
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
