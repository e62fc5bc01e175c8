import { expect, it } from "vitest";
import { formatDreamLayer, parseDreamLayer } from "./parseLayer.js";

it.each([
  ["fire8", { name: "fire8" }],
  ["fire8=0.5", { name: "fire8", weight: 0.5 }],
  ["fire8:12", { name: "fire8", channel: 12 }],
  ["fire8:12=-2e-1", { name: "fire8", channel: 12, weight: -0.2 }],
  ["/features/3/Relu_output_0", { name: "/features/3/Relu_output_0" }],
  ["conv/Relu:0:", { name: "conv/Relu:0" }],
  ["conv/Relu:0:7=3", { name: "conv/Relu:0", channel: 7, weight: 3 }],
  ["a:b", { name: "a:b" }],
])("%s", (text, layer) => {
  expect(parseDreamLayer(text)).toEqual(layer);
  expect(parseDreamLayer(formatDreamLayer(layer))).toEqual(layer);
});

it.each(["", "=2", "fire8=", "fire8=strong"])('refuses "%s"', (text) => {
  expect(() => parseDreamLayer(text)).toThrow(
    `"${text}" is no layer; expected NAME, NAME:CHANNEL or NAME=WEIGHT`,
  );
});

it.each(["fire8", "fire8:12=-0.2", "conv/Relu:0:", "conv/Relu:0:7=3", "a:b"])(
  "writes %s as it is read",
  (text) => {
    expect(formatDreamLayer(parseDreamLayer(text))).toBe(text);
  },
);
