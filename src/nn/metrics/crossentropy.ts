import { readOptions } from "../../engine/options.js";
import { binaryCrossentropy } from "../losses/binaryCrossentropy.js";
import { categoricalCrossentropy } from "../losses/categoricalCrossentropy.js";
import { sparseCategoricalCrossentropy } from "../losses/sparseCategoricalCrossentropy.js";
import { classAxis } from "./classAxis.js";
import { lossMetric } from "./lossMetric.js";
import { type MetricOptions, meanSums, metricFields, metricOf, quotient } from "./make.js";
import type { Metric } from "./metric.js";
import { predictionKind } from "./predictionKind.js";

const kinds = {
  binary: binaryCrossentropy,
  categorical: categoricalCrossentropy,
  sparse: sparseCategoricalCrossentropy,
};

/**
 * Binary, categorical or sparse categorical crossentropy, as target and prediction ask for. See
 * {@link predictionKind}.
 */
export function crossentropy(options: MetricOptions = {}): Metric {
  const read = readOptions("crossentropy", options, metricFields);
  const { name = "crossentropy" } = read;
  return {
    ...metricOf("crossentropy", read, {
      emit: (target, prediction, weight) =>
        meanSums(kinds[predictionKind(target.shape, prediction.shape)]().emit(target, prediction), weight),
      direction: "min",
      result: ([total = 0, count = 0]) => quotient(total, count),
    }),
    forOutput: (output) => {
      const { target, prediction, loss } = output;
      const axis = classAxis(output) ?? -1;
      return lossMetric(kinds[predictionKind(target, prediction, loss?.targetKind, axis)]({ axis }), {
        name,
      });
    },
  };
}
