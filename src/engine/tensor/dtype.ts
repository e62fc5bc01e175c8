import { ImagoError } from "../errors.js";
/** Element types that the engine computes with. Names are ONNX's, which are also NumPy's. */
export type DType = "float32" | "float64" | "int32" | "int64" | "bool" | "uint8" | "uint32" | "uint64";

/** The typed array that holds the elements of each {@link DType}. Booleans are bytes, 0 or 1. */
export interface DataOf {
  float32: Float32Array;
  float64: Float64Array;
  int32: Int32Array;
  int64: BigInt64Array;
  bool: Uint8Array;
  uint8: Uint8Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
}

export type TensorData = DataOf[DType];

export const dtypes: readonly DType[] = [
  "float32",
  "float64",
  "int32",
  "int64",
  "bool",
  "uint8",
  "uint32",
  "uint64",
];

interface ArrayConstructorOf<D extends DType> {
  new (length: number): DataOf[D];
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): DataOf[D];
  readonly BYTES_PER_ELEMENT: number;
}

const constructors: { readonly [D in DType]: ArrayConstructorOf<D> } = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  uint8: Uint8Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
};

/** Bytes that one element takes. */
export function bytesPerElement(dtype: DType): number {
  return constructors[dtype].BYTES_PER_ELEMENT;
}

/**
 * A zero-filled typed array of `length` elements.
 *
 * @throws ImagoError where no memory holds as many
 */
export function allocate<D extends DType>(dtype: D, length: number): DataOf[D] {
  try {
    return new constructors[dtype](length);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const size = Number(((length * bytesPerElement(dtype)) / 2 ** 30).toPrecision(3));
    throw new ImagoError(
      `a tensor of ${length} elements of ${dtype} takes ${size} GiB, which is more than there is memory for`,
      { cause },
    );
  }
}

/** A typed array that looks at existing bytes; `byteOffset` must be a multiple of the element size. */
export function viewBytes<D extends DType>(
  dtype: D,
  buffer: ArrayBufferLike,
  byteOffset: number,
  length: number,
): DataOf[D] {
  return new constructors[dtype](buffer, byteOffset, length);
}

export function isFloat(dtype: DType): dtype is "float32" | "float64" {
  return dtype === "float32" || dtype === "float64";
}

/** Whether the elements are 64-bit integers, which JavaScript holds as `bigint`. */
export function isBig(dtype: DType): dtype is "int64" | "uint64" {
  return dtype === "int64" || dtype === "uint64";
}

export function isDType(name: string): name is DType {
  return (dtypes as readonly string[]).includes(name);
}

/** Whether `data` is the kind of typed array that holds `dtype`. */
export function holds(dtype: DType, data: ArrayBufferView): boolean {
  return data instanceof constructors[dtype];
}
