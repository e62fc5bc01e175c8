import { Tensor } from "../../tensor/tensor.js";

/** Matrices of F(m, r): m results of a window of r elements by m + r − 1 multiplications. Rows by points. */
export interface Winograd {
  /** What becomes of m slopes or results: [m + r − 1, m]. */
  readonly results: readonly (readonly number[])[];
  /** What becomes of the window: [m + r − 1, r]. */
  readonly window: readonly (readonly number[])[];
  /** What becomes of the m + r − 1 elements under m windows: [m + r − 1, m + r − 1]. */
  readonly image: readonly (readonly number[])[];
}

/** Rows of the tiles that convolutions in blocks and their weights' gradients are done by. */
export const tileRows = 4;

/** Small numbers first, as they lose the fewest digits; the last point of a transform is infinity. */
const points = [0, 1, -1, 2, -2, 0.5, -0.5];

/**
 * Toom and Cook's matrices for correlations: Σₖ window[k] · image[a + k] is resultsᵀ · ((window · w) ∘ (image · x)), see
 * Lavin and Gray 2016, section 4, and Winograd 1980.
 *
 * @param m results of a tile, with m + r at most 9
 * @param r elements of the window
 */
export function winograd(m: number, r: number): Winograd {
  const size = m + r - 1;
  const used = points.slice(0, size - 1);
  const powers = (count: number): number[][] => [
    ...used.map((point) => Array.from({ length: count }, (_, exponent) => point ** exponent)),
    Array.from({ length: count }, (_, exponent) => (exponent === count - 1 ? 1 : 0)),
  ];
  return { results: powers(m), window: powers(r), image: transposed(inverse(powers(size))) };
}

/** How tiles lie over a plane. */
interface Tiling {
  readonly tiles: number;
  /** Of the plane; the last tile may reach over them. */
  readonly rows: number;
  /** The first row that a tile reads, from the tile's own first one. */
  readonly first: number;
}

/** The matrix that transforms all tiles of a plane's rows at once: [points · tiles, rows]. */
export function overTiles(matrix: readonly (readonly number[])[], { tiles, rows, first }: Tiling): Tensor {
  const data = new Float32Array(matrix.length * tiles * rows);
  matrix.forEach((coefficients, point) => {
    for (let tile = 0; tile < tiles; tile++) {
      coefficients.forEach((coefficient, at) => {
        const row = tile * tileRows + first + at;
        if (row >= 0 && row < rows) data[(point * tiles + tile) * rows + row] = coefficient;
      });
    }
  });
  return new Tensor("float32", [matrix.length * tiles, rows], data);
}

function transposed(matrix: readonly (readonly number[])[]): number[][] {
  return (matrix[0] ?? []).map((_, column) => matrix.map((row) => row[column] as number));
}

/** By Gauss and Jordan, with the largest pivots. */
function inverse(matrix: readonly (readonly number[])[]): number[][] {
  const size = matrix.length;
  const rows = matrix.map((row, index) => [...row, ...row.map((_, column) => (column === index ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    const rest = rows.slice(column).map((row) => Math.abs(row[column] as number));
    const pivot = column + rest.indexOf(Math.max(...rest));
    [rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]];
    const head = rows[column] as number[];
    const factor = head[column] as number;
    rows[column] = head.map((value) => value / factor);
    rows.forEach((row, index) => {
      const times = row[column] as number;
      if (index === column || times === 0) return;
      rows[index] = row.map((value, at) => value - times * ((rows[column] as number[])[at] as number));
    });
  }
  return rows.map((row) => row.slice(size));
}
