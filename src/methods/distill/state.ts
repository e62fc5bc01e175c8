import { ImagoError } from "../../engine/errors.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { Callback } from "../../nn/training/callback.js";
import type { AgreementTally } from "./agreement.js";
import { GuidedTrainer } from "./guidedTrainer.js";
import type { DistillMode } from "./options.js";
import type { Projection } from "./projection.js";

/** What a checkpoint keeps of distillation beside the student. */
interface SavedDistillation {
  readonly mode: DistillMode;
  readonly agreement: readonly [number, number];
  /** The projection's weights and its optimiser's state. */
  readonly weights: Readonly<Record<string, Tensor>>;
  readonly slots: Readonly<Record<string, Tensor>>;
}

/**
 * The callback that keeps, among the state of a run, what is not the student's, so that a run goes on to the same bytes
 * while the student's own files hold nothing but the student.
 */
export function distillState(
  mode: DistillMode,
  tally: AgreementTally,
  projection: Projection | undefined,
): Callback {
  let trainer: GuidedTrainer | undefined;
  const variables = projection?.variables ?? [];
  return {
    name: "distillation",
    onTrainBegin(context) {
      trainer = context.trainer instanceof GuidedTrainer ? context.trainer : undefined;
    },
    state: (): SavedDistillation => ({
      mode,
      agreement: tally.state(),
      weights: Object.fromEntries(variables.map(({ path, variable }) => [path, variable.value])),
      slots: trainer?.ownSlots() ?? {},
    }),
    restore(state) {
      const saved = state as SavedDistillation;
      if (saved.mode !== mode) {
        throw new ImagoError(
          `distill: the run that goes on was of mode "${saved.mode}", this one is "${mode}".`,
        );
      }
      tally.restore(...saved.agreement);
      for (const { path, variable } of variables) {
        const value = saved.weights[path];
        if (value === undefined) throw new ImagoError("distill: the run that goes on kept no projection.");
        variable.value = value.clone();
      }
      for (const [path, slot] of Object.entries(saved.slots)) trainer?.state.slots.set(path, slot.clone());
    },
  };
}
