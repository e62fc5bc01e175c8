import type { Callback } from "../training/callback.js";
import { describeNonFinite } from "../training/nonFinite.js";

/**
 * Stops training when a batch's loss is NaN or infinite, as Keras's `TerminateOnNaN`, and says which value became
 * so first: the step is run again on the weights from before it, looking at the inputs, weights and outputs of
 * every layer, at the losses and at the gradients.
 *
 * The text is the `stopped` of the history.
 */
export function stopOnNonFinite(): Callback {
  return {
    name: "stopOnNonFinite",
    async onBatchEnd({ loss, batch, step }, context) {
      if (Number.isFinite(loss)) return;
      const found = describeNonFinite(await context.trainer.findNonFinite(batch));
      context.stop(
        `stopOnNonFinite: the loss is ${loss} in epoch ${context.epoch + 1}, step ${step}. ${found}.`,
      );
    },
  };
}
