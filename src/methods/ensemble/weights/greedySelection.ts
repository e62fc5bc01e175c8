import { type FieldsOf, number, type ReadOf, readOptions } from "../../../engine/options.js";

export interface GreedyOptions {
  /** How often a member is taken. Default: 25, which resolves weights to 1/25. */
  readonly rounds?: number | undefined;
  /** How many of the best members begin together. Default: 1. */
  readonly start?: number | undefined;
}

const fields = {
  rounds: number({ default: 25, min: 1, max: 100_000, integer: true }),
  start: number({ default: 1, min: 1, integer: true }),
} satisfies FieldsOf<GreedyOptions>;

/** How {@link GreedyOptions} are read. */
export const greedyFields: typeof fields = fields;

export interface GreedySelection {
  readonly weights: Float64Array;
  /** Members in the order in which they were taken, those of the start first. */
  readonly picks: readonly number[];
  /** The risk after each, from the start on. */
  readonly risks: readonly number[];
  /** How many of `picks` the weights count: the best beginning of the path. */
  readonly size: number;
}

/**
 * Selection with replacement (Caruana, Niculescu-Mizil, Crew and Ksikes 2004): again and again the member whose prediction
 * lowers the risk of the mean most; of equal ones the first. The best beginning of the path counts, which cannot be worse
 * on these rows than the whole. Any risk will do, also one without a gradient.
 *
 * @param columns predictions of each member, of equal lengths
 * @param risk of a mean of predictions
 */
export function greedySelection(
  columns: readonly Float64Array[],
  risk: (predictions: Float64Array) => number,
  options: GreedyOptions = {},
): GreedySelection {
  const { rounds, start }: ReadOf<typeof fields> = readOptions("greedySelection", options, fields);
  const singly = columns.map(risk);
  const order = Array.from(columns.keys()).sort(
    (a, b) => (singly[a] as number) - (singly[b] as number) || a - b,
  );
  const picks = order.slice(0, start);
  const sum = new Float64Array((columns[0] as Float64Array).length);
  for (const pick of picks) addTo(sum, columns[pick] as Float64Array);
  const risks = [risk(sum.map((value) => value / picks.length))];
  while (picks.length < rounds) {
    const found = bestNext(columns, sum, picks.length, risk);
    picks.push(found.pick);
    addTo(sum, columns[found.pick] as Float64Array);
    risks.push(found.risk);
  }
  const size = order.slice(0, start).length + risks.indexOf(Math.min(...risks));
  const weights = new Float64Array(columns.length);
  for (const pick of picks.slice(0, size)) weights[pick] = (weights[pick] as number) + 1 / size;
  return { weights, picks, risks, size };
}

function addTo(sum: Float64Array, column: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (column[i] as number);
}

function bestNext(
  columns: readonly Float64Array[],
  sum: Float64Array,
  count: number,
  risk: (predictions: Float64Array) => number,
): { pick: number; risk: number } {
  let best = { pick: 0, risk: Number.POSITIVE_INFINITY };
  const mean = new Float64Array(sum.length);
  columns.forEach((column, pick) => {
    for (let i = 0; i < mean.length; i++)
      mean[i] = ((sum[i] as number) + (column[i] as number)) / (count + 1);
    const there = risk(mean);
    if (there < best.risk) best = { pick, risk: there };
  });
  return best;
}
