import { accepting, list, number, oneOf } from "../options.js";
import { dtypes } from "./dtype.js";
import type { TensorType } from "./tensor.js";

const isObject = (value: unknown): value is TensorType =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const typeField = accepting("{ dtype, shape }", isObject);
const dtypeField = oneOf(dtypes);
const shapeField = list(number({ min: 0, integer: true }), "an array of sizes");

/**
 * Refuses what is no tensor's type, from programs that no compiler has checked.
 *
 * @param where whose type it is, as the user knows it: `graph input "x"`
 * @throws ImagoError `graph input "x": type must be { dtype, shape }, received null.`
 */
export function checkType(where: string, type: unknown): void {
  const { dtype, shape } = typeField.read(where, "type", type);
  dtypeField.read(where, "dtype", dtype);
  shapeField.read(where, "shape", shape);
}
