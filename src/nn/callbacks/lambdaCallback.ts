import { checkOptions } from "../../engine/errors.js";
import type { Callback } from "../training/callback.js";

/**
 * A callback from functions alone.
 *
 * @param functions any of a callback's methods; `name` is for errors, default "lambdaCallback"
 * @throws on a method that no callback has
 */
export function lambdaCallback(functions: Partial<Callback>): Callback {
  checkOptions("lambdaCallback", functions, [
    "name",
    "onTrainBegin",
    "onEpochBegin",
    "onBatchEnd",
    "onEpochEnd",
    "onSettled",
    "onTrainEnd",
    "state",
    "restore",
  ]);
  return { name: "lambdaCallback", ...functions };
}
