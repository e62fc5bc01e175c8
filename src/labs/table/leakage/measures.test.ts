import { describe, expect, it } from "vitest";
import { Generator } from "../../../engine/random/generator.js";
import { aucWithInfluence } from "../../../methods/ensemble/auc.js";
import { ranksOf } from "../../../methods/numerics/ranks.js";
import { heldOutAuc, heldOutR2 } from "./binTable.js";
import { missingnessAuc } from "./missingness.js";
import { hasName } from "./names.js";
import { correlationOf, rankedColumn } from "./rankedColumn.js";
import { risingOrder } from "./risingOrder.js";

describe("measures", () => {
  it("of order agree with sorting", () => {
    const values = Float64Array.of(3, NaN, -1, 0, -0, 3, Infinity, -Infinity, 1e-300, -1e300, 3);
    expect([...risingOrder(values)]).toEqual([7, 9, 2, 3, 4, 8, 0, 5, 10, 6, 1]);
    const { ranks, present, distinct } = rankedColumn(values);
    expect([...ranks]).toEqual([7, NaN, 2, 3.5, 3.5, 7, 9, 0, 5, 1, 7]);
    expect([present, distinct]).toEqual([10, 7]);
    const drawnValues = Float64Array.from(new Generator(3).normals(1000)).map((one) => Math.round(one * 50));
    expect(rankedColumn(drawnValues).ranks).toEqual(ranksOf(drawnValues));
  });

  it("of correlation are Pearson's, over rows where both are there", () => {
    expect(correlationOf(Float64Array.of(1, 2, NaN, 4), Float64Array.of(2, 4, 9, 8))).toBeCloseTo(1, 12);
    // Sums by hand: means 2 and 3, product 3, squares 2 and 6.
    expect(correlationOf(Float64Array.of(1, 2, 3), Float64Array.of(2, 2, 5))).toBeCloseTo(
      3 / Math.sqrt(12),
      12,
    );
    expect(correlationOf(Float64Array.of(1, 1), Float64Array.of(2, 3))).toBe(0);
  });

  it("of bins are those of their means and shares on held-out rows", () => {
    const bins = { of: Int32Array.of(0, 0, 1, 1, 0, 1), count: 2 };
    const held = Uint8Array.of(0, 0, 0, 0, 1, 1);
    // Means 2 and 6; held out 3 and 5 around 4: errors 1 + 1 of 1 + 1.
    expect(heldOutR2(bins, Float64Array.of(1, 3, 5, 7, 3, 5), held)).toBe(0);
    const generator = new Generator(4);
    const rows = 500;
    const of = Int32Array.from({ length: rows }, () => generator.integer(9));
    const labels = Float64Array.from(of, (bin) => Number(generator.uniform() < bin / 9));
    const halves = Uint8Array.from(of, () => generator.integer(2));
    const share = Array.from({ length: 9 }, (_, bin) => {
      const own = [...of.keys()].filter((i) => of[i] === bin && halves[i] === 0);
      return own.reduce((sum, i) => sum + (labels[i] as number), 0) / own.length;
    });
    const tested = [...of.keys()].filter((i) => halves[i] === 1);
    const { auc } = aucWithInfluence(
      Float64Array.from(tested, (i) => share[of[i] as number] as number),
      tested.map((i) => labels[i] as number),
    );
    expect(heldOutAuc({ of, count: 9 }, labels, 2, halves)).toBeCloseTo(auc, 12);
  });

  it("of what is missing are areas under the ROC curve", () => {
    const generator = new Generator(6);
    const values = Float64Array.from({ length: 200 }, () => (generator.uniform() < 0.3 ? NaN : 1));
    const target = Float64Array.from(values, (one) => generator.normal() + (Number.isNaN(one) ? 1 : 0));
    const missing = [...values].map((one) => Number(Number.isNaN(one)));
    expect(missingnessAuc(values, rankedColumn(target))).toBeCloseTo(
      aucWithInfluence(target, missing).auc,
      12,
    );
    const labels = target.map((one) => Number(one > 0.5));
    const expected = aucWithInfluence(Float64Array.from(missing), labels).auc;
    expect(missingnessAuc(values, { y: labels, classes: 2 })).toBeCloseTo(
      Math.max(expected, 1 - expected),
      12,
    );
    expect(missingnessAuc(values.fill(1), rankedColumn(target))).toBe(0.5);
  });

  it("of names go by words", () => {
    for (const name of ["price", "log_price", "priceLog", "Price 2", "price.per.m2", "the-price"]) {
      expect(hasName(name, "Price"), name).toBe(true);
    }
    expect(hasName("sale_price_usd", "SalePrice")).toBe(true);
    for (const [name, target] of [
      ["mileage", "age"],
      ["priced", "price"],
      ["price_of_sale", "sale price"],
      ["a", "?"],
    ] as const) {
      expect(hasName(name, target), name).toBe(false);
    }
  });
});
