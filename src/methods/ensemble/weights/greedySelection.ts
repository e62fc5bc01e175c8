import { arrayOf } from "../../../engine/arguments.js";
import { callable, type FieldsOf, number, type ReadOf, readOptions, seed } from "../../../engine/options.js";
import { Generator } from "../../../engine/random/generator.js";

export interface GreedyOptions {
  /** How often a member is taken. Default: 25, which resolves weights to 1/25. */
  readonly rounds?: number | undefined;
  /** How many of the best members begin together. Default: 1. */
  readonly start?: number | undefined;
  /**
   * How many times members are drawn and selected among, the weights averaged: against learning the rows by heart where
   * members are hundreds and rows few. Default: 0, once among all.
   */
  readonly bags?: number | undefined;
  /** How likely each member is in a bag. Default: 0.5. */
  readonly bagShare?: number | undefined;
  /** Of the bags. Default: 0. */
  readonly seed?: number | undefined;
}

const fields = {
  rounds: number({ default: 25, min: 1, max: 100_000, integer: true }),
  start: number({ default: 1, min: 1, integer: true }),
  bags: number({ default: 0, min: 0, max: 100_000, integer: true }),
  bagShare: number({ default: 0.5, above: 0, max: 1 }),
  seed: seed(),
} satisfies FieldsOf<GreedyOptions>;

/** How {@link GreedyOptions} are read. */
export const greedyFields: typeof fields = fields;

/** One selection. */
export interface GreedyPath {
  /** Members in the order in which they were taken, those of the start first. */
  readonly picks: readonly number[];
  /** The risk after each, from the start on. */
  readonly risks: readonly number[];
  /** How many of `picks` the weights count: the best beginning of the path. */
  readonly size: number;
}

export interface GreedySelection {
  /** Of the sum 1; the mean over paths. */
  readonly weights: Float64Array;
  /** Of the mean by these weights. */
  readonly risk: number;
  /** One among all members, or one for each bag. */
  readonly paths: readonly GreedyPath[];
}

/**
 * Selection with replacement (Caruana, Niculescu-Mizil, Crew and Ksikes 2004): again and again the member whose prediction
 * lowers the risk of the mean most; of equal ones the first. The best beginning of the path counts, which cannot be worse
 * on these rows than the whole. Any risk will do, also one without a gradient.
 *
 * @param columns predictions of each member, of equal lengths
 * @param risk of a mean of predictions
 * @throws on unknown options and values out of range
 */
export function greedySelection(
  columns: readonly Float64Array[],
  given: (predictions: Float64Array) => number,
  options: GreedyOptions = {},
): GreedySelection {
  arrayOf("an array of columns of numbers", "length").read("greedySelection", "columns", columns);
  callable<typeof given>().read("greedySelection", "risk", given);
  const settings = readOptions("greedySelection", options, fields);
  // What has no value is no better than anything.
  const risk = (predictions: Float64Array): number => {
    const value = given(predictions);
    return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
  };
  const singly = columns.map(risk);
  const order = Array.from(columns.keys()).sort(
    (a, b) => (singly[a] as number) - (singly[b] as number) || a - b,
  );
  const paths = bagsOf(columns.length, settings).map((bag) =>
    select(
      columns,
      risk,
      order.filter((member) => bag.has(member)),
      settings,
    ),
  );
  const weights = new Float64Array(columns.length);
  for (const { picks, size } of paths) {
    for (const pick of picks.slice(0, size))
      weights[pick] = (weights[pick] as number) + 1 / (size * paths.length);
  }
  const mean = new Float64Array((columns[0] as Float64Array).length);
  columns.forEach((column, member) => {
    const weight = weights[member] as number;
    for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + weight * (column[i] as number);
  });
  return { weights, risk: risk(mean), paths };
}

/** Members of each selection, all of them where there are no bags; a bag that came out empty has all too. */
function bagsOf(members: number, { bags, bagShare, seed: own }: ReadOf<typeof fields>): Set<number>[] {
  const all = Array.from({ length: members }, (_, member) => member);
  if (bags === 0) return [new Set(all)];
  const random = new Generator(own).split("greedySelection");
  return Array.from({ length: bags }, (_, bag) => {
    const draws = random.split(bag);
    const drawn = all.filter(() => draws.uniform() < bagShare);
    return new Set(drawn.length === 0 ? all : drawn);
  });
}

/** @param order members that may be taken, the best first */
function select(
  columns: readonly Float64Array[],
  risk: (predictions: Float64Array) => number,
  order: readonly number[],
  { rounds, start }: ReadOf<typeof fields>,
): GreedyPath {
  const picks = order.slice(0, start);
  const begun = picks.length;
  const members = [...order].sort((a, b) => a - b);
  const sum = new Float64Array((columns[0] as Float64Array).length);
  for (const pick of picks) addTo(sum, columns[pick] as Float64Array);
  const risks = [risk(sum.map((value) => value / begun))];
  while (picks.length < rounds) {
    const found = bestNext(columns, members, sum, picks.length, risk);
    picks.push(found.pick);
    addTo(sum, columns[found.pick] as Float64Array);
    risks.push(found.risk);
  }
  return { picks, risks, size: begun + risks.indexOf(Math.min(...risks)) };
}

function addTo(sum: Float64Array, column: Float64Array): void {
  for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + (column[i] as number);
}

function bestNext(
  columns: readonly Float64Array[],
  members: readonly number[],
  sum: Float64Array,
  count: number,
  risk: (predictions: Float64Array) => number,
): { pick: number; risk: number } {
  let best = { pick: members[0] as number, risk: Number.POSITIVE_INFINITY };
  const mean = new Float64Array(sum.length);
  for (const pick of members) {
    const column = columns[pick] as Float64Array;
    for (let i = 0; i < mean.length; i++)
      mean[i] = ((sum[i] as number) + (column[i] as number)) / (count + 1);
    const there = risk(mean);
    if (there < best.risk) best = { pick, risk: there };
  }
  return best;
}
