import { ImagoError } from "../../../engine/errors.js";
import type { Generator } from "../../../engine/random/generator.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import type { TablePredictor } from "../table.js";
import { lossOfRows } from "./judged.js";

/** A model, and rows that it had not seen. */
export interface HeldOutModel {
  /** Numbers of rows of x. */
  readonly rows: Int32Array;
  readonly predictor: TablePredictor;
}

/** Rows of one model, and what its predictions of them cost. */
export interface HeldOutPart {
  readonly predictor: TablePredictor;
  /** Numbers of rows of x. */
  readonly rows: Int32Array;
  /** Their places among all drawn rows. */
  readonly places: Int32Array;
  readonly y: Float64Array;
  /** `[rows, columns]`, row-major: a copy of their cells. */
  readonly cells: Float64Array;
  /** `[rows]` */
  readonly losses: Float64Array;
}

/** A model with fewer rows takes cells from all of them: among two rows half of all permutations change nothing. */
const fewRows = 20;

/**
 * Numbers of all rows that some model had not seen; of more than `most` so many drawn ones, rising.
 *
 * @throws ImagoError where a model has a row that x has not, and where no model has any
 */
export function drawnRows(
  where: string,
  models: readonly HeldOutModel[],
  rows: number,
  most: number,
  random: Generator,
): Int32Array {
  const held = new Set<number>();
  for (const model of models) {
    for (const row of model.rows) {
      if (row < 0 || row >= rows) {
        throw new ImagoError(`${where}: models: there is no row ${row}; x has the rows 0 to ${rows - 1}.`);
      }
      held.add(row);
    }
  }
  if (held.size === 0) throw new ImagoError(`${where}: models have no held-out rows.`);
  const all = Int32Array.from(held).sort();
  if (all.length <= most) return all;
  return Int32Array.from(random.permutation(all.length).subarray(0, most), (i) => all[i] as number).sort();
}

/** The drawn rows by model, predicted as they are. */
export async function heldOutParts(
  models: readonly HeldOutModel[],
  drawn: Int32Array,
  x: Matrix,
  y: Float64Array,
  classes: number | undefined,
): Promise<HeldOutPart[]> {
  const placeOf = new Map(Array.from(drawn, (row, place) => [row, place] as const));
  const parts: HeldOutPart[] = [];
  for (const { rows: given, predictor } of models) {
    const rows = given.filter((row) => placeOf.has(row));
    if (rows.length === 0) continue;
    const own = Float64Array.from(rows, (row) => y[row] as number);
    const cells = x.select({ rows }).data;
    const losses = lossOfRows(
      await predictor.predict(new Matrix(rows.length, x.columns, cells)),
      own,
      classes,
    );
    const places = rows.map((row) => placeOf.get(row) as number);
    parts.push({ predictor, rows, places, y: own, cells, losses });
  }
  return parts;
}

/** The rows from which cells are taken: a model's own in another order, or drawn ones where it has few. */
export function donorsOf({ rows }: HeldOutPart, drawn: Int32Array, random: Generator): Int32Array {
  const from = rows.length < fewRows ? drawn : rows;
  return Int32Array.from(random.permutation(from.length).subarray(0, rows.length), (i) => from[i] as number);
}

/** What each row costs more when some columns have other rows' cells, together. `[rows]` */
export async function permutedExcess(
  { predictor, rows, y, cells, losses }: HeldOutPart,
  columns: readonly number[],
  donors: Int32Array,
  x: Matrix,
  classes: number | undefined,
): Promise<Float64Array> {
  const mixed = cells.slice();
  const taken = x.select({ rows: donors, columns }).data;
  for (let i = 0; i < rows.length; i++) {
    columns.forEach((column, place) => {
      mixed[i * x.columns + column] = taken[i * columns.length + place] as number;
    });
  }
  const predictions = await predictor.predict(new Matrix(rows.length, x.columns, mixed));
  return lossOfRows(predictions, y, classes).map((loss, i) => loss - (losses[i] as number));
}
