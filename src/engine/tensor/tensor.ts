import { ImagoError } from "../errors.js";
import { type FieldsOf, numbers, oneOf, optional, readOptions } from "../options.js";
import { allocate, bytesPerElement, type DataOf, type DType, dtypes, holds } from "./dtype.js";
import { checkWhole, writeElements } from "./elements.js";
import { type NestedNumbers, readNested, rowType } from "./nested.js";
import { formatShape, type Shape, sizeAlong, sizeOf } from "./shape.js";

/** What is known of a value before it is computed. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

export function formatType({ dtype, shape }: { dtype: DType; shape: readonly (number | null)[] }): string {
  return `${dtype}${formatShape(shape)}`;
}

export type { NestedNumbers };

/** What can be made into a {@link Tensor}. */
export type TensorLike = Tensor | NestedNumbers;

/**
 * A dense, row-major array in host memory. The elements can be changed through `data`; dtype and shape
 * cannot. It owns nothing but its typed array, so there is nothing to dispose.
 */
export class Tensor<D extends DType = DType> implements TensorType {
  readonly dtype: D;
  readonly shape: Shape;
  readonly data: DataOf[D];

  /** @throws when `data` is not the typed array of `dtype`, or has not as many elements as `shape` says */
  constructor(dtype: D, shape: Shape, data: DataOf[D]) {
    if (!shape.every((dimension) => Number.isSafeInteger(dimension) && dimension >= 0)) {
      throw new ImagoError(`a tensor's sizes must be whole numbers from 0, received ${formatShape(shape)}`);
    }
    if (!holds(dtype, data)) {
      throw new ImagoError(
        `a ${dtype} tensor is held in a ${allocate(dtype, 0).constructor.name}, received a ${data.constructor.name}`,
      );
    }
    if (data.length !== sizeOf(shape)) {
      throw new ImagoError(
        `a tensor of shape ${formatShape(shape)} has ${sizeOf(shape)} elements, received ${data.length}`,
      );
    }
    this.dtype = dtype;
    this.shape = Object.freeze([...shape]);
    this.data = data;
  }

  /** All zeros (or `false`). */
  static zeros<D extends DType = "float32">(shape: Shape, dtype?: D): Tensor<D> {
    const kind = (dtype ?? "float32") as D;
    return new Tensor(kind, shape, allocate(kind, sizeOf(shape)));
  }

  /** Every element equal to `value`. */
  static full<D extends DType = "float32">(shape: Shape, value: number, dtype?: D): Tensor<D> {
    const tensor = Tensor.zeros(shape, dtype);
    // One is checked for all.
    if (tensor.size > 0) writeElements(tensor.data.subarray(0, 1), tensor.dtype, [value]);
    tensor.data.fill(tensor.data[0] as never);
    return tensor;
  }

  /** A rank-0 tensor. */
  static scalar<D extends DType = "float32">(value: number, dtype?: D): Tensor<D> {
    return Tensor.full([], value, dtype);
  }

  /** Number of elements. */
  get size(): number {
    return this.data.length;
  }

  /**
   * The size along an axis.
   *
   * @param axis from 0, or from -1 counted from the end
   * @throws where there is no such axis
   */
  sizeAt(axis: number): number {
    return sizeAlong(this.shape, axis, "the tensor");
  }

  get byteLength(): number {
    return this.data.length * bytesPerElement(this.dtype);
  }

  /** The elements' bytes (no copy), in the machine's order, which is little-endian wherever Node or a browser runs. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.data.buffer, this.data.byteOffset, this.byteLength);
  }

  /** The same elements under another shape (no copy). One size may be -1: what is left. */
  reshape(shape: Shape): Tensor<D> {
    if (shape.filter((dimension) => dimension === -1).length > 1) {
      throw new ImagoError(`only one size of a shape can be -1, received ${formatShape(shape)}`);
    }
    const known = sizeOf(shape.filter((dimension) => dimension !== -1));
    const target = shape.map((dimension) => (dimension === -1 ? this.size / known : dimension));
    if (sizeOf(target) !== this.size || !target.every(Number.isInteger)) {
      throw new ImagoError(
        `cannot reshape ${formatShape(this.shape)} (${this.size} elements) to ${formatShape(shape)}`,
      );
    }
    return new Tensor(this.dtype, target, this.data);
  }

  /** A copy with its own elements. */
  clone(): Tensor<D> {
    return new Tensor(this.dtype, this.shape, this.data.slice() as DataOf[D]);
  }

  /**
   * A copy converted to `dtype`: truncated towards zero for integers, 0 or 1 for bool.
   *
   * @throws on an element that the type does not hold, which would be wrapped or become infinite, naming it
   */
  cast<E extends DType>(dtype: E): Tensor<E> {
    const result = Tensor.zeros(this.shape, dtype);
    writeElements(result.data, dtype, this.data);
    return result;
  }

  /** The only element, as a number. */
  item(): number {
    if (this.size !== 1) {
      throw new ImagoError(
        `item() needs a tensor of one element, this one has shape ${formatShape(this.shape)}`,
      );
    }
    return Number(this.data[0]);
  }

  /** Nested arrays of plain numbers (64-bit integers too); a number for a scalar. */
  toArray(): NestedNumbers {
    const numbers = toNumbers(this);
    let offset = 0;
    const nest = (axis: number): NestedNumbers => {
      if (axis === this.shape.length) return numbers[offset++] as number;
      return Array.from({ length: this.sizeAt(axis) }, () => nest(axis + 1));
    };
    return nest(0);
  }

  toString(): string {
    const shown = Array.from(
      this.data.subarray(0, 8) as Iterable<number | bigint>,
      (element) => `${element}`,
    ).join(", ");
    return `${formatType(this)} {${shown}${this.size > 8 ? ", …" : ""}}`;
  }
}

/** The elements as plain numbers: the array itself where it already holds numbers. */
export function toNumbers(tensor: Tensor): ArrayLike<number> {
  const { data } = tensor;
  return data instanceof BigInt64Array || data instanceof BigUint64Array ? Array.from(data, Number) : data;
}

export interface TensorOptions<D extends DType = DType> {
  /** Default: that of a typed array; float32 for numbers and bool for booleans. */
  readonly dtype?: D | undefined;
  /** One size may be -1: what is left. Default: that of the nesting. */
  readonly shape?: Shape | undefined;
}

const fields = {
  dtype: optional(oneOf(dtypes)),
  shape: optional(numbers({ integer: true })),
} satisfies FieldsOf<TensorOptions>;

/**
 * A tensor from nested arrays, a typed array or another tensor.
 *
 * Plain numbers become float32 and booleans become bool unless `dtype` says otherwise; a typed array
 * keeps its element type and, without a `shape`, is a vector. Typed arrays are not copied when their
 * element type already fits.
 *
 * @throws on ragged rows, on what is no number, on what `dtype` does not hold (1.5 or 2³² as int32, 10³⁰⁰ as float32), and when `shape`
 *   has another number of elements
 */
export function tensor<D extends DType = DType>(values: TensorLike, options?: TensorOptions<D>): Tensor<D> {
  // Batches come without options, and there are many of them.
  const read: TensorOptions = options === undefined ? {} : readOptions("tensor", options, fields);
  const made = toTensor(values, read.dtype);
  const shaped = read.shape === undefined ? made : made.reshape(read.shape);
  const dtype = (read.dtype ?? shaped.dtype) as D;
  if (shaped.dtype === dtype) return shaped as Tensor<D>;
  checkWhole(shaped.data, dtype);
  return shaped.cast(dtype);
}

function toTensor(values: TensorLike, wanted: DType | undefined): Tensor {
  if (values instanceof Tensor) return values;
  if (ArrayBuffer.isView(values)) {
    return new Tensor(rowType(values), [values.length], values);
  }
  return fromNested(values, wanted);
}

/** Straight into `wanted`, where it is given: on the way through float32 numbers would be rounded. */
function fromNested(values: NestedNumbers, wanted: DType | undefined): Tensor {
  const { shape, natural, elements } = readNested(values);
  const result = Tensor.zeros<DType>(shape, wanted ?? natural);
  checkWhole(elements, result.dtype);
  writeElements(result.data, result.dtype, elements);
  return result;
}
