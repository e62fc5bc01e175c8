import * as fc from "fast-check";
import { expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import { Graph, type Value } from "../graph/graph.js";
import { verify } from "../graph/verify.js";
import { add } from "../ops/add.js";
import { cast } from "../ops/cast.js";
import { expand } from "../ops/expand.js";
import { identity } from "../ops/identity.js";
import { matMul } from "../ops/matMul.js";
import { mul } from "../ops/mul.js";
import { neg } from "../ops/neg.js";
import { reduceSum } from "../ops/reduceSum.js";
import { reshape } from "../ops/reshape.js";
import { scan } from "../ops/scan/scan.js";
import { sub } from "../ops/sub.js";
import { tanh } from "../ops/tanh.js";
import { transpose } from "../ops/transpose.js";
import type { Tensor } from "../tensor/tensor.js";
import { testRuntime } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { varied } from "../testing/varied.js";
import { lower } from "./lower.js";

const shape = [3, 3];

/** What a random graph is made of: each keeps the shape [3, 3]. */
const steps: readonly ((a: Value, b: Value) => Value)[] = [
  (a, b) => add(a, b),
  (a, b) => sub(a, tanh(b)),
  (a, b) => mul(tanh(a), b),
  (a) => mul(a, 1),
  (a) => add(0, a),
  (a) => neg(a),
  (a) => transpose(a),
  (a) => transpose(a, [0, 1]),
  (a) => reshape(reshape(a, [9]), shape),
  (a) => reshape(transpose(reshape(a, [1, 9])), shape),
  (a, b) => tanh(matMul(a, transpose(b))),
  (a, b) => tanh(matMul(transpose(a), b)),
  (a, b) => add(tanh(matMul(a, b)), b),
  (a) => add(matMul(tanh(a), transpose(tanh(a))), a),
  (a, b) => mul(a, expand(reduceSum(tanh(b), { axes: [0], keepDims: true }), shape)),
  (a) =>
    expand(reshape(reduceSum(reduceSum(tanh(a), { axes: [0], keepDims: true }), { axes: [1] }), []), shape),
  (a) => mul(a, expand(a.graph.scalar(0.5, "float64"), shape)),
  (a) => identity(cast(a, "float64")),
  (a, b) =>
    scan({
      states: [a],
      sequences: [b],
      body: ([state], [row]) => ({
        states: [tanh(matMul(state as Value, transpose(add(b, mul(row as Value, 1)))))],
        outputs: [],
      }),
    }).states[0] as Value,
];

const choice = fc.tuple(fc.nat(steps.length - 1), fc.nat(), fc.nat());

function randomGraph(choices: readonly (readonly [number, number, number])[]): Graph {
  const graph = new Graph();
  const values = ["x0", "x1"].map((name) => graph.input(name, { dtype: "float64", shape }));
  const inputs = [...values];
  for (const [step, a, b] of choices) {
    const from = (index: number): Value => values[index % values.length] as Value;
    values.push((steps[step] as (typeof steps)[number])(from(a), from(b)));
  }
  const last = values.at(-1) as Value;
  graph.output("y", last);
  graph.output("middle", values[values.length >> 1] as Value);
  gradients(last, inputs).forEach((gradient, index) => {
    graph.output(`gradient${index}`, gradient);
  });
  return graph;
}

it("computes the same for random graphs and their gradients", async () => {
  const feeds = { x0: varied(shape), x1: varied(shape).clone() };
  feeds.x1.data.reverse();
  const run = async (graph: Graph): Promise<Record<string, Tensor>> => {
    const program = await testRuntime().compile(graph, { lower: false });
    const results = await program.run(feeds);
    await program.dispose();
    return results;
  };
  await fc.assert(
    fc.asyncProperty(fc.array(choice, { minLength: 1, maxLength: 12 }), async (choices) => {
      const graph = randomGraph(choices);
      const lowered = lower(graph);
      verify(lowered, "lowering");
      const [before, after] = [await run(graph), await run(lowered)];
      expect(Object.keys(after)).toEqual(Object.keys(before));
      for (const [name, expected] of Object.entries(before)) {
        expectClose(after[name] as Tensor, expected, { relative: 1e-9, absolute: 1e-9 });
      }
    }),
    { numRuns: 120, seed: 2026 },
  );
});
