import { ImagoError, shown } from "../../engine/errors.js";
import type { Loss } from "../losses/loss.js";
import { type LossSpec, loss as resolveLoss } from "../losses/resolve.js";
import { type MetricSpec, metric as resolveMetric } from "../metrics/resolve.js";
import { matchNames, type NamedTensor } from "./structure.js";

/** What training does with one output of a model. */
export interface Head {
  readonly name: string;
  /** Absent for an output that is not trained. */
  readonly loss: Loss | undefined;
  /** Factor of the loss in the total. */
  readonly weight: number;
  /** Metrics that ignore the samples' weights. */
  readonly metrics: readonly MetricSpec[];
  /** Metrics that use them. */
  readonly weightedMetrics: readonly MetricSpec[];
}

/** What {@link resolveHeads} reads; every part by name, by position, or single. */
export interface HeadOptions {
  readonly loss?: unknown;
  readonly lossWeights?: unknown;
  readonly metrics?: unknown;
  readonly weightedMetrics?: unknown;
}

function isSpec(candidate: unknown): boolean {
  return (
    typeof candidate === "string" ||
    // Refused where it is resolved, with what to write.
    typeof candidate === "function" ||
    (typeof candidate === "object" && candidate !== null && "name" in candidate)
  );
}

function isSpecList(candidate: unknown): boolean {
  return Array.isArray(candidate) && candidate.every(isSpec);
}

/**
 * The losses, weights and metrics of each output. A single loss serves every output, as in Keras.
 *
 * @throws when something is given for an output that does not exist, or no output has a loss
 */
export function resolveHeads(outputs: readonly NamedTensor[], options: HeadOptions): Head[] {
  const names = outputs.map(({ name }) => name);
  const { loss } = options;
  const losses = isSpec(loss)
    ? names.map(() => loss as LossSpec)
    : matchNames<LossSpec | null>("compile: loss", names, loss, isSpec);
  const isNumber = (candidate: unknown): boolean => typeof candidate === "number";
  const weights = matchNames<number>("compile: lossWeights", names, options.lossWeights, isNumber);
  const metrics = checkedMetrics("metrics", names, options.metrics);
  const weightedMetrics = checkedMetrics("weightedMetrics", names, options.weightedMetrics);
  const heads = names.map((name, index): Head => {
    const spec = losses[index];
    return {
      name,
      loss: spec === undefined || spec === null ? undefined : trainableLoss(name, spec),
      weight: checkWeight(name, weights[index] ?? 1),
      metrics: metrics[index] as readonly MetricSpec[],
      weightedMetrics: weightedMetrics[index] as readonly MetricSpec[],
    };
  });
  if (heads.every((head) => head.loss === undefined)) {
    throw new ImagoError(`compile: no output has a loss. Give one for at least one of ${names.join(", ")}`);
  }
  return heads;
}

/** @throws ImagoError on a loss that gives a number for each sample: training needs one */
function trainableLoss(name: string, spec: LossSpec): Loss {
  const loss = resolveLoss(spec, "compile: loss");
  if (loss.reduction !== "none") return loss;
  throw new ImagoError(
    `compile: loss: "${loss.name}" of output "${name}" has the reduction "none", and training needs one number.`,
    { help: 'Leave the reduction out, or give "sum" or "mean".' },
  );
}

function checkWeight(name: string, weight: number): number {
  if (Number.isFinite(weight)) return weight;
  throw new ImagoError(`compile: lossWeights: expected a number for "${name}", received ${String(weight)}`);
}

/** Metrics are made when a step is, from the output's shape; that there are such is known before. */
function checkedMetrics(what: string, names: readonly string[], given: unknown): (readonly MetricSpec[])[] {
  const lists = metricLists(what, names, given);
  for (const spec of lists.flat()) resolveMetric(spec, `compile: ${what}`);
  return lists;
}

/** A flat list of metrics serves every output when there is one output, as in Keras. */
function metricLists(what: string, names: readonly string[], given: unknown): (readonly MetricSpec[])[] {
  if (isSpec(given)) return names.map(() => [given as MetricSpec]);
  if (names.length === 1 && isSpecList(given)) return [given as MetricSpec[]];
  // A mistyped `metrics.…` is undefined, and would pass for an output without metrics.
  const missing = names.length === 1 && Array.isArray(given) ? given.findIndex((one) => one == null) : -1;
  if (missing >= 0) {
    throw new ImagoError(`compile: ${what}[${missing}]: expected a name or a metric, received nothing.`);
  }
  const isEntry = (candidate: unknown): boolean => isSpec(candidate) || isSpecList(candidate);
  const matched = matchNames<MetricSpec | readonly MetricSpec[]>(
    `compile: ${what}`,
    names,
    given,
    (candidate) => isSpec(candidate),
  );
  return matched.map((entry) => {
    if (entry === undefined || entry === null) return [];
    if (!isEntry(entry))
      throw new ImagoError(`compile: ${what}: expected names or metrics, received ${shown(entry)}`);
    return isSpec(entry) ? [entry as MetricSpec] : (entry as readonly MetricSpec[]);
  });
}
