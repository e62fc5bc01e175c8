import { ImagoError } from "../../engine/errors.js";
import { type FieldsOf, number, readOptions } from "../../engine/options.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { LayerTypes } from "../../nn/layers/base/layerMaker.js";
import { restoreModel } from "../../nn/models/deserialize.js";
import type { Model } from "../../nn/models/model.js";
import { saveArchitecture, weightsOf } from "../../nn/models/serialize.js";
import type { Network } from "../../nn/network/network.js";
import type { Structure } from "../../nn/network/structure.js";
import type { Callback, FitContext } from "../../nn/training/callback.js";

export interface SnapshotsOptions {
  /** How often the rate falls to 0, each time leaving a member. Default: 5. */
  readonly cycles?: number | undefined;
}

const fields = { cycles: number({ default: 5, min: 1, integer: true }) } satisfies FieldsOf<SnapshotsOptions>;

interface State {
  readonly rate: number;
  readonly taken: readonly Readonly<Record<string, Tensor>>[];
}

/** A callback of `fit`, and what it kept. */
export interface Snapshots extends Callback {
  /**
   * A model of each cycle that has ended, the first cycle's first, without what training needs. The first ones are weak:
   * pool the last few, or find weights.
   *
   * @param customLayers factories of layers of one's own, as for `loadModel`
   * @throws ImagoError before training, and where a layer cannot be saved
   */
  members(customLayers?: LayerTypes): Model<Structure, Structure>[];
}

/** rate(t) = ½ r₀ (1 + cos(π ((t − 1) mod c) / c)) for the step t from 1, in cycles of c steps. */
export function snapshotRate(first: number, step: number, cycle: number): number {
  return 0.5 * first * (1 + Math.cos((Math.PI * ((step - 1) % cycle)) / cycle));
}

class SnapshotCallback implements Snapshots {
  readonly name = "snapshots";
  readonly #cycles: number;
  #model: Network | undefined;
  #rate = 0;
  #override: number | undefined;
  #run: string | undefined;
  #taken: Readonly<Record<string, Tensor>>[] = [];

  constructor(options: SnapshotsOptions) {
    this.#cycles = readOptions(this.name, options, fields).cycles;
  }

  onTrainBegin(context: FitContext): void {
    this.#model = context.model;
    this.#taken = [];
    this.#override = context.trainer.rateOverride;
    this.#rate = context.trainer.learningRate;
    this.#setRate(context);
  }

  /** The next training begins where this one did. */
  onTrainEnd(context: FitContext): void {
    context.trainer.rateOverride = this.#override;
  }

  onBatchEnd(_event: unknown, context: FitContext): void {
    this.#run = context.trainer.state.run;
    const done = this.#done(context);
    const { cycle, total } = this.#plan(context);
    if (done % cycle === 0 || done === total) {
      const weights = Object.entries(weightsOf(context.model));
      this.#taken.push(Object.fromEntries(weights.map(([path, value]) => [path, value.clone()])));
    }
    this.#setRate(context);
  }

  #setRate(context: FitContext): void {
    const { cycle } = this.#plan(context);
    context.trainer.rateOverride = snapshotRate(this.#rate, this.#done(context) + 1, cycle);
  }

  #done({ epoch, step, steps = 0 }: FitContext): number {
    return epoch * steps + step;
  }

  #plan({ epochs, steps }: FitContext): { cycle: number; total: number } {
    if (steps === undefined) {
      throw new ImagoError("snapshots: how many batches an epoch has is not known; give fit stepsPerEpoch.");
    }
    const total = epochs * steps;
    return { cycle: Math.ceil(total / this.#cycles), total };
  }

  members(customLayers: LayerTypes = {}): Model<Structure, Structure>[] {
    const model = this.#model;
    if (model === undefined) throw new ImagoError("snapshots: there is no model yet; give it to fit first.");
    const { compile: _compile, ...architecture } = saveArchitecture(model);
    return this.#taken.map((weights) => {
      const member = restoreModel(architecture, weights, { customLayers });
      member.run = this.#run;
      return member;
    });
  }

  state(): State {
    return { rate: this.#rate, taken: this.#taken };
  }

  restore(state: unknown, context: FitContext): void {
    const { rate, taken } = state as State;
    this.#rate = rate;
    this.#taken = [...taken];
    this.#run = context.trainer.state.run;
    this.#setRate(context);
  }
}

/**
 * Several members from one run (Huang et al. 2017): the rate falls along a cosine and leaps back, and the weights at the end
 * of each cycle are kept. It sets the rate of every step, beginning with the optimiser's own; use no other schedule beside.
 *
 * @example
 * const kept = snapshots({ cycles: 4 });
 * await net.fit(x, y, { epochs: 20, callbacks: [kept] });
 * const pool = ensemble(kept.members().slice(-3));
 *
 * @throws ImagoError on unknown options, and in `fit` where it is not known how many batches an epoch has
 */
export function snapshots(options: SnapshotsOptions = {}): Snapshots {
  return new SnapshotCallback(options);
}
