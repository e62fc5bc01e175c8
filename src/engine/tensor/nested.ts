import { ImagoError, shown } from "../errors.js";
import type { DType, TensorData } from "./dtype.js";

/** Typed arrays as they come, each in the place of a row of numbers. */
type Row = Exclude<TensorData, BigUint64Array>;

/** Numbers nested to any depth, all rows of equal length; the innermost may be typed arrays. */
export type NestedNumbers = number | boolean | bigint | Row | readonly NestedNumbers[];

/** What a nested array holds. */
export interface NestedElements {
  readonly shape: number[];
  /** The element type that it has where nobody asks for another. */
  readonly natural: DType;
  readonly elements: (number | bigint)[];
}

/**
 * Reads a nested array, row by row.
 *
 * @throws ImagoError on rows of unequal length, on typed arrays of several kinds, and on what is no number
 */
export function readNested(values: NestedNumbers): NestedElements {
  const shape: number[] = [];
  let first: NestedNumbers | undefined = values;
  while (Array.isArray(first)) {
    shape.push(first.length);
    first = first[0];
  }
  const row = ArrayBuffer.isView(first) ? first : undefined;
  if (row !== undefined) shape.push(row.length);
  const elements: (number | bigint)[] = [];
  flatten(values, { shape, row }, 0, elements);
  return { shape, natural: row === undefined ? naturalType(first) : rowType(row), elements };
}

function naturalType(first: unknown): DType {
  if (typeof first === "boolean") return "bool";
  return typeof first === "bigint" ? "int64" : "float32";
}

/**
 * The element type of a typed array.
 *
 * @throws ImagoError where there is none for it
 */
export function rowType(row: ArrayBufferView): DType {
  const dtype = dtypeOfArray(row);
  if (dtype === undefined) throw new ImagoError(`a ${row.constructor.name} cannot become a tensor`);
  return dtype;
}

function dtypeOfArray(data: ArrayBufferView): DType | undefined {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof BigInt64Array) return "int64";
  if (data instanceof Uint8Array) return "uint8";
  if (data instanceof Uint32Array) return "uint32";
  return data instanceof BigUint64Array ? "uint64" : undefined;
}

/** What a nested array is made of: its shape, and a typed row of it where it has such. */
interface Nesting {
  readonly shape: readonly number[];
  readonly row: Row | undefined;
}

function flatten(
  nested: NestedNumbers,
  { shape, row }: Nesting,
  depth: number,
  into: (number | bigint)[],
): void {
  if (ArrayBuffer.isView(nested)) {
    if (nested.constructor !== row?.constructor) throw mixedRows();
    if (depth !== shape.length - 1 || nested.length !== shape[depth]) throw raggedRows(depth);
    for (const element of nested) into.push(element);
    return;
  }
  if (!Array.isArray(nested)) {
    if (depth !== shape.length) throw raggedRows(depth);
    if (!["number", "boolean", "bigint"].includes(typeof nested)) {
      throw new ImagoError(`a tensor is made of numbers, received ${shown(nested)}`);
    }
    if (row !== undefined) throw mixedRows();
    into.push(typeof nested === "bigint" ? nested : Number(nested));
    return;
  }
  if (depth >= shape.length || nested.length !== shape[depth]) throw raggedRows(depth);
  for (const one of nested) flatten(one, { shape, row }, depth + 1, into);
}

function mixedRows(): ImagoError {
  return new ImagoError("nested typed arrays must be of one kind to form a tensor");
}

function raggedRows(depth: number): ImagoError {
  return new ImagoError(
    `nested arrays must have rows of equal length to form a tensor; the rows at depth ${depth} differ`,
  );
}
