import { elementTypeOf } from "../../ops/define/elementType.js";
import type { TensorRecord } from "../proto/records.js";

/** The elements of a tensor of int64. */
export function int64s({ rawData = new Uint8Array() }: TensorRecord): number[] {
  const bytes = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  return Array.from({ length: rawData.byteLength / 8 }, (_, index) =>
    Number(bytes.getBigInt64(8 * index, true)),
  );
}

/** The bytes of the element that a tensor has everywhere; `undefined` where they differ, or there is none. */
export function elementEverywhere({
  dims = [],
  rawData = new Uint8Array(),
}: TensorRecord): Uint8Array | undefined {
  const count = dims.reduce<number>((product, size) => product * Number(size), 1);
  const width = rawData.length / count;
  if (!Number.isInteger(width)) return undefined;
  const first = rawData.slice(0, width);
  return rawData.every((byte, index) => byte === first[index % width]) ? first : undefined;
}

/** How many whole numbers a tensor of int64 counts, from 0; `undefined` where it counts none. */
export function countedFrom(tensor: TensorRecord): number | undefined {
  if (tensor.dataType !== elementTypeOf("int64")) return undefined;
  const numbers = int64s(tensor);
  return numbers.every((number, at) => number === at) ? numbers.length : undefined;
}
