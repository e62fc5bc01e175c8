import { Matrix } from "../../../../methods/learners/matrix.js";
import type { NumberColumn, TablePredictor } from "../../table.js";

export const numberColumn = (name: string): NumberColumn => ({ kind: "number", name, decimal: "." });

/** Of what a function makes of each row's cells; several outputs for classes. */
export function predictorOf(of: (cells: Float64Array) => number | readonly number[]): TablePredictor {
  return {
    predict: async (x) => {
      const { data, columns } = x;
      const rows = Array.from({ length: x.rows }, (_, i) =>
        of(data.subarray(i * columns, (i + 1) * columns)),
      );
      return Float64Array.from(rows.flat());
    },
  };
}

/** A matrix of what a function gives for each row. */
export function matrixFrom(rows: number, of: (row: number) => readonly number[]): Matrix {
  const all = Array.from({ length: rows }, (_, row) => of(row));
  return new Matrix(rows, all[0]?.length ?? 0, Float64Array.from(all.flat()));
}

/** Rows in so many folds by turns, each with its rows. */
export function foldRows(rows: number, folds: number): Int32Array[] {
  return Array.from({ length: folds }, (_, fold) =>
    Int32Array.from({ length: rows }, (_, row) => row).filter((row) => row % folds === fold),
  );
}
