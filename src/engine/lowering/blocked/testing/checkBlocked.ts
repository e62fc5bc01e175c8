import { expect } from "vitest";
import { gradients } from "../../../autodiff/gradients.js";
import { Graph, type Value } from "../../../graph/graph.js";
import { verify } from "../../../graph/verify.js";
import { conv } from "../../../ops/conv/conv.js";
import type { ConvOptions } from "../../../ops/conv/convolution.js";
import { mul } from "../../../ops/mul.js";
import { reduceSum } from "../../../ops/reduceSum.js";
import { Generator } from "../../../random/generator.js";
import { nodeRuntime } from "../../../runtime/node.js";
import type { Runtime } from "../../../runtime/runtime.js";
import { type Shape, sizeOf } from "../../../tensor/shape.js";
import { Tensor, toNumbers } from "../../../tensor/tensor.js";
import { lower } from "../../lower.js";
import { convolution64 } from "../../testing/convolution64.js";

export type Convolve = (x: Value, w: Value, bias: Value | undefined, options: ConvOptions) => Value;

/** What a test is about, by means of `convolve`. */
export type BlockedBuild = (convolve: Convolve, ...inputs: Value[]) => Value;

let shared: Runtime | undefined;

/** One runtime for all tests of a file, which knows what it can do. */
export async function blockedRuntime(): Promise<Runtime> {
  if (shared === undefined) {
    shared = nodeRuntime({ threads: 1 });
    const graph = new Graph();
    graph.output("y", graph.input("x", { dtype: "float32", shape: [1] }));
    await (await shared.compile(graph)).dispose();
  }
  return shared;
}

/** Normal numbers of a seed, float64 that float32 holds too. */
export function normals(seed: number, shape: Shape, deviation = 1, mean = 0): Tensor<"float64"> {
  const numbers = new Generator(seed).normals(sizeOf(shape));
  return new Tensor(
    "float64",
    shape,
    Float64Array.from(numbers, (number) => Math.fround(mean + deviation * number)),
  );
}

/** The result, and the gradients of Σ result · slopes for all inputs. */
function graphOf(build: BlockedBuild, inputs: readonly Tensor[], dtype: "float32" | "float64"): Graph {
  const graph = new Graph();
  const values = inputs.map(({ shape }, index) => graph.input(`x${index}`, { dtype, shape }));
  const result = build(dtype === "float32" ? conv : convolution64, ...values);
  graph.output("y", result);
  const loss = reduceSum(mul(result, normals(99, result.shape).cast(dtype)));
  gradients(loss, values).forEach((gradient, index) => {
    graph.output(`d${index}`, gradient);
  });
  return graph;
}

async function results(
  graph: Graph,
  inputs: readonly Tensor[],
  dtype: "float32" | "float64",
): Promise<Tensor[]> {
  const runtime = await blockedRuntime();
  const program = await runtime.compile(graph, { lower: false });
  try {
    const feeds = Object.fromEntries(inputs.map((input, index) => [`x${index}`, input.cast(dtype)]));
    const outputs = await program.run(feeds);
    return program.outputNames.map((name) => outputs[name] as Tensor);
  } finally {
    await program.dispose();
  }
}

/** The largest difference of two tensors over the largest element. */
export function distance(a: Tensor, b: Tensor): number {
  const [got, want] = [toNumbers(a), toNumbers(b)];
  let [worst, largest] = [0, Number.MIN_VALUE];
  for (let index = 0; index < want.length; index++) {
    const difference = Math.abs((got[index] as number) - (want[index] as number));
    // What is no number is no small difference either.
    worst = difference <= worst ? worst : Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
    largest = Math.max(largest, Math.abs(want[index] as number));
  }
  return worst / largest;
}

const isNamed = (node: Graph["nodes"][number]): boolean => node.operator.domain === "com.microsoft.nchwc";

/**
 * Lowers what `build` makes in float32 and its gradients, runs it, and compares every result with that of the graph in
 * float64 which was not lowered.
 *
 * @returns the nodes of the lowered graph that are kernels for blocks
 */
export async function checkBlocked(
  build: BlockedBuild,
  inputs: readonly Tensor[],
  tolerance = 5e-6,
): Promise<Graph["nodes"]> {
  const lowered = lower(graphOf(build, inputs, "float32"), { channelBlocks: true, namedBlocks: true });
  verify(lowered, "lowering");
  const wanted = await results(graphOf(build, inputs, "float64"), inputs, "float64");
  (await results(lowered, inputs, "float32")).forEach((output, index) => {
    const far = distance(output, wanted[index] as Tensor);
    expect(far, `${index === 0 ? "result" : `gradient ${index - 1}`} is off by ${far}`).toBeLessThan(
      tolerance,
    );
  });
  return lowered.nodes.filter(isNamed);
}
