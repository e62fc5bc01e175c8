import { expect, it } from "vitest";
import { hessianVectorProduct } from "./gradients.js";
import { questionAnswering } from "./question-answering.js";
import { superLearnerExample } from "./super-learner.js";
import { threeOutputs } from "./three-outputs.js";

it("trains a model with two inputs", async () => {
  const lines: string[] = [];
  const [before, after] = await questionAnswering(12, (line: string) => lines.push(line));
  expect(before).toBeGreaterThan(2.9);
  expect(after).toBeLessThan(1.5);
  expect(lines[0]).toContain("Connected to");
});

it("trains a model with three outputs, each with its loss and weight", async () => {
  const figures = await threeOutputs(8, () => {});
  expect(Object.keys(figures)).toEqual([
    "loss",
    "age_loss",
    "income_loss",
    "income_accuracy",
    "gender_loss",
    "gender_accuracy",
  ]);
  expect(figures.gender_accuracy).toBeGreaterThan(0.9);
  const parts = 0.25 * (figures.age_loss ?? 0) + (figures.income_loss ?? 0) + 10 * (figures.gender_loss ?? 0);
  expect(figures.loss).toBeCloseTo(parts, 4);
});

it("learns by a crowd of learners, better than by each", async () => {
  const said = await superLearnerExample(120);
  expect(said).toMatch(/^120 held-out rows; weights by convex/);
  const risk = (name: string): number => Number(new RegExp(`^${name} +([0-9.]+)`, "m").exec(said)?.[1]);
  expect(risk("mean")).toBeGreaterThan(15);
  expect(risk("boosting")).toBeLessThan(risk("linear"));
  const error = Number(/squared error ([0-9.]+)\.\n$/.exec(said)?.[1]);
  expect(error).toBeGreaterThan(1);
  expect(error).toBeLessThan(risk("linear"));
});

it("differentiates twice", async () => {
  const x = [0.3, -0.8];
  const direction = [1, 0.5];
  const second = (a: number): number => {
    const t = Math.tanh(a);
    return 2 * (1 - t * t) * (1 - 3 * t * t);
  };
  const expected = x.map((value, i) => second(value) * (direction[i] as number));
  const product = await hessianVectorProduct(x, direction);
  product.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i] as number, 5);
  });
});
