import { ImagoError, shown } from "../../engine/errors.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { type TensorLike, tensor, toNumbers } from "../../engine/tensor/tensor.js";

/** Rows and columns of another matrix, by their numbers there. */
export interface Selection {
  /** In the order wanted; one may come several times. Default: every row. */
  readonly rows?: ArrayLike<number> | undefined;
  /** Default: every column. */
  readonly columns?: ArrayLike<number> | undefined;
}

/**
 * Rows × columns of float64, NaN where a number is missing.
 *
 * A selection of rows and columns shares the elements of what it was taken from, so that the folds of a
 * cross-validation cost their row numbers and no copies. Every learner makes its own arrangement of what it is given
 * anyway (columns scaled, columns in bins), straight from the selection.
 */
export class Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly #elements: Float64Array;
  readonly #stride: number;
  readonly #rowNumbers: Int32Array | undefined;
  readonly #columnNumbers: Int32Array | undefined;

  /**
   * @param data row-major, `rows` · `columns` elements; kept, not copied
   * @throws {ImagoError} if it has another number of elements
   */
  constructor(rows: number, columns: number, data: Float64Array, within?: Within) {
    if (within === undefined && data.length !== rows * columns) {
      throw new ImagoError(
        `a matrix of ${rows} rows and ${columns} columns has ${rows * columns} elements, received ${data.length}.`,
      );
    }
    this.rows = rows;
    this.columns = columns;
    this.#elements = data;
    this.#stride = within?.stride ?? columns;
    this.#rowNumbers = within?.rows;
    this.#columnNumbers = within?.columns;
  }

  /** The elements, row-major: its own where it is whole; a selection gathers them anew at each call. */
  get data(): Float64Array {
    if (this.#rowNumbers === undefined && this.#columnNumbers === undefined) return this.#elements;
    const packed = new Float64Array(this.rows * this.columns);
    for (let i = 0; i < this.rows; i++) {
      const from = this.#rowStart(i);
      for (let j = 0; j < this.columns; j++) {
        packed[i * this.columns + j] = this.#elements[from + this.columnAt(j)]!;
      }
    }
    return packed;
  }

  /** Column `j`, [rows], written to `into` where that is given. */
  column(j: number, into: Float64Array = new Float64Array(this.rows)): Float64Array {
    const at = this.columnAt(j);
    for (let i = 0; i < this.rows; i++) into[i] = this.#elements[this.#rowStart(i) + at]!;
    return into;
  }

  /** Some rows and columns, in the order given; nothing is copied but the numbers. */
  select({ rows, columns }: Selection): Matrix {
    return new Matrix(rows?.length ?? this.rows, columns?.length ?? this.columns, this.#elements, {
      stride: this.#stride,
      rows: composed("row", this.rows, this.#rowNumbers, rows),
      columns: composed("column", this.columns, this.#columnNumbers, columns),
    });
  }

  /** The number that row `i` of a selection has in the whole matrix, which is the one that users know it by. */
  rowAt(i: number): number {
    return this.#rowNumbers === undefined ? i : this.#rowNumbers[i]!;
  }

  /** The same of column `j`. */
  columnAt(j: number): number {
    return this.#columnNumbers === undefined ? j : this.#columnNumbers[j]!;
  }

  #rowStart(i: number): number {
    return this.rowAt(i) * this.#stride;
  }
}

/** Where the rows and columns of a selection lie among the elements. */
interface Within {
  readonly stride: number;
  readonly rows: Int32Array | undefined;
  readonly columns: Int32Array | undefined;
}

function composed(
  what: string,
  count: number,
  numbers: Int32Array | undefined,
  chosen: ArrayLike<number> | undefined,
): Int32Array | undefined {
  if (chosen === undefined) return numbers;
  return Int32Array.from(chosen, (one) => {
    if (!Number.isInteger(one) || one < 0 || one >= count) {
      throw new ImagoError(`select: there is no ${what} ${one} among ${count}, counted from 0.`);
    }
    return numbers === undefined ? one : numbers[one]!;
  });
}

/**
 * A matrix from what can become a tensor of rank 2, or from a matrix, which stays as it is.
 *
 * @throws {ImagoError} on ragged rows, on what is no number, and on another rank
 */
export function matrixOf(values: Matrix | TensorLike): Matrix {
  if (values instanceof Matrix) return values;
  if (typeof values !== "object" || values === null) {
    throw new ImagoError(`a matrix is made of rows of numbers, received ${shown(values)}.`);
  }
  // By way of float64: a nested array would become float32.
  const made = Array.isArray(values) ? tensor(values, { dtype: "float64" }) : tensor(values);
  if (made.shape.length === 1 && made.shape[0] === 0) throw new ImagoError("there are no rows.");
  const [rows, columns] = made.shape;
  if (made.shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new ImagoError(
      `a matrix has two axes, rows and columns; received shape ${formatShape(made.shape)}.`,
    );
  }
  return new Matrix(
    rows,
    columns,
    made.data instanceof Float64Array ? made.data : Float64Array.from(toNumbers(made)),
  );
}
