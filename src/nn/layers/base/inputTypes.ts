import type { DType } from "../../../engine/tensor/dtype.js";

/** For layers that compute with weights, or with numbers between the whole ones: all inputs as float32. */
export function float32Inputs(given: readonly DType[]): readonly DType[] {
  return given.map(() => "float32");
}

/**
 * One type for inputs that are computed with each other: float32 where one of them is floating-point, float64 where all are, and
 * else whole numbers that can bear sums: int32, or int64 where one of them is.
 */
export function commonType(given: readonly DType[]): DType {
  if (given.every((dtype) => dtype === "float64")) return "float64";
  if (given.some((dtype) => dtype.startsWith("float"))) return "float32";
  return given.includes("int64") ? "int64" : "int32";
}
