import { Writing, writingCount } from "../cells/writing.js";

/** Length in characters above which texts with spaces may be sentences. */
export const longText = 20;

/** A cell and where it stands. */
export interface CellExample {
  /** Trimmed, and cut where it is long. */
  readonly text: string;
  /** Of the file, from 1. */
  readonly line: number;
}

/** One of a column's distinct texts. */
export interface DistinctValue {
  readonly count: number;
  /** Where it stands first. */
  readonly line: number;
}

/** What a pass over all rows found in one column. */
export interface ColumnFacts {
  readonly name: string;
  /** How many rows there were. */
  readonly rows: number;
  /** `[writingCount]`: how many cells are written in each way, by the numbers of {@link Writing}. */
  readonly counts: readonly number[];
  /** The first cells of each way, at most three; none of missing ones but `NaN`. */
  readonly examples: readonly (readonly CellExample[])[];
  /** Signs of money and the like among numbers, and how many cells have each. */
  readonly units: ReadonlyMap<string, number>;
  /** How many distinct texts there are; above the most that are counted an estimate, within some 5 %. */
  readonly distinct: number;
  /** The distinct texts, in the order in which they came first; `undefined` where there are too many to be kept. */
  readonly values: ReadonlyMap<string, DistinctValue> | undefined;
  /** Numbers that are not whole. `1.234` counts as one, `1,234` does not. */
  readonly fractions: number;
  /** Lengths in characters of the cells that are not missing: the sum, the least and the largest. */
  readonly totalLength: number;
  readonly minLength: number;
  readonly maxLength: number;
  /** Cells of text that have a space inside. */
  readonly spaced: number;
  /** Cells that are names of picture files. */
  readonly pictures: number;
  /** In how many cells each part between spaces stands, of texts that have such; see `TokenCounts`. */
  readonly tokens: ReadonlyMap<string, number>;
  /** Whole numbers of three digits and more that have no marks between thousands. */
  readonly wideWholes: number;
  /** Whether every cell is a whole number, one more than the cell before, or each one less; false below two rows. */
  readonly steps: boolean;
  /** The least and the largest plain number, sentinels not counted; NaN where there is none. */
  readonly least: number;
  readonly largest: number;
  /** Numbers of nothing but nines, which often stand for missing ones, and how many cells have each. */
  readonly sentinels: ReadonlyMap<number, number>;
  /** Zones behind times, at most a few. */
  readonly zones: ReadonlySet<string>;
  /** Dates with a time of day. */
  readonly timed: number;
  /** Dates whose numbers stand between points, among those with the year last. */
  readonly dotted: number;
}

/** How many cells are written in one of some ways. */
export function countOf({ counts }: ColumnFacts, ...writings: readonly Writing[]): number {
  return writings.reduce<number>((sum, writing) => sum + (counts[writing] as number), 0);
}

/** Cells that are missing. */
export function missingOf(facts: ColumnFacts): number {
  return countOf(facts, Writing.missing, Writing.nan);
}

/** Cells that are not missing. */
export function presentOf(facts: ColumnFacts): number {
  return facts.rows - missingOf(facts);
}

/** The first cells written in ways that a test picks, in the order of their lines; at most `most`. */
export function examplesWhere(
  { examples }: ColumnFacts,
  picks: (writing: Writing) => boolean,
  most = 3,
): readonly CellExample[] {
  const found: CellExample[] = [];
  for (let writing = 0; writing < writingCount; writing++) {
    if (picks(writing as Writing)) found.push(...(examples[writing] ?? []));
  }
  return found.sort((a, b) => a.line - b.line).slice(0, most);
}
