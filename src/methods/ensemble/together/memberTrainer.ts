import type { Tensor } from "../../../engine/tensor/tensor.js";
import type { Mode, Signature } from "../../../nn/training/stepGraph.js";
import { type StepRun, Trainer } from "../../../nn/training/trainer.js";
import type { TrainingGroup } from "./trainingGroup.js";

/** What a member wants to have computed. */
export interface StepRequest {
  readonly mode: Mode;
  readonly signature: Signature;
  readonly data: Readonly<Record<string, Tensor>>;
}

/** A trainer whose steps are computed together with those of its group; what it carries is its own. */
export class MemberTrainer extends Trainer {
  group: TrainingGroup | undefined;

  protected override runNow(
    mode: Mode,
    signature: Signature,
    data: Readonly<Record<string, Tensor>>,
  ): Promise<StepRun> {
    const request = { mode, signature, data };
    // Predictions are asked for now and then, by one member's callback: nobody waits for the others.
    if (this.group === undefined || mode === "predict") return this.runAlone(request);
    return this.group.run(this, request);
  }

  runAlone({ mode, signature, data }: StepRequest): Promise<StepRun> {
    return super.runNow(mode, signature, data, 1);
  }

  /** A weight, slot, the rate, the step, or new random words. */
  tensorOf(name: string): Tensor {
    return this.stateTensor(name);
  }

  /** Gives a weight or slot its value of the next step. */
  put(path: string, next: Tensor): void {
    this.replace(path, next);
  }
}
