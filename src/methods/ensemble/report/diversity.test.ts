import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { softmaxRows } from "../combine.js";
import { ensembleReport } from "./ensembleReport.js";
import { heatMap } from "./heatMap.js";

/** Right and wrong as told, for labels of 1. */
const p = (marks: string): number[] => [...marks].map((mark) => (mark === "+" ? 0.9 : 0.2));
const ones = (marks: string): number[] => [...marks].map(() => 1);

describe("pairs of mistakes", () => {
  // Both right 4, first alone 2, second alone 1, none 1.
  const [a, b] = ["++++++--", "++++--+-"] as const;

  it("are counted as 3.7 has it", () => {
    const { mistakes, text } = ensembleReport({ a: p(a), b: p(b) }, ones(a), { classes: 2, folds: 2 });
    expect(mistakes?.disagreement[0]?.[1]).toBeCloseTo(3 / 8, 12);
    expect(mistakes?.doubleFault[0]?.[1]).toBeCloseTo(1 / 8, 12);
    expect(mistakes?.yuleQ[0]?.[1]).toBeCloseTo((4 * 1 - 2 * 1) / (4 * 1 + 2 * 1), 12);
    expect(mistakes?.disagreement[0]?.[0]).toBe(0);
    expect(text).toMatch(/a, b +0\.\d+ +37\.50 % +12\.50 % +0\.333/);
  });

  it("by the rows' weights, with a dash for 0/0", () => {
    const observationWeights = [1, 1, 1, 1, 2, 1, 1, 1];
    const options = { classes: 2, folds: 2, observationWeights };
    const { mistakes } = ensembleReport({ a: p(a), b: p(b) }, ones(a), options);
    expect(mistakes?.disagreement[0]?.[1]).toBeCloseTo(4 / 9, 12);
    const perfect = ensembleReport({ a: p("+++++++-"), b: p("++++++++") }, ones(a), { classes: 2, folds: 2 });
    expect(perfect.mistakes?.yuleQ[0]?.[1]).toBeNaN();
    expect(perfect.text).toMatch(/a, b .* –\n/);
  });

  it("are not for numbers", () => {
    expect(ensembleReport({ a: [1, 2, 3], b: [2, 1, 3] }, [1, 2, 2], { folds: 3 }).mistakes).toBeUndefined();
  });
});

/** Four members of three classes, some rows alike, too sure. */
function members(rows: number, seed: number) {
  const random = new Generator(seed);
  const logits = Float64Array.from({ length: 3 * rows }, () => random.normal());
  const right = softmaxRows(logits.slice(), 3);
  const y = Array.from({ length: rows }, (_, row) => {
    const u = random.uniform();
    const [first = 0, second = 0] = right.subarray(3 * row, 3 * row + 2);
    return u < first ? 0 : u < first + second ? 1 : 2;
  });
  const one = (): number[][] => {
    const q = softmaxRows(
      logits.map((x) => 2.5 * (x + 0.5 * random.normal())),
      3,
    );
    return Array.from({ length: rows }, (_, row) => [...q.subarray(3 * row, 3 * row + 3)]);
  };
  return { z: { a: one(), b: one(), c: one() }, y };
}

describe("the ambiguity", () => {
  it("is what the mean of members costs less than they do, of numbers and classes, by weights", () => {
    const { z, y } = members(60, 1);
    const observationWeights = y.map((_, row) => 1 + (row % 3));
    const random = new Generator(3);
    const truth = Array.from({ length: 60 }, () => random.normal());
    const noisy = () => truth.map((value) => value + random.normal());
    const numbers = { a: noisy(), b: noisy(), c: noisy() };
    for (const report of [
      ensembleReport(z, y, { method: "convex", observationWeights }),
      ensembleReport(numbers, truth, { observationWeights }),
    ]) {
      const singly = report.members.reduce((sum, { risk }) => sum + risk, 0) / 3;
      expect(report.mean.risk).toBeCloseTo(singly - (report.ambiguity as number), 12);
      expect(report.text).toContain("less their ambiguity");
    }
    expect(ensembleReport(z, y).ambiguity).toBeUndefined();
  });
});

describe("calibration in the report", () => {
  const { z, y } = members(300, 2);

  it("is mended on rows that did not find the temperature", () => {
    const { calibration, text } = ensembleReport(z, y);
    expect(calibration?.temperature).toBeGreaterThan(1.3);
    expect(calibration?.mended).toBeLessThan(calibration?.error as number);
    expect(calibration?.difference.risk).toBeLessThan(0);
    expect(calibration?.difference.standardError).toBeGreaterThan(0);
    expect(text).toContain("At temperatures that other rows found: ");
    expect(ensembleReport(z, y).calibration).toEqual(calibration);
  });

  it("does not see a row's own label in its temperature", () => {
    // With one row's label changed, what is said of that row by the others stays.
    const found = ensembleReport(z, y).calibration?.mended as number;
    const other = y.map((label, row) => (row === 0 ? (label + 1) % 3 : label));
    const changed = ensembleReport(z, other).calibration?.mended as number;
    expect(Math.abs(changed - found)).toBeLessThan(0.02);
    expect(changed).not.toBe(found);
  });

  it("keeps clusters whole, and takes standard errors by them", () => {
    const ids = y.map((_, row) => Math.floor(row / 10));
    const clustered = ensembleReport(z, y, { ids });
    const plain = ensembleReport(z, y);
    expect(clustered.members[0]?.risk).toBeCloseTo(plain.members[0]?.risk as number, 12);
    expect(clustered.members[0]?.standardError).not.toBe(plain.members[0]?.standardError);
    const few = y.map((_, row) => row % 2);
    expect(ensembleReport(z, y, { ids: few, folds: 2 }).calibration?.mended).toBeNaN();
    expect(() => ensembleReport(z, y, { ids: few })).toThrow(
      "folds: 2 clusters of rows cannot be divided into 5 folds.",
    );
  });
});

describe("the picture", () => {
  it("has every name and every figure, and grey for none", () => {
    const svg = heatMap({
      title: "Errors",
      names: ["a<b", "a name that is much longer than anyone would write it"],
      values: [
        [1, -0.25],
        [Number.NaN, -0.001],
      ],
    });
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" width="\d+" height="\d+"/);
    expect(svg.match(/a&lt;b/g)).toHaveLength(2);
    expect(svg.match(/>a name that is m…/g)).toHaveLength(2);
    for (const figure of [">1.00<", ">−0.25<", ">–<", ">0.00<"]) expect(svg).toContain(figure);
    expect(svg).toContain('fill="#dddddd"');
    expect(ensembleReport({ a: [1, 2, 4], b: [2, 1, 3] }, [1, 2, 2], { folds: 3 }).picture).toContain("<svg");
  });
});
