import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { expectedCalibrationError } from "../calibration/expectedCalibrationError.js";
import { temperatureOf, tempered } from "../calibration/temperature.js";
import { softmaxRows } from "../combine.js";
import type { HeldOut } from "../heldOut.js";
import { ensembleReport } from "./ensembleReport.js";

const rows = 400;
const random = new Generator(5);
const draw = (): Float64Array => Float64Array.from({ length: rows }, () => random.normal());
const truth = draw();
const shared = draw();
/** Errors of variance 1, half of it shared. */
const member = (): Float64Array => {
  const own = draw();
  return truth.map((value, row) => value + Math.SQRT1_2 * ((shared[row] as number) + (own[row] as number)));
};
const z = { a: member(), b: member(), c: member() };

describe("the report of numbers", () => {
  const report = ensembleReport(z, truth);

  it("has the members' risks, and the mean's by the ambiguity of its members", () => {
    const columns = Object.values(z);
    const risks = columns.map(
      (column) => column.reduce((sum, p, row) => sum + (p - (truth[row] as number)) ** 2, 0) / rows,
    );
    report.members.forEach(({ risk }, index) => {
      expect(risk).toBeCloseTo(risks[index] as number, 12);
    });
    const ambiguity =
      columns.reduce((sum, column) => {
        const spread = column.map((p, row) => {
          const mean = columns.reduce((total, each) => total + (each[row] as number), 0) / 3;
          return (p - mean) ** 2;
        });
        return sum + spread.reduce((total, each) => total + each, 0) / rows;
      }, 0) / 3;
    const mean = risks.reduce((sum, risk) => sum + risk, 0) / 3;
    // Krogh and Vedelsby 1995.
    expect(report.mean.risk).toBeCloseTo(mean - ambiguity, 12);
  });

  it("has correlations near what was built in, and paired errors smaller than single ones", () => {
    expect(report.correlations[0]?.[0]).toBe(1);
    expect(report.correlations[0]?.[1]).toBeGreaterThan(0.4);
    expect(report.correlations[0]?.[1]).toBeLessThan(0.6);
    expect(report.correlations[1]?.[2]).toBe(report.correlations[2]?.[1]);
    for (const { difference, standardError } of report.members) {
      expect(difference.risk).toBeGreaterThan(0);
      expect(difference.standardError).toBeLessThan(standardError);
    }
    expect(report.calibration).toBeUndefined();
  });

  it("has the paired standard error of the formula", () => {
    const [first, second] = [truth.map((t) => t + 1), truth.map((t, row) => t + (row % 2))];
    const { members, weighted } = ensembleReport({ first, second }, truth, { method: "convex" });
    // Losses 1 and row mod 2: the second has all weight, so the first costs 1 more in every second row.
    expect(members[0]?.difference.risk).toBeCloseTo(0.5, 10);
    expect(members[0]?.difference.standardError).toBeCloseTo(Math.sqrt(0.25 / (rows - 1)), 10);
    expect(weighted.risk).toBeCloseTo(0.5, 10);
    expect(members[0]?.without.risk).toBeCloseTo(0, 10);
    expect(members[1]?.without.risk).toBeCloseTo(0.5, 10);
    expect(members[1]?.couldGo).toBe(false);
  });

  it("says that one of twins could go", () => {
    const { members, text } = ensembleReport({ a: z.a, twin: z.a, b: z.b }, truth);
    expect(members.map(({ couldGo }) => couldGo)).toEqual([true, true, false]);
    expect(members[0]?.without.risk).toBeCloseTo(0, 10);
    expect(text).toContain("Each of these could go, alone: a, twin.");
  });

  it("reads well", () => {
    expect(report.text).toMatch(/^400 rows; the pool's weights are judged on rows that did not find them/);
    expect(report.text).toMatch(/\na +\d/);
    expect(report.text).toContain("Mean correlation of errors: 0.");
    expect(ensembleReport(z, truth, { seed: 0 })).toEqual(report);
  });
});

/** Three classes with probabilities that are right, sharpened by a factor. */
function classes(sharper: number): { p: Float64Array; y: number[] } {
  const draws = new Generator(9);
  const logits = Float64Array.from({ length: 3 * rows }, () => 1.5 * draws.normal());
  const right = softmaxRows(logits.slice(), 3);
  const y = Array.from({ length: rows }, (_, row) => {
    const u = draws.uniform();
    const [p = 0, q = 0] = right.subarray(3 * row, 3 * row + 2);
    return u < p ? 0 : u < p + q ? 1 : 2;
  });
  return {
    p: softmaxRows(
      logits.map((x) => x * sharper),
      3,
    ),
    y,
  };
}

const held = (p: Float64Array, y: readonly number[]): HeldOut => ({
  names: ["p"],
  task: "classes",
  rows,
  classes: 3,
  columns: [p],
  targets: Float64Array.from({ length: 3 * rows }, (_, i) => Number(y[Math.floor(i / 3)] === i % 3)),
  weights: new Float64Array(rows).fill(1),
  failed: [],
});

describe("calibration", () => {
  it("is what its definition says", () => {
    const facts = { rows: 4, classes: 1, targets: Float64Array.of(1, 1, 0, 0) };
    // Confidences 0.9, 0.9, 0.6, 0.6: accuracy 0.5 in the first bin, 0.5 in the second.
    expect(expectedCalibrationError(facts, Float64Array.of(0.9, 0.1, 0.6, 0.4))).toBeCloseTo(0.25, 12);
    expect(expectedCalibrationError(facts, Float64Array.of(1, 1, 0, 0))).toBe(0);
    const two = { rows: 2, classes: 2, targets: Float64Array.of(1, 0, 0, 1) };
    expect(expectedCalibrationError(two, Float64Array.of(0.8, 0.2, 0.8, 0.2))).toBeCloseTo(0.3, 12);
  });

  it("finds by how much predictions are too sure", () => {
    const sure = classes(3);
    const temperature = temperatureOf(held(sure.p, sure.y), sure.p);
    expect(temperature).toBeGreaterThan(2.4);
    expect(temperature).toBeLessThan(3.7);
    const right = classes(1);
    const fitted = temperatureOf(held(right.p, right.y), right.p);
    expect(temperature / fitted).toBeCloseTo(3, 1);
    // At its temperature nothing is left to gain.
    const mended = tempered(sure.p, 3, temperature);
    expect(temperatureOf(held(mended, sure.y), mended)).toBeCloseTo(1, 3);
    expect(expectedCalibrationError(held(mended, sure.y), mended)).toBeLessThan(
      expectedCalibrationError(held(sure.p, sure.y), sure.p),
    );
  });

  it("is in the report of classes, of one column and of several", () => {
    const { p, y } = classes(2);
    const matrix = Array.from({ length: rows }, (_, row) => [...p.subarray(3 * row, 3 * row + 3)]);
    const several = ensembleReport({ p: matrix, flat: matrix.map(() => [1 / 3, 1 / 3, 1 / 3]) }, y);
    expect(several.loss).toBe("logLikelihood");
    expect(several.calibration?.error).toBeGreaterThan(0);
    expect(several.text).toContain("Calibration error of the pool");
    const first = matrix.map(([a = 0]) => a);
    const binary = ensembleReport(
      { first, half: first.map(() => 0.5) },
      y.map((k) => Number(k === 0)),
      { classes: 2 },
    );
    expect(binary.calibration?.temperature).toBeGreaterThan(0.5);
    expect(
      ensembleReport(
        { only: first },
        y.map((k) => Number(k === 0)),
        { classes: 2 },
      ).text,
    ).toContain("–");
  });
});

it.each([
  [
    { a: [1, Number.NaN, 2, 3, 4] },
    {},
    'ensembleReport: "a" has predictions that are not finite; leave it out.',
  ],
  [{ a: [1, 2, 3, 4, 5] }, { folds: 6 }, "folds: 5 rows cannot be divided into 6 folds."],
  [{ a: [1, 2, 3, 4, 5] }, { fold: 2 }, 'ensembleReport: unknown option "fold". Did you mean "folds"?'],
  [{ a: [1, 2, 3, 4] }, {}, "y has 5 rows, z 4"],
])("refuses %j %j", (given, options, message) => {
  expect(() => ensembleReport(given, [1, 2, 3, 4, 5], options as never)).toThrow(message);
});
