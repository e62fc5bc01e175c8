import { expect } from "vitest";
import { cut } from "../../graph/cut.js";
import type { Graph } from "../../graph/graph.js";
import { verify } from "../../graph/verify.js";
import type { Tensor, TensorLike } from "../../tensor/tensor.js";
import { tensor } from "../../tensor/tensor.js";
import { type Build, buildGraph, testRuntime } from "../../testing/evaluate.js";
import { expectClose } from "../../testing/expectClose.js";
import { type Rules, rewrite } from "../rewrite.js";

/** The types of a graph's nodes in order, those of a body in brackets behind its node. */
export function typesOf(graph: Graph): string[] {
  return graph.nodes.flatMap((node) => {
    const bodies = node.attributes.graphs().map((body) => `[${typesOf(body).join(" ")}]`);
    return [node.operator.type, ...bodies];
  });
}

async function results(graph: Graph, inputs: readonly Tensor[]): Promise<Tensor[]> {
  const program = await testRuntime().compile(graph, { lower: false });
  try {
    const outputs = await program.run(Object.fromEntries(inputs.map((x, index) => [`x${index}`, x])));
    return program.outputNames.map((name) => outputs[name] as Tensor);
  } finally {
    await program.dispose();
  }
}

/**
 * Rewrites what `build` makes, cuts off what is not needed, checks that the outputs are as before (to
 * rounding), and gives the types of the nodes that are left.
 */
export async function rewritten(
  rules: Rules | ((graph: Graph) => Rules),
  build: Build,
  ...inputs: readonly TensorLike[]
): Promise<string[]> {
  const tensors = inputs.map((input) => tensor(input));
  const { graph } = buildGraph(build, tensors);
  const after = rewrite(graph, typeof rules === "function" ? rules(graph) : rules);
  verify(after, "rewriting");
  const needed = cut(after, { outputs: after.outputs, keepInputs: true }).graph;
  const expected = await results(graph, tensors);
  (await results(needed, tensors)).forEach((output, index) => {
    const wanted = expected[index] as Tensor;
    expect(output.dtype).toBe(wanted.dtype);
    expectClose(output, wanted);
  });
  return typesOf(needed);
}
