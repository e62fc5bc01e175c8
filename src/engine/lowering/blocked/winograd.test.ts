import { expect, it } from "vitest";
import { winograd } from "./winograd.js";

const products = (matrix: readonly (readonly number[])[], vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, value, index) => sum + value * (vector[index] as number), 0));

it.each([
  [2, 3],
  [4, 3],
  [3, 2],
  [5, 3],
])("gives the %i results of a window of %i", (m, r) => {
  const { results, window, image } = winograd(m, r);
  const w = Array.from({ length: r }, (_, index) => Math.cos(index + 1));
  const x = Array.from({ length: m + r - 1 }, (_, index) => Math.sin(2 * index + 1));
  const [ofWindow, ofImage] = [products(window, w), products(image, x)];
  for (let at = 0; at < m; at++) {
    const wanted = w.reduce((sum, value, index) => sum + value * (x[at + index] as number), 0);
    const got = results.reduce(
      (sum, row, point) =>
        sum + (row[at] as number) * (ofWindow[point] as number) * (ofImage[point] as number),
      0,
    );
    expect(got).toBeCloseTo(wanted, 12);
  }
});
