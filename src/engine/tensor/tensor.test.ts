import * as fc from "fast-check";
import { describe, expect, expectTypeOf, it } from "vitest";
import { ImagoError } from "../errors.js";
import type { DType } from "./dtype.js";
import { sizeOf } from "./shape.js";
import { formatType, Tensor, tensor, toNumbers } from "./tensor.js";

describe("the constructor", () => {
  it("keeps the array it is given, and a copy of the shape", () => {
    const shape = [2, 1];
    const data = Float32Array.of(1, 2);
    const made = new Tensor("float32", shape, data);
    shape[0] = 9;
    expect(made.data).toBe(data);
    expect(made.shape).toEqual([2, 1]);
    expect(Object.isFrozen(made.shape)).toBe(true);
    expect([made.size, made.byteLength]).toEqual([2, 8]);
  });

  it("refuses data that do not fit", () => {
    expect(() => new Tensor("int32", [2], Float32Array.of(1, 2) as never)).toThrow(
      "a int32 tensor is held in a Int32Array, received a Float32Array",
    );
    expect(() => new Tensor("float32", [3], Float32Array.of(1, 2))).toThrow(
      "a tensor of shape [3] has 3 elements, received 2",
    );
    for (const shape of [[-1], [1.5], [Number.NaN]]) {
      expect(() => new Tensor("float32", shape, Float32Array.of(1))).toThrow("must be whole numbers from 0");
    }
  });
});

it("makes zeros, equal elements and scalars", () => {
  expect(Tensor.zeros([2]).toArray()).toEqual([0, 0]);
  expect(Tensor.full([2], 1.5, "float64").toArray()).toEqual([1.5, 1.5]);
  expect(Tensor.full([2], 3, "bool").data).toEqual(Uint8Array.of(1, 1));
  expect(Tensor.full([1], -2.9, "int64").data).toEqual(BigInt64Array.of(-2n));
  expect(Tensor.full([1], -2.9, "int32").data).toEqual(Int32Array.of(-2));
  expect(Tensor.scalar(7, "uint64").item()).toBe(7);
  expectTypeOf(Tensor.zeros([1])).toEqualTypeOf<Tensor<"float32">>();
  expectTypeOf(Tensor.zeros([1], "int64").data).toEqualTypeOf<BigInt64Array>();
});

it("says the size along an axis, from either end", () => {
  const made = Tensor.zeros([2, 0, 5]);
  expect([0, 1, 2, -1, -2, -3].map((axis) => made.sizeAt(axis))).toEqual([2, 0, 5, 5, 0, 2]);
  for (const axis of [3, -4, 0.5, Number.NaN]) {
    expect(() => made.sizeAt(axis)).toThrow(`the tensor has no axis ${axis}: its shape is [2, 0, 5]`);
  }
});

it("shows its bytes without a copy", () => {
  const made = new Tensor("int32", [2], new Int32Array(Int32Array.of(9, 1, 258).buffer, 4, 2));
  expect(Array.from(made.bytes)).toEqual([1, 0, 0, 0, 2, 1, 0, 0]);
  made.bytes[0] = 5;
  expect(made.data[0]).toBe(5);
});

describe("reshape", () => {
  const made = tensor([1, 2, 3, 4, 5, 6]);

  it("looks at the same elements", () => {
    const matrix = made.reshape([2, -1]);
    expect(matrix.shape).toEqual([2, 3]);
    expect(matrix.data).toBe(made.data);
    expect(tensor([7]).reshape([]).item()).toBe(7);
    expect(Tensor.zeros([0, 3]).reshape([3, 0]).shape).toEqual([3, 0]);
  });

  it("refuses what does not fit", () => {
    expect(() => made.reshape([4, -1])).toThrow("cannot reshape [6] (6 elements) to [4, -1]");
    expect(() => made.reshape([4])).toThrow("cannot reshape [6] (6 elements) to [4]");
    expect(() => made.reshape([0, -1])).toThrow("cannot reshape [6] (6 elements) to [0, -1]");
    expect(() => made.reshape([-1, -1])).toThrow("only one size of a shape can be -1, received [-1, -1]");
    expect(() => made.reshape([-2, -3])).toThrow("must be whole numbers from 0");
  });
});

it("clones its elements", () => {
  const made = tensor([1, 2]);
  const copy = made.clone();
  copy.data[0] = 9;
  expect([made.toArray(), copy.toArray(), copy.dtype]).toEqual([[1, 2], [9, 2], "float32"]);
});

describe("cast", () => {
  const cast = (values: number[], from: DType, to: DType): unknown =>
    tensor(values, { dtype: from }).cast(to).toArray();

  it("truncates, and takes anything but 0 for true", () => {
    expect(cast([1.9, -1.9, -0], "float64", "int32")).toEqual([1, -1, 0]);
    expect(cast([1.9, -1.9], "float64", "int64")).toEqual([1, -1]);
    expect(cast([0, -0, 0.1, Number.NaN], "float32", "bool")).toEqual([0, 0, 1, 1]);
    expect(cast([0, 1], "bool", "float32")).toEqual([0, 1]);
    expect(cast([0.1], "float64", "float32")).toEqual([Math.fround(0.1)]);
  });

  it("keeps every bit of 64-bit integers", () => {
    const big = tensor([2n ** 62n + 1n, -1n]);
    expect(big.cast("int64").data).toEqual(BigInt64Array.of(2n ** 62n + 1n, -1n));
    expect(tensor([2n ** 62n + 1n]).cast("uint64").data).toEqual(BigUint64Array.of(2n ** 62n + 1n));
  });

  it.each([
    ["int64", [Number.NaN], "element 0 is NaN, and int64 holds numbers from -9223372036854775808 to"],
    ["int64", [0, Number.POSITIVE_INFINITY], "element 1 is Infinity"],
    ["int64", [1e19], "element 0 is 10000000000000000000, and int64 holds"],
    ["uint64", [-1], "element 0 is -1, and uint64 holds numbers from 0 to 18446744073709551615"],
    ["int32", [3e9], "element 0 is 3000000000, and int32 holds numbers from -2147483648 to 2147483647"],
    ["int32", [Number.NaN], "element 0 is NaN"],
    ["uint8", [1, 300], "element 1 is 300, and uint8 holds numbers from 0 to 255"],
    ["uint8", [-1], "element 0 is -1"],
    ["uint32", [-1], "element 0 is -1"],
    ["float32", [1e300], "element 0 is 1e+300, beyond what float32 holds"],
  ] as const)("refuses what %s does not hold: %j", (dtype, values, message) => {
    const made = tensor(Float64Array.from(values));
    expect(() => made.cast(dtype)).toThrow(message);
    expect(() => tensor([...values], { dtype })).toThrow(message);
    expect(() => Tensor.full([2], values.at(-1) as number, dtype)).toThrow(ImagoError);
  });

  it("truncates by cast alone: what is made of fractions is refused", () => {
    expect(tensor([1.7, -1.7]).cast("int32").toArray()).toEqual([1, -1]);
    expect(() => tensor([1, 1.7], { dtype: "int32" })).toThrow(
      "element 1 is 1.7, and int32 holds whole numbers",
    );
    expect(() => tensor(Float32Array.of(0.5), { dtype: "int64" })).toThrow("element 0 is 0.5");
    expect(() => tensor([2n ** 64n])).toThrow("element 0 is 18446744073709551616n, and int64 holds numbers");
    // What is infinite stays so.
    expect(tensor([Number.POSITIVE_INFINITY]).cast("float64").item()).toBe(Number.POSITIVE_INFINITY);
  });

  it("copies also where the type stays", () => {
    const made = tensor([1]);
    expect(made.cast("float32").data).not.toBe(made.data);
  });
});

it("gives its only element", () => {
  expect(tensor([[5]]).item()).toBe(5);
  expect(() => tensor([1, 2]).item()).toThrow("item() needs a tensor of one element, this one has shape [2]");
  expect(() => tensor([]).item()).toThrow("shape [0]");
});

it("shows its type and its first elements", () => {
  expect(`${tensor([[1, 2]])}`).toBe("float32[1, 2] {1, 2}");
  expect(`${Tensor.zeros([9], "int64")}`).toBe("int64[9] {0, 0, 0, 0, 0, 0, 0, 0, …}");
  expect(formatType({ dtype: "bool", shape: [null] })).toBe("bool[?]");
});

describe("tensor", () => {
  it("takes element types from what it is given", () => {
    expect(tensor(1).dtype).toBe("float32");
    expect(tensor([true, false]).dtype).toBe("bool");
    expect(tensor([1n]).dtype).toBe("int64");
    expect(tensor([]).dtype).toBe("float32");
    const arrays = [
      Float64Array.of(1),
      Int32Array.of(1),
      BigInt64Array.of(1n),
      Uint8Array.of(1),
      Uint32Array.of(1),
    ];
    expect(arrays.map((array) => tensor(array).dtype)).toEqual([
      ...["float64", "int32", "int64", "uint8", "uint32"],
    ]);
  });

  it("takes shapes from nesting, also empty", () => {
    expect(tensor([[[1], [2]]]).shape).toEqual([1, 2, 1]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect(tensor([1, 2, 3, 4], { shape: [2, 2] }).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(tensor(Float32Array.of(1, 2), { shape: [-1, 1] }).shape).toEqual([2, 1]);
  });

  it("rounds only once", () => {
    expect(tensor([0.1], { dtype: "float64" }).item()).toBe(0.1);
    expect(tensor([2 ** 53], { dtype: "int64" }).data).toEqual(BigInt64Array.of(2n ** 53n));
  });

  it("does not copy typed arrays that fit, and gives tensors back", () => {
    const data = Float32Array.of(1);
    const made = tensor(data);
    expect(made.data).toBe(data);
    expect(tensor(made)).toBe(made);
    expect(tensor(made, { dtype: "float64" }).dtype).toBe("float64");
  });

  it("mixes numbers, booleans and big integers", () => {
    expect(tensor([1, true, 2n]).toArray()).toEqual([1, 1, 2]);
    expect(tensor([2n ** 60n, 3], { dtype: "int64" }).data).toEqual(BigInt64Array.of(2n ** 60n, 3n));
    expect(tensor([1n, 2], { dtype: "float64" }).toArray()).toEqual([1, 2]);
  });

  it.each([
    ["rows of unequal length", [[1, 2], [3]]],
    ["numbers beside rows", [1, [2]]],
    ["rows beside numbers", [[1], 2]],
  ] as [string, never][])("refuses %s", (_name, values) => {
    expect(() => tensor(values)).toThrow("nested arrays must have rows of equal length");
  });

  it.each([["text"], [null], [undefined], [{ a: 1 }]] as [never][])("refuses %j", (value) => {
    expect(() => tensor([value])).toThrow("a tensor is made of numbers, received");
    expect(() => tensor([value])).toThrow(ImagoError);
  });

  it("is made of rows that are typed arrays, too", () => {
    const made = tensor([Float64Array.of(0.1, 2), Float64Array.of(3, 4)]);
    expect([made.dtype, made.shape, ...made.data]).toEqual(["float64", [2, 2], 0.1, 2, 3, 4]);
    expect(tensor([[Uint8Array.of(1)], [Uint8Array.of(2)]]).shape).toEqual([2, 1, 1]);
    expect(tensor([BigInt64Array.of(2n ** 60n)]).data).toEqual(BigInt64Array.of(2n ** 60n));
    expect(() => tensor([Float32Array.of(1), Float32Array.of(1, 2)])).toThrow("rows of equal length");
    expect(() => tensor([[Float32Array.of(1)], Float32Array.of(1)])).toThrow("rows of equal length");
    // The second would be cut to whole numbers.
    for (const mixed of [
      [Uint8Array.of(1), Float32Array.of(0.5)],
      [Uint8Array.of(1), [0.5]],
      [[1], Float32Array.of(0.5)],
    ]) {
      expect(() => tensor(mixed)).toThrow("nested typed arrays must be of one kind");
    }
    expect(() => tensor([Int16Array.of(1)] as never)).toThrow("a Int16Array cannot become a tensor");
  });

  it("refuses typed arrays of other elements", () => {
    expect(() => tensor(Int16Array.of(1) as never)).toThrow("a Int16Array cannot become a tensor");
  });

  it("gives back the nesting it was made from", () => {
    const shapes = fc.array(fc.nat(3), { maxLength: 4 });
    fc.assert(
      fc.property(shapes, (shape) => {
        const data = Float64Array.from({ length: sizeOf(shape) }, (_, index) => index);
        const nested = new Tensor("float64", shape, data).toArray();
        const again = tensor(nested, { dtype: "float64" });
        expect(Array.from(toNumbers(again))).toEqual([...data]);
        // Behind a size of 0 nothing tells the sizes.
        if (!shape.includes(0)) expect(again.shape).toEqual(shape);
      }),
    );
  });
});
