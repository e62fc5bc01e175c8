import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { erfc, scaledErfc } from "./erfc.js";
import { normalCdf, normalMass, normalQuantile } from "./normal.js";

interface Golden {
  readonly x: readonly number[];
  readonly erfc: readonly number[];
  readonly scaled: readonly (number | null)[];
}

const golden = JSON.parse(
  readFileSync(new URL("../../../goldens/tune/erfc.json", import.meta.url), "utf8"),
) as Golden;

it("has the complementary error function, scaled too, to the last digits", () => {
  golden.x.forEach((x, i) => {
    const wanted = golden.erfc[i] as number;
    // The exponent's own rounding grows with x².
    expect(Math.abs(erfc(x) - wanted)).toBeLessThanOrEqual((2e-15 + 2.3e-16 * x * x) * wanted);
    const scaled = golden.scaled[i];
    if (scaled != null) expect(Math.abs(scaledErfc(x) - scaled)).toBeLessThanOrEqual(2e-15 * scaled);
  });
});

it("has shares and quantiles of the normal distribution that belong together", () => {
  expect(normalCdf(1.959963984540054)).toBeCloseTo(0.975, 14);
  for (const p of [1e-300, 1e-20, 1e-5, 0.02425, 0.3, 0.5, 0.9, 1 - 1e-12]) {
    expect(Math.abs(normalCdf(normalQuantile(p)) / p - 1)).toBeLessThan(1e-12);
  }
  // Far out, where a difference of shares below would be 0.
  expect(normalMass(9, 40) / 1.12858840595384e-19).toBeCloseTo(1, 8);
  expect(normalMass(-40, -9)).toBe(normalMass(9, 40));
  expect(normalMass(-1, 2)).toBeCloseTo(0.8185946141203637, 14);
});
