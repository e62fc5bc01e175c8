import { ImagoError } from "../../errors.js";
import { dtypeOfElement } from "../../ops/define/elementType.js";
import { allocate, bytesPerElement, type DType, isBig, viewBytes } from "../../tensor/dtype.js";
import { type Shape, sizeOf } from "../../tensor/shape.js";
import { formatType, Tensor, type TensorType } from "../../tensor/tensor.js";
import type { TensorRecord } from "../proto/records.js";
import { checkLength, type ExternalData, externalBytes, type Taken } from "./externalBytes.js";

export interface ReadTensorOptions {
  readonly external?: ExternalData | undefined;
  /** The record's bytes stand alone in their buffers and never change, so elements need no copy. Default: false. */
  readonly own?: boolean;
}

/**
 * The tensor of a TensorProto.
 *
 * @param where what holds the tensor, for errors
 * @throws when the element type is not supported, or the data are not as many as the dims say: this is
 * checked before anything is allocated
 */
export function readTensor(
  record: TensorRecord,
  where: string,
  { external, own = false }: ReadTensorOptions = {},
): Tensor {
  const type = typeOf(record, where);
  const size = sizeOf(type.shape);
  if (record.dataLocation === 1)
    return fromBytes(type, externalBytes(record, takenBy(type), where, external), where);
  if (record.rawData !== undefined && (record.rawData.length > 0 || size === 0)) {
    return fromBytes(type, record.rawData, where, own);
  }
  return fromNumbers(type, typedData(record, type.dtype), where);
}

function typeOf(record: TensorRecord, where: string): TensorType {
  let dtype: DType;
  try {
    dtype = dtypeOfElement(record.dataType ?? 0);
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    throw new ImagoError(`${where}: ${error.message}`, { cause: error });
  }
  return { dtype, shape: readShape(record.dims ?? [], where) };
}

/** More axes than any operator takes; sizes are counted and printed often, so a file cannot have them all. */
const mostAxes = 64;

/** Sizes from a file, which must be whole numbers from 0 with a product that can be counted. */
export function readShape(dims: readonly (number | bigint)[], where: string): Shape {
  if (dims.length > mostAxes) {
    throw new ImagoError(`${where}: a shape of ${dims.length} axes; at most ${mostAxes} are supported`);
  }
  const shape = dims.map(Number);
  const valid = shape.every((size) => Number.isSafeInteger(size) && size >= 0);
  if (!valid || !Number.isSafeInteger(sizeOf(shape))) {
    throw new ImagoError(
      `${where}: the shape [${dims.join(", ")}] is impossible; the file is altered or made wrongly`,
    );
  }
  return shape;
}

const takenBy = (type: TensorType): Taken => ({
  type: formatType(type),
  expected: sizeOf(type.shape) * bytesPerElement(type.dtype),
});

function fromBytes(type: TensorType, bytes: Uint8Array, where: string, share = false): Tensor {
  const size = sizeOf(type.shape);
  checkLength(takenBy(type), bytes, where);
  // Not slice(): that of Node's Buffer copies nothing, and elements must lie aligned.
  const own = share ? bytes : new Uint8Array(bytes);
  if (type.dtype === "bool") for (let i = 0; i < own.length; i++) own[i] = Number(own[i] !== 0);
  return new Tensor(type.dtype, type.shape, viewBytes(type.dtype, own.buffer, own.byteOffset, size));
}

/** The field in which ONNX keeps numbers of each element type when they are not raw bytes. */
function typedData(record: TensorRecord, dtype: DType): readonly (number | bigint)[] {
  switch (dtype) {
    case "float32":
      return record.floatData ?? [];
    case "float64":
      return record.doubleData ?? [];
    case "int64":
      return record.int64Data ?? [];
    case "uint32":
    case "uint64":
      return record.uint64Data ?? [];
    case "int32":
    case "uint8":
    case "bool":
      return record.int32Data ?? [];
  }
}

function fromNumbers(type: TensorType, numbers: readonly (number | bigint)[], where: string): Tensor {
  const { dtype, shape } = type;
  if (numbers.length !== sizeOf(shape)) {
    throw new ImagoError(
      `${where}: ${formatType(type)} has ${sizeOf(shape)} elements, the file holds ${numbers.length}; it is truncated or altered`,
    );
  }
  const data = allocate(dtype, numbers.length);
  if (isBig(dtype)) for (let i = 0; i < numbers.length; i++) data[i] = BigInt(numbers[i] as number);
  else if (dtype === "bool")
    for (let i = 0; i < numbers.length; i++) data[i] = Number(Number(numbers[i]) !== 0);
  else for (let i = 0; i < numbers.length; i++) data[i] = Number(numbers[i]);
  return new Tensor(dtype, shape, data);
}
