import { describe, expect, it } from "vitest";
import { configOf } from "../nn/config/config.js";
import { ImagoError } from "./errors.js";
import {
  byName,
  type FieldsOf,
  flag,
  largestExact,
  type NumberRule,
  number,
  numberOrNumbers,
  numbers,
  oneOf,
  optional,
  readOptions,
  text,
} from "./options.js";

const fields = {
  size: number({ min: 1, integer: true }),
  rate: number({ default: 0.5, above: 0, below: 1 }),
  on: flag(true),
  mode: oneOf(["a", "b"], "a"),
  label: optional(text()),
  list: optional(numbers({ max: 3 })),
  axis: numberOrNumbers(0, { integer: true }),
  sizes: optional(byName(numbers({ max: 3 }), "sizes by name")),
};

it("fills in defaults and keeps what is given", () => {
  expect(readOptions("thing", { size: 2 }, fields)).toEqual({
    size: 2,
    rate: 0.5,
    on: true,
    mode: "a",
    label: undefined,
    list: undefined,
    axis: 0,
    sizes: undefined,
  });
  const all = {
    size: 1,
    rate: 0.1,
    on: false,
    mode: "b",
    label: "x",
    list: [1, 2],
    axis: [0, 1],
    sizes: { x: [1] },
  };
  expect(readOptions("thing", all, fields)).toEqual(all);
  expect(configOf(readOptions("thing", { size: 2, label: null }, fields))).not.toHaveProperty("label");
});

it.each([
  [{}, "thing: size is required: a whole number from 1."],
  [{ size: 1.5 }, "thing: size must be a whole number from 1, received 1.5."],
  [{ size: 1, rate: 1 }, "thing: rate must be a number above 0 and below 1, received 1."],
  [{ size: 1, rate: Number.NaN }, "thing: rate must be a number above 0 and below 1, received NaN."],
  [{ size: "1" }, 'thing: size must be a whole number from 1, received "1".'],
  [{ size: 1, on: 1 }, "thing: on must be true or false, received 1."],
  [{ size: 1, mode: "c" }, 'thing: mode must be "a" or "b", received "c".'],
  [{ size: 1, label: 3 }, "thing: label must be a text, received 3."],
  [{ size: 1, list: 3 }, "thing: list must be an array of numbers, received 3."],
  [{ size: 1, list: [1, 4] }, "thing: list[1] must be a number up to 3, received 4."],
  [{ size: 1, sizes: { x: [3, 4] } }, "thing: sizes.x[1] must be a number up to 3, received 4."],
  [{ size: 1, sizes: [] }, "thing: sizes must be sizes by name, received []."],
  [{ size: 1, sise: 2 }, 'thing: unknown option "sise". Did you mean "size"?'],
])("refuses %j", (options, message) => {
  expect(() => readOptions("thing", options, fields)).toThrow(message);
});

describe("unknown options", () => {
  it("are named with the nearest one and all", () => {
    expect(() => readOptions('dense "hidden"', { unit: 3 }, { units: number(), rate: number() })).toThrow(
      'dense "hidden": unknown option "unit". Did you mean "units"? Available options are: units, rate.',
    );
  });

  it("bring no far-fetched suggestion", () => {
    expect(() => readOptions("dense", { colour: undefined }, { units: number() })).toThrow(
      'dense: unknown option "colour". Available options are: units.',
    );
    expect(() => readOptions("flatten", { x: 1 }, {})).toThrow(
      'flatten: unknown option "x". It takes no options.',
    );
  });

  it("are found where their names are inherited ones", () => {
    expect(() => readOptions("dense", { toString: 1 }, { units: number() })).toThrow("unknown option");
  });
});

describe("what stands in the place of options", () => {
  it.each([
    [null, "null"],
    [5, "5"],
    ["fast", '"fast"'],
    [[1], "[1]"],
    [() => 1, "a function"],
  ])("refuses %j", (options, received) => {
    expect(() => readOptions("thing", options, fields)).toThrow(
      `thing: options must be an object, received ${received}. Available options are: size, rate, on, mode, label, list, axis, sizes.`,
    );
  });

  it("says of nothing at all what is missing", () => {
    expect(() => readOptions("thing", undefined, fields)).toThrow(
      "thing: size is required: a whole number from 1.",
    );
    expect(readOptions("thing", undefined, { on: flag(true) })).toEqual({ on: true });
  });
});

it.each([
  [{ min: 1 }, "a number from 1"],
  [{ min: 1, max: 8, integer: true }, "a whole number from 1 to 8"],
  [{ min: 0, below: 1 }, "a number from 0 to below 1"],
  [{ above: 0, below: 1 }, "a number above 0 and below 1"],
  [{ above: 0, max: 1 }, "a number above 0 and up to 1"],
  [{ max: 3 }, "a number up to 3"],
  [{ below: 3 }, "a number below 3"],
  [{}, "a number"],
])("says what a number must be: %j", (rule, expected) => {
  expect(number(rule).expected).toBe(expected);
});

it.each([
  [{}, -1e39, "a number from -3.4028234663852886e+38"],
  [{}, 1e39, "a number up to 3.4028234663852886e+38"],
  [{ min: 0 }, 1e300, "a number from 0 to 3.4028234663852886e+38"],
  [{ above: 0 }, 1e39, "a number above 0 and up to 3.4028234663852886e+38"],
  [{ above: 0 }, -1e39, "a number above 0"],
  [{ below: 1 }, -1e39, "a number from -3.4028234663852886e+38 to below 1"],
  [{ max: 5 }, 1e39, "a number up to 5"],
  [{ min: 1, integer: true }, 2 ** 31, "a whole number from 1 to 2147483647"],
  [{ integer: true }, -(2 ** 31) - 1, "a whole number from -2147483648"],
  [{ min: 0, max: largestExact, integer: true }, 2 ** 53, "a whole number from 0 to 9007199254740991"],
  [{ min: 0, max: largestExact, integer: true }, -1, "a whole number from 0"],
] satisfies [NumberRule, number, string][])("has both ends of its range: %j", (rule, value, expected) => {
  expect(() => number(rule).read("thing", "n", value)).toThrow(
    new ImagoError(`thing: n must be ${expected}, received ${value}.`),
  );
});

it("takes whole numbers only where they are exact", () => {
  const { read } = number({ integer: true });
  expect(() => read("thing", "n", 1e16)).toThrow(
    "thing: n must be a whole number up to 2147483647, received 10000000000000000.",
  );
});

it("knows which options an interface has", () => {
  interface Options {
    readonly units: number;
    readonly rate?: number | undefined;
  }
  const all = { units: number(), rate: number({ default: 1 }) } satisfies FieldsOf<Options>;
  // @ts-expect-error an option that is documented and not read
  const less = { units: number() } satisfies FieldsOf<Options>;
  // @ts-expect-error an option that is read and not documented
  const more = { units: number(), rate: number(), speed: number() } satisfies FieldsOf<Options>;
  expect(Object.keys(all).length + Object.keys(less).length + Object.keys(more).length).toBe(6);
  const read: { readonly units: number; readonly rate: number } = readOptions("thing", { units: 2 }, all);
  expect(read).toEqual({ units: 2, rate: 1 });
});
