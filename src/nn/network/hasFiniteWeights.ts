import { isFloat } from "../../engine/tensor/dtype.js";
import type { Network } from "./network.js";

/** Whether no weight, statistic or state is NaN or infinite: what is saved of a network must be good to go on with. */
export function hasFiniteWeights({ variables }: Network): boolean {
  return variables.every(
    ({ variable: { value } }) => !isFloat(value.dtype) || (value.data as Float32Array).every(Number.isFinite),
  );
}
