import { expect, it } from "vitest";
import { Graph } from "../graph/graph.js";
import { conv } from "../ops/conv/conv.js";
import { gemm } from "../ops/gemm.js";
import { pad } from "../ops/pad.js";
import { averagePool } from "../ops/pool/averagePool.js";
import { maxPool } from "../ops/pool/maxPool.js";
import { transpose } from "../ops/transpose.js";
import { Tensor } from "../tensor/tensor.js";
import { nodeRuntime } from "./node.js";
import { wrongFusions } from "./wrongFusions.js";

it.each([false, true])("zeros around an image count as zeros in maxima, lowered: %s", async (lowered) => {
  const graph = new Graph();
  const image = graph.input("x", { dtype: "float32", shape: [1, 4, 4, 1] });
  const kernel = graph.constant(Tensor.full([1, 1, 1, 1], 1));
  // Behind a convolution, as ONNX Runtime joins the two there; the border in another layout than the pooling.
  const convolved = transpose(conv(transpose(image, [0, 3, 1, 2]), kernel), [0, 2, 3, 1]);
  const padded = pad(convolved, { pads: [0, 1, 1, 0, 0, 1, 1, 0] });
  const pooled = maxPool(transpose(padded, [0, 3, 1, 2]), { kernelShape: [3, 3], strides: [2, 2] });
  graph.output("y", pooled);
  const program = await nodeRuntime().compile(graph, { lower: lowered });
  const { y } = await program.run({ x: Tensor.full([1, 4, 4, 1], -5) });
  expect([...(y?.data ?? [])]).toEqual([0, 0, 0, -5]);
  await program.dispose();
});

it("takes a border as wide as the windows whose means are taken", async () => {
  const graph = new Graph();
  const image = graph.input("x", { dtype: "float32", shape: [1, 1, 2, 2] });
  const convolved = conv(image, graph.constant(Tensor.full([1, 1, 1, 1], 1)));
  const padded = pad(convolved, { pads: [0, 0, 2, 2, 0, 0, 2, 2] });
  graph.output("y", averagePool(padded, { kernelShape: [2, 2], strides: [2, 2] }));
  const program = await nodeRuntime().compile(graph);
  const { y } = await program.run({ x: Tensor.full([1, 1, 2, 2], 4) });
  expect([...(y?.data ?? [])]).toEqual([0, 0, 0, 0, 4, 0, 0, 0, 0]);
  await program.dispose();
});

it("leaves products turned that were turned on purpose", () => {
  const graph = new Graph();
  const x = graph.input("x", { dtype: "float32", shape: [4, 4] });
  graph.output("y", gemm(transpose(x), x));
  expect(wrongFusions(graph)).toEqual([]);
  graph.output("turned", transpose(gemm(x, x)));
  expect(wrongFusions(graph)).toEqual(["GemmTransposeFusion"]);
});
