import type { Generator } from "../../engine/random/generator.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { Batch } from "../../nn/data/batch.js";
import type { NonFinite } from "../../nn/training/nonFinite.js";
import type { StepDescription } from "../../nn/training/stepGraph.js";
import { type SavedTrainer, type StepResult, Trainer } from "../../nn/training/trainer.js";
import { ownPrefix } from "./projection.js";

/** Adds to a batch what the teacher says of it, and the figures of the step. */
export type Guide = (batch: Batch, step: number, training: boolean) => Promise<Batch>;

const ownSlots = `optimizer/${ownPrefix}`;

/**
 * A trainer whose batches go by the teacher first. What it saves is the student's state alone, so that a checkpoint is
 * one of the student; the rest is kept by the callback of `distill`.
 */
export class GuidedTrainer extends Trainer {
  readonly #guide: Guide;
  /** The last batch as it came, and as it was trained on. */
  #last: { readonly given: Batch; readonly guided: Batch } | undefined;

  constructor(description: StepDescription, runtime: Runtime, random: Generator, guide: Guide) {
    super(description, runtime, random);
    this.#guide = guide;
  }

  override async train(given: Batch): Promise<StepResult> {
    const guided = await this.#guide(given, this.state.step, true);
    this.#last = { given, guided };
    return super.train(guided);
  }

  override async evaluate(batch: Batch): Promise<StepResult> {
    return super.evaluate(await this.#guide(batch, this.state.step, false));
  }

  override async findNonFinite(batch: Batch): Promise<NonFinite | undefined> {
    const guided = this.#last?.given === batch ? this.#last.guided : undefined;
    return super.findNonFinite(guided ?? (await this.#guide(batch, this.state.step, true)));
  }

  override save(): SavedTrainer {
    const saved = super.save();
    const slots = Object.entries(saved.slots).filter(([path]) => !path.startsWith(ownSlots));
    return { ...saved, slots: Object.fromEntries(slots) };
  }

  override restore(saved: SavedTrainer): void {
    super.restore({ ...saved, slots: { ...saved.slots, ...this.ownSlots() } });
  }

  /** The optimiser's state of what is not the student's. */
  ownSlots(): Record<string, Tensor> {
    const own = [...this.state.slots].filter(([path]) => path.startsWith(ownSlots));
    return Object.fromEntries(own);
  }
}
