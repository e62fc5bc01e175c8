import type { Shape } from "../../engine/tensor/shape.js";
import type { Config } from "../config/config.js";
import { type Resolver, resolver, type Saved } from "../config/resolver.js";
import type { Loss } from "../losses/loss.js";
import { lossAliases, loss as resolveLoss } from "../losses/resolve.js";
import { accuracy, predictionKind } from "./accuracy.js";
import { auc } from "./auc.js";
import { binaryAccuracy } from "./binaryAccuracy.js";
import { bitsPerCharacter } from "./bitsPerCharacter.js";
import { categoricalAccuracy } from "./categoricalAccuracy.js";
import { cosineSimilarity } from "./cosineSimilarity.js";
import { falseNegatives, falsePositives, trueNegatives, truePositives } from "./counts.js";
import { f1Score } from "./f1Score.js";
import { fBetaScore } from "./fBetaScore.js";
import { iou, meanIoU } from "./iou.js";
import { lossMetric } from "./lossMetric.js";
import type { Metric } from "./metric.js";
import { perplexity } from "./perplexity.js";
import { precision } from "./precision.js";
import { r2Score } from "./r2Score.js";
import { recall } from "./recall.js";
import { rootMeanSquaredError } from "./rootMeanSquaredError.js";
import { sparseCategoricalAccuracy } from "./sparseCategoricalAccuracy.js";
import { sparseTopKCategoricalAccuracy } from "./sparseTopKCategoricalAccuracy.js";
import { topKCategoricalAccuracy } from "./topKCategoricalAccuracy.js";

/** A name such as `"accuracy"` or `"mae"`, a saved form, a metric, or a loss whose mean is to be reported. */
export type MetricSpec = string | Saved | Metric | Loss;

/** Factories of the losses' means by the losses' names. */
function lossMetrics(): Record<string, (config: Config) => Metric> {
  const named = resolveLoss.names.filter((name) => name !== "cosineSimilarity");
  return Object.fromEntries(
    named.map((name) => [
      name,
      ({ name: reported, ...config }: Config = {}): Metric =>
        lossMetric(resolveLoss({ name, config }), typeof reported === "string" ? { name: reported } : {}),
    ]),
  );
}

const byName = resolver<Metric>(
  { one: "metric", many: "metrics" },
  {
    accuracy,
    binaryAccuracy,
    categoricalAccuracy,
    sparseCategoricalAccuracy,
    topKCategoricalAccuracy,
    sparseTopKCategoricalAccuracy,
    precision,
    recall,
    f1Score,
    fBetaScore,
    auc,
    truePositives,
    falsePositives,
    trueNegatives,
    falseNegatives,
    rootMeanSquaredError,
    cosineSimilarity,
    r2Score,
    iou,
    meanIoU,
    perplexity,
    bitsPerCharacter,
    ...lossMetrics(),
  },
  "result",
  {
    ...lossAliases,
    acc: "accuracy",
    rmse: "rootMeanSquaredError",
    bpc: "bitsPerCharacter",
    logcosherror: "logCosh",
  },
);

/**
 * A {@link Metric} from its name, its saved form, or itself; a loss gives its mean. A name is also what the metric is
 * reported as, as it was written: `"mae"` stays `"mae"`.
 */
export const metric: Resolver<Metric, Loss> = Object.assign(
  (spec: MetricSpec, where?: string): Metric => {
    if (typeof spec === "string") return named(byName(spec, where), spec);
    if ("reduction" in spec) return lossMetric(spec);
    if ("result" in spec) return spec;
    const { type, ...config } = spec.config ?? {};
    if (typeof type !== "string") return byName(spec, where);
    // A metric that is reported under another name than its type's.
    return byName({ name: type, config: { ...config, name: spec.name } }, where);
  },
  { names: byName.names },
);

function named(made: Metric, name: string): Metric {
  if (name === made.name) return made;
  return byName({ name: made.name, config: { ...made.config, name } });
}

/** What is known of an output when its metrics are resolved. */
export interface OutputShapes {
  readonly target: Shape;
  readonly prediction: Shape;
  /** Name of the output's loss. */
  readonly loss?: string | undefined;
}

/** Names that stand for a metric chosen by the output's shapes. */
const crossentropies = {
  binary: "bce",
  categorical: "categoricalCrossentropy",
  sparse: "sparseCategoricalCrossentropy",
};

/**
 * A metric for an output: `"accuracy"` (`"acc"`) and `"crossentropy"` (`"ce"`) become the ones that fit target and
 * prediction, see {@link predictionKind}.
 */
export function resolveMetric(spec: MetricSpec, { target, prediction, loss }: OutputShapes): Metric {
  if (spec === "accuracy" || spec === "acc") return accuracy({ name: spec, loss });
  if (spec === "crossentropy" || spec === "ce") {
    const type = crossentropies[predictionKind(target, prediction, loss)];
    return metric({ name: spec, config: { type } });
  }
  return metric(spec);
}
