import { ImagoError } from "../../../engine/errors.js";
import {
  accepting,
  type FieldsOf,
  number,
  optional,
  readOptions,
  unchecked,
} from "../../../engine/options.js";
import type { Matrix } from "../../../methods/learners/matrix.js";
import type { TableColumn } from "../table.js";
import { rowTexts } from "./cellText.js";
import { lossOfRows } from "./judged.js";
import { mostProbable } from "./mostProbable.js";
import { checkLengths, insight } from "./readers.js";

export interface WorstMistakesOptions {
  /** Of x, one for each of its columns. */
  readonly columns: readonly TableColumn[];
  /** `[rows, columns]` */
  readonly x: Matrix;
  /** `[rows]`: numbers, or classes from 0. */
  readonly y: Float64Array;
  /** `[rows]`, or `[rows, classes]`: by models that had not seen the rows. */
  readonly predictions: Float64Array;
  /** `[rows]`: the line of the file that each row began on. */
  readonly lines: Int32Array;
  /** The classes' names. Default: none, y holds numbers. */
  readonly levels?: readonly string[] | undefined;
  /** From 1. Default: 20. */
  readonly count?: number | undefined;
}

const fields = {
  columns: insight.columns,
  x: insight.x,
  y: insight.numbers,
  predictions: insight.numbers,
  lines: accepting("an Int32Array", (value): value is Int32Array => value instanceof Int32Array),
  levels: optional(unchecked<readonly string[]>("names of classes")),
  count: number({ default: 20, min: 1, integer: true }),
} satisfies FieldsOf<WorstMistakesOptions>;

/** A row that cost much. */
export interface Mistake {
  /** Its number in x. */
  readonly row: number;
  /** Of the file, from 1. */
  readonly line: number;
  /** Its squared error, or −log of its class's probability. */
  readonly loss: number;
  /** A number, or a class's name. */
  readonly truth: number | string;
  readonly predicted: number | string;
  /** Of the predicted class, and of the true one; none for numbers. */
  readonly probability: number | undefined;
  readonly truthProbability: number | undefined;
  /** Its cells as they read, in the order of the columns; "" is a missing one. */
  readonly cells: readonly string[];
}

/**
 * The rows with the largest losses, the largest first; equal ones in the order of the file. They show wrong entries as often as
 * they show what the model cannot do.
 *
 * @throws ImagoError on unknown options and lengths that do not fit
 */
export function worstMistakes(options: WorstMistakesOptions): readonly Mistake[] {
  const where = "worstMistakes";
  const { columns, x, y, predictions, lines, levels, count } = readOptions(where, options, fields);
  const classes = levels?.length;
  if (classes !== undefined && classes < 2) {
    throw new ImagoError(`${where}: levels must be two names at least, received ${classes}.`);
  }
  checkLengths(where, { columns, x, y, predictions, classes });
  if (lines.length !== y.length) {
    throw new ImagoError(`${where}: lines must have ${y.length} numbers, it has ${lines.length}.`);
  }
  const losses = lossOfRows(predictions, y, classes);
  const costOf = (row: number): number => losses[row] as number;
  const worst = Array.from(losses.keys())
    .sort((a, b) => costOf(b) - costOf(a) || a - b)
    .slice(0, count);
  const cells = x.select({ rows: worst }).data;
  return worst.map((row, place) => ({
    ...{ row, line: lines[row] as number, loss: costOf(row) },
    ...answersOf(row, y, predictions, levels),
    cells: rowTexts(columns, cells.subarray(place * x.columns, (place + 1) * x.columns)),
  }));
}

function answersOf(
  row: number,
  y: Float64Array,
  predictions: Float64Array,
  levels: readonly string[] | undefined,
): Pick<Mistake, "truth" | "predicted" | "probability" | "truthProbability"> {
  const truth = y[row] as number;
  if (levels === undefined) {
    const none = { probability: undefined, truthProbability: undefined };
    return { truth, predicted: predictions[row] as number, ...none };
  }
  const own = predictions.subarray(row * levels.length, (row + 1) * levels.length);
  const most = mostProbable(own);
  return {
    truth: levels[truth] as string,
    predicted: levels[most] as string,
    probability: own[most] as number,
    truthProbability: own[truth] as number,
  };
}
