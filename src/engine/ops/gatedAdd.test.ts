import { expect, it } from "vitest";
import { gradients } from "../autodiff/gradients.js";
import type { Value } from "../graph/graph.js";
import { Graph } from "../graph/graph.js";
import { Tensor } from "../tensor/tensor.js";
import { evaluateOne, testRuntime } from "../testing/evaluate.js";
import { expectClose } from "../testing/expectClose.js";
import { add } from "./add.js";
import { gatedAdd } from "./gatedAdd.js";
import { mul } from "./mul.js";
import { reduceSum } from "./reduceSum.js";

const single = (values: number[], shape: number[]): Tensor =>
  new Tensor("float32", shape, Float32Array.from(values));
const x = single([1, 2, 3, 4], [2, 2]);
const y = single([10, 20, 30, 40], [2, 2]);
const gate = single([0.5, -1], [2, 1]);

it("adds each row times its gate", async () => {
  expectClose(await evaluateOne((a, b) => gatedAdd(a, b as Value, gate), x, y), [
    [6, 12],
    [-27, -36],
  ]);
  const row = (a: Value): Value => gatedAdd(a, a, Tensor.full([1], 3));
  expectClose(await evaluateOne(row, single([1, -2], [2])), [4, -8]);
});

it("has the gradients of what it stands for", async () => {
  const of = async (build: (x: Value, y: Value, gate: Value) => Value) => {
    const graph = new Graph();
    const inputs = [x, y, gate].map(({ shape }, index) =>
      graph.input(`x${index}`, { dtype: "float32", shape }),
    );
    const out = build(...(inputs as [Value, Value, Value]));
    gradients(reduceSum(mul(out, out)), inputs).forEach((each, index) => {
      graph.output(`d${index}`, each);
    });
    const program = await testRuntime().compile(graph);
    const results = await program.run({ x0: x, x1: y, x2: gate });
    await program.dispose();
    return results;
  };
  const expected = await of((a, b, c) => add(a, mul(b, c)));
  const actual = await of(gatedAdd);
  for (const name of ["d0", "d1", "d2"]) expectClose(actual[name] as Tensor, expected[name] as Tensor);
});

it("refuses gates that are not one for each row, and other types", async () => {
  await expect(evaluateOne((a) => gatedAdd(a, a, Tensor.full([1, 1], 2)), x)).rejects.toThrow(
    "expected float32[…, size], the same again and float32[…, 1], received float32[2, 2], float32[2, 2] and float32[1, 1]",
  );
  const double = x.cast("float64");
  await expect(evaluateOne((a) => gatedAdd(a, a, Tensor.full([2, 1], 2)), double)).rejects.toThrow("float64");
});
