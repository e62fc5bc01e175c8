import { expect, it } from "vitest";
import { hessianVectorProduct } from "./gradients.js";
import { superLearnerExample } from "./super-learner.js";

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
