import { ImagoError } from "../../../engine/errors.js";
import type { WeightMethod } from "../../../methods/ensemble/weights/methods.js";
import type { PoolLossSpec } from "../../../methods/ensemble/weights/poolLoss.js";
import type { TableTask } from "../table.js";
import type { TableMetric } from "./options.js";

/** How weights are found for a metric. */
export interface MetricMethod {
  readonly method: WeightMethod;
  readonly loss?: PoolLossSpec | undefined;
}

const ofNumbers: Partial<Readonly<Record<TableMetric, MetricMethod>>> = {
  squaredError: { method: "convex" },
  absoluteError: { method: "convex", loss: "mae" },
};

const ofClasses: Partial<Readonly<Record<TableMetric, MetricMethod>>> = {
  brier: { method: "convex" },
  logLoss: { method: "convexLogLikelihood" },
  auc: { method: "auc" },
};

/**
 * What the weights of the pool make small. Of classes it is the log loss of weighted log-odds where nothing else is said: means of
 * probabilities are less sure than any of those that they are made of.
 *
 * @throws ImagoError on a metric that does not suit what is predicted
 */
export function metricMethod(task: TableTask, metric: TableMetric | undefined): MetricMethod {
  const known = task === "regression" ? ofNumbers : ofClasses;
  const found = known[metric ?? (task === "regression" ? "squaredError" : "logLoss")];
  if (found !== undefined) return found;
  const what = task === "regression" ? "numbers" : "classes";
  throw new ImagoError(`table: the metric ${metric} is not for ${what}.`, {
    help: `Metrics of ${what} are: ${Object.keys(known).join(", ")}.`,
  });
}
