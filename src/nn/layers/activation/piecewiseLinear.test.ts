import { describe, expect, it } from "vitest";
import { gradients } from "../../../engine/autodiff/gradients.js";
import { Graph, type Value } from "../../../engine/graph/graph.js";
import { reduceSum } from "../../../engine/ops/reduceSum.js";
import { type Tensor, tensor } from "../../../engine/tensor/tensor.js";
import { testRuntime } from "../../../engine/testing/evaluate.js";
import { expectClose } from "../../../engine/testing/expectClose.js";
import { runLayer } from "../../testing/runLayer.js";
import { input } from "../core/input.js";
import { PiecewiseLinear, type Points, piecewiseLinear } from "./piecewiseLinear.js";

const points = { x: [0, 1, 3], y: [0.2, 0.4, 1] };

const through = async (columns: readonly Points[], given: number[][]) =>
  (await runLayer(piecewiseLinear({ columns }), [given])).outputs[0] as Tensor;

describe("a function through points", () => {
  it("goes straight between them, and stays beyond them", async () => {
    expectClose(
      await through(
        [points],
        [
          [-5, 0, 0.5],
          [1, 2, 9],
        ],
      ),
      [
        [0.2, 0.2, 0.3],
        [0.4, 0.7, 1],
      ],
    );
  });

  it("is one for each column, also of other numbers of points", async () => {
    const columns = [points, { x: [5], y: [7] }, { x: [0, 2], y: [1, 0] }];
    expectClose(await through(columns, [[2, 2, 0.5]]), [[0.7, 7, 0.75]]);
    expectClose(await through([{ x: [5], y: [7] }], [[2, 3]]), [[7, 7]]);
  });

  it("is finite where points fall together in float32", async () => {
    const close = { x: [0, 1e-40, 1, 1 + 1e-12, 2], y: [0, 0.1, 0.5, 0.6, 1] };
    expectClose(await through([close], [[0, 0.5, 1, 2]]), [[0, 0.25, 0.5, 1]]);
  });

  it("has the slopes of its lines for gradients", async () => {
    const graph = new Graph();
    const x = graph.input("x", { dtype: "float32", shape: [1, 4] });
    const [slope] = gradients(reduceSum(new PiecewiseLinear({ columns: [points] }).call([x])), [x]);
    graph.output("slope", slope as Value);
    const program = await testRuntime().compile(graph);
    const run = await program.run({ x: tensor([[-1, 0.5, 2, 4]]) });
    expectClose(run.slope as Tensor, [[0, 0.2, 0.3, 0]]);
  });
});

describe("refuses", () => {
  it.each([
    [() => piecewiseLinear({ columns: [] }), "piecewiseLinear: columns must have at least one entry."],
    [
      () => piecewiseLinear({ columns: [{ x: [1, 2], y: [1] }] }),
      "piecewiseLinear: columns[0] has 2 x and 1 y; expected as many, at least 1.",
    ],
    [
      () => piecewiseLinear({ columns: [{ x: [1, 1], y: [1, 2] }] }),
      "piecewiseLinear: columns[0].x[1] is 1, after 1; expected each above the one before.",
    ],
    [
      () => piecewiseLinear({ columns: [{ x: [1, Number.NaN], y: [1, 2] }] }),
      "columns[0]: x[1] must be a number, received NaN.",
    ],
    [
      () => piecewiseLinear({ columns: [points, points], name: "p" })(input({ shape: [3], name: "x" })),
      'piecewiseLinear "p": there are points for 2 columns, received [?, 3] from "x"',
    ],
    [
      () => piecewiseLinear({ columns: [points] })(input({ shape: [3], name: "x", dtype: "int32" })),
      "piecewiseLinear: expected floating-point numbers, received int32",
    ],
  ])("%#", (call, message) => {
    expect(call).toThrow(message);
  });
});
