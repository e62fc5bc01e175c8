import { describe, expect, it } from "vitest";
import type { TensorLike } from "../../engine/tensor/tensor.js";
import { inputColumns } from "./columns.js";
import { convert } from "./convert.js";

const to = (dtype: Parameters<typeof convert>[1]["dtype"], given: TensorLike) =>
  convert(given, { where: "fit: input", dtype });

describe("data that do not fit their type", () => {
  it.each([
    [
      "int32",
      BigInt64Array.of(4294967298n),
      "from -2147483648 to 2147483647, received 4294967298 in sample 0",
    ],
    ["int32", BigUint64Array.of(1n, 2n ** 40n), "received 1099511627776 in sample 1"],
    ["int32", Uint32Array.of(4294967295), "received 4294967295 in sample 0"],
    ["int32", Float64Array.of(1, 3e9), "received 3000000000 in sample 1"],
    [
      "int32",
      [1, 2.5],
      "expected whole numbers (int32) from -2147483648 to 2147483647, received 2.5 in sample 1",
    ],
    ["uint8", Int32Array.of(300), "expected whole numbers (uint8) from 0 to 255, received 300"],
    ["uint8", Int32Array.of(-1), "received -1"],
    ["bool", Int32Array.of(0, 2), "expected whole numbers (bool) from 0 to 1, received 2 in sample 1"],
    [
      "float32",
      Float64Array.of(0, 1e300),
      "element 1 (sample 1) is 1e+300, beyond what float32 holds. Scale the data first.",
    ],
    ["float32", Float64Array.of(Number.NaN), "is NaN; expected finite numbers"],
    ["float32", [1e300], "fit: input: element 0 is 1e+300, beyond what float32 holds"],
    [
      "float32",
      [10n ** 400n],
      "element 0 is 100000000000000000000000000000… (402 digits), and int64 holds numbers from",
    ],
    ["int32", [[1n], [2n ** 64n + 5n]], "element 1 is 18446744073709551621n, and int64 holds numbers from"],
    ["int64", [2n ** 63n], "element 0 is 9223372036854775808n, and int64 holds"],
    ["float32", [Number.POSITIVE_INFINITY], "is Infinity; expected finite numbers"],
  ] as const)("are refused with their place: %s of %s", (dtype, given, message) => {
    expect(() => to(dtype, given as TensorLike)).toThrow(message);
  });

  it("plain numbers are not rounded to float32 on their way into another type", () => {
    expect([...to("int32", [16_777_217, 2_147_483_647]).data]).toEqual([16_777_217, 2_147_483_647]);
    expect([...to("int64", [[2 ** 40 + 1]]).data]).toEqual([2n ** 40n + 1n]);
    expect([...to("float64", [0.1]).data]).toEqual([0.1]);
    expect([...to("int64", [2n ** 60n + 1n]).data]).toEqual([2n ** 60n + 1n]);
    expect([...to("bool", [true, false]).data]).toEqual([1, 0]);
  });

  it("and those that do are taken", () => {
    expect([...to("int32", BigInt64Array.of(-5n, 7n)).data]).toEqual([-5, 7]);
    expect([...to("int32", Uint32Array.of(2147483647)).data]).toEqual([2147483647]);
    expect([...to("uint8", Int32Array.of(0, 255)).data]).toEqual([0, 255]);
    expect([...to("bool", Int32Array.of(0, 1)).data]).toEqual([0, 1]);
    expect(to("float32", Float64Array.of(3.4e38)).data[0]).toBe(Math.fround(3.4e38));
    expect([...to("float32", BigInt64Array.of(2n ** 40n)).data]).toEqual([2 ** 40]);
  });
});

describe("data for one input", () => {
  const columns = (shape: readonly number[], x: unknown) => {
    const inputs = [{ name: "x", tensor: { dtype: "float32", shape: [null, ...shape] } }];
    return inputColumns("fit", inputs as never, x)[0]?.toArray();
  };

  it("may be rows of typed arrays, one or many", () => {
    const [a, b] = [Float32Array.of(1, 2), Float32Array.of(3, 4)];
    expect(columns([2], [a])).toEqual([[1, 2]]);
    expect(columns([2], [a, b])).toEqual([
      [1, 2],
      [3, 4],
    ]);
    // A list with the one input's data.
    expect(columns([], [a])).toEqual([1, 2]);
    expect(columns([1], [a])).toEqual([[1], [2]]);
  });

  it.each([
    [
      [
        ["1", "2"],
        ["3", "4"],
      ],
      'fit: input "x": a tensor is made of numbers, received "1"',
    ],
    [
      [
        [new Date(0), 1],
        [2, 3],
      ],
      'fit: input "x": a tensor is made of numbers, received a Date',
    ],
  ])("is refused for what it is: %j", (x, message) => {
    expect(() => columns([2], x)).toThrow(message);
  });
});
