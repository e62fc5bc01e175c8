import type { Generator } from "../../../engine/random/generator.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import type { Span } from "../columnSpans.js";

/** Share of the columns that a drawn row has from another row. */
const exchanged = 0.25;

/**
 * Rows like those that there are, of which nobody knows the target: each is one of them, with some columns of another (after Buciluă,
 * Caruana and Niculescu-Mizil, "Model Compression", 2006, who exchange those of near rows).
 *
 * @param x `[rows, columns]`, one row at least
 * @param spans columns that go together
 * @returns `[count, columns]`
 */
export function drawnLike(x: Matrix, spans: readonly Span[], count: number, random: Generator): Matrix {
  const from = x.data;
  const width = x.columns;
  const cells = new Float64Array(count * width);
  for (let row = 0; row < count; row++) {
    const [one, other] = [random.integer(x.rows) * width, random.integer(x.rows) * width];
    cells.set(from.subarray(one, one + width), row * width);
    for (const { columns } of spans) {
      if (random.uniform() >= exchanged) continue;
      for (const column of columns) cells[row * width + column] = from[other + column] as number;
    }
  }
  return new Matrix(count, width, cells);
}
