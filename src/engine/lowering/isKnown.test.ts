import { expect, it } from "vitest";
import { Graph } from "../graph/graph.js";
import { mul } from "../ops/mul.js";
import { reshape } from "../ops/reshape.js";
import { slice } from "../ops/slice.js";
import { transpose } from "../ops/transpose.js";
import { Tensor } from "../tensor/tensor.js";
import { isKnown } from "./isKnown.js";

it("knows constants, what they are rearranged to, and nothing", () => {
  const graph = new Graph();
  const constant = graph.constant(Tensor.zeros([2, 6]));
  expect(isKnown(undefined)).toBe(true);
  expect(isKnown(constant)).toBe(true);
  const rearranged = reshape(transpose(constant), [3, 4]);
  expect(isKnown(rearranged)).toBe(true);
  expect(isKnown(slice(rearranged, { starts: [1], ends: [2], axes: [0] }))).toBe(true);
});

it("knows no inputs, what they are rearranged to, nor what is computed", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2, 6] });
  expect(isKnown(x)).toBe(false);
  expect(isKnown(transpose(x))).toBe(false);
  expect(isKnown(mul(graph.constant(Tensor.zeros([2])), 2))).toBe(false);
});
