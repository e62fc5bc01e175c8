import { ImagoError } from "../../engine/errors.js";
import { type DType, isFloat } from "../../engine/tensor/dtype.js";
import { formatShape, type Shape } from "../../engine/tensor/shape.js";
import { Tensor, type TensorLike, tensor, toNumbers } from "../../engine/tensor/tensor.js";
import type { OpenShape } from "../layers/base/symbolic.js";

/** Whether something is data for one tensor, and not a list or record of them. */
export function isTensorLike(candidate: unknown): boolean {
  if (candidate instanceof Tensor || ArrayBuffer.isView(candidate) || typeof candidate === "number")
    return true;
  return Array.isArray(candidate) && (candidate.length === 0 || isNestedNumbers(candidate));
}

function firstLeaf(given: unknown): unknown {
  let first = given;
  while (Array.isArray(first)) first = first[0];
  return first;
}

/** Whether plain numbers are at the bottom, and not typed ones, bigints or booleans. */
function holdsNumbers(given: unknown): boolean {
  return typeof firstLeaf(given) === "number";
}

function isNestedNumbers(candidate: unknown): boolean {
  return ["number", "bigint", "boolean"].includes(typeof firstLeaf(candidate));
}

/** What data for one input or target has to be. */
export interface Wanted {
  /** As errors name it: `input "text"`. */
  readonly where: string;
  readonly dtype: DType;
  /** Sizes with the batch in front; `null` for any. Absent: any shape with a batch. */
  readonly shape?: OpenShape | undefined;
  /** Every number must be from 0 to below this. Absent: any will do. */
  readonly limit?: number | undefined;
  /** Whether NaN may stand for what is missing. Default: false. */
  readonly missing?: boolean | undefined;
}

/**
 * Data as a tensor of the wanted element type and shape. Data without the last axis where that is 1 gets it,
 * so that a vector of numbers serves a model with one output.
 *
 * @throws on another shape, on NaN or infinite numbers, and on fractions where whole numbers are wanted
 */
export function convert(given: TensorLike, wanted: Wanted): Tensor {
  const made = read(given, wanted);
  const shaped = fitRank(made, wanted);
  checkShape(shaped.shape, wanted);
  checkFinite(shaped, wanted);
  checkLimit(shaped, wanted);
  if (shaped.dtype === wanted.dtype) return shaped;
  if (!isFloat(wanted.dtype)) checkWhole(shaped, wanted);
  else if (isFloat(shaped.dtype)) checkKept(shaped, wanted);
  return shaped.cast(wanted.dtype);
}

function read(given: TensorLike, { where, dtype }: Wanted): Tensor {
  try {
    // As float32, as numbers are read where nothing is said, large ids would be rounded to others.
    const isPlain = dtype !== "float32" && holdsNumbers(given);
    return isPlain ? tensor(given, { dtype: "float64" }) : tensor(given);
  } catch (cause) {
    if (!(cause instanceof ImagoError)) throw cause;
    throw new ImagoError(`${where}: ${cause.message}`, { cause });
  }
}

function fitRank(made: Tensor, { shape }: Wanted): Tensor {
  const lacksLast = shape !== undefined && made.shape.length === shape.length - 1 && shape.at(-1) === 1;
  return lacksLast ? made.reshape([...made.shape, 1]) : made;
}

function checkShape(shape: Shape, { where, dtype, shape: wanted }: Wanted): void {
  if (shape.length === 0)
    throw new ImagoError(`${where}: expected a batch of samples, received a single number`);
  if (wanted === undefined) return;
  const fits =
    shape.length === wanted.length && wanted.every((size, axis) => size === null || size === shape[axis]);
  if (fits) return;
  const missesBatch =
    shape.length === wanted.length - 1 ? " A single sample needs a batch axis in front: [sample]." : "";
  throw new ImagoError(
    `${where}: expected ${dtype} of shape ${formatShape(wanted)} (?: any size), received ${formatShape(shape)}.${missesBatch}`,
  );
}

function checkFinite(made: Tensor, { where, missing = false }: Wanted): void {
  if (!isFloat(made.dtype)) return;
  const numbers = toNumbers(made);
  if (numbers instanceof Float32Array && areFinite(numbers)) return;
  for (let i = 0; i < numbers.length; i++) {
    if (Number.isFinite(numbers[i]) || (missing && Number.isNaN(numbers[i]))) continue;
    throw new ImagoError(
      `${where}: element ${i} (sample ${sampleOf(made, i)}) is ${numbers[i]}; expected finite numbers. Clean or replace it first.`,
    );
  }
}

/** A quick look at all: a finite number times 0 is 0, any other is NaN. */
function areFinite(numbers: Float32Array): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = numbers.length - (numbers.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += (numbers[i] as number) * 0;
    b += (numbers[i + 1] as number) * 0;
    c += (numbers[i + 2] as number) * 0;
    d += (numbers[i + 3] as number) * 0;
  }
  for (let i = whole; i < numbers.length; i++) a += (numbers[i] as number) * 0;
  return a + b + c + d === 0;
}

function checkLimit(made: Tensor, { where, limit }: Wanted): void {
  if (limit === undefined) return;
  const numbers = toNumbers(made);
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number;
    if (value >= 0 && value < limit && Number.isInteger(value)) continue;
    throw new ImagoError(
      `${where}: element ${i} (sample ${sampleOf(made, i)}) is ${value}; expected ids from 0 to ${limit - 1}, ` +
        "which the embedding behind it has",
    );
  }
}

/** The numbers that fit an element type without change. */
const ranges: Partial<Record<DType, readonly [least: number, most: number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint8: [0, 255],
  uint32: [0, 2 ** 32 - 1],
  uint64: [0, Number.MAX_SAFE_INTEGER],
  bool: [0, 1],
};

function checkWhole(made: Tensor, { where, dtype }: Wanted): void {
  const numbers = toNumbers(made);
  const [least, most] = ranges[dtype] ?? [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number;
    if (Number.isInteger(value) && value >= least && value <= most) continue;
    const range = ranges[dtype] === undefined ? "" : ` from ${least} to ${most}`;
    throw new ImagoError(
      `${where}: expected whole numbers (${dtype})${range}, received ${value} in sample ${sampleOf(made, i)}`,
    );
  }
}

/** What is finite in 64 bits may be beyond 32. */
function checkKept(made: Tensor, { where, dtype }: Wanted): void {
  if (dtype !== "float32") return;
  const numbers = toNumbers(made);
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number;
    if (Number.isFinite(Math.fround(value)) || !Number.isFinite(value)) continue;
    throw new ImagoError(
      `${where}: element ${i} (sample ${sampleOf(made, i)}) is ${value}, beyond what ${dtype} holds. Scale the data first.`,
    );
  }
}

function sampleOf(made: Tensor, element: number): number {
  return Math.floor((element * made.sizeAt(0)) / made.size);
}
