import { describe, expect, it } from "vitest";
import { Tensor } from "../../engine/tensor/tensor.js";
import { expectClose } from "../../engine/testing/expectClose.js";
import { dense } from "../../nn/layers/core/dense.js";
import type { Model } from "../../nn/models/model.js";
import { sequential } from "../../nn/models/sequential.js";
import { distill } from "./distill.js";
import { blobs } from "./testing/blobs.js";

const { x, y: labels } = blobs(256);
const y = new Tensor(
  "int32",
  [256],
  Int32Array.from(labels.data, (label) => Number(label > 0)),
);
const adam = { name: "adam", config: { learningRate: 0.02 } } as const;

function binary(
  units: number,
  seed: number,
  out = 1,
  activation: "sigmoid" | "softmax" | "linear" = "sigmoid",
): Model {
  const layers = [
    dense({ units, activation: "tanh", name: "hidden" }),
    dense({ units: out, activation, name: "answer" }),
  ];
  return sequential({ layers: [{ inputShape: [4] }, ...layers], seed });
}

async function taught(out: number, seed = 5): Promise<Model> {
  const made = binary(16, seed, out, out === 1 ? "sigmoid" : "softmax");
  made.compile({
    optimizer: adam,
    loss: out === 1 ? "binaryCrossentropy" : "sparseCategoricalCrossentropy",
    metrics: ["accuracy"],
  });
  await made.fit(x, y, { epochs: 6, batchSize: 32 });
  return made;
}

/** T² Σ q (log q − log p) of two classes, the mean over rows. */
function divergence(teacher: ArrayLike<number>, student: ArrayLike<number>, temperature: number): number {
  const at = (p: number): number => 1 / (1 + ((1 - p) / p) ** (1 / temperature));
  const rows = Array.from({ length: teacher.length }, (_, row) => {
    const [q, p] = [at(teacher[row] as number), at(student[row] as number)];
    return temperature ** 2 * (q * Math.log(q / p) + (1 - q) * Math.log((1 - q) / (1 - p)));
  });
  return rows.reduce((sum, one) => sum + one, 0) / rows.length;
}

const classOne = async (model: Model): Promise<number[]> => {
  const { data, shape } = (await model.predict(x)) as Tensor<"float32">;
  return shape[1] === 1 ? [...data] : [...data].filter((_, i) => i % 2 === 1);
};

describe("an output of one probability is two classes", () => {
  it.each([
    [1, 1],
    [2, 1],
    [1, 2],
  ])("where the teacher gives %i and the student %i", async (theirs, own) => {
    const teacher = await taught(theirs);
    const student = binary(6, 1, own, own === 1 ? "sigmoid" : "softmax");
    const training = distill({ teacher, student, temperature: 3, alpha: 1 });
    training.compile({ optimizer: adam });
    const before = await training.evaluate(x, y);
    const expected = divergence(await classOne(teacher), await classOne(student), 3);
    expect(before.divergence).toBeCloseTo(expected, 4);
    await training.fit(x, null, { epochs: 15, batchSize: 32 });
    const after = await training.evaluate(x, y);
    expect(after.divergence).toBeLessThan(expected / 10);
    expect(student.variables).toHaveLength(4);
    const { student: figures, agreement } = await training.report(x, y);
    expect(figures.accuracy).toBeGreaterThan(0.85);
    expect(agreement).toBeGreaterThan(0.9);
  });

  it("learns by the other modes, and with labels beside the teacher", async () => {
    const teacher = await taught(1);
    for (const mode of ["soft", "standardised", "hard"] as const) {
      const student = binary(6, 1);
      const training = distill({ teacher, student, mode });
      training.compile({ optimizer: adam, metrics: ["accuracy"] });
      const { history } = await training.fit(x, y, { epochs: 8, batchSize: 32 });
      expect(history.accuracy?.at(-1), mode).toBeGreaterThan(0.85);
      expect(history.loss?.every(Number.isFinite), mode).toBe(true);
    }
  });

  it("is matched below the sigmoid by logits, and a number as it is", async () => {
    const teacher = await taught(1);
    const student = binary(6, 1);
    const training = distill({ teacher, student, mode: "logits" });
    training.compile({ optimizer: adam });
    const logit = (p: number): number => Math.log(p / (1 - p));
    const [q, p] = [await classOne(teacher), await classOne(student)];
    const wanted =
      q.reduce((sum, one, row) => sum + (logit(one) - logit(p[row] as number)) ** 2 / 2, 0) / q.length;
    expect((await training.evaluate(x, y)).distance).toBeCloseTo(wanted, 3);

    const [plain, learning] = [binary(8, 3, 1, "linear"), binary(8, 4, 1, "linear")];
    const numbers = distill({ teacher: plain, student: learning, mode: "logits" });
    numbers.compile({ optimizer: adam });
    await numbers.fit(x, null, { epochs: 60, batchSize: 32 });
    const found = (await learning.predict(x)) as Tensor<"float32">;
    expectClose(found, (await plain.predict(x)) as Tensor<"float32">, { absolute: 0.2 });
  });

  it("is refused where nothing shows that it is one", async () => {
    const training = distill({ teacher: await taught(1), student: binary(6, 1, 1, "linear") });
    training.compile();
    await expect(training.fit(x, y)).rejects.toThrow(
      'distill: "answer" gives one number, and nothing shows that it is a probability. End the student in a sigmoid, or, where the number is no class, take mode: "logits".',
    );
  });
});
