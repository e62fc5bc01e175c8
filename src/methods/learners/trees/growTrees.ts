import type { Generator } from "../../../engine/random/generator.js";
import { weightedMean } from "../standardize.js";
import type { Binned } from "./bins.js";
import { ClassSums } from "./classSums.js";
import { DepthFirstGrower } from "./growDepthFirst.js";
import { MomentSums } from "./momentSums.js";
import type { CountedRows, NodeSums } from "./nodeSums.js";
import { type Grown, NodeBuilder } from "./nodes.js";

export interface ForestSettings {
  readonly trees: number;
  readonly maxDepth: number;
  readonly minSplitRows: number;
  readonly minLeafRows: number;
  readonly columnsPerNode: number;
  readonly minImprovement: number;
  /** Whether every tree draws its rows, with replacement; else all have all. */
  readonly bootstrap: boolean;
  /** How many rows a tree draws, as a part of all. */
  readonly rowShare: number;
  readonly categories: readonly number[] | undefined;
}

/** What trees grow from: plain data, which may be sent to another process, but for the generator. */
export interface Ground {
  readonly bins: Binned;
  readonly y: Float64Array;
  readonly weights: Float64Array | undefined;
  readonly classes: number | undefined;
  readonly settings: ForestSettings;
  /** Of the forest; each tree splits off its own. */
  readonly random: Generator;
}

/** Some of a forest's trees. */
export interface Stand {
  readonly grown: Grown;
  /** For each of its trees what each column gained. */
  readonly gains: readonly Float64Array[];
}

/** Grows the trees from one number to another, which is left out. */
export function growTrees(ground: Ground, from: number, to: number, signal?: AbortSignal): Stand {
  const { bins, settings } = ground;
  const rows: CountedRows = {
    binned: bins,
    weights: new Float64Array(bins.rows),
    draws: new Int32Array(bins.rows),
    minLeafRows: settings.minLeafRows,
  };
  const builder = new NodeBuilder();
  const grower = new DepthFirstGrower(bins, sumsOf(ground, rows), builder, settings);
  const gains: Float64Array[] = [];
  for (let tree = from; tree < to; tree++) {
    signal?.throwIfAborted();
    const random = ground.random.split(tree);
    const order = drawRows(ground, rows, random.split("rows"));
    const own = new Float64Array(bins.columns.length);
    grower.grow(order, rows.draws, random.split("columns"), (column, gain) => {
      own[column]! += Math.max(0, gain);
    });
    gains.push(own);
  }
  return { grown: builder.built(), gains };
}

function sumsOf({ y, weights, classes }: Ground, rows: CountedRows): NodeSums {
  if (classes === undefined) {
    const mean = weightedMean(y, weights);
    return new MomentSums(
      rows,
      y.map((one) => one - mean),
    );
  }
  return classes === 2 ? new MomentSums(rows, y) : new ClassSums(rows, Int32Array.from(y), classes);
}

/** Draws the rows of a tree: writes their counts and weights, and gives those that were drawn. */
function drawRows(
  { bins, weights, settings: { bootstrap, rowShare } }: Ground,
  rows: CountedRows,
  random: Generator,
): Int32Array {
  const { draws } = rows;
  if (bootstrap) {
    draws.fill(0);
    const count = Math.max(1, Math.round(rowShare * bins.rows));
    for (let i = 0; i < count; i++) draws[random.integer(bins.rows)]!++;
  } else draws.fill(1);
  for (let i = 0; i < bins.rows; i++) rows.weights[i] = draws[i]! * (weights === undefined ? 1 : weights[i]!);
  return rowsDrawn(rows.binned, draws);
}

function rowsDrawn({ rows }: Binned, draws: Int32Array): Int32Array {
  const order = new Int32Array(rows);
  let count = 0;
  for (let i = 0; i < rows; i++) if (draws[i]! > 0) order[count++] = i;
  return order.slice(0, count);
}
