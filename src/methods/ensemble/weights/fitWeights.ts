import type { HeldOut } from "../heldOut.js";
import type { RowLoss } from "../losses.js";
import { riskOf } from "../risk.js";
import { absoluteErrorWeights } from "./absoluteError.js";
import { type GreedyOptions, greedySelection } from "./greedySelection.js";
import { logOddsLikelihood, mixtureLikelihood } from "./logLikelihood.js";
import type { WeightMethod } from "./methods.js";
import { type ConvexFunction, gapOf, newtonWeights } from "./newton.js";
import type { PoolLoss } from "./poolLoss.js";
import { rowFunction } from "./rowFunction.js";
import { simplexWeights } from "./simplexWeights.js";
import { residual, squaredErrorWeights } from "./squaredError.js";

/** Weights as they were found, before they are divided by their sum. */
export interface Fit {
  readonly raw: ArrayLike<number>;
  readonly gap: number;
  /** What was made small, per row. */
  readonly objective: number;
}

export interface FitSettings {
  /** What the method goes by. */
  readonly loss: PoolLoss;
  readonly greedy?: GreedyOptions | undefined;
}

/**
 * Weights by a method.
 *
 * @param taking learners that take part
 */
export function fitWeights(
  held: HeldOut,
  method: WeightMethod,
  taking: readonly number[],
  { loss, greedy }: FitSettings,
): Fit {
  switch (method) {
    case "nnls":
      return fitSquares(held, taking, "orthant");
    case "nnLogLikelihood":
      return fitNewton(held, logOddsLikelihood(held, taking), "orthant");
    case "convexLogLikelihood":
      return fitNewton(held, logOddsLikelihood(held, taking), "simplex");
    case "mixtureLogLikelihood":
      return fitNewton(held, mixtureLikelihood(held, taking), "simplex");
    case "auc":
    case "greedy":
      return fitGreedy(held, taking, loss, greedy);
    case "convex":
      if (loss === "logLikelihood") return fitNewton(held, mixtureLikelihood(held, taking), "simplex");
      return typeof loss === "object" ? fitLoss(held, taking, loss) : fitSquares(held, taking, "simplex");
  }
}

function fitSquares(held: HeldOut, taking: readonly number[], region: "simplex" | "orthant"): Fit {
  const { classes, weights, rows } = held;
  const root = Float64Array.from({ length: rows * classes }, (_, i) =>
    Math.sqrt(weights[Math.floor(i / classes)] as number),
  );
  const scaled = (values: Float64Array): Float64Array =>
    values.map((value, i) => value * (root[i] as number));
  const columns = taking.map((index) => scaled(held.columns[index] as Float64Array));
  const target = scaled(held.targets);
  const raw = squaredErrorWeights(columns, target, region);
  const rest = residual(columns, target, raw);
  const dot = (column: Float64Array): number =>
    column.reduce((sum, value, i) => sum + value * (rest[i] as number), 0);
  const gap = gapOf(
    Float64Array.from(columns, (column) => (2 * dot(column)) / rows),
    raw,
    region,
  );
  return { raw, gap, objective: dot(rest) / rows };
}

function fitNewton({ rows }: HeldOut, f: ConvexFunction, region: "simplex" | "orthant"): Fit {
  const start = new Float64Array(f.size).fill(1 / f.size);
  const { weights, gap } = newtonWeights(f, start, region);
  return { raw: weights, gap: gap / rows, objective: f.value(weights) / rows };
}

function fitLoss(held: HeldOut, taking: readonly number[], loss: RowLoss): Fit {
  const { rows, classes, targets, weights } = held;
  const { absolute } = loss;
  if (absolute !== undefined) {
    const costs = targets.map(
      (target, i) => (absolute(target) * (weights[Math.floor(i / classes)] as number)) / rows,
    );
    const columns = taking.map((index) => held.columns[index] as Float64Array);
    const found = absoluteErrorWeights(columns, targets, costs);
    return { raw: found.weights, gap: found.gap, objective: found.value };
  }
  const sum = rowFunction(held, taking, loss);
  const mean = {
    size: sum.size,
    value: (at: Float64Array) => sum.value(at) / rows,
    gradient: (at: Float64Array) => sum.gradient(at).map((slope) => slope / rows),
    hessian: (at: Float64Array) => sum.hessian(at).map((entry) => entry / rows),
  };
  const found = simplexWeights(mean);
  return { raw: found.weights, gap: found.gap, objective: found.value };
}

function fitGreedy(
  held: HeldOut,
  taking: readonly number[],
  loss: PoolLoss,
  greedy: GreedyOptions | undefined,
): Fit {
  const columns = taking.map((index) => held.columns[index] as Float64Array);
  const risk = (mean: Float64Array): number =>
    typeof loss === "function" ? loss(mean, held) : riskOf(held, mean, loss).risk;
  const found = greedySelection(columns, risk, greedy);
  return { raw: found.weights, gap: Number.NaN, objective: found.risk };
}
