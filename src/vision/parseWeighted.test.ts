import { expect, it } from "vitest";
import { parseWeighted } from "./parseWeighted.js";

it.each([
  ["conv1", { name: "conv1", weight: undefined }],
  ["conv1=0.5", { name: "conv1", weight: 0.5 }],
  ["conv1=-2e-1", { name: "conv1", weight: -0.2 }],
  ["a=b=3", { name: "a=b", weight: 3 }],
])("%s", (text, expected) => {
  expect(parseWeighted(text)).toEqual(expected);
});

it.each(["", "=2", "conv1=", "conv1= ", "conv1=much", "conv1=Infinity", "conv1=1e39", "a=b"])(
  "refuses %j",
  (text) => {
    expect(parseWeighted(text)).toBeUndefined();
  },
);
