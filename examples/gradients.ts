import { Graph, gradients, nodeRuntime, tensor } from "../src/index.js";
import * as ops from "../src/ops.js";

/**
 * Gradients of gradients on a plain graph: f(x) = Σ tanh(x)², its gradient, and the product of its second
 * derivatives with a direction, all in one ONNX graph.
 */
export async function hessianVectorProduct(
  x: readonly number[],
  direction: readonly number[],
): Promise<number[]> {
  const graph = new Graph();
  const type = { dtype: "float32", shape: [x.length] } as const;
  const [at, along] = [graph.input("x", type), graph.input("direction", type)];
  const y = ops.tanh(at);
  const [slope] = gradients(ops.reduceSum(ops.mul(y, y)), [at]);
  const [product] = gradients(ops.reduceSum(ops.mul(slope, along)), [at]);
  graph.output("product", product);

  const runtime = nodeRuntime();
  const program = await runtime.compile(graph);
  const results = await program.run({ x: tensor(x), direction: tensor(direction) });
  await runtime.dispose();
  return Array.from(results.product?.data as Float32Array);
}
