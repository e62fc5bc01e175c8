import type { CheckedData } from "../checkData.js";
import type { Link } from "../links.js";
import { weightedMean } from "../standardize.js";
import { type Binned, binned } from "./bins.js";
import { ClassSums } from "./classSums.js";
import { DepthFirstGrower } from "./growDepthFirst.js";
import { MomentSums } from "./momentSums.js";
import type { CountedRows, NodeSums } from "./nodeSums.js";
import { NodeBuilder } from "./nodes.js";
import type { TreeSum } from "./treesFitted.js";

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

/** Trees whose mean predicts, and how much each column gained in them. */
export interface Forest {
  readonly sum: TreeSum;
  /** [columns]: the gains of its splits, as parts of all gains; all 0 where nothing was parted. */
  readonly importances: Float64Array;
}

/** Trees on all rows or on rows drawn for each: numbers by their mean, two classes and more by their shares. */
export function growForest(learner: string, data: CheckedData, settings: ForestSettings): Forest {
  const bins = binned(learner, data.x, settings.categories);
  const rows: CountedRows = {
    binned: bins,
    weights: new Float64Array(bins.rows),
    draws: new Int32Array(bins.rows),
    minLeafRows: settings.minLeafRows,
  };
  const { sums, link, baseline } = sumsOf(data, rows);
  const builder = new NodeBuilder();
  const grower = new DepthFirstGrower(bins, sums, builder, settings);
  const importances = new Float64Array(bins.columns.length);
  for (let tree = 0; tree < settings.trees; tree++) {
    data.signal?.throwIfAborted();
    const random = data.random.split(learner).split(tree);
    const order = drawRows(data, settings, rows, random.split("rows"));
    grower.grow(order, rows.draws, random.split("columns"), (column, gain) => {
      importances[column]! += Math.max(0, gain);
    });
  }
  const total = importances.reduce((whole, one) => whole + one, 0);
  return {
    importances: total > 0 ? importances.map((one) => one / total) : importances,
    sum: {
      learner,
      link,
      baseline,
      scale: 1 / settings.trees,
      trees: { ...builder.built(), width: sums.width, categories: bins.columns.map((own) => own.categories) },
    },
  };
}

interface Sums {
  readonly sums: NodeSums;
  readonly link: Link;
  readonly baseline: readonly number[];
}

function sumsOf({ y, weights, classes }: CheckedData, rows: CountedRows): Sums {
  if (classes === undefined) {
    const mean = weightedMean(y, weights);
    const about = y.map((one) => one - mean);
    return { sums: new MomentSums(rows, about), link: "number", baseline: [mean] };
  }
  if (classes === 2) return { sums: new MomentSums(rows, y), link: "share", baseline: [0] };
  const sums = new ClassSums(rows, Int32Array.from(y), classes);
  return { sums, link: "shares", baseline: new Array<number>(classes).fill(0) };
}

/** Draws the rows of a tree: writes their counts and weights, and gives those that were drawn. */
function drawRows(
  { x, weights }: CheckedData,
  { bootstrap, rowShare }: ForestSettings,
  rows: CountedRows,
  random: CheckedData["random"],
): Int32Array {
  const { draws } = rows;
  if (bootstrap) {
    draws.fill(0);
    const count = Math.max(1, Math.round(rowShare * x.rows));
    for (let i = 0; i < count; i++) draws[random.integer(x.rows)]!++;
  } else draws.fill(1);
  for (let i = 0; i < x.rows; i++) rows.weights[i] = draws[i]! * (weights === undefined ? 1 : weights[i]!);
  return rowsDrawn(rows.binned, draws);
}

function rowsDrawn({ rows }: Binned, draws: Int32Array): Int32Array {
  const order = new Int32Array(rows);
  let count = 0;
  for (let i = 0; i < rows; i++) if (draws[i]! > 0) order[count++] = i;
  return order.slice(0, count);
}
