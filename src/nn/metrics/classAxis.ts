import type { Value } from "../../engine/graph/graph.js";
import { transpose } from "../../engine/ops/transpose.js";
import { normalizeAxis } from "../../engine/tensor/shape.js";
import type { Metric, OutputFacts } from "./metric.js";

/** The axis along which an output's loss has its classes, from 0; `undefined` where that is the last, or not known. */
export function classAxis({ prediction, loss }: OutputFacts): number | undefined {
  const given = loss?.config.axis;
  if (typeof given !== "number") return undefined;
  const axis = normalizeAxis(given, prediction.length);
  return axis === prediction.length - 1 ? undefined : axis;
}

/**
 * A metric that takes the last axis for the classes', on an output whose loss has them along another: that axis is brought behind
 * the others first. Weights have one entry for each position, so they fit what is left in front.
 */
export function alongClassesOf(output: OutputFacts, metric: Metric): Metric {
  const axis = classAxis(output);
  if (axis === undefined) return metric;
  return {
    ...metric,
    forOutput: undefined,
    emit: (target, prediction, weight) => {
      const last = (x: Value): Value => (x.rank === prediction.rank ? broughtLast(x, axis) : x);
      return metric.emit(last(target), last(prediction), weight);
    },
  };
}

function broughtLast(x: Value, axis: number): Value {
  const others = x.shape.map((_, at) => at).filter((at) => at !== axis);
  return transpose(x, [...others, axis]);
}
