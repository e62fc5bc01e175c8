import { afterAll, expect, it } from "vitest";
import { Graph } from "../../engine/graph/graph.js";
import { openSizes } from "../../engine/onnx/write/openSizes.js";
import { Generator } from "../../engine/random/generator.js";
import { nodeRuntime } from "../../engine/runtime/node.js";
import { Tensor, toNumbers } from "../../engine/tensor/tensor.js";
import type { Fitted, Learner } from "./learner.js";
import { Matrix } from "./matrix.js";
import { learner, learnerTypes } from "./resolve.js";
import { restoreFitted } from "./restoreFitted.js";
import { madeUp } from "./testing/goldens.js";

const runtime = nodeRuntime({ threads: 1, strictTypes: true });
afterAll(() => runtime.dispose());

const columns = 4;

function graphOf(fitted: Fitted, rows: number, dtype: "float32" | "float64", width = columns): Graph {
  const graph = new Graph();
  const x = graph.input("x", { dtype, shape: [rows, width] });
  graph.output("y", fitted.emit!(x));
  return graph;
}

async function emitted(
  fitted: Fitted,
  x: Matrix,
  dtype: "float32" | "float64",
  width = columns,
): Promise<ArrayLike<number>> {
  const graph = graphOf(fitted, x.rows, dtype, width);
  const program = await runtime.compile(graph);
  const data = dtype === "float32" ? Float32Array.from(x.data) : x.data;
  const { y } = await program.run({ x: new Tensor(dtype, [x.rows, x.columns], data) });
  await program.dispose();
  return toNumbers(y!);
}

const fast: Readonly<Record<string, Learner>> = {
  mlp: learnerTypes.mlp({ epochs: 2, hidden: [8] }),
  residualMlp: learnerTypes.residualMlp({ epochs: 2, width: 8, hidden: 8 }),
  randomForest: learnerTypes.randomForest({ trees: 12 }),
  gradientBoosting: learnerTypes.gradientBoosting({ rounds: 12 }),
};
const onlyClasses = ["logistic", "softmaxRegression"];
const networks = ["mlp", "residualMlp"];
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
        ["float64", networks.includes(name) ? 2e-5 : 1e-12],
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
      const sizes = [3, 5, 7];
      const graphs = sizes.map((batch) => graphOf(fitted, batch, "float32"));
      expect(openSizes(graphs, [{ name: "batch", sizes }]).length).toBeGreaterThan(100);
    });
  }
}

it("emits the same neighbours as it predicts by where many rows are equally far", async () => {
  const random = new Generator(6);
  const rows = 300;
  const grid = Float64Array.from({ length: rows * columns }, () => random.integer(5) * 0.1);
  const y = Float64Array.from({ length: rows }, () => random.normal());
  const x = new Matrix(rows, columns, grid);
  const fitted = await learner({ name: "kNearest", config: { k: 7 } }).fit({ x, y, random });
  const expected = await fitted.predict(x);
  const received = await emitted(fitted, x, "float64");
  for (const [i, one] of expected.entries()) expect(Math.abs(received[i]! - one)).toBeLessThan(1e-12);
});

it.each(["tree", "randomForest", "gradientBoosting"] as const)(
  "%s of categories emits what it predicts, also of those it has not seen",
  async (name) => {
    const random = new Generator(4);
    const rows = 300;
    const x = new Matrix(
      rows,
      3,
      Float64Array.from({ length: rows * 3 }, (_, i) =>
        i % 3 === 1 ? random.normal() : random.integer(70) - 20,
      ),
    );
    const y = Float64Array.from(
      { length: rows },
      (_, row) => Math.sin(9 * (x.data[row * 3] as number)) + Math.sign(x.data[row * 3 + 1] as number),
    );
    const size = { tree: {}, randomForest: { trees: 9 }, gradientBoosting: { rounds: 9 } }[name];
    const made = learner({ name, config: { ...size, categories: [0, 2] } });
    const fitted = await made.fit({ x, y, classes: undefined, random });
    const unseen = Float64Array.from(x.data, (one, i) =>
      i % 11 === 0 ? Number.NaN : i % 13 === 0 ? 1000 : Math.fround(one),
    );
    const given = new Matrix(rows, 3, unseen);
    const expected = await fitted.predict(given);
    expect(new Set(expected).size).toBeGreaterThan(4);
    const received = await emitted(fitted, given, "float32", 3);
    for (const [i, one] of expected.entries()) expect(Math.abs(received[i]! - one)).toBeLessThan(2e-5);
  },
);
