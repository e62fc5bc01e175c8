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

/** Logarithms of probabilities (of single ones their logits) with a floor of 1e-12: a probability of 0 would make NaN of a gradient. */
export function logarithms(tensor: Tensor): Tensor<"float32"> {
  if (tensor.shape.at(-1) === 1) return logits(tensor);
  const logs = Float32Array.from(toNumbers(tensor), (p) => Math.log(Math.max(p, floor)));
  return new Tensor("float32", tensor.shape, logs);
}
