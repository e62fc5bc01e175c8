import { normalCdf } from "../../numerics/normal.js";
import { quantile } from "../numerics/quantile.js";

/**
 * A density over cells in a row, by normal kernels cut off at the ends, one for each observation and a wide one in the middle
 * (Scott's bandwidth, at least half a cell at 90 %: Watanabe, Bansal and Hutter, "PED-ANOVA", 2023, and Optuna 5's estimator).
 *
 * @param places cells of the observations, from 0
 * @param count how many cells there are
 * @returns their probabilities, which add up to 1
 */
export function gridDensity(places: readonly number[], count: number): Float64Array {
  const density = new Float64Array(count);
  const observed = new Float64Array(count);
  for (const place of places) observed[place]!++;
  const width = bandwidth(places);
  for (let place = 0; place < count; place++) {
    if (observed[place]! > 0) addKernel(density, place, width, observed[place]!);
  }
  addKernel(density, (count - 1) / 2, count, 1);
  return density.map((own) => own / (places.length + 1));
}

/**
 * A density over choices without an order: that of an observation is 1 + 1/(n + 1) for itself to 1/(n + 1) for any other, and
 * there is one of equal shares besides.
 */
export function choiceDensity(choices: readonly number[], count: number): Float64Array {
  const smoothing = 1 / (choices.length + 1);
  const total = 1 + count * smoothing;
  const density = new Float64Array(count).fill((choices.length * smoothing) / total + 1 / count);
  for (const choice of choices) density[choice]! += 1 / total;
  return density.map((own) => own / (choices.length + 1));
}

function bandwidth(places: readonly number[]): number {
  const least = 0.5 / 1.64;
  const n = places.length;
  if (n < 2) return least;
  const mean = places.reduce((sum, place) => sum + place, 0) / n;
  const deviation = Math.sqrt(places.reduce((sum, place) => sum + (place - mean) ** 2, 0) / (n - 1));
  const sorted = places.toSorted((a, b) => a - b);
  const spread = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 1.34;
  return Math.max(least, 1.059 * Math.min(deviation, spread) * n ** -0.2);
}

function addKernel(density: Float64Array, mean: number, width: number, weight: number): void {
  const bounds = Float64Array.from({ length: density.length + 1 }, (_, k) =>
    normalCdf((k - 0.5 - mean) / width),
  );
  const mass = bounds.at(-1)! - bounds[0]!;
  for (let k = 0; k < density.length; k++) density[k]! += (weight * (bounds[k + 1]! - bounds[k]!)) / mass;
}
