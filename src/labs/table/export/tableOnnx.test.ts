import { InferenceSession, Tensor as OrtTensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import type { WeightMethod } from "../../../methods/ensemble/weights/methods.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import { TableModel } from "../model/tableModel.js";
import { kindOf } from "../prepare/columnKind.js";
import { prepared } from "../prepare/preparedLearner.js";
import type { TableColumn, TableTask } from "../table.js";
import { tableOnnx } from "./tableOnnx.js";

const towns = Array.from({ length: 40 }, (_, at) => `town ${at}`);
const columns: readonly TableColumn[] = [
  { kind: "number", name: "x", decimal: "." },
  { kind: "category", name: "colour", levels: ["red", "grün", "it's"] },
  { kind: "date", name: "sold on", order: "iso", hasTime: false },
  { kind: "category", name: "town", levels: towns },
];

function drawn(rows: number, seed: number): Matrix {
  const random = new Generator(seed);
  const data = new Float64Array(rows * 4);
  for (let i = 0; i < rows; i++) {
    const own = [random.normal(), random.integer(3), 15_000 + random.integer(3_000), random.integer(40)];
    data.set(
      own.map((value) => (random.uniform() < 0.1 ? Number.NaN : value)),
      4 * i,
    );
  }
  return new Matrix(rows, 4, data);
}

const targetOf = (x: Matrix, row: number): number =>
  x.data
    .slice(4 * row, 4 * row + 4)
    .reduce((sum, value, j) => sum + (Number.isNaN(value) ? 0 : value / [1, 1, 3_000, 10][j]!), 0);

async function modelOf(
  task: TableTask,
  classes: readonly string[] | undefined,
  method: WeightMethod = "convex",
): Promise<TableModel> {
  const x = drawn(400, 1);
  const y = Float64Array.from({ length: 400 }, (_, row) => {
    const value = targetOf(x, row);
    return classes === undefined ? value : Math.max(0, Math.min(classes.length - 1, Math.floor(value - 5)));
  });
  const kinds = columns.map(kindOf);
  const learners = [
    prepared({ learner: { name: "ridge" }, columns: kinds }),
    prepared({
      learner: { name: "gradientBoosting", config: { rounds: 15 } },
      columns: kinds,
      treatment: "trees",
    }),
    prepared({ learner: { name: "kNearest" }, columns: kinds }),
  ];
  const members = await Promise.all(
    learners.map(async (learner, at) => {
      const data = { x, y, classes: classes?.length, random: new Generator(at) };
      const { state } = await learner.fit(data);
      return { name: learner.name, weight: [0.5, 0.3, 0.2][at] as number, state };
    }),
  );
  return new TableModel({
    version: 1,
    task,
    target: "price",
    classes,
    schema: { columns },
    method,
    members,
    background: "",
  });
}

/** What programs without Imago do with the file. */
async function run(bytes: Uint8Array, x: Matrix): Promise<(name: string) => OrtTensor> {
  const session = await InferenceSession.create(bytes);
  const feeds = Object.fromEntries(
    columns.map((column, j) => {
      const values = Array.from(x.column(j));
      const shape = [x.rows, 1];
      if (column.kind !== "category")
        return [column.name, new OrtTensor("float64", Float64Array.from(values), shape)];
      const cells = values.map((level) =>
        Number.isNaN(level) ? "" : (column.levels[level] ?? "something new"),
      );
      return [column.name, new OrtTensor("string", cells, shape)];
    }),
  );
  const outputs = await session.run(feeds);
  return (name) => outputs[name] as OrtTensor;
}

describe("one file for a table", () => {
  const unseen = drawn(60, 7);
  // Levels that were never seen.
  unseen.data[1] = -1;
  unseen.data[7] = -1;

  it("takes columns by their names and predicts as the model does", async () => {
    const model = await modelOf("regression", undefined);
    const wanted = await model.predict(unseen);
    const prediction = (await run(tableOnnx(model), unseen))("prediction");
    expect(prediction.dims).toEqual([60, 1]);
    // ONNX Runtime before 1.29 has no cosine of float64.
    expect(Buffer.from(tableOnnx(model)).includes("Cos")).toBe(false);
    (prediction.data as Float64Array).forEach((value, row) => {
      expect(Math.abs(value - (wanted[row] as number))).toBeLessThan(1e-5);
    });
  });

  it.each([
    { classes: ["no", "yes"], method: "convex" },
    { classes: ["no", "yes"], method: "convexLogLikelihood" },
    { classes: ["low", "middle", "high"], method: "convex" },
    { classes: ["low", "middle", "high"], method: "convexLogLikelihood" },
  ] as const)("names the most probable class of $classes by $method", async ({ classes, method }) => {
    const model = await modelOf(classes.length === 2 ? "binary" : "classes", classes, method);
    const wanted = await model.predict(unseen);
    const output = await run(tableOnnx(model), unseen);
    const [probabilities, label] = [output("probabilities"), output("label")];
    expect(probabilities.dims).toEqual([60, classes.length]);
    (probabilities.data as Float64Array).forEach((value, at) => {
      expect(Math.abs(value - (wanted[at] as number))).toBeLessThan(1e-5);
    });
    const most = Array.from({ length: 60 }, (_, row) => {
      const own = Array.from(wanted.subarray(row * classes.length, (row + 1) * classes.length));
      return classes[own.indexOf(Math.max(...own))];
    });
    expect(Array.from(label.data as Iterable<unknown>)).toEqual(most);
  });

  it("takes any number of rows, and the same model gives the same bytes", async () => {
    const model = await modelOf("regression", undefined);
    const bytes = tableOnnx(model);
    const prediction = (await run(bytes, unseen.select({ rows: [3] })))("prediction");
    expect(prediction.dims).toEqual([1, 1]);
    expect(tableOnnx(new TableModel(JSON.parse(JSON.stringify(model.state))))).toEqual(bytes);
  });
});
