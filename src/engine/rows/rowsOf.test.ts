import { describe, expect, it } from "vitest";
import { Graph, type Value } from "../graph/graph.js";
import * as ops from "../ops/index.js";
import { scan } from "../ops/scan/scan.js";
import { Tensor } from "../tensor/tensor.js";
import type { Rows } from "./rows.js";
import { rowsOf } from "./rowsOf.js";

type Build = (x: Value, w: Value) => Value;

/** How what `build` makes of `[rows, 4, 6]` and a weight `[6, 6]` depends on the rows. */
function rowsIn(build: Build): Rows {
  const made = [6, 3].map((rows) => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [rows, 4, 6] });
    const w = graph.input("w", { dtype: "float32", shape: [6, 6] });
    graph.output("y", build(x, w));
    return graph;
  }) as [Graph, Graph];
  const value = made[0].outputs[0]?.value as Value;
  return rowsOf(made[0], made[1], { sizes: { whole: 6, part: 3 } })(value);
}

const at = (axis: number, outer = 1, inner = 1): Rows => ({ kind: "axis", axis, outer, inner });
const batch = (x: Value): number => x.size(0);

describe("rows stand apart", () => {
  it.each<[string, Build, Rows]>([
    ["each element by itself", (x) => ops.tanh(ops.mul(x, ops.sub(1, x))), at(0)],
    ["a weight for all", (x, w) => ops.add(x, ops.reduceMean(w)), at(0)],
    ["what no row enters", (_, w) => ops.matMul(w, w), { kind: "none" }],
    ["products with a weight", (x, w) => ops.matMul(x, w), at(0)],
    ["products of each row's matrices", (x) => ops.matMul(x, ops.transpose(x, [0, 2, 1])), at(0)],
    ["rows and steps as one axis", (x) => ops.reshape(x, [batch(x) * 4, 6]), at(0, 1, 4)],
    ["and apart again", (x) => ops.reshape(ops.reshape(x, [-1, 6]), [batch(x), 2, 12]), at(0)],
    ["steps before rows", (x) => ops.reshape(ops.transpose(x, [1, 0, 2]), [-1, 6]), at(0, 4)],
    ["sums over other axes", (x) => ops.reduceSum(x, { axes: [1] }), at(0)],
    ["the largest of each row", (x) => ops.argMax(x, { axis: 2 }), at(0)],
    ["a softmax of each", (x) => ops.softmax(x), at(0)],
    ["parts of each", (x) => ops.slice(x, { starts: [0, 1], ends: [batch(x), 3] }), at(0)],
    ["more room around each", (x) => ops.pad(x, { pads: [0, 1, 0, 0, 1, 0] }), at(0)],
    [
      "rows of zeros",
      (x) => ops.concat([x, ops.expand(x.graph.scalar(0, "float32"), [batch(x), 1, 6])], { axis: 1 }),
      at(0),
    ],
    ["a sum over rows", (x) => ops.mul(ops.reduceSum(ops.mul(x, x)), 2), { kind: "sum" }],
    ["their mean", (x) => ops.div(ops.reduceSum(x), batch(x) * 24), { kind: "mean" }],
    [
      "a mean and what no row enters",
      (x, w) => ops.add(ops.reduceMean(x), ops.reduceSum(w)),
      { kind: "mean" },
    ],
    [
      "a loop over steps",
      (x) => {
        const zero = ops.expand(x.graph.scalar(0, "float32"), [batch(x), 6]);
        const body = ([state]: readonly Value[], [step]: readonly Value[]) => {
          const next = ops.tanh(ops.add(state as Value, step as Value));
          return { states: [next], outputs: [next] };
        };
        return scan({ states: [zero], sequences: [ops.transpose(x, [1, 0, 2])], body }).outputs[0] as Value;
      },
      at(1),
    ],
  ])("%s", (_, build, rows) => {
    expect(rowsIn(build)).toEqual(rows);
  });
});

describe("rows are mixed, or nobody knows", () => {
  it.each<[string, Build]>([
    ["their mean, taken off", (x) => ops.sub(x, ops.reduceMean(x, { axes: [0], keepDims: true }))],
    ["a running sum", (x) => ops.cumSum(x, { axis: 0 })],
    ["a softmax over them", (x) => ops.softmax(x, 0)],
    [
      "products of rows with rows",
      (x) => ops.matMul(ops.reshape(x, [batch(x), 24]), ops.transpose(ops.reshape(x, [batch(x), 24]))),
    ],
    [
      "the other way round",
      (x) => ops.slice(x, { starts: [-1], ends: [Number.NEGATIVE_INFINITY], steps: [-1] }),
    ],
    ["a row for all", (x) => ops.slice(x, { starts: [0], ends: [1] })],
    ["the largest over them", (x) => ops.reduceMax(x, { axes: [0] })],
    ["a square of their sum", (x) => ops.mul(ops.reduceSum(x), ops.reduceSum(x))],
    ["their number", (x) => ops.mul(x, batch(x))],
    [
      "two orders of rows",
      (x) => ops.add(ops.reshape(x, [-1, 6]), ops.reshape(ops.transpose(x, [1, 0, 2]), [-1, 6])),
    ],
    [
      "a number for each place in the batch",
      (x) => {
        const places = Float32Array.from({ length: batch(x) }, (_, row) => row);
        return ops.add(x, new Tensor("float32", [batch(x), 1, 1], places));
      },
    ],
    ["another graph for fewer", (x) => (batch(x) > 4 ? ops.tanh(x) : ops.exp(x))],
    [
      "a loop over them",
      (x) => {
        const zero = ops.expand(x.graph.scalar(0, "float32"), [4, 6]);
        const body = ([state]: readonly Value[], [row]: readonly Value[]) => {
          const next = ops.add(state as Value, row as Value);
          return { states: [next], outputs: [next] };
        };
        return scan({ states: [zero], sequences: [x], body }).outputs[0] as Value;
      },
    ],
  ])("%s", (_, build) => {
    expect(rowsIn(build).kind).toBe("mixed");
  });
});
