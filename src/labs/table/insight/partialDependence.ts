import { abortSignal, type FieldsOf, number, numbers, readOptions } from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import { columnSpans, isManifold } from "../columnSpans.js";
import type { TableColumn, TablePredictor } from "../table.js";
import { cellText } from "./cellText.js";
import { gridOf } from "./gridOf.js";
import { checkLengths, insight } from "./readers.js";
import { WorkLimit } from "./workLimit.js";

export interface PartialDependenceOptions {
  /** Of x, one for each of its columns. */
  readonly columns: readonly TableColumn[];
  /** `[rows, columns]` */
  readonly x: Matrix;
  readonly predictor: TablePredictor;
  /** How many classes it gives probabilities of, from 2. Default: none, it gives numbers. */
  readonly classes?: number | undefined;
  /** Numbers of the table's columns to look at, the most important first; texts and pictures are passed over. */
  readonly among: readonly number[];
  /** Of more rows so many are drawn. Default: 500. */
  readonly mostRows?: number | undefined;
  /** Of numbers and dates, at most. Default: 20. */
  readonly points?: number | undefined;
  /** Of categories, at most. Default: 12. */
  readonly mostLevels?: number | undefined;
  /** Single rows whose curves are given. Default: 10. */
  readonly individuals?: number | undefined;
  readonly random: Generator;
  readonly signal?: AbortSignal | undefined;
  /** By `performance.now()`, in ms: columns behind it are left out. Default: none. */
  readonly deadline?: number | undefined;
}

const fields = {
  columns: insight.columns,
  x: insight.x,
  predictor: insight.predictor,
  classes: insight.classes,
  among: numbers({ min: 0, integer: true }),
  mostRows: number({ default: 500, min: 1, integer: true }),
  points: number({ default: 20, min: 2, integer: true }),
  mostLevels: number({ default: 12, min: 2, integer: true }),
  individuals: number({ default: 10, min: 0, integer: true }),
  random: insight.random,
  signal: abortSignal,
  deadline: insight.deadline,
} satisfies FieldsOf<PartialDependenceOptions>;

/** How predictions go with one column, all others staying as they are. */
export interface ColumnDependence {
  /** Its number in the table. */
  readonly column: number;
  readonly name: string;
  readonly kind: TableColumn["kind"];
  /** Points: numbers, days, or numbers of levels. */
  readonly values: readonly number[];
  /** The same as cells read. */
  readonly labels: readonly string[];
  /** The share of rows that have each level; of numbers and dates none. */
  readonly shares: readonly number[] | undefined;
  /** `[points][outputs]`: means over the rows; of two classes the probability of class 1 alone. */
  readonly mean: readonly (readonly number[])[];
  /** `[individuals][points][outputs]`: of single rows. */
  readonly individuals: readonly (readonly (readonly number[])[])[];
}

export interface PartialDependence {
  /** Columns with two values at least, as far as time went. */
  readonly columns: readonly ColumnDependence[];
  /** Rows that the means are over. */
  readonly rows: number;
  /** Whether time ended before all columns were done. */
  readonly endedEarly: boolean;
}

/**
 * Partial dependence (Friedman 2001): the mean prediction when a column has the same value in all rows; and single rows' curves
 * (Goldstein et al. 2015), which go apart where columns act together. Of columns that belong together it asks about rows that
 * may not exist, and it shows what the model does, not what would happen.
 *
 * @throws ImagoError on unknown options and lengths that do not fit; the signal's reason when it aborts
 */
export async function partialDependence(options: PartialDependenceOptions): Promise<PartialDependence> {
  const where = "partialDependence";
  const settings = readOptions(where, options, fields);
  const { columns, x, among, mostRows, random } = settings;
  checkLengths(where, { y: new Float64Array(x.rows), x, columns });
  const rows = random.split("rows").permutation(x.rows).subarray(0, mostRows);
  const limit = new WorkLimit(settings.signal, settings.deadline);
  const sample = x.select({ rows });
  const found: ColumnDependence[] = [];
  let endedEarly = false;
  const spans = columnSpans(columns);
  for (const column of among) {
    // Texts and pictures have no order to go through.
    if (isManifold(columns[column] as TableColumn)) continue;
    const place = spans[column]?.columns[0] as number;
    const { points, mostLevels } = settings;
    const values = x.select({ columns: [place] }).column(0);
    const grid = gridOf(columns[column] as TableColumn, values, points, mostLevels);
    if (grid.length < 2) continue;
    const outputs = await outputsOf(sample, place, grid, settings.predictor, limit);
    endedEarly = outputs === undefined;
    if (outputs === undefined) break;
    found.push(described(settings, column, grid, values, outputs));
  }
  return { columns: found, rows: rows.length, endedEarly };
}

/** Predictions of all rows at each point; nothing where time ended. */
async function outputsOf(
  sample: Matrix,
  column: number,
  grid: readonly number[],
  predictor: TablePredictor,
  limit: WorkLimit,
): Promise<Float64Array[] | undefined> {
  const outputs: Float64Array[] = [];
  const cells = sample.data;
  for (const value of grid) {
    if (await limit.isOver()) return undefined;
    const changed = cells.slice();
    for (let row = 0; row < sample.rows; row++) changed[row * sample.columns + column] = value;
    outputs.push(await predictor.predict(new Matrix(sample.rows, sample.columns, changed)));
  }
  return outputs;
}

function described(
  {
    columns,
    classes = 1,
    individuals,
  }: {
    readonly columns: readonly TableColumn[];
    readonly classes?: number | undefined;
    readonly individuals: number;
  },
  column: number,
  grid: readonly number[],
  values: Float64Array,
  outputs: readonly Float64Array[],
): ColumnDependence {
  const about = columns[column] as TableColumn;
  const shown = classes === 2 ? [1] : Array.from({ length: classes }, (_, k) => k);
  const rows = (outputs[0] as Float64Array).length / classes;
  const at = (own: Float64Array, row: number): number[] => shown.map((k) => own[row * classes + k] as number);
  const meanAt = (own: Float64Array, k: number): number => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += own[row * classes + k] as number;
    return sum / rows;
  };
  const share = (level: number): number =>
    values.reduce((count, value) => count + Number(value === level), 0) / values.length;
  return {
    ...{ column, name: about.name, kind: about.kind, values: grid },
    labels: grid.map((value) => cellText(about, value)),
    shares: about.kind === "category" ? grid.map(share) : undefined,
    mean: outputs.map((own) => shown.map((k) => meanAt(own, k))),
    // Rows are in random order already.
    individuals: Array.from({ length: Math.min(individuals, rows) }, (_, row) =>
      outputs.map((own) => at(own, row)),
    ),
  };
}
