import type { Value } from "../graph/graph.js";
import { toNumbers } from "../tensor/tensor.js";
import { producerOf } from "./rewrite.js";

const expands = new Set(["Expand"]);

/** Constants of more elements are not looked at. */
const mostElements = 64;

/**
 * The number that every element of `value` is, where that is known: of small constants and what Expand makes of them.
 */
export function uniformNumber(value: Value | undefined): number | undefined {
  const expanded = producerOf(value, expands);
  const constant = (expanded === undefined ? value : expanded.inputs[0])?.constant;
  if (constant === undefined || constant.size === 0 || constant.size > mostElements) return undefined;
  const numbers = toNumbers(constant);
  const first = numbers[0] as number;
  return Array.from(numbers).every((number) => Object.is(number, first)) ? first : undefined;
}
