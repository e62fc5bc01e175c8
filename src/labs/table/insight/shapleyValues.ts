import { ImagoError } from "../../../engine/errors.js";
import {
  abortSignal,
  type FieldsOf,
  having,
  number,
  optional,
  readOptions,
  unchecked,
} from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import type { Span } from "../columnSpans.js";
import type { TablePredictor } from "../table.js";

export interface ShapleyOptions {
  /** `[1, columns]`: the row to explain. */
  readonly row: Matrix;
  /** `[rows, columns]`: rows that it is compared with, such as some that were learnt from. */
  readonly background: Matrix;
  readonly predictor: TablePredictor;
  /** How many outputs it has a row. Default: 1. */
  readonly outputs?: number | undefined;
  /** Which of them is explained, from 0. Default: 0. */
  readonly output?: number | undefined;
  /** Columns that change together, each in one of these. Default: each by itself. */
  readonly together?: readonly Span[] | undefined;
  /** Orders of the columns that are drawn, from 2. Default: 200. */
  readonly orders?: number | undefined;
  readonly random: Generator;
  readonly signal?: AbortSignal | undefined;
}

const fields = {
  row: having<Matrix>("a Matrix", "columns", "select"),
  background: having<Matrix>("a Matrix", "columns", "select"),
  predictor: having<TablePredictor>("a predictor", "predict"),
  outputs: number({ default: 1, min: 1, integer: true }),
  output: number({ default: 0, min: 0, integer: true }),
  together: optional(unchecked<readonly Span[]>("columns that change together")),
  orders: number({ default: 200, min: 2, integer: true }),
  random: having<Generator>("a Generator", "split", "permutation"),
  signal: abortSignal,
} satisfies FieldsOf<ShapleyOptions>;

/** What a column adds to a prediction. */
export interface Contribution {
  /** Its number in the row, or in `together`. */
  readonly column: number;
  readonly value: number;
  /** Of the orders that were drawn. */
  readonly standardError: number;
}

export interface ShapleyValues {
  /** The prediction of the row. */
  readonly prediction: number;
  /** The mean of the predictions that the contributions are added to. */
  readonly base: number;
  /** In the order of the columns; with `base` their sum is the prediction. */
  readonly contributions: readonly Contribution[];
}

/**
 * What each column adds to the prediction of a row (Shapley 1953; Štrumbelj and Kononenko 2014): columns take the row's values one after the
 * other, in orders that are drawn, beginning with a drawn row of others, and what each changes is its contribution, in the mean.
 *
 * @throws ImagoError on numbers of columns that differ and without rows to compare with; the signal's reason when it aborts
 */
export async function shapleyValues(options: ShapleyOptions): Promise<ShapleyValues> {
  const settings = readOptions("shapleyValues", options, fields);
  const { row, background, predictor, outputs, output, orders, random, signal } = settings;
  if (row.rows !== 1 || row.columns !== background.columns || background.rows === 0) {
    throw new ImagoError(
      `shapleyValues: expected one row and rows of as many columns to compare it with, received ${row.rows} of ${row.columns} and ${background.rows} of ${background.columns}.`,
    );
  }
  const spans = settings.together ?? Array.from({ length: row.columns }, (_, at) => ({ columns: [at] }));
  const columns = spans.length;
  const [sums, squares] = [new Float64Array(columns), new Float64Array(columns)];
  let base = 0;
  const own = random.split("shapley");
  for (let at = 0; at < orders; at++) {
    signal?.throwIfAborted();
    const order = own.split(at).permutation(columns);
    const other = background.select({ rows: [own.split(at).split("row").integer(background.rows)] });
    const given = await predictor.predict(oneByOne(row, other, order, spans));
    const of = (step: number): number => given[step * outputs + output] as number;
    base += of(0) / orders;
    order.forEach((column, step) => {
      const change = of(step + 1) - of(step);
      sums[column] = (sums[column] as number) + change;
      squares[column] = (squares[column] as number) + change * change;
    });
  }
  const whole = await predictor.predict(row);
  return {
    prediction: whole[output] as number,
    base,
    contributions: Array.from(sums, (sum, column) => {
      const mean = sum / orders;
      const variance = Math.max(0, (squares[column] as number) / orders - mean * mean);
      return { column, value: mean, standardError: Math.sqrt(variance / (orders - 1)) };
    }),
  };
}

/** The other row, then with one column after the other taken from the first. */
function oneByOne(row: Matrix, other: Matrix, order: Uint32Array, spans: readonly Span[]): Matrix {
  const columns = row.columns;
  const [to, from] = [row.data, other.data];
  const steps = new Float64Array((order.length + 1) * columns);
  steps.set(from);
  order.forEach((column, step) => {
    steps.copyWithin((step + 1) * columns, step * columns, (step + 1) * columns);
    for (const place of spans[column]?.columns ?? [])
      steps[(step + 1) * columns + place] = to[place] as number;
  });
  return new Matrix(order.length + 1, columns, steps);
}
