import { readOptions } from "../../engine/options.js";
import { type Callback, callbackFields } from "../training/callback.js";

/**
 * A callback from functions alone.
 *
 * @param functions any of a callback's methods; `name` is for errors, default "lambdaCallback"
 * @throws on a method that no callback has
 */
export function lambdaCallback(functions: Partial<Callback>): Callback {
  const { name } = readOptions("lambdaCallback", functions, callbackFields);
  return { ...functions, name };
}
