import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import type { Graph, Value } from "../graph/graph.js";
import { add } from "../ops/add.js";
import { clip } from "../ops/clip.js";
import { concat } from "../ops/concat.js";
import { conv } from "../ops/conv/conv.js";
import { exp } from "../ops/exp.js";
import { greater } from "../ops/greater.js";
import { mul } from "../ops/mul.js";
import { pad } from "../ops/pad.js";
import { maxPool } from "../ops/pool/maxPool.js";
import { reduceMean } from "../ops/reduceMean.js";
import { reduceSum } from "../ops/reduceSum.js";
import { relu } from "../ops/relu.js";
import { reshape } from "../ops/reshape.js";
import { scan } from "../ops/scan/scan.js";
import { slice } from "../ops/slice.js";
import { sub } from "../ops/sub.js";
import { transpose } from "../ops/transpose.js";
import { where } from "../ops/where.js";
import type { Tensor } from "../tensor/tensor.js";
import { type Build, buildGraph } from "../testing/evaluate.js";
import { varied } from "../testing/varied.js";
import { lower } from "./lower.js";
import { noOps } from "./noOps.js";
import { rearrangements } from "./rearrangements.js";
import type { Rules } from "./rewrite.js";
import { sinkTransposes } from "./sinkTransposes.js";
import { rewritten } from "./testing/checkRule.js";

const toLast = [0, 2, 3, 1];
const toFirst = [0, 3, 1, 2];
const last = (x: Value): Value => transpose(x, toLast);
const first = (x: Value): Value => transpose(x, toFirst);

/** Batch, channels, height, width, all of different sizes. */
const image = varied([2, 3, 4, 5]);
/** The same with channels last. */
const turned = varied([2, 4, 5, 3]);

function rules(graph: Graph): Rules {
  const rule = sinkTransposes(graph);
  return { nodes: [noOps, rearrangements, ...(rule === undefined ? [] : [rule])] };
}

const sunk = (build: Build, ...inputs: readonly Tensor[]) => rewritten(rules, build, ...inputs);

const vector = varied([3]);
const rows = varied([4, 1, 3]);

describe("Transposes that undo each other", () => {
  it.each<[string, (x: Value, more: Value) => Value, string[], Tensor]>([
    ["a function", (x) => first(exp(last(x))), ["Exp"], vector],
    ["several", (x) => first(relu(exp(last(x)))), ["Exp", "Relu"], vector],
    ["a scalar", (x) => first(clip(mul(last(x), 3), -1, 1)), ["Mul", "Clip"], vector],
    ["a vector of channels", (x, v) => first(add(last(x), v)), ["Reshape", "Add"], vector],
    ["a small operand of two axes", (x, v) => first(sub(v, last(x))), ["Reshape", "Transpose", "Sub"], rows],
    [
      "an operand of fewer axes that is not small",
      (x, y) => first(mul(last(x), y)),
      ["Reshape", "Transpose", "Mul"],
      varied([4, 5, 3]),
    ],
    ["two of them", (x, y) => first(mul(last(x), last(y))), ["Mul"], image],
    ["a choice", (x, y) => first(where(greater(last(x), 0), last(x), last(y))), ["Greater", "Where"], image],
    ["another operand of full size", (x, y) => first(mul(last(x), y)), ["Transpose", "Mul"], turned],
    ["a concatenation", (x, y) => first(concat([last(x), last(y)], { axis: -1 })), ["Concat"], image],
    ["a padding", (x) => first(pad(last(x), { pads: [0, 1, 2, 0, 0, 3, 4, 0], value: 7 })), ["Pad"], vector],
    [
      "a slice",
      (x) => first(slice(last(x), { starts: [1, -4], ends: [3, 9], axes: [1, -2] })),
      ["Slice"],
      vector,
    ],
    [
      "a slice of the first axes",
      (x) => first(slice(last(x), { starts: [0, 1], ends: [1, 3] })),
      ["Slice"],
      vector,
    ],
  ])("go around %s", async (_name, op, types, more) => {
    expect(await sunk((x, y) => op(x as Value, y as Value), image, more)).toEqual(types);
  });

  it("go around what is used twice", async () => {
    const build: Build = (x) => {
      const y = relu(last(x as Value));
      return [first(exp(y)), first(mul(y, y))];
    };
    expect(await sunk(build, image)).toEqual(["Relu", "Exp", "Mul"]);
  });
});

describe("a Transpose", () => {
  it.each<[string, (x: Value) => Value, string[]]>([
    ["kept axes", (x) => reduceMean(last(x), { axes: [0, 1, 2], keepDims: true }), ["ReduceMean", "Reshape"]],
    ["one axis left", (x) => reduceSum(last(x), { axes: [0, 1, 2] }), ["ReduceSum"]],
    ["none left", (x) => reduceSum(last(x)), ["ReduceSum"]],
    ["two axes left in order", (x) => reduceSum(last(x), { axes: [1, 2] }), ["ReduceSum"]],
    ["two axes left out of order", (x) => reduceSum(last(x), { axes: [0, 1] }), ["ReduceSum", "Transpose"]],
    [
      "one kept axis out of order",
      (x) => reduceSum(last(x), { axes: [1], keepDims: true }),
      ["ReduceSum", "Transpose"],
    ],
  ])("before a reduction with %s is one of the sums", async (_name, op, types) => {
    expect(await sunk((x) => op(x as Value), image)).toEqual(types);
  });

  it("is not needed by what is only summed", async () => {
    const build: Build = (x) => {
      const y = last(x as Value);
      return [first(exp(y)), reduceSum(mul(y, sub(y, 1)), { axes: [0, 1, 2] })];
    };
    expect(await sunk(build, image)).toEqual(["Exp", "Sub", "Mul", "ReduceSum"]);
  });

  it("stays where others need its result", async () => {
    const build: Build = (x) => {
      const y = last(x as Value);
      return [exp(y), sub(y, 1), reshape(y, [6, 20])];
    };
    expect(await sunk(build, image)).toEqual(["Transpose", "Exp", "Sub", "Reshape"]);
  });

  it("stays where another operand would have to be transposed instead", async () => {
    expect(await sunk((x, y) => mul(last(x as Value), y as Value), image, turned)).toEqual([
      "Transpose",
      "Mul",
    ]);
  });

  it("does not move into a loop", async () => {
    const build: Build = (x) => {
      const outside = transpose(x as Value);
      return scan({
        states: [],
        sequences: [x as Value],
        body: (_, [row]) => ({ states: [], outputs: [mul(outside, row as Value)] }),
      }).outputs;
    };
    expect(await sunk(build, varied([3, 3]))).toEqual(["Transpose", "Scan", "[Mul]"]);
  });
});

it("leaves of a convolutional network's Transposes only those at its ends", async () => {
  const build: Build = (x, w, v, bias) => {
    let y = x as Value;
    for (const kernel of [w, v] as Value[]) {
      const sum = last(conv(first(y), kernel, undefined, { pads: [1, 1, 1, 1] }));
      y = relu(add(sum, bias as Value));
      y = last(maxPool(first(y), { kernelShape: [2, 2], strides: [2, 2] }));
    }
    const score = reduceSum(mul(y, y));
    return [score, ...gradients(score, [w, v, bias] as Value[])];
  };
  const single = (shape: number[]): Tensor => varied(shape).cast("float32");
  const inputs = [[2, 8, 8, 3], [4, 3, 3, 3], [4, 4, 3, 3], [4]].map(single);
  const { graph } = buildGraph(build, inputs);
  const orders = (of: Graph): string[] =>
    of.nodes.flatMap(({ attributes }) => attributes.ints("perm")?.join() ?? []);
  const between = (of: Graph): string[] => orders(of).filter((order) => /0,3,1,2|0,2,3,1/.test(order));
  expect(between(graph)).toHaveLength(15);
  // The image's own: its gradient is not asked for.
  expect(between(lower(graph))).toEqual(["0,3,1,2"]);
  await sunk(build, ...inputs);
});
