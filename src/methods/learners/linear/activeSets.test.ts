import { expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { checkData } from "../checkData.js";
import { standardize } from "../standardize.js";
import { madeUp } from "../testing/goldens.js";
import { solvePositive } from "./cholesky.js";
import { coordinateDescent, gramQuadratic } from "./coordinateDescent.js";
import { chosenLambdas, elasticNetPath } from "./elasticNetPath.js";
import { dots, gram, meanProduct } from "./gram.js";
import { partOf } from "./knownExpansion.js";
import { lasso } from "./lasso.js";
import { downhillOf, expansionOf } from "./softmaxExpansion.js";
import { SoftmaxNet } from "./softmaxNet.js";
import { evaluateSoftmax, softmaxHessian } from "./softmaxNewton.js";
import { solveActive } from "./solveActive.js";

const random = new Generator(3);
const column = (rows: number): Float64Array => Float64Array.from({ length: rows }, () => random.normal());

it("multiplies four columns at once to the last bit as one by one", () => {
  const columns = Array.from({ length: 11 }, () => column(37));
  const weights = column(37).map(Math.abs);
  const matrix = gram(columns, weights);
  for (const [i, a] of columns.entries())
    for (const [j, b] of columns.entries())
      expect(matrix[i * 11 + j]).toBe(i < j ? meanProduct(b, a, weights) : meanProduct(a, b, weights));
  const sums = new Float64Array(13).fill(-1);
  dots(weights, columns, 7, sums, 2);
  expect(sums[8]).toBe(meanProduct(weights, columns[6]!) * 37);
  expect([sums[1], sums[9]]).toEqual([-1, -1]);
});

it("solves positive systems of every size, and says which are none", () => {
  for (let size = 1; size < 12; size++) {
    const matrix = gram(Array.from({ length: size }, () => column(30)));
    const x = column(size);
    const b = x.map((_, i) => x.reduce((sum, one, j) => sum + one * matrix[i * size + j]!, 0));
    expect(solvePositive(matrix.slice(), b)).toBe(true);
    for (const [i, one] of b.entries()) expect(one).toBeCloseTo(x[i]!, 10);
  }
  expect(solvePositive(Float64Array.of(1, 2, 2, 1), new Float64Array(2))).toBe(false);
});

/** Columns much alike, on which coordinate descent goes slowly. */
function alike(size: number): { matrix: Float64Array; downhill: Float64Array } {
  const common = column(50);
  const columns = Array.from({ length: size }, () => column(50).map((one, i) => common[i]! + 0.1 * one));
  const y = column(50).map((one, i) => common[i]! + 0.3 * one);
  return { matrix: gram(columns), downhill: Float64Array.from(columns, (one) => meanProduct(one, y)) };
}

it("goes where coordinate descent goes, at once", () => {
  const { matrix, downhill } = alike(12);
  const penalty = { absolute: 0.004, squared: 0.001, free: Uint8Array.of(1, ...new Array(11).fill(0)) };
  const [slow, fast] = [new Float64Array(12), new Float64Array(12)];
  const { solveActive: _, ...passes } = gramQuadratic(matrix, downhill.slice());
  coordinateDescent(passes, penalty, slow, 1e-26);
  coordinateDescent(gramQuadratic(matrix, downhill.slice()), penalty, fast, 1e-26);
  expect(slow.filter((one) => one === 0).length).toBeGreaterThan(0);
  for (const [j, one] of fast.entries()) expect(one).toBeCloseTo(slow[j]!, 9);
});

it("leaves at 0 what would change its sign", () => {
  const matrix = Float64Array.of(1, 0.9, 0.9, 1);
  const b = Float64Array.of(1, 1);
  const downhill = Float64Array.of(-0.9, -1.9);
  expect(solveActive(matrix, downhill, { absolute: 0.1, squared: 0 }, b)).toBe(true);
  expect(b[1]).toBe(0);
  expect(b[0]).toBeCloseTo(0.9, 12);
  expect(downhill[0]).toBeCloseTo(0.1, 12);
});

it("leaves equations without one solution to the passes", () => {
  const b = Float64Array.of(0.5, 0.5);
  const twice = Float64Array.of(1, 1, 1, 1);
  expect(solveActive(twice, Float64Array.of(1, 1), { absolute: 0.1, squared: 0 }, b)).toBe(false);
  coordinateDescent(gramQuadratic(twice, Float64Array.of(1, 1)), { absolute: 0.1, squared: 0 }, b, 1e-20);
  expect(b[0]! + b[1]!).toBeCloseTo(1.9, 9);
});

it("finds the parts of known second derivatives", () => {
  const known = {
    numbers: Int32Array.of(1, 4, 6),
    matrix: Float64Array.from({ length: 9 }, (_, i) => i),
    moved: 0,
  };
  expect(partOf(known, known.numbers)).toBe(known.matrix);
  expect(partOf(known, Int32Array.of(1, 6))).toEqual(Float64Array.of(0, 2, 6, 8));
  expect(partOf(known, Int32Array.of(1, 5))).toBeUndefined();
  expect(partOf(known, Int32Array.of(6, 7))).toBeUndefined();
});

for (const classes of [2, 3]) {
  it(`expands the loss of ${classes} classes for some parameters as for all`, () => {
    const data = {
      ...madeUp(40, 4, classes),
      weights: Float64Array.from({ length: 40 }, (_, i) => 0.5 + (i % 3) / 2),
    };
    const { y, weights } = checkData("test", data);
    const x = standardize(data.x, weights);
    const outputs = classes === 2 ? 1 : classes;
    const problem = { x, y, weights, outputs, lambda: 0 };
    const columns = [new Float64Array(40).fill(1), ...x.columns];
    const { shares } = evaluateSoftmax(problem, column(5 * outputs));
    const whole = softmaxHessian(problem, shares, 0);
    const chosen = Int32Array.from({ length: 5 * outputs }, (_, i) => i).filter(
      (i) => i % 5 !== 3 && i !== 6,
    );
    const matrix = expansionOf(problem, columns, shares, chosen);
    for (const [i, one] of chosen.entries())
      for (const [j, other] of chosen.entries()) {
        const expected = whole[Math.max(one, other) * 5 * outputs + Math.min(one, other)]!;
        expect(Math.abs(matrix[i * chosen.length + j]! - expected)).toBeLessThan(1e-5);
      }
  });
}

for (const [rows, columns, classes] of [
  [60, 30, 2],
  [60, 300, 2],
  [70, 6, 5],
  [300, 120, 4],
] as const) {
  it(`leaves no coefficient at 0 that the slope moves: ${rows} rows, ${columns} columns, ${classes} classes`, () => {
    const data = checkData("test", madeUp(rows, columns, classes));
    const x = standardize(data.x);
    const net = new SoftmaxNet(x, data, classes);
    const outputs = classes === 2 ? 1 : classes;
    const ones = [new Float64Array(rows).fill(1), ...x.columns];
    for (const share of [0.7, 0.3, 0.1]) {
      const lambda = net.largest * share;
      net.solve(lambda, 1, 1e-16);
      const { coefficients, intercepts } = net.state("test");
      const b = coefficients.flatMap((row, k) => [
        intercepts[k]!,
        ...row.map((one, j) => one * x.deviations[j]!),
      ]);
      const problem = { x, y: data.y, weights: undefined, outputs, lambda: 0 };
      const { shares } = evaluateSoftmax(problem, Float64Array.from(b));
      for (let k = 0; k < outputs; k++)
        for (const [j, slope] of downhillOf(problem, ones, shares, k).entries()) {
          const own = b[k * ones.length + j]!;
          const wanted =
            j === 0 ? 0 : own === 0 ? Math.max(-lambda, Math.min(lambda, slope)) : lambda * Math.sign(own);
          expect(Math.abs(slope - wanted)).toBeLessThan(1e-7);
        }
    }
  });
}

it("takes no finer tolerance than that of glmnet for folds of classes", () => {
  const data = checkData("test", madeUp(120, 10, 2));
  const { lambdas } = elasticNetPath("lasso", data, { alpha: 1, tolerance: 1e-10 });
  const exact = chosenLambdas("lasso", { ...data, classes: 2 }, { alpha: 1, tolerance: 1e-7, lambdas }, 5);
  const again = chosenLambdas("lasso", { ...data, classes: 2 }, { alpha: 1, tolerance: 1e-14, lambdas }, 5);
  expect(again).toEqual(exact);
  expect(lambdas).toContain(again.min);
});

it("finds the same model with patience as through all of the path, where the least loss is well before its end", async () => {
  for (const classes of [undefined, 2, 3]) {
    const clean = madeUp(200, 12, classes);
    const noise = new Generator(9);
    const y = clean.y.map((one) =>
      classes === undefined ? one + 2 * noise.normal() : noise.uniform() < 0.3 ? noise.integer(classes) : one,
    );
    const data = { ...clean, y };
    const predicted = async (patience?: number): Promise<number[]> =>
      Array.from(await (await lasso({ patience }).fit(data)).predict(data.x));
    const whole = await predicted();
    for (const [at, one] of (await predicted(30)).entries())
      expect(Math.abs(one - (whole[at] as number))).toBeLessThan(1e-5);
  }
});

it("goes no further along a path than patience says", () => {
  const data = checkData("test", madeUp(120, 10, 2));
  const settings = { alpha: 1, tolerance: 1e-7 };
  const { losses, lambdas, min } = chosenLambdas("lasso", data, settings, 4, 2);
  expect(losses.length).toBe(lambdas.length);
  expect(lambdas.length).toBeLessThan(100);
  expect(lambdas).toContain(min);
});
