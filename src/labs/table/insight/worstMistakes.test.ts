import { describe, expect, it } from "vitest";
import type { TableColumn } from "../table.js";
import { cellText } from "./cellText.js";
import { classScores, numberScores } from "./scores.js";
import { matrixFrom, numberColumn } from "./testing/predictors.js";
import { worstMistakes } from "./worstMistakes.js";

const columns: TableColumn[] = [numberColumn("a"), { kind: "category", name: "k", levels: ["<b>", "q"] }];
const x = matrixFrom(4, (row) => [row === 1 ? Number.NaN : row / 3, row % 2]);
const lines = Int32Array.of(2, 3, 7, 8);

describe("the worst mistakes", () => {
  it("are the largest squares, with line and cells", () => {
    const y = Float64Array.of(1, 2, 3, 4);
    const predictions = Float64Array.of(1, 5, 3, 3);
    const found = worstMistakes({ columns, x, y, predictions, lines, count: 2 });
    expect(found).toEqual([
      {
        ...{ row: 1, line: 3, loss: 9, truth: 2, predicted: 5, cells: ["", "q"] },
        ...{ probability: undefined, truthProbability: undefined },
      },
      {
        ...{ row: 3, line: 8, loss: 1, truth: 4, predicted: 3, cells: ["1", "q"] },
        ...{ probability: undefined, truthProbability: undefined },
      },
    ]);
  });

  it("of classes have the probabilities of what was said and of what was true", () => {
    const y = Float64Array.of(0, 1, 2, 0);
    const predictions = Float64Array.of(0.8, 0.1, 0.1, 0.6, 0.3, 0.1, 0.9, 0.1, 0, 0.5, 0.5, 0);
    const levels = ["u", "v", "w"];
    const [worst, next] = worstMistakes({ columns, x, y, predictions, lines, levels });
    expect(worst).toMatchObject({
      line: 7,
      truth: "w",
      predicted: "u",
      probability: 0.9,
      truthProbability: 0,
    });
    // The loss of what was thought impossible is finite.
    expect(worst?.loss).toBeCloseTo(-Math.log(0.001), 12);
    expect(next).toMatchObject({ line: 3, truth: "v", predicted: "u" });
    const other = { columns, x, y, predictions, lines: Int32Array.of(1), levels };
    expect(() => worstMistakes(other)).toThrow("worstMistakes: lines must have 4 numbers, it has 1.");
  });
});

describe("cells", () => {
  it("read as they were written", () => {
    const date = { kind: "date", name: "d", order: "dayFirst" } as const;
    expect(cellText(numberColumn("n"), 0.1 + 0.2)).toBe("0.3");
    expect(cellText({ ...numberColumn("n"), decimal: "," }, 1234.5)).toBe("1234,5");
    expect(cellText({ ...date, hasTime: false }, 0)).toBe("1970-01-01");
    expect(cellText({ ...date, hasTime: false }, -0.5)).toBe("1969-12-31");
    expect(cellText({ ...date, hasTime: true }, 19_000 + 1 / 3)).toBe("2022-01-08 08:00");
    expect(cellText({ ...date, hasTime: true }, 19_000 + 29_101 / 86_400)).toBe("2022-01-08 08:05:01");
    expect(cellText({ ...date, hasTime: true }, 1e12)).toBe("1000000000000");
    expect(cellText(columns[1] as TableColumn, 0)).toBe("<b>");
    expect(cellText(columns[1] as TableColumn, Number.NaN)).toBe("");
  });
});

describe("scores", () => {
  it("of numbers are against the baseline", () => {
    const y = Float64Array.of(1, 2, 3, 6);
    const predictions = Float64Array.of(2, 2, 3, 5);
    const { rmse, mae, r2, baseline } = numberScores({ y, predictions, baseline: y.map(() => 3) });
    expect(rmse.value).toBeCloseTo(Math.sqrt(0.5), 12);
    expect(mae.value).toBe(0.5);
    expect(baseline.rmse.value).toBeCloseTo(Math.sqrt(14 / 4), 12);
    expect(r2?.value).toBeCloseTo(1 - 2 / 14, 12);
    // sd of l − r l0 over √n, by the baseline's mean.
    const apart = [1 - 4 / 7, -1 / 7, 0, 1 - 9 / 7];
    const error = Math.sqrt(apart.reduce((sum, one) => sum + one ** 2, 0) / 3 / 4) / 3.5;
    expect(r2?.standardError).toBeCloseTo(error, 12);
  });

  it("have the errors of groups where rows belong together", () => {
    const [y, predictions] = [Float64Array.of(1, 4, 2, 8, 5), Float64Array.of(2, 4, 1, 5, 5.5)];
    const baseline = y.map(() => 4);
    const single = numberScores({ y, predictions, baseline });
    // Each row three times says no more than once, if that is known.
    const thrice = (values: Float64Array): Float64Array =>
      Float64Array.from({ length: 15 }, (_, at) => values[at % 5] as number);
    const repeated = { y: thrice(y), predictions: thrice(predictions), baseline: thrice(baseline) };
    const groups = Int32Array.from({ length: 15 }, (_, at) => at % 5);
    const grouped = numberScores({ ...repeated, groups });
    expect(grouped.rmse.standardError).toBeCloseTo(single.rmse.standardError, 12);
    expect(grouped.r2?.standardError).toBeCloseTo(single.r2?.standardError as number, 12);
    expect(numberScores(repeated).rmse.standardError).toBeLessThan(0.6 * single.rmse.standardError);
  });

  it("are left out where there is nothing to tell apart: rows of one class, and of one number", () => {
    const ones = Float64Array.of(1, 1, 1);
    const numbers = numberScores({ y: ones, predictions: Float64Array.of(1, 2, 1), baseline: ones });
    expect(numbers.r2).toBeUndefined();
    expect(numbers.rmse.value).toBeCloseTo(Math.sqrt(1 / 3), 12);
    const shares = Float64Array.of(0.3, 0.7, 0.4, 0.6, 0.5, 0.5);
    const classes = classScores({ y: ones, predictions: shares, baseline: shares, classes: 2 });
    expect(classes.auc).toBeUndefined();
    expect(classes.accuracy.value).toBeCloseTo(2 / 3, 12);
    // Of three classes one that is not there leaves the two others to be told apart.
    const three = Float64Array.of(0.6, 0.3, 0.1, 0.2, 0.7, 0.1);
    const two = classScores({ y: Float64Array.of(0, 1), predictions: three, baseline: three, classes: 3 });
    expect(two.auc?.value).toBe(1);
  });

  it("of classes are shares and areas", () => {
    const y = Float64Array.of(0, 1, 1, 0);
    const predictions = Float64Array.of(0.9, 0.1, 0.2, 0.8, 0.6, 0.4, 0.7, 0.3);
    const baseline = new Float64Array(8).fill(0.5);
    const found = classScores({ y, predictions, baseline, classes: 2 });
    expect(found.accuracy.value).toBe(0.75);
    expect(found.auc?.value).toBe(1);
    expect(found.brier.value).toBeCloseTo((0.01 + 0.04 + 0.36 + 0.09) / 4, 12);
    expect(found.baseline.logLoss.value).toBeCloseTo(Math.log(2), 12);
    const several = classScores({
      ...{ y: Float64Array.of(0, 1, 2), classes: 3, baseline: new Float64Array(9).fill(1 / 3) },
      predictions: Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1),
    });
    expect([several.accuracy.value, several.auc?.value, several.brier.value]).toEqual([1, 1, 0]);
  });
});
