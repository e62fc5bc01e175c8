import { describe, expect, it } from "vitest";
import { Generator } from "../../../../engine/random/generator.js";
import { symmetricEigen } from "../../numerics/symmetricEigen.js";
import { choice, float, int } from "../../space/parameters.js";
import { openStudy } from "../../study/openStudy.js";
import { Evolution, populationSize } from "./evolution.js";

describe("the strategy", () => {
  const minimise = (loss: (x: Float64Array) => number, d: number, generations: number): Evolution => {
    const evolution = new Evolution(new Float64Array(d).fill(0.8), 0.3, populationSize(d));
    const random = new Generator(1);
    for (let g = 0; g < generations && !evolution.isOver; g++) {
      const generation = Array.from({ length: evolution.size }, (_, k) => {
        const x = evolution.point(random.split(g).split(k).normals(d));
        return { x, loss: loss(x) };
      });
      evolution.learn(generation);
    }
    return evolution;
  };

  it("finds the least of a round bowl and of a long, turned one", () => {
    const round = minimise((x) => x.reduce((sum, one) => sum + one * one, 0), 4, 120);
    expect(Math.hypot(...round.mean)).toBeLessThan(1e-6);
    const long = minimise(([a = 0, b = 0]) => (a + b) ** 2 + 1e4 * (a - b) ** 2, 2, 150);
    expect(Math.hypot(...long.mean)).toBeLessThan(1e-4);
  });

  it("says when it has converged, or cannot tell points apart", () => {
    expect(minimise((x) => x.reduce((sum, one) => sum + one * one, 0), 2, 2000).isOver).toBe(true);
    expect(minimise(() => 1, 2, 2000).isOver).toBe(true);
  });
});

it("finds what a symmetric matrix is made of", () => {
  const size = 5;
  const random = new Generator(3);
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = i; j < size; j++) {
      const drawn = random.normal();
      matrix[i * size + j] = drawn;
      matrix[j * size + i] = drawn;
    }
  }
  const { values, vectors } = symmetricEigen(matrix, size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      let back = 0;
      let unit = 0;
      for (let k = 0; k < size; k++) {
        back += vectors[i * size + k]! * values[k]! * vectors[j * size + k]!;
        unit += vectors[k * size + i]! * vectors[k * size + j]!;
      }
      expect(back).toBeCloseTo(matrix[i * size + j]!, 12);
      expect(unit).toBeCloseTo(i === j ? 1 : 0, 12);
    }
  }
});

it("searches numbers together, whole ones too, and leaves the rest to tpe", async () => {
  const space = {
    a: float(-3, 3),
    b: int(0, 50),
    kind: choice(["x", "y"]),
    c: choice({ no: {}, yes: { d: float(0, 1) } }),
  };
  const study = await openStudy({ space, sampler: "cmaes", seed: 2 });
  await study.run(
    ({ params }) =>
      (params.a - 1) ** 2 +
      ((params.b - 20) / 10) ** 2 +
      (params.kind === "y" ? 0 : 1) +
      (params.c.choice === "yes" ? params.c.d : 0.5),
    { trials: 200 },
  );
  expect(study.best?.params.a).toBeCloseTo(1, 0);
  expect(Math.abs((study.best?.params.b as number) - 20)).toBeLessThanOrEqual(4);
  expect(study.best?.params.kind).toBe("y");
  expect(study.best?.value).toBeLessThan(0.3);
});
