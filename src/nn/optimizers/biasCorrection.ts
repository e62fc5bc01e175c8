import type { Value } from "../../engine/graph/graph.js";
import { cast } from "../../engine/ops/cast.js";
import { pow } from "../../engine/ops/pow.js";
import { sub } from "../../engine/ops/sub.js";

/** The step as float64: 1 − 0.999^step would lose half of float32's digits in the first steps. */
export function preciseStep(step: Value): Value {
  return cast(step, "float64");
}

/** 1 − `keep`^step: what an average that began with 0 has to be divided by. Float64. */
export function share(keep: number, step: Value): Value {
  return sub(1, pow(step.graph.scalar(keep, "float64"), step));
}
