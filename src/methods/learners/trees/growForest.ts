import type { CheckedData } from "../checkData.js";
import { weightedMean } from "../standardize.js";
import { binned } from "./bins.js";
import { growEverywhere } from "./growEverywhere.js";
import type { ForestSettings, Ground } from "./growTrees.js";
import { NodeBuilder } from "./nodes.js";
import type { TreeSum } from "./treesFitted.js";

/** Trees whose mean predicts, and how much each column gained in them. */
export interface Forest {
  readonly sum: TreeSum;
  /** [columns]: the gains of its splits, as parts of all gains; all 0 where nothing was parted. */
  readonly importances: Float64Array;
}

/**
 * Trees on all rows or on rows drawn for each: numbers by their mean, two classes and more by their shares. Large forests
 * grow on all cores; the trees are the same wherever they grow.
 */
export async function growForest(
  learner: string,
  data: CheckedData,
  settings: ForestSettings,
): Promise<Forest> {
  const { y, weights, classes, signal } = data;
  const bins = binned(learner, data.x, settings.categories);
  const ground = { bins, y, weights, classes, settings, random: data.random.split(learner) };
  const stands = await growEverywhere(ground, signal);
  const { width, link, baseline } = shapeOf(ground);
  const builder = new NodeBuilder();
  const gained = new Float64Array(bins.columns.length);
  for (const { grown, gains } of stands) {
    builder.append(grown, width);
    for (const own of gains) for (const [column, gain] of own.entries()) gained[column]! += gain;
  }
  const total = gained.reduce((whole, one) => whole + one, 0);
  return {
    importances: total > 0 ? gained.map((one) => one / total) : gained,
    sum: {
      learner,
      link,
      baseline,
      scale: 1 / settings.trees,
      trees: { ...builder.built(), width, categories: bins.columns.map((own) => own.categories) },
    },
  };
}

/** What leaves hold, and what is made of it. */
function shapeOf({
  y,
  weights,
  classes,
}: Ground): Pick<TreeSum, "link" | "baseline"> & { readonly width: number } {
  if (classes === undefined) return { width: 1, link: "number", baseline: [weightedMean(y, weights)] };
  if (classes === 2) return { width: 1, link: "share", baseline: [0] };
  return { width: classes, link: "shares", baseline: new Array<number>(classes).fill(0) };
}
