import type { DType } from "../tensor/dtype.js";
import type { Shape } from "../tensor/shape.js";
import { Tensor } from "../tensor/tensor.js";

/** A tensor as golden files hold it; "NaN" and "Infinity" are strings, since JSON lacks them. */
export interface GoldenTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: readonly (number | boolean | string)[];
}

export function goldenTensor({ dtype, shape, data }: GoldenTensor): Tensor {
  const numbers = new Tensor("float64", shape, Float64Array.from(data, Number));
  return dtype === "float64" ? numbers : numbers.cast(dtype);
}
