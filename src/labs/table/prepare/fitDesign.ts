import type { Matrix } from "../../../methods/learners/matrix.js";
import type { ColumnKind } from "./columnKind.js";
import type { CategoryPart, CodePart, ColumnPart, DatePart, IndexPart, NumberPart } from "./columnPart.js";

/**
 * What a learner wants its columns to be: `numbers` without gaps, categories in columns of their own, for models that add and
 * measure distances; `trees` with gaps and categories by number, for those that divide; `embeddings` without gaps and categories by their place,
 * for networks.
 */
export type Treatment = "numbers" | "trees" | "embeddings";

export interface DesignOptions {
  readonly treatment: Treatment;
  /** Whether the first level of each category has no column, for models without a penalty, whose columns must not add up. */
  readonly dropFirst: boolean;
}

/** Levels that have a column each; of more there are the largest, and the share of each. */
const mostColumns = 30;
/** Levels that trees tell apart; their limit is 255 bins. */
const mostCodes = 250;
/** Levels that have a vector each, and rows that one takes to be learnt. */
const mostVectors = 1_000;
const fewestOfVector = 3;
/** Share of missing numbers above which a column says so. */
const noteworthy = 0.01;
/** Kurtosis of a positive column above which its logarithm is given too. */
const heavyTail = 20;

/** What becomes of each column, by the rows that are learnt from and no others. */
export function fitDesign(x: Matrix, kinds: readonly ColumnKind[], options: DesignOptions): ColumnPart[] {
  const values = new Float64Array(x.rows);
  return kinds.map((kind, j) => partOf(kind, x.column(j, values), options));
}

function partOf(
  { kind, levels = 0, hasTime = false }: ColumnKind,
  values: Float64Array,
  { treatment, dropFirst }: DesignOptions,
): ColumnPart {
  if (kind === "unused") return { kind };
  if (kind === "date") return treatment === "trees" ? { kind: "moment", hasTime } : datePart(values, hasTime);
  if (kind === "number") return treatment === "trees" ? { kind: "raw" } : numberPart(values);
  if (treatment === "embeddings") return indexPart(values, levels);
  return treatment === "trees" ? codePart(values, levels) : categoryPart(values, levels, dropFirst);
}

function numberPart(values: Float64Array): NumberPart {
  const known = values.filter((value) => !Number.isNaN(value));
  return {
    kind: "number",
    fill: medianOf(known),
    indicator: isNoteworthy(values.length - known.length, values.length),
    log: known.length > 0 && known.every((value) => value > 0) && kurtosisOf(known) > heavyTail,
  };
}

/** Not where nothing is known: a column of ones says nothing. */
const isNoteworthy = (missing: number, rows: number): boolean =>
  missing > noteworthy * rows && missing < rows;

/** Of no numbers 0. */
function medianOf(known: Float64Array): number {
  const sorted = known.slice().sort();
  const middle = sorted.length >> 1;
  if (sorted.length === 0) return 0;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/** The fourth central moment by the square of the second: 3 for a normal distribution. */
function kurtosisOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [second, fourth] = [0, 0];
  for (const value of values) {
    const square = (value - mean) ** 2;
    second += square;
    fourth += square * square;
  }
  return second === 0 ? 0 : (fourth * values.length) / (second * second);
}

/** How often each level occurs, and how often none. */
function countLevels(values: Float64Array, levels: number): { counts: Float64Array; missing: number } {
  const counts = new Float64Array(levels);
  let missing = 0;
  for (const value of values) {
    if (Number.isNaN(value)) missing++;
    else if (value >= 0 && value < levels) counts[value] = (counts[value] as number) + 1;
  }
  return { counts, missing };
}

/** Levels by how often they occur, of equal ones the first; those that do not occur are left out. */
function byFrequency(counts: Float64Array): number[] {
  const present = [...counts.keys()].filter((level) => (counts[level] as number) > 0);
  return present.sort((a, b) => (counts[b] as number) - (counts[a] as number) || a - b);
}

function categoryPart(values: Float64Array, levels: number, dropFirst: boolean): CategoryPart {
  const { counts, missing } = countLevels(values, levels);
  const present = byFrequency(counts);
  const least = Math.max(5, 0.005 * values.length);
  const frequent = present.filter((level) => (counts[level] as number) >= least);
  // Of a small table every level is rare; then the largest is told apart all the same.
  const kept = (frequent.length > 0 ? frequent : present.slice(0, 1)).slice(0, mostColumns);
  const isMany = frequent.length > mostColumns;
  const own = dropFirst && kept.length > 0 ? kept.slice(1) : kept;
  return {
    kind: "category",
    levels: own.toSorted((a, b) => a - b),
    // With a level left out, what is in no column would be taken for it.
    rare: present.length > kept.length || (dropFirst && kept.length === 1),
    missing: missing > 0 && missing < values.length,
    ...(isMany ? { shares: Array.from(counts, (count) => count / values.length) } : {}),
  };
}

function codePart(values: Float64Array, levels: number): CodePart {
  const kept = byFrequency(countLevels(values, levels).counts).slice(0, mostCodes);
  return { kind: "code", levels: kept.sort((a, b) => a - b), count: levels };
}

function indexPart(values: Float64Array, levels: number): IndexPart {
  const { counts } = countLevels(values, levels);
  const kept = byFrequency(counts).filter((level) => (counts[level] as number) >= fewestOfVector);
  return { kind: "index", levels: kept.slice(0, mostVectors).sort((a, b) => a - b), count: levels };
}

function datePart(values: Float64Array, hasTime: boolean): DatePart {
  const known = values.filter((value) => !Number.isNaN(value));
  return {
    kind: "date",
    first: known.length === 0 ? 0 : Math.floor(known.reduce((least, day) => Math.min(least, day))),
    fill: Math.floor(medianOf(known)),
    indicator: isNoteworthy(values.length - known.length, values.length),
    hasTime,
  };
}
