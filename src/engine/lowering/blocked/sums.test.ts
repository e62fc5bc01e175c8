import { afterAll, expect, it } from "vitest";
import { Graph } from "../../graph/graph.js";
import { conv } from "../../ops/conv/conv.js";
import { reduceMean } from "../../ops/reduceMean.js";
import { nodeRuntime } from "../../runtime/node.js";
import { Tensor } from "../../tensor/tensor.js";
import { varied } from "../../testing/varied.js";

const runtime = nodeRuntime({ threads: 1 });
afterAll(() => runtime.dispose());

// Added up one after the other, the 50,000 numbers of the last would lose 4e-4 of their sum.
it.each([
  [32, 32],
  [56, 56],
  [109, 113],
  [224, 224],
])("finds means of planes of %i × %i to rounding", async (rows, columns) => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [2, 16, rows, columns] });
  const w = graph.input("w", { dtype: "float32", shape: [16, 16, 1, 1] });
  graph.output("ofImages", reduceMean(conv(x, w), { axes: [2, 3], keepDims: false }));
  graph.output("ofBatch", reduceMean(conv(x, w), { axes: [0, 2, 3], keepDims: false }));
  const program = await runtime.compile(graph);
  const weights = new Tensor("float32", [16, 16, 1, 1], Float32Array.from(varied([256]).data));
  const given = await program.run({ x: Tensor.full([2, 16, rows, columns], 0.1), w: weights });
  const tenth = Math.fround(0.1);
  const right = Array.from({ length: 16 }, (_, out) =>
    weights.data.subarray(16 * out, 16 * out + 16).reduce((sum: number, weight) => sum + weight * tenth, 0),
  );
  const largest = Math.max(...right.map(Math.abs));
  for (const [at, mean] of right.entries()) {
    expect(Math.abs((given.ofImages?.data[at] as number) - mean) / largest).toBeLessThan(2e-5);
    expect(Math.abs((given.ofBatch?.data[at] as number) - mean) / largest).toBeLessThan(2e-5);
  }
  await program.dispose();
});
