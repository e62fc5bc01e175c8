import type { Operator } from "../graph/operator.js";
import * as operators from "./index.js";

const table: ReadonlyMap<string, Operator> = new Map(
  Object.values(operators).map(({ operator }) => [`${operator.domain}:${operator.type}`, operator]),
);

/**
 * The operator that a file names.
 *
 * @param domain ONNX's operator domain; "" and "ai.onnx" are the standard one
 * @param type ONNX's operator type, for example `MatMul`
 * @returns `undefined` where Imago has none of that name
 */
export function operatorFor(domain: string, type: string): Operator | undefined {
  return table.get(`${domain === "ai.onnx" ? "" : domain}:${type}`);
}
