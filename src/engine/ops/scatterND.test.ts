import { expect, it } from "vitest";
import { string } from "../graph/attributes.js";
import type { Value } from "../graph/graph.js";
import { Graph } from "../graph/graph.js";
import { nodeRuntime } from "../runtime/node.js";
import { Tensor, tensor } from "../tensor/tensor.js";
import { checkGradient } from "../testing/checkGradient.js";
import { evaluateOne } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { squared } from "../testing/squared.js";
import { varied } from "../testing/varied.js";
import { emit } from "./define/define.js";
import { scatterND } from "./scatterND.js";

const rows = [
  [1, 2],
  [3, 4],
  [5, 6],
];

it("writes slices to their coordinates", async () => {
  expectClose(
    await evaluateOne(
      (x) =>
        scatterND(
          x,
          [[2], [0]],
          tensor([
            [10, 20],
            [30, 40],
          ]),
        ),
      rows,
    ),
    [
      [30, 40],
      [3, 4],
      [10, 20],
    ],
  );
  expectClose(
    await evaluateOne(
      (x) =>
        scatterND(
          x,
          [
            [1, 0],
            [-1, -1],
          ],
          tensor([7, 8]),
        ),
      rows,
    ),
    [
      [1, 2],
      [7, 4],
      [5, 8],
    ],
  );
});

it("adds updates of one place, negative coordinates too", async () => {
  const build = (x: Value) =>
    scatterND(
      x,
      [[2], [-1], [0]],
      tensor([
        [1, 1],
        [10, 10],
        [5, 5],
      ]),
      { reduction: "add" },
    );
  expectClose(await evaluateOne(build, rows), [
    [6, 7],
    [3, 4],
    [16, 17],
  ]);
  expectClose(
    await evaluateOne((x) => scatterND(x, [[0], [0]], tensor([9, 5]), { reduction: "max" }), [1, 2]),
    [9, 2],
  );
});

it("loses no update on several threads", async () => {
  const count = 50_000;
  const indices = Tensor.zeros([count, 1], "int64");
  for (let i = 0; i < count; i++) indices.data[i] = BigInt(i % 2);
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2, 16] });
  graph.output("y", scatterND(x, indices, Tensor.full([count, 16], 1), { reduction: "add" }));
  const runtime = nodeRuntime({ threads: 2 });
  const program = await runtime.compile(graph, { lower: false });
  for (let run = 0; run < 5; run++) {
    expectClose(
      (await program.run({ x: Tensor.zeros([2, 16]) })).y as Tensor,
      Tensor.full([2, 16], count / 2),
    );
  }
  await runtime.dispose();
});

it("has gradients for what is there and for the updates, twice", async () => {
  const build = (x?: Value, updates?: Value) => scatterND(x as Value, [[0], [2]], updates as Value);
  await checkGradient(squared(build), [varied([3, 2]), varied([2, 2])], { second: true });
  const adding = (x?: Value, updates?: Value) =>
    scatterND(
      x as Value,
      [
        [2, 1],
        [-1, 1],
      ],
      updates as Value,
      { reduction: "add" },
    );
  await checkGradient(squared(adding), [varied([3, 2]), varied([2])], { second: true });
});

it("has the gradient of an imported node that adds", async () => {
  const build = (x: Value, updates: Value) =>
    emit(scatterND.operator, [x, tensor([[0], [2]], { dtype: "int64" }), updates], {
      reduction: string("add"),
    });
  await checkGradient(
    squared((x, u) => build(x as Value, u as Value)),
    [varied([3, 2]), varied([2, 2])],
    { second: true },
  );
});

it("takes no updates, and NaN", async () => {
  const none = Tensor.zeros([0, 1], "int64");
  expectClose(await evaluateOne((x) => scatterND(x, none, Tensor.zeros([0])), [1, Number.NaN]), [
    1,
    Number.NaN,
  ]);
});

it("refuses updates that do not fit", async () => {
  await expect(evaluateOne((x) => scatterND(x, [[0]], tensor([1])), rows)).rejects.toThrow(
    'ScatterND "ScatterND" (float32[3, 2], int64[1, 1], float32[1]): updates must be float32[1, 2]',
  );
  await expect(
    evaluateOne((x) => scatterND(x, [[0]], tensor([1]), { reduction: "add" }), rows),
  ).rejects.toThrow("updates must be float32[1, 2]");
});
