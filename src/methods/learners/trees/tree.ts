import { type FieldsOf, number, numbers, optional, readOptions } from "../../../engine/options.js";
import { configOf } from "../../../nn/config/config.js";
import { checkData } from "../checkData.js";
import type { Learner } from "../learner.js";
import { growForest } from "./growForest.js";
import { treesFitted } from "./treesFitted.js";

export interface TreeOptions {
  /** Most splits between the root and a leaf, from 1. Default: 30. */
  readonly maxDepth?: number | undefined;
  /** Fewest rows of a node that is parted, from 2. Default: 20. */
  readonly minSplitRows?: number | undefined;
  /** Fewest rows in a leaf, from 1. Default: 7. */
  readonly minLeafRows?: number | undefined;
  /** How much of the root's squares, or of its Gini index, a split must take away; from 0 below 1. Default: 0.01. */
  readonly minImprovement?: number | undefined;
  /** Numbers of columns, from 0, whose numbers stand for categories; at most 255 in a column. Default: none. */
  readonly categories?: readonly number[] | undefined;
}

const fields = {
  maxDepth: number({ default: 30, min: 1, integer: true }),
  minSplitRows: number({ default: 20, min: 2, integer: true }),
  minLeafRows: number({ default: 7, min: 1, integer: true }),
  minImprovement: number({ default: 0.01, min: 0, below: 1 }),
  categories: optional(numbers({ min: 0, integer: true })),
} satisfies FieldsOf<TreeOptions>;

/**
 * One tree of yes-or-no questions about columns, with the mean of y or the classes' shares in its leaves (Breiman et
 * al. 1984). The defaults are those of R's `rpart`, which grows on and cuts back where this stops. Columns are parted
 * at the borders of at most 255 bins, in float32; missing numbers go to the side where they lower the squares more.
 */
export function tree(options: TreeOptions = {}): Learner {
  const settings = readOptions("tree", options, fields);
  return {
    name: "tree",
    config: configOf(settings),
    portable: true,
    fit: async (given) => {
      const data = checkData("tree", given, { missing: true });
      const all = { trees: 1, bootstrap: false, rowShare: 1, columnsPerNode: Math.max(1, data.x.columns) };
      return treesFitted((await growForest("tree", data, { ...settings, ...all })).sum);
    },
  };
}
