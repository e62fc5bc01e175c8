import { expect, it } from "vitest";
import {
  configOf,
  flag,
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
  });
  const all = { size: 1, rate: 0.1, on: false, mode: "b", label: "x", list: [1, 2], axis: [0, 1] };
  expect(readOptions("thing", all, fields)).toEqual(all);
  expect(configOf(readOptions("thing", { size: 2, label: null }, fields))).not.toHaveProperty("label");
});

it.each([
  [{}, 'thing: option "size" is required: a whole number of at least 1.'],
  [{ size: 1.5 }, 'thing: option "size" must be a whole number of at least 1, received 1.5.'],
  [{ size: 1, rate: 1 }, 'thing: option "rate" must be a finite number above 0 and below 1, received 1.'],
  [
    { size: 1, rate: Number.NaN },
    'thing: option "rate" must be a finite number above 0 and below 1, received NaN.',
  ],
  [{ size: "1" }, 'thing: option "size" must be a whole number of at least 1, received "1".'],
  [{ size: 1, on: 1 }, 'thing: option "on" must be true or false, received 1.'],
  [{ size: 1, mode: "c" }, 'thing: option "mode" must be one of "a", "b", received "c".'],
  [{ size: 1, label: 3 }, 'thing: option "label" must be a text, received 3.'],
  [{ size: 1, list: 3 }, 'thing: option "list" must be an array of numbers, received 3.'],
  [{ size: 1, list: [1, 4] }, 'thing: option "list[1]" must be a finite number of at most 3, received 4.'],
  [{ size: 1, sise: 2 }, 'thing: unknown option "sise". Did you mean "size"?'],
])("refuses %j", (options, message) => {
  expect(() => readOptions("thing", options, fields)).toThrow(message);
});
