import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { type Level, levelOf } from "../space/dimensions.js";
import { allValues, pointCount, pointOfCell } from "../space/gridCells.js";
import { choice, float, int, type Space } from "../space/parameters.js";
import { paramsOf } from "../space/params.js";
import { choiceDensity, gridDensity } from "./gridDensity.js";
import { mainVariance, momentsOf, pairVariance, type TreeFunction } from "./marginals.js";
import { growTree } from "./regressionTree.js";
import { coordinateOf, treeParameters } from "./treeParameters.js";

/** A tree that has learnt a function at every point of a finite space, so that it is the function. */
function exactTree(space: Space, value: (params: never) => number): TreeFunction {
  const level: Level = levelOf(space);
  const parameters = treeParameters(level);
  const points = Array.from({ length: pointCount(level) }, (_, cell) => pointOfCell(level, allValues, cell));
  const columns = parameters.map((parameter) => ({
    values: Float64Array.from(points, (point) => coordinateOf(parameter, point)),
    count: parameter.dimension.kind === "category" ? parameter.dimension.count : undefined,
  }));
  const targets = Float64Array.from(points, (point) => value(paramsOf(level, point) as never));
  const leaves = growTree(columns, targets, Int32Array.from(points.keys()), new Generator(1));
  const places = new Map(parameters.map(({ dimension }, place) => [dimension.path, place]));
  return { level, parameters, places, leaves };
}

describe("the variance of a tree", () => {
  it("is that of the function, and adds up over parameters and pairs", () => {
    const tree = exactTree(
      { a: int(0, 3), b: choice(["x", "y", "z"]) },
      ({ a, b }: { a: number; b: string }) => a * (b === "x" ? 2 : 1) + (b === "z" ? 5 : 0),
    );
    const { mean, variance } = momentsOf(tree);
    expect(mean).toBeCloseTo(2 + 5 / 3, 12);
    const values = [0, 1, 2, 3].flatMap((a) => [2 * a, a, a + 5]);
    expect(variance).toBeCloseTo(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 12, 12);
    expect(mainVariance(tree, 0)).toBeCloseTo((16 / 9) * 1.25, 12);
    const parts = mainVariance(tree, 0) + mainVariance(tree, 1) + pairVariance(tree, 0, 1);
    expect(parts).toBeCloseTo(variance, 12);
  });

  it("is divided between a branch and what is in it", () => {
    const space = {
      head: choice({ no: {}, yes: { w: int(0, 3), in: choice({ p: { q: int(0, 1) }, r: {} }) } }),
      c: int(0, 1),
    };
    type Params = { c: number; head: { choice: string; w: number; in: { choice: string; q: number } } };
    const tree = exactTree(space, ({ head, c }: Params) => {
      if (head.choice === "no") return c;
      return c + 10 + head.w + (head.in.choice === "p" ? 4 * head.in.q : 0);
    });
    // In order: head, w, in, q, c. Means 0.5 and 13 of the branches; 2 and 0 of the inner ones.
    const { variance } = momentsOf(tree);
    expect(tree.leaves.length).toBeGreaterThan(10);
    const mains = [0, 1, 2, 3, 4].map((place) => mainVariance(tree, place));
    const expected = [12.5 ** 2 / 4, 1.25 / 2, 1 / 2, 4 / 4, 1 / 4];
    for (const [i, main] of mains.entries()) expect(main).toBeCloseTo(expected[i]!, 10);
    expect(variance).toBeCloseTo(
      expected.reduce((sum, one) => sum + one, 0),
      10,
    );
    for (const [first, second] of [
      [0, 1],
      [1, 3],
      [2, 3],
      [3, 4],
      [0, 4],
    ] as const)
      expect(pairVariance(tree, first, second)).toBeCloseTo(0, 10);
  });

  it("of two parameters of a branch is what they make there", () => {
    const tree = exactTree(
      { head: choice({ no: {}, yes: { a: int(0, 1), b: int(0, 1) } }) },
      ({ head }: { head: { a?: number; b?: number } }) => (head.a ?? 0) * (head.b ?? 0),
    );
    // Of a·b the interaction is 1/16, in half of the points.
    expect(pairVariance(tree, 1, 2)).toBeCloseTo(1 / 32, 12);
    expect(mainVariance(tree, 1)).toBeCloseTo(1 / 32, 12);
  });

  it("of a continuum is weighed by lengths", () => {
    const level = levelOf({ x: float(0, 1) });
    const leaves = growTree(
      [{ values: Float64Array.of(0.1, 0.3, 0.9), count: undefined }],
      Float64Array.of(0, 0, 4),
      Int32Array.of(0, 1, 2, 2),
      new Generator(1),
    );
    const tree = { level, parameters: treeParameters(level), places: new Map([["x", 0]]), leaves };
    expect(momentsOf(tree).mean).toBeCloseTo(1.6, 12);
    expect(mainVariance(tree, 0)).toBeCloseTo(16 * 0.6 * 0.4, 12);
  });
});

describe("densities on a grid", () => {
  it("add up to 1, and are high where values are", () => {
    const density = gridDensity([3, 4, 4, 5], 20);
    expect(density.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
    expect(density.indexOf(Math.max(...density))).toBe(4);
    expect(gridDensity([], 1)).toEqual(Float64Array.of(1));
    const choices = choiceDensity([0, 0, 2], 3);
    expect(choices.reduce((sum, one) => sum + one, 0)).toBeCloseTo(1, 12);
    expect(choices[0]).toBeGreaterThan(choices[2]!);
  });
});
