import { afterAll, expect, it } from "vitest";
import { Graph } from "../../engine/graph/graph.js";
import { openBatch } from "../../engine/onnx/write/openBatch.js";
import { writeModel } from "../../engine/onnx/write/write.js";
import { nodeRuntime } from "../../engine/runtime/node.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import type { Fitted, Learner } from "./learner.js";
import { Matrix } from "./matrix.js";
import { learner, learnerTypes } from "./resolve.js";
import { restoreFitted } from "./restoreFitted.js";
import { madeUp } from "./testing/goldens.js";

const runtime = nodeRuntime({ threads: 1 });
afterAll(() => runtime.dispose());

const columns = 4;

function graphOf(fitted: Fitted, rows: number, dtype: "float32" | "float64"): Graph {
  const graph = new Graph();
  const x = graph.input("x", { dtype, shape: [rows, columns] });
  graph.output("y", fitted.emit!(x));
  return graph;
}

async function emitted(fitted: Fitted, x: Matrix, dtype: "float32" | "float64"): Promise<ArrayLike<number>> {
  const graph = graphOf(fitted, x.rows, dtype);
  const program = await runtime.compile(graph);
  const data = dtype === "float32" ? Float32Array.from(x.data) : x.data;
  const { y } = await program.run({ x: new Tensor(dtype, [x.rows, x.columns], data) });
  await program.dispose();
  return toNumbers(y!);
}

const fast: Readonly<Record<string, Learner>> = {
  mlp: learnerTypes.mlp({ epochs: 2, hidden: [8] }),
  randomForest: learnerTypes.randomForest({ trees: 12 }),
  gradientBoosting: learnerTypes.gradientBoosting({ rounds: 12 }),
};
const onlyClasses = ["logistic", "softmaxRegression"];
const takeMissing = ["mean", "tree", "randomForest", "gradientBoosting"];

for (const name of learner.names) {
  for (const classes of [undefined, 2, 3]) {
    if ((classes === undefined && onlyClasses.includes(name)) || (name === "logistic" && classes === 3))
      continue;
    const made = fast[name] ?? learner(name);
    const task = classes === undefined ? "numbers" : `${classes} classes`;

    it(`${name} of ${task} emits what it predicts, and is restored to the same`, async () => {
      const data = madeUp(150, columns, classes);
      const fitted = await made.fit(data);
      // Rows that it has not seen, in float32, with some numbers missing where it takes them.
      const rows = Float64Array.from(madeUp(40, columns).x.data, (one) => Math.fround(one * 1.1));
      if (takeMissing.includes(name)) for (let i = 0; i < rows.length; i += 7) rows[i] = Number.NaN;
      const x = new Matrix(40, columns, rows);
      const expected = await fitted.predict(x);
      expect(expected.length).toBe(40 * (classes ?? 1));
      for (const [dtype, within] of [
        ["float32", 2e-5],
        ["float64", name === "mlp" ? 2e-5 : 1e-12],
      ] as const) {
        const received = await emitted(fitted, x, dtype);
        expect(received.length).toBe(expected.length);
        for (const [i, one] of expected.entries()) expect(Math.abs(received[i]! - one)).toBeLessThan(within);
      }
      const state = JSON.parse(JSON.stringify(fitted.state));
      expect(await restoreFitted(state).predict(x)).toEqual(expected);
    });

    it(`${name} of ${task} is a file whose batch is open`, async () => {
      const fitted = await made.fit(madeUp(60, columns, classes));
      const write = (batch: number): Uint8Array => writeModel(graphOf(fitted, batch, "float32"));
      expect(openBatch(write, "x").length).toBeGreaterThan(100);
    });
  }
}
