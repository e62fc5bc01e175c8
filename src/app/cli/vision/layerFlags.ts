import { ImagoError } from "../../../engine/errors.js";
import { UsageError } from "../shell/run.js";

/**
 * The layers of a flag that is given once for each.
 *
 * @param parse as the lab reads one
 * @throws UsageError naming the flag, where one is no layer
 */
export function layersIn<T>(flag: string, texts: readonly string[], parse: (text: string) => T): T[] {
  try {
    return texts.map(parse);
  } catch (cause) {
    throw cause instanceof ImagoError ? new UsageError(`${flag}: ${cause.message}`, { cause }) : cause;
  }
}

/** Whether a message is of a layer: of one that there is not, or that is not as it has to be. */
export const namesLayer = (message: string): boolean => /\b(?:no value|layer) "/.test(message);
