import { superLearnerWeights } from "../../src/ensemble.js";
import { allGarments, type Garment, noise, type Source, sources, told, worth } from "./rule.js";

/** The smallest squared errors of the price's logarithm that there are, by what a predictor may look at. */
export interface Attainable {
  /** The noise: what is left to someone who knows the rule and every property. */
  readonly everything: number;
  readonly nothing: number;
  readonly each: Readonly<Record<Source, number>>;
  /** The best weights, from 0 and with the sum 1, for the best predictor of each source. */
  readonly averaged: number;
  /** The best sum of three functions, one of each source, whatever they are. */
  readonly sum: number;
}

/** Means of `values` over the garments that look alike to each; `groups` has numbers of groups by garment. */
function meansWithin(groups: Int32Array, values: Float64Array): Float64Array {
  const count = groups.reduce((most, group) => Math.max(most, group), 0) + 1;
  const [sums, sizes] = [new Float64Array(count), new Float64Array(count)];
  values.forEach((value, i) => {
    const group = groups[i] as number;
    sums[group] = (sums[group] as number) + value;
    sizes[group] = (sizes[group] as number) + 1;
  });
  return values.map((_, i) => (sums[groups[i] as number] as number) / (sizes[groups[i] as number] as number));
}

/** A number for each of the garments, the same for those of which a source tells the same. */
function groupsOf(garments: readonly Garment[], source: Source): Int32Array {
  return Int32Array.from(garments, (garment) =>
    told[source].reduce((number, property) => 10 * number + garment[property], 0),
  );
}

function meanSquare(values: Float64Array, others: Float64Array): number {
  return values.reduce((sum, value, i) => sum + (value - (others[i] as number)) ** 2, 0) / values.length;
}

/**
 * Three functions whose sum is nearest: each in turn takes the means of what the others leave. Sources that tell a property
 * both make one round too few.
 */
function bestSum(groups: readonly Int32Array[], values: Float64Array): Float64Array {
  const parts: Float64Array[] = groups.map(() => new Float64Array(values.length));
  for (let round = 0; round < 20; round++) {
    groups.forEach((group, own) => {
      const left = values.map((value, i) =>
        parts.reduce((rest, part, index) => (index === own ? rest : rest - (part[i] as number)), value),
      );
      parts[own] = meansWithin(group, left);
    });
  }
  return values.map((_, i) => parts.reduce((sum, part) => sum + (part[i] as number), 0));
}

/** Computed from the rule over every garment that there can be: no network has a part in it. */
export function attainableErrors(): Attainable {
  const garments = [...allGarments()];
  const values = Float64Array.from(garments, worth);
  const groups = sources.map((source) => groupsOf(garments, source));
  const best = groups.map((group) => meansWithin(group, values));
  const above = (predicted: Float64Array): number => noise ** 2 + meanSquare(values, predicted);
  const { weights } = superLearnerWeights(
    Object.fromEntries(sources.map((source, index) => [source, best[index] as Float64Array])),
    values,
  );
  const pooled = values.map((_, i) =>
    best.reduce((sum, part, index) => sum + (weights[index] as number) * (part[i] as number), 0),
  );
  const each = sources.map((source, index) => [source, above(best[index] as Float64Array)] as const);
  return {
    everything: noise ** 2,
    nothing: above(meansWithin(new Int32Array(values.length), values)),
    each: Object.fromEntries(each) as Record<Source, number>,
    averaged: above(pooled),
    sum: above(bestSum(groups, values)),
  };
}
