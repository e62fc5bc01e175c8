import { describe, expect, it } from "vitest";
import {
  allocate,
  bytesPerElement,
  type DType,
  dtypes,
  holds,
  isBig,
  isDType,
  isFloat,
  viewBytes,
} from "./dtype.js";

const facts: Record<DType, [bytes: number, array: string, float: boolean, big: boolean]> = {
  float32: [4, "Float32Array", true, false],
  float64: [8, "Float64Array", true, false],
  int32: [4, "Int32Array", false, false],
  int64: [8, "BigInt64Array", false, true],
  bool: [1, "Uint8Array", false, false],
  uint8: [1, "Uint8Array", false, false],
  uint32: [4, "Uint32Array", false, false],
  uint64: [8, "BigUint64Array", false, true],
};

it("lists every element type once", () => {
  expect([...dtypes].sort()).toEqual(Object.keys(facts).sort());
});

describe.each(dtypes)("%s", (dtype) => {
  const [bytes, array, float, big] = facts[dtype];

  it("has its size, array and kind", () => {
    expect(bytesPerElement(dtype)).toBe(bytes);
    expect(allocate(dtype, 3).constructor.name).toBe(array);
    expect([isFloat(dtype), isBig(dtype), isDType(dtype)]).toEqual([float, big, true]);
  });

  it("is allocated as zeros and looks at bytes without a copy", () => {
    const made = allocate(dtype, 3);
    expect(Array.from(made as Iterable<number | bigint>, Number)).toEqual([0, 0, 0]);
    const view = viewBytes(dtype, made.buffer, bytes, 2);
    expect([view.length, view.buffer === made.buffer, view.byteOffset]).toEqual([2, true, bytes]);
  });

  it("is held by its own array alone", () => {
    for (const other of dtypes) expect(holds(dtype, allocate(other, 0))).toBe(facts[other][1] === array);
  });
});

it("knows what is no element type", () => {
  expect(["float16", "", "Float32", "toString"].map(isDType)).toEqual([false, false, false, false]);
});
