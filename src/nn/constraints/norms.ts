import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { square } from "../../engine/ops/composed/square.js";
import { div } from "../../engine/ops/div.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { epsilon } from "../config/epsilon.js";

/** One axis or several. */
export type Axes = number | readonly number[];

/** Euclidean norms along axes, which stay with size 1. */
export function normsOf(weight: Value, axes: Axes): Value {
  const list = typeof axes === "number" ? [axes] : axes;
  return sqrt(reduceSum(square(weight), { axes: list, keepDims: true }));
}

/** `weight` with its norms brought from `norms` to `wanted`; zeros stay zeros. */
export function withNorms(weight: Value, norms: Value, wanted: Value): Value {
  return mul(weight, div(wanted, add(norms, epsilon)));
}
