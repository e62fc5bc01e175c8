import {
  type FieldsOf,
  flag,
  number,
  numbers,
  optional,
  type ReadOf,
  readOptions,
} from "../../../engine/options.js";
import { configOf } from "../../../nn/config/config.js";
import { type CheckedData, checkData } from "../checkData.js";
import type { Learner } from "../learner.js";
import { type Forest, growForest } from "./growForest.js";
import { treesFitted } from "./treesFitted.js";

export interface RandomForestOptions {
  /** How many trees, from 1. Default: 100. */
  readonly trees?: number | undefined;
  /** Most splits between the root and a leaf, from 1. Default: as many as there are. */
  readonly maxDepth?: number | undefined;
  /** Fewest rows of a node that is parted, counted as often as they were drawn; from 2. Default: 2. */
  readonly minSplitRows?: number | undefined;
  /** Fewest rows in a leaf, counted as often as they were drawn; from 1. Default: 1. */
  readonly minLeafRows?: number | undefined;
  /**
   * Share of the columns, above 0 up to 1, that a node draws to be searched. Default: for classes the square root of
   * their number, for numbers all, as in scikit-learn.
   */
  readonly columnShare?: number | undefined;
  /** Whether every tree draws its rows, with replacement. Default: true. */
  readonly bootstrap?: boolean | undefined;
  /** How many rows a tree draws, as a part of all, above 0 up to 1. Default: 1. */
  readonly rowShare?: number | undefined;
  /** Numbers of columns, from 0, whose numbers stand for categories; at most 255 in a column. Default: none. */
  readonly categories?: readonly number[] | undefined;
}

const fields = {
  trees: number({ default: 100, min: 1, integer: true }),
  maxDepth: optional(number({ min: 1, integer: true })),
  minSplitRows: number({ default: 2, min: 2, integer: true }),
  minLeafRows: number({ default: 1, min: 1, integer: true }),
  columnShare: optional(number({ above: 0, max: 1 })),
  bootstrap: flag(true),
  rowShare: number({ default: 1, above: 0, max: 1 }),
  categories: optional(numbers({ min: 0, integer: true })),
} satisfies FieldsOf<RandomForestOptions>;

/**
 * The mean of trees that are grown to the end, each on rows drawn with replacement, and each node on columns drawn for
 * it (Breiman 2001). Classes are predicted by the mean of the leaves' shares. Columns are parted at the borders of at
 * most 255 bins; missing numbers go to the side where they lower the squares, or Gini's index, more.
 *
 * A large forest grows on all cores, which changes none of its numbers.
 *
 * The defaults are those of scikit-learn's `RandomForest*`. Columns are taken in float32.
 */
export function randomForest(options: RandomForestOptions = {}): Learner {
  const settings = readOptions("randomForest", options, fields);
  return {
    name: "randomForest",
    config: configOf(settings),
    portable: true,
    fit: async (given) => {
      const forest = await fitForest(checkData("randomForest", given, { missing: true }), settings);
      return treesFitted(forest.sum);
    },
  };
}

/** The forest of {@link randomForest} with what its columns gained. */
export function fitForest(data: CheckedData, settings: ReadOf<typeof fields>): Promise<Forest> {
  const { columns } = data.x;
  const share = settings.columnShare;
  const standard = data.classes === undefined ? columns : Math.floor(Math.sqrt(columns));
  return growForest("randomForest", data, {
    ...settings,
    maxDepth: settings.maxDepth ?? Number.POSITIVE_INFINITY,
    columnsPerNode: Math.max(1, share === undefined ? standard : Math.round(share * columns)),
    minImprovement: 0,
  });
}

/** {@link RandomForestOptions} in full. */
export function readForestOptions(where: string, options: RandomForestOptions): ReadOf<typeof fields> {
  return readOptions(where, options, fields);
}
