import { Value } from "../../graph/graph.js";
import { accepting, type Field, number, oneOf } from "../../options.js";
import { type DType, dtypes } from "../../tensor/dtype.js";
import { Tensor } from "../../tensor/tensor.js";
import type { Operand } from "./define.js";

const isNumber = (value: unknown): value is number => typeof value === "number";

/** Any number, infinite ones too: what ONNX has as a float. Without a default it is required. */
export function real(fallback?: number): Field<number> {
  return accepting("a number", isNumber, { fallback });
}

/** Any whole number. Bounds are for inference to check, which sees files too. Without a default it is required. */
export function whole(fallback?: number): Field<number> {
  return number({ integer: true, ...(fallback === undefined ? {} : { default: fallback }) });
}

/** Whole numbers: axes, sizes, places. Files have int64's largest, which no number holds exactly. */
export const wholes: Field<readonly number[]> = accepting(
  "an array of whole numbers",
  (value): value is readonly number[] => Array.isArray(value) && value.every(Number.isInteger),
);

/** Whole numbers, and infinite ones for what lies beyond all others. */
export const places: Field<readonly number[]> = accepting(
  "an array of whole numbers or infinite ones",
  (value): value is readonly number[] =>
    Array.isArray(value) &&
    value.every((one) => Number.isInteger(one) || Math.abs(one) === Number.POSITIVE_INFINITY),
);

/** Any numbers. */
export const reals: Field<readonly number[]> = accepting(
  "an array of numbers",
  (value): value is readonly number[] => Array.isArray(value) && value.every(isNumber),
);

/** An element type. */
export function dtype(fallback: DType): Field<DType> {
  return oneOf(dtypes, fallback);
}

/** What an operator takes for an input whose shape it has to know. */
export const tensorOrValue: Field<Value | Tensor> = accepting(
  "a tensor or a value of a graph",
  (value): value is Value | Tensor => value instanceof Value || value instanceof Tensor,
);

/** What an operator takes for an input. Without a default it is required. */
export function operand(fallback?: number): Field<Operand> {
  return accepting(
    "a number, a tensor or a value of a graph",
    (value): value is Operand => isNumber(value) || value instanceof Tensor || value instanceof Value,
    { fallback },
  );
}
