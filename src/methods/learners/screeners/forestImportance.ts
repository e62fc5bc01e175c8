import { type FieldsOf, number, numbers, optional, readOptions } from "../../../engine/options.js";
import { configOf } from "../../../nn/config/config.js";
import { checkData } from "../checkData.js";
import { fitForest, readForestOptions } from "../trees/randomForest.js";
import { leastOf } from "./pearson.js";
import type { Screener } from "./screener.js";

export interface ForestImportanceOptions {
  /** How many columns are kept; all where there are fewer. From 1. Default: 10. */
  readonly k?: number | undefined;
  /** Trees of the forest, from 1. Default: 100. */
  readonly trees?: number | undefined;
  /** Numbers of columns, from 0, whose numbers stand for categories. Default: none. */
  readonly categories?: readonly number[] | undefined;
}

const fields = {
  k: number({ default: 10, min: 1, integer: true }),
  trees: number({ default: 100, min: 1, integer: true }),
  categories: optional(numbers({ min: 0, integer: true })),
} satisfies FieldsOf<ForestImportanceOptions>;

/**
 * Keeps the `k` columns whose splits in a random forest lower the squares, or Gini's index, most (Breiman 2001). Each
 * node searches a third of the columns, so that of two that say the same both come to count. Takes missing numbers.
 */
export function forestImportance(options: ForestImportanceOptions = {}): Screener {
  const settings = readOptions("forestImportance", options, fields);
  return {
    name: "forestImportance",
    config: configOf(settings),
    portable: true,
    screen: async (given) => {
      const data = checkData("forestImportance", given, { missing: true });
      const { trees, categories } = settings;
      const forest = readForestOptions("forestImportance", {
        trees,
        categories,
        columnShare: 1 / 3,
        minLeafRows: 3,
      });
      const { importances } = await fitForest(data, forest);
      return leastOf(
        importances.map((one) => -one),
        settings.k,
      );
    },
  };
}
