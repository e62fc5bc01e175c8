import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { superLearnerWeights } from "../superLearnerWeights.js";
import { greedySelection } from "./greedySelection.js";

const read = (name: string) =>
  JSON.parse(
    readFileSync(new URL(`../../../../goldens/ensembles/${name}.json`, import.meta.url), "utf8"),
  ) as {
    readonly y: number[];
    readonly z: Readonly<Record<string, number[] | number[][]>>;
  };
const boston = read("boston");
const columns = Object.values(boston.z).map((column) => Float64Array.from(column as number[]));
const mse = (p: Float64Array): number =>
  p.reduce((sum, value, row) => sum + (value - (boston.y[row] as number)) ** 2, 0) / p.length;

describe("greedy selection", () => {
  it("takes the path that was measured on boston, and its best beginning", () => {
    const { paths, weights, risk } = greedySelection(columns, mse);
    const [path] = paths;
    // shared/ensembles.md, section 3.2.
    expect(path?.risks.slice(0, 4).map((value) => value.toFixed(2))).toEqual([
      "25.54",
      "21.57",
      "20.37",
      "20.61",
    ]);
    expect(path?.risks.at(-1)?.toFixed(3)).toBe("20.339");
    expect([path?.size, risk.toFixed(3)]).toEqual([14, "20.338"]);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
  });

  it("begins with the best few where it is told to", () => {
    const { paths } = greedySelection(columns, mse, { start: 3, rounds: 5 });
    const order = [...columns.keys()].sort(
      (a, b) => mse(columns[a] as Float64Array) - mse(columns[b] as Float64Array),
    );
    expect(paths[0]?.picks.slice(0, 3)).toEqual(order.slice(0, 3));
    expect(paths[0]?.picks).toHaveLength(5);
  });

  it("takes the first of equal members", () => {
    const [column] = columns as [Float64Array];
    expect([...greedySelection([column, column, column], mse).weights]).toEqual([1, 0, 0]);
  });

  it("averages over bags of members, the same ones for the same seed", () => {
    const bagged = (seed: number) => greedySelection(columns, mse, { bags: 20, seed });
    const { weights, paths, risk } = bagged(1);
    expect(paths).toHaveLength(20);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect([...bagged(1).weights]).toEqual([...weights]);
    expect([...bagged(2).weights]).not.toEqual([...weights]);
    // Half of the members each: more of them count, and the risk on these rows is no smaller.
    expect(weights.filter((weight) => weight > 0).length).toBeGreaterThan(
      greedySelection(columns, mse).weights.filter((weight) => weight > 0).length,
    );
    expect(risk).toBeGreaterThanOrEqual(greedySelection(columns, mse).risk - 1e-9);
    const whole = greedySelection(columns, mse, { bags: 3, bagShare: 1 }).weights;
    greedySelection(columns, mse).weights.forEach((weight, index) => {
      expect(whole[index]).toBeCloseTo(weight, 12);
    });
  });

  it("is a method of superLearnerWeights, of any loss", () => {
    const { weights, objective, gap } = superLearnerWeights(boston.z, boston.y, { method: "greedy" });
    expect(weights.map((weight) => weight.toFixed(10))).toEqual(
      [...greedySelection(columns, mse).weights].map((weight) => weight.toFixed(10)),
    );
    expect(objective.toFixed(3)).toBe("20.338");
    expect(gap).toBeNaN();
    // The largest error of all, which has no gradient to speak of.
    const largest = (p: Float64Array): number =>
      p.reduce((most, value, row) => Math.max(most, Math.abs(value - (boston.y[row] as number))), 0);
    const found = superLearnerWeights(boston.z, boston.y, { method: "greedy", loss: largest });
    expect(found.objective).toBeLessThanOrEqual(Math.min(...found.risks));
    expect(found.standardErrors[0]).toBeNaN();
    const absolute = superLearnerWeights(boston.z, boston.y, { loss: "mae" }).objective;
    const greedy = superLearnerWeights(boston.z, boston.y, { method: "greedy", loss: "mae" }).objective;
    expect(greedy).toBeGreaterThanOrEqual(absolute - 1e-9);
    expect(greedy).toBeLessThan(1.005 * absolute);
  });

  it("is of classes by their log-likelihood, Brier's score or area", () => {
    const glass = read("glass");
    for (const loss of ["logLikelihood", "squaredError", "auc"] as const) {
      const { weights, objective, risks } = superLearnerWeights(glass.z, glass.y, { method: "greedy", loss });
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
      expect(objective).toBeLessThanOrEqual(Math.min(...risks));
    }
    const exact = superLearnerWeights(glass.z, glass.y, { method: "convex" }).objective;
    const greedy = superLearnerWeights(glass.z, glass.y, { method: "greedy" }).objective;
    expect(greedy / exact).toBeLessThan(1.001);
  });

  it.each([
    [{ bags: -1 }, "greedySelection: bags must be a whole number from 0 to 100000, received -1."],
    [{ bagShare: 0 }, "greedySelection: bagShare must be a number above 0 and up to 1, received 0."],
    [{ bag: 1 }, 'greedySelection: unknown option "bag". Did you mean "bags"?'],
  ])("refuses %j", (options, message) => {
    expect(() => greedySelection(columns, mse, options as never)).toThrow(message);
  });
});
