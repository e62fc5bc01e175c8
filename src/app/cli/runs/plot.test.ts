import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plot, shortNumber } from "./plot.js";

const curve = (values: readonly number[], mark = "•") => ({ mark, values, steps: values.map((_, i) => i) });

describe("plot", () => {
  it("draws curves with their letters, between their smallest and largest values", () => {
    expect(plot([curve([3, 2, 1, 0], "a"), curve([0, 3], "b")], { width: 13, height: 4 })).toBe(
      ["3 ┤aa b", "  │  baa", "  │ b   aaa", "0 ┤b       aa", "  └ step 0 to 3", ""].join("\n"),
    );
  });

  it("passes over what is not finite, and is nothing without values", () => {
    expect(plot([curve([Number.NaN, Number.POSITIVE_INFINITY])], { width: 40, height: 5 })).toBe("");
    expect(plot([curve([1, Number.NaN, 1])], { width: 40, height: 3 })).toContain("•••");
  });

  it("keeps to its width and height, whatever the numbers", () => {
    const numbers = fc.array(fc.double(), { maxLength: 50 });
    // Labels are longest where they round up to many zeros.
    expect(plot([curve([0, -99995e12])], { width: 30, height: 6 })).toContain("-1e+17 ┤");
    fc.assert(
      fc.property(numbers, fc.integer({ min: 30, max: 120 }), (values, width) => {
        const lines = plot([curve(values)], { width, height: 6 }).split("\n");
        expect([1, 8]).toContain(lines.length);
        for (const line of lines.slice(0, -2)) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });

  it("shortens numbers", () => {
    expect([1234567, 0.123456, 1.23456e-9, 1e300, -0.5, -99995e12, 1234567890.5].map(shortNumber)).toEqual([
      "1234567",
      "0.1235",
      "1.235e-9",
      "1e+300",
      "-0.5",
      "-1e+17",
      "1.235e+9",
    ]);
  });
});
