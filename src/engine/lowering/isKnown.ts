import type { Value } from "../graph/graph.js";
import { producerOf } from "./rewrite.js";

const rearranging = new Set(["Transpose", "Reshape", "Slice"]);

/**
 * Whether the engine knows `value` before the first run: a constant, or one that was rearranged. An operand that is
 * left out is known too.
 */
export function isKnown(value: Value | undefined): boolean {
  if (value === undefined || value.constant !== undefined) return true;
  return producerOf(value, rearranging)?.inputs.every(isKnown) ?? false;
}
