import { describe, expect, it } from "vitest";
import { widenBfloat16 } from "./bfloat16.js";
import { narrowHalf, widenHalf } from "./float16.js";

const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
const bitsOf = (values: Float32Array): Uint32Array => new Uint32Array(values.buffer);

/** What IEEE 754 says that the bits of a half are. */
function meaning(bits: number): number {
  const sign = bits >= 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** The largest finite half and all that are not negative below it, with their bits as indices. */
const ascending = widenHalf(all.subarray(0, 0x7c00));

/** The bits of the nearest half, found by looking through all. */
function nearest(value: number): number {
  const size = Math.abs(value);
  const sign = Object.is(Math.sign(value), -0) || value < 0 ? 0x8000 : 0;
  const above = ascending.findIndex((one) => one >= size);
  if (above < 0) return sign | (size >= 65_520 ? 0x7c00 : 0x7bff);
  if (above === 0) return sign;
  const [below, over] = [size - (ascending[above - 1] as number), (ascending[above] as number) - size];
  const isBelow = below < over || (below === over && above % 2 === 1);
  return sign | (isBelow ? above - 1 : above);
}

describe("half precision", () => {
  it("is widened exactly, whatever the bits", () => {
    const wide = widenHalf(all);
    expect(all.filter((bits) => !Object.is(wide[bits], meaning(bits)))).toEqual(new Uint16Array());
    // What is not a number keeps its sign and what it carries.
    const singles = bitsOf(wide);
    expect([singles[0x7e01], singles[0xfd55]]).toEqual([0x7fc02000, 0xffaaa000]);
  });

  it("comes back as it was, whatever the bits", () => {
    const back = narrowHalf(widenHalf(all));
    // One that signals becomes quiet.
    const quiet = (bits: number): number => ((bits & 0x7fff) > 0x7c00 ? bits | 0x200 : bits);
    expect(all.filter((bits) => back[bits] !== quiet(bits))).toEqual(new Uint16Array());
  });

  it("is rounded to the nearest, and half way between two to the even one", () => {
    const values = Float32Array.from([
      ...[0, -0, 1, 1 + 2 ** -11, 1 + 3 * 2 ** -11, 1 + 2 ** -11 + 2 ** -20, 2049, 2051, -0.1, 3.3],
      ...[65_504, 65_519.99, 65_520, 70_000, -70_000, 3e38, Number.POSITIVE_INFINITY],
      ...[
        2 ** -14,
        2 ** -14 * (1 - 2 ** -12),
        2 ** -14 - 2 ** -25,
        5e-5,
        1e-6,
        1.5 * 2 ** -24,
        2.5 * 2 ** -24,
      ],
      ...[2 ** -24, 2 ** -25, 2 ** -25 * 1.01, -(2 ** -25), 2 ** -26, 1e-40, -1e-45],
      ...Array.from({ length: 300 }, (_, at) => Math.sin(at) * 2 ** ((at % 45) - 27)),
    ]);
    expect(Array.from(narrowHalf(values))).toEqual(Array.from(values, nearest));
  });

  it("is narrowed where the numbers begin inside a buffer", () => {
    const values = new Float32Array([7, 1, -2]).subarray(1);
    expect(Array.from(narrowHalf(values))).toEqual([0x3c00, 0xc000]);
    expect(widenHalf(new Uint16Array([7, 0x3c00]).subarray(1))).toEqual(new Float32Array([1]));
  });
});

describe("bfloat16", () => {
  it("is the first half of a float32, whatever the bits", () => {
    const singles = bitsOf(widenBfloat16(all));
    expect(all.filter((bits) => singles[bits] !== bits * 65_536)).toEqual(new Uint16Array());
    expect(widenBfloat16(new Uint16Array([0x3f80, 0xc049, 0x7f80]))).toEqual(
      new Float32Array([1, -3.140625, Number.POSITIVE_INFINITY]),
    );
  });
});
