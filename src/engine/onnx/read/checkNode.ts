import { ImagoError } from "../../errors.js";
import type { Operator } from "../../graph/operator.js";
import type { PlainNode } from "../proto/plainNode.js";
import type { Entry } from "./entry.js";

/** Inference takes for granted that required inputs are there. */
export function checkInputs(
  { arity: [least, most] }: Operator,
  inputs: readonly (Entry | undefined)[],
): void {
  const missing = inputs.findIndex(
    (input, index) => input === undefined && (index < least || most === Number.POSITIVE_INFINITY),
  );
  if (missing >= 0) throw new ImagoError(`its input ${missing} is required and left out`);
}

/** Counts in attributes that inference would make arrays of. */
export function checkCounts({ type, attributes, outputs }: PlainNode): void {
  const count = Object.hasOwn(attributes, "num_outputs") ? attributes.num_outputs?.value : undefined;
  if (type === "Split" && count !== undefined && count !== outputs.length) {
    throw new ImagoError(`num_outputs is ${String(count)}, with ${outputs.length} outputs`);
  }
}
