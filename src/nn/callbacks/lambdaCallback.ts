import { type FieldsOf, readOptions, text } from "../../engine/options.js";
import { type Callback, callbackMethods } from "../training/callback.js";

const fields = { name: text("lambdaCallback"), ...callbackMethods } satisfies FieldsOf<Callback>;

/**
 * A callback from functions alone.
 *
 * @param functions any of a callback's methods; `name` is for errors, default "lambdaCallback"
 * @throws on a method that no callback has
 */
export function lambdaCallback(functions: Partial<Callback>): Callback {
  const { name } = readOptions("lambdaCallback", functions, fields);
  return { ...functions, name };
}
