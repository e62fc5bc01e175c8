import { ImagoError, messageOf } from "../../errors.js";
import type { Operator } from "../../graph/operator.js";
import type { PlainNode } from "../proto/plainNode.js";
import type { NodeRecord } from "../proto/records.js";
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

/** What was thrown while a node was read, with the node's name in front. */
export function namingNode(
  thrown: unknown,
  { opType: type = "", name, output = [] }: NodeRecord,
): ImagoError {
  const message = messageOf(thrown);
  // Inference names the node itself.
  if (thrown instanceof ImagoError && message.startsWith(`${type} "`)) return thrown;
  const what = thrown instanceof ImagoError ? message : `the inputs or attributes do not fit (${message})`;
  return new ImagoError(`${type} "${name || (output[0] ?? "")}": ${what}`, { cause: thrown });
}
