import { gradients } from "../autodiff/gradients.js";
import { Graph, type Value } from "../graph/graph.js";
import { verify } from "../graph/verify.js";
import { add } from "../ops/add.js";
import { mul } from "../ops/mul.js";
import { nodeRuntime } from "../runtime/node.js";
import type { Runtime } from "../runtime/runtime.js";
import { isFloat } from "../tensor/dtype.js";
import { type Tensor, type TensorLike, tensor } from "../tensor/tensor.js";

/** Emits what a test is about from its inputs. */
export type Build = (...inputs: Value[]) => Value | readonly Value[];

let shared: Runtime | undefined;

/** One runtime for all tests of a file. It refuses graphs that declare other types than ONNX Runtime infers. */
export function testRuntime(): Runtime {
  shared ??= nodeRuntime({ threads: 1, strictTypes: true });
  return shared;
}

/** A graph with an input for each tensor and `build`'s results as outputs `y0`, `y1`, … */
export function buildGraph(
  build: Build,
  inputs: readonly Tensor[],
): { graph: Graph; inputs: Value[]; outputs: readonly Value[] } {
  const graph = new Graph();
  const values = inputs.map(({ dtype, shape }, index) => graph.input(`x${index}`, { dtype, shape }));
  const built = build(...values);
  const outputs = Array.isArray(built) ? (built as readonly Value[]) : [built as Value];
  outputs.forEach((value, index) => {
    graph.output(`y${index}`, value);
  });
  return { graph, inputs: values, outputs };
}

async function run(graph: Graph, inputs: readonly Tensor[]): Promise<Tensor[]> {
  verify(graph, "building");
  const program = await testRuntime().compile(graph, { lower: false });
  try {
    const results = await program.run(Object.fromEntries(inputs.map((x, index) => [`x${index}`, x])));
    return program.outputNames.map((name) => results[name] as Tensor);
  } finally {
    await program.dispose();
  }
}

/** Runs `build` on `inputs` and gives its outputs. */
export async function evaluate(build: Build, ...inputs: readonly TensorLike[]): Promise<Tensor[]> {
  const tensors = inputs.map((input) => tensor(input));
  return run(buildGraph(build, tensors).graph, tensors);
}

/** Runs `build` on one or more inputs and gives its only output. */
export async function evaluateOne(build: Build, ...inputs: readonly TensorLike[]): Promise<Tensor> {
  return (await evaluate(build, ...inputs))[0] as Tensor;
}

/**
 * The gradient of Σ outputs · upstream with respect to every floating-point input, as a function to
 * `evaluate` or to differentiate again. `upstream` are tensors of the outputs' shapes (default: ones).
 */
export function gradientBuild(build: Build, upstream?: readonly Tensor[]): Build {
  return (...inputs) => {
    const built = build(...inputs);
    const outputs = Array.isArray(built) ? (built as readonly Value[]) : [built as Value];
    const wrt = inputs.filter((input) => isFloat(input.dtype));
    const totals = wrt.map((): Value[] => []);
    outputs.forEach((output, index) => {
      if (!isFloat(output.dtype)) return;
      const weight = upstream?.[index];
      const loss = weight === undefined ? output : mul(output, weight.cast(output.dtype));
      gradients(loss, wrt).forEach((gradient, position) => {
        totals[position]?.push(gradient);
      });
    });
    return totals.map((parts) => parts.reduce((a, b) => add(a, b)));
  };
}
