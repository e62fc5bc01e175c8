import { describe, expect, it } from "vitest";
import { toNumbers } from "../../engine/tensor/tensor.js";
import { evaluateOne } from "../../engine/testing/evaluate.js";
import { goldenCases } from "../../engine/testing/goldenCases.js";
import { type GoldenTensor, goldenTensor } from "../../engine/testing/goldenTensor.js";
import type { Config, ConfigValue } from "../config/config.js";
import { maskedWeight } from "../losses/reduceLoss.js";
import type { Metric } from "./metric.js";
import { metric } from "./resolve.js";

interface Batch {
  readonly yTrue: GoldenTensor;
  readonly yPred: GoldenTensor;
  readonly sampleWeight?: GoldenTensor;
  readonly mask?: GoldenTensor;
}

interface MetricCase {
  readonly name: string;
  readonly metric: string;
  readonly config: Config;
  readonly batches: readonly Batch[];
  /** After each batch. */
  readonly results: readonly GoldenTensor[];
}

/** Metrics of Keras that are options of others here. */
const others: Readonly<Record<string, { readonly name: string; readonly config: Config }>> = {
  oneHotIou: { name: "iou", config: { sparseYTrue: false, sparseYPred: false } },
  oneHotMeanIou: { name: "meanIoU", config: { sparseYTrue: false, sparseYPred: false } },
};

/** Keras's option of one threshold or several is a single one here. */
function ours(config: Config): Config {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]): [string, ConfigValue] => [
      key === "thresholds" && typeof value === "number" ? "threshold" : key,
      value,
    ]),
  );
}

function made({ metric: name, config }: MetricCase): Metric {
  const other = others[name];
  return metric({ name: other?.name ?? name, config: { ...ours(config), ...other?.config } });
}

async function sumsOf(each: Metric, { yTrue, yPred, sampleWeight, mask }: Batch): Promise<Float64Array> {
  const sums = await evaluateOne((prediction) => {
    const constant = (golden: GoldenTensor | undefined) =>
      golden && prediction.graph.constant(goldenTensor(golden));
    const weight = maskedWeight(constant(sampleWeight), constant(mask));
    return each.emit(prediction.graph.constant(goldenTensor(yTrue)), prediction, weight);
  }, goldenTensor(yPred));
  expect(sums.dtype).toBe("float32");
  expect(sums.shape).toHaveLength(1);
  return Float64Array.from(toNumbers(sums));
}

/** Not here: one figure for each class or threshold, curves for each label, and metrics of values themselves. */
const absent = new Set([
  "accuracy",
  "mean",
  "sum",
  "pearsonCorrelation",
  "concordanceCorrelation",
  "binaryIou",
]);

function isHere({ metric: name, config, results }: MetricCase): boolean {
  const scalar = results[0]?.shape.length === 0;
  return scalar && !absent.has(name) && !("multiLabel" in config) && !/At(Spec|Sens|Rec|Prec)/.test(name);
}

const files = "accuracies confusion auc regression probabilistic iou".split(" ");

describe.each(files)("results after each batch are Keras's: %s", (file) => {
  const cases = goldenCases<MetricCase>(`metrics/${file}`).filter(isHere);
  it.each(cases.map((golden) => [golden.name, golden] as const))("%s", async (_, golden) => {
    const each = made(golden);
    let sums = new Float64Array(0);
    for (const [index, batch] of golden.batches.entries()) {
      const more = await sumsOf(each, batch);
      sums = more.map((sum, i) => sum + (sums[i] ?? 0));
      const wanted = Number(golden.results[index]?.data[0]);
      const found = each.result(sums);
      if (Number.isNaN(wanted)) expect(found, `batch ${index}`).toBeNaN();
      else
        expect(Math.abs(found - wanted), `batch ${index}: ${found}, expected ${wanted}`).toBeLessThan(
          1e-5 * Math.max(1, Math.abs(wanted)),
        );
    }
  });
});
