import { Tensor, toNumbers } from "../../../engine/tensor/tensor.js";
import { floor } from "../modes/pooled.js";
import { logits } from "../twoClasses.js";

/** How far the sum of float32 probabilities may be from 1. */
const tolerance = 1e-3;

/** Whether every row of the last axis is positive and adds up to 1; of single numbers, whether they are from 0 to 1. */
export function areProbabilities(tensor: Tensor): boolean {
  const numbers = toNumbers(tensor);
  const classes = tensor.shape.at(-1) ?? 1;
  if (tensor.size === 0) return false;
  if (classes === 1) return Array.from(numbers).every((p) => p >= 0 && p <= 1);
  for (let row = 0; row < numbers.length; row += classes) {
    let sum = 0;
    for (let k = row; k < row + classes; k++) {
      if (!((numbers[k] as number) >= 0)) return false;
      sum += numbers[k] as number;
    }
    if (!(Math.abs(sum - 1) <= tolerance)) return false;
  }
  return true;
}

/** Farther from what probabilities are than rounding by half-precision or quantised networks explains. */
const slack = 1e-2;

/** What shows that an output is not probabilities, as errors say it; nothing where it may be. */
export function strangeTo(tensor: Tensor): string | undefined {
  const numbers = toNumbers(tensor);
  const classes = tensor.shape.at(-1) ?? 1;
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number;
    if (!(value >= -slack && value <= 1 + slack)) return `holds ${value}`;
    sum = i % classes === 0 ? value : sum + value;
    if (classes === 1 || i % classes < classes - 1 || Math.abs(sum - 1) <= slack) continue;
    return `holds a row that adds up to ${Number(sum.toPrecision(4))}`;
  }
  return undefined;
}

/** Logarithms of probabilities (of single ones their logits) with a floor of 1e-12: a probability of 0 would make NaN of a gradient. */
export function logarithms(tensor: Tensor): Tensor<"float32"> {
  if (tensor.shape.at(-1) === 1) return logits(tensor);
  const logs = Float32Array.from(toNumbers(tensor), (p) => Math.log(Math.max(p, floor)));
  return new Tensor("float32", tensor.shape, logs);
}
