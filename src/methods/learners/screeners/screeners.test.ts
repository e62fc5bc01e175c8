import { expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { expectRefusals } from "../../../testing/optionRefusals.js";
import { Matrix } from "../matrix.js";
import { golden, type LearnerGolden, madeUp, matrixOfColumns } from "../testing/goldens.js";
import { correlation } from "./correlation.js";
import { forestImportance } from "./forestImportance.js";
import { kBest } from "./kBest.js";
import { lasso } from "./lasso.js";
import { pearsonPs } from "./pearson.js";
import { screener, screenerTypes } from "./resolve.js";
import { twoSidedP } from "./studentT.js";

const file = golden<LearnerGolden>("boston");
const boston = { x: matrixOfColumns(file.x), y: Float64Array.from(file.y), random: new Generator(0) };

it("computes the p-values of SciPy's pearsonr", () => {
  const expected = [
    4.32881464621406e-10, 4.1924894268534186e-8, 1.2407625150573192e-15, 0.0026250185134437097,
    3.698451338241842e-12, 3.445316006453703e-39, 1.9572162869334142e-9, 0.00019326199307060003,
    9.12891714212254e-10, 8.905314112919538e-15, 2.1262261455080257e-16, 1.1575081569541159e-8,
    2.373380149611826e-44,
  ];
  for (const [j, one] of pearsonPs("test", boston).entries()) {
    expect(Math.abs(one / expected[j]! - 1)).toBeLessThan(1e-8);
  }
  expect(twoSidedP(0.3, 1)).toBeCloseTo(0.8144528418445154, 12);
  expect(twoSidedP(-2.5, 7)).toBeCloseTo(0.04099221858575289, 13);
  expect(twoSidedP(12, 400) / 1.508426338306566e-28).toBeCloseTo(1, 10);
});

it("keeps the columns that correlate, and two at least", async () => {
  expect(await correlation().screen(boston)).toEqual([...boston.x.data.subarray(0, 13).keys()]);
  expect(await correlation({ level: 1e-15 }).screen(boston)).toEqual([5, 10, 12]);
  expect(await correlation({ level: 0 }).screen(boston)).toEqual([5, 12]);
  expect(await kBest({ k: 3 }).screen(boston)).toEqual([5, 10, 12]);
});

it("finds the columns that a curve is made of", async () => {
  for (const classes of [undefined, 2, 3]) {
    const data = madeUp(300, 12, classes);
    const kept = await forestImportance({ k: 2, trees: 20 }).screen(data);
    expect(kept).toEqual([0, 1]);
    expect(await lasso().screen(data)).toContain(0);
  }
});

it("keeps columns where nothing is to be found", async () => {
  const flat = {
    x: new Matrix(5, 3, new Float64Array(15)),
    y: new Float64Array(5),
    random: new Generator(0),
  };
  expect(await lasso().screen(flat)).toEqual([0, 1, 2]);
  expect(await correlation().screen(flat)).toEqual([0, 1]);
  expect(await kBest({ k: 9 }).screen(flat)).toEqual([0, 1, 2]);
  expect(await forestImportance({ k: 2, trees: 2 }).screen(flat)).toEqual([0, 1]);
  const one = { ...flat, x: flat.x.select({ rows: [0] }), y: new Float64Array(1) };
  for (const name of screener.names) expect((await screener(name).screen(one)).length).toBeGreaterThan(0);
});

it("refuses what is no options, and data with missing numbers where they mean nothing", async () => {
  for (const make of Object.values(screenerTypes)) await expectRefusals(make, false);
  const x = new Matrix(2, 1, Float64Array.of(1, Number.NaN));
  expect(() => correlation().screen({ x, y: Float64Array.of(1, 2), random: new Generator(0) })).toThrow(
    "correlation: x[1, 0] is NaN",
  );
});
