import { formatType, type TensorType } from "../../engine/tensor/tensor.js";
import type { Signature } from "./stepGraph.js";

/** The types of a batch as a text. */
export function signatureKey({ inputs, targets, weights, extras = {} }: Signature): string {
  const all: readonly (TensorType | undefined)[] = [...inputs, ...targets, undefined, ...weights];
  const named = Object.entries(extras).map(([name, type]) => `${name}=${formatType(type)}`);
  return [...all.map((type) => (type === undefined ? "-" : formatType(type))), ...named].join(";");
}
