import type { Metric } from "./metric.js";
import { type CrossentropyMetricOptions, crossentropyMetric } from "./perplexity.js";

/** The mean crossentropy in bits: with it a model of characters would compress a text to so many bits for each. */
export function bitsPerCharacter(options: CrossentropyMetricOptions = {}): Metric {
  return crossentropyMetric("bitsPerCharacter", options, (nats) => nats / Math.LN2);
}
