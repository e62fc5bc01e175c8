import { ImagoError } from "../../engine/errors.js";
import { refusal } from "../../engine/options.js";
import type { Callback } from "../training/callback.js";

/**
 * Sets the learning rate at the begin of each epoch. As in Keras, the last one holds for later calls of `fit` too, until `compile`.
 *
 * @param schedule the rate of an epoch, counted from 0, from the rate before it
 * @throws when `schedule` gives anything but a finite number from 0; when training begins, where the optimiser follows a schedule of
 *   its own, which would be switched off
 */
export function learningRateScheduler(schedule: (epoch: number, rate: number) => number): Callback {
  if (typeof schedule !== "function") {
    throw refusal("learningRateScheduler", "schedule", "a function (epoch, rate) => rate", schedule);
  }
  return {
    name: "learningRateScheduler",
    onTrainBegin({ trainer }) {
      if (!trainer.followsSchedule) return;
      throw new ImagoError("learningRateScheduler: the optimizer's learningRate is a schedule already.", {
        help: "Give the optimizer a number, or leave the callback out.",
      });
    },
    onEpochBegin({ trainer, epoch, step }) {
      // An epoch that goes on after an interruption has its rate already: the trainer was saved with it.
      if (step > 0 && trainer.rateOverride !== undefined) return;
      const rate = schedule(epoch, trainer.learningRate);
      if (!(Number.isFinite(rate) && rate >= 0)) {
        throw new ImagoError(
          `learningRateScheduler: expected a finite rate from 0 for epoch ${epoch}, received ${String(rate)}`,
        );
      }
      trainer.rateOverride = rate;
    },
  };
}
