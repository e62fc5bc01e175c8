import { readOptions } from "../../engine/options.js";
import { classNumbers } from "../losses/sparseCategoricalCrossentropy.js";
import { meanMetric } from "./make.js";
import type { Metric } from "./metric.js";
import { type TopKOptions, topKFields, topKMatches } from "./topKCategoricalAccuracy.js";

/** How often the right class is among the `k` with the highest scores; targets are class numbers. */
export function sparseTopKCategoricalAccuracy(options: TopKOptions = {}): Metric {
  const name = "sparseTopKCategoricalAccuracy";
  const read = readOptions(name, options, topKFields);
  return meanMetric(name, read, "max", (target, prediction) =>
    topKMatches(classNumbers(name, target, prediction, -1), prediction, read.k),
  );
}
