import type { Generator } from "../../../engine/random/generator.js";
import type { Fitted } from "../../../methods/learners/learner.js";
import { Matrix } from "../../../methods/learners/matrix.js";
import { columnSpans } from "../columnSpans.js";
import { kindsOf } from "../prepare/columnKind.js";
import { prepared } from "../prepare/preparedLearner.js";
import type { TableColumn, TablePredictor } from "../table.js";
import { drawnLike } from "./drawnLike.js";

/** Rows that a student learns from: those that there are, at most, and drawn ones up to so many in all. */
const mostReal = 20_000;
const leastRows = 4_000;
/** Numbers that they have together at most: wide tables are taught by fewer. */
const mostCells = 4_000_000;
const batchSize = 128;
/** Of a row so many classes are taught, the most probable ones, and none that is less probable than this. */
const mostTaught = 4;
const leastTaught = 0.01;

export interface Lesson {
  readonly columns: readonly TableColumn[];
  /** `[rows, columns]`: what the teacher learnt from. */
  readonly x: Matrix;
  readonly teacher: TablePredictor;
  /** Default: none, numbers are taught. */
  readonly classes?: number | undefined;
  readonly epochs: number;
  readonly random: Generator;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A small network that has learnt what a teacher says of the rows, and of others like them. Of classes it learns all probabilities: each row
 * counts for each class as much as that is probable, which has the same gradients as the log loss of probabilities.
 */
export async function student(lesson: Lesson): Promise<Fitted> {
  const { columns, teacher, classes, epochs, random, signal } = lesson;
  const x = rowsOf(lesson);
  const taught = await teacher.predict(x);
  const learner = prepared({
    learner: {
      name: "residualMlp",
      config: {
        width: 32,
        hidden: 64,
        blocks: 2,
        embedding: 4,
        dropout: 0,
        weightDecay: 0.001,
        epochs,
        batchSize,
      },
    },
    columns: kindsOf(columns),
    treatment: "embeddings",
  });
  const own = random.split("network");
  if (classes === undefined) return learner.fit({ x, y: taught, random: own, signal });
  return learner.fit({ ...byClass(x, taught, classes), classes, random: own, signal });
}

function rowsOf({ columns, x, random }: Lesson): Matrix {
  const most = Math.max(200, Math.floor(mostCells / x.columns));
  const wanted = Math.min(mostReal, Math.floor(most / 2));
  const real =
    x.rows <= wanted ? x : x.select({ rows: random.split("rows").permutation(x.rows).subarray(0, wanted) });
  const more = Math.min(most - real.rows, Math.max(real.rows, leastRows - real.rows));
  const drawn = drawnLike(x, columnSpans(columns), more, random.split("drawn"));
  const cells = new Float64Array((real.rows + more) * x.columns);
  cells.set(real.data);
  cells.set(drawn.data, real.rows * x.columns);
  return new Matrix(real.rows + more, x.columns, cells);
}

/** Each row once for each class that is probable enough, with that as its weight. */
function byClass(
  x: Matrix,
  taught: Float64Array,
  classes: number,
): { readonly x: Matrix; readonly y: Float64Array; readonly weights: Float64Array } {
  const [rows, y, weights]: [number[], number[], number[]] = [[], [], []];
  for (let row = 0; row < x.rows; row++) {
    const shares = taught.subarray(row * classes, (row + 1) * classes);
    const likely = [...shares.keys()].sort((a, b) => (shares[b] as number) - (shares[a] as number));
    for (const label of likely.slice(0, mostTaught)) {
      const share = shares[label] as number;
      if (share < leastTaught) break;
      rows.push(row);
      y.push(label);
      weights.push(share);
    }
  }
  return {
    x: x.select({ rows: Int32Array.from(rows) }),
    y: Float64Array.from(y),
    weights: Float64Array.from(weights),
  };
}
