import { ImagoError } from "../../errors.js";
import type { DType } from "../../tensor/dtype.js";

/** ONNX's numbers for element types (TensorProto.DataType). */
const elementTypes: { readonly [D in DType]: number } = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float64: 11,
  uint32: 12,
  uint64: 13,
};

/** Element types that ONNX has and the engine does not compute with. */
const foreign: Readonly<Record<number, string>> = {
  3: "int8",
  4: "uint16",
  5: "int16",
  8: "string",
  10: "float16",
  14: "complex64",
  15: "complex128",
  16: "bfloat16",
};

export function elementTypeOf(dtype: DType): number {
  return elementTypes[dtype];
}

/** Whether the engine computes with ONNX's element type `number`. */
export function isElementType(number: number): boolean {
  return Object.values(elementTypes).includes(number);
}

/** @throws when ONNX's element type `number` is none that the engine computes with */
export function dtypeOfElement(number: number): DType {
  const found = (Object.keys(elementTypes) as DType[]).find((dtype) => elementTypes[dtype] === number);
  if (found !== undefined) return found;
  const known = Object.keys(elementTypes).join(", ");
  throw new ImagoError(`element type ${foreign[number] ?? number} is not supported; supported are ${known}`);
}
