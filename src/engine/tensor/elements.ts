import { ImagoError } from "../errors.js";
import { type DType, isFloat, type TensorData } from "./dtype.js";

/** The least and the largest of what each type of whole numbers holds. */
const ranges: Readonly<Partial<Record<DType, readonly [least: bigint, most: bigint]>>> = {
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint8: [0n, 255n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/**
 * Writes numbers as elements of a type: truncated towards zero for whole numbers, 0 or 1 for bool.
 *
 * @throws ImagoError on what the type does not hold, which would be wrapped or become infinite, naming the element
 */
export function writeElements(target: TensorData, dtype: DType, from: ArrayLike<number | bigint>): void {
  if (target instanceof BigInt64Array || target instanceof BigUint64Array) {
    for (let i = 0; i < from.length; i++) target[i] = bigOf(from[i] as number | bigint, dtype, i);
  } else if (dtype === "bool") {
    for (let i = 0; i < from.length; i++) target[i] = Number(from[i] !== 0 && from[i] !== 0n);
  } else if (isFloat(dtype)) writeFloats(target, dtype, from);
  else writeWhole(target, dtype, from);
}

function bigOf(value: number | bigint, dtype: DType, at: number): bigint {
  if (typeof value === "number" && !Number.isFinite(value)) throw notHeld(value, dtype, at);
  const big = typeof value === "bigint" ? value : BigInt(Math.trunc(value));
  const [least, most] = ranges[dtype] as readonly [bigint, bigint];
  if (big < least || big > most) throw notHeld(value, dtype, at);
  return big;
}

function writeFloats(
  target: Exclude<TensorData, BigInt64Array | BigUint64Array>,
  dtype: DType,
  from: ArrayLike<number | bigint>,
): void {
  for (let i = 0; i < from.length; i++) {
    const value = from[i] as number | bigint;
    target[i] = Number(value);
    // What is infinite already stays so.
    if (!Number.isFinite(target[i]) && (typeof value === "bigint" || Number.isFinite(value))) {
      throw notHeld(value, dtype, i);
    }
  }
}

function writeWhole(
  target: Exclude<TensorData, BigInt64Array | BigUint64Array>,
  dtype: DType,
  from: ArrayLike<number | bigint>,
): void {
  const [least, most] = (ranges[dtype] as readonly [bigint, bigint]).map(Number) as [number, number];
  for (let i = 0; i < from.length; i++) {
    const value = from[i] as number | bigint;
    const whole = Math.trunc(Number(value));
    // NaN is neither.
    if (!(whole >= least && whole <= most)) throw notHeld(value, dtype, i);
    target[i] = whole;
  }
}

/** @throws ImagoError on a fraction where a type of whole numbers is wanted, naming the element */
export function checkWhole(numbers: ArrayLike<number | bigint>, dtype: DType): void {
  if (ranges[dtype] === undefined) return;
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] as number | bigint;
    if (typeof value === "number" && Number.isFinite(value) && !Number.isInteger(value)) {
      throw new ImagoError(`element ${i} is ${value}, and ${dtype} holds whole numbers`);
    }
  }
}

function notHeld(value: number | bigint, dtype: DType, at: number): ImagoError {
  const shown = typeof value === "bigint" ? `${value}n` : String(value);
  const brief = shown.length > 40 ? `${shown.slice(0, 30)}… (${shown.length} digits)` : shown;
  const range = ranges[dtype];
  const holds =
    range === undefined
      ? `beyond what ${dtype} holds`
      : `and ${dtype} holds numbers from ${range[0]} to ${range[1]}`;
  return new ImagoError(`element ${at} is ${brief}, ${holds}`);
}
