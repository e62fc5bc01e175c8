import { aucOf } from "./auc.js";
import type { HeldOut } from "./heldOut.js";
import { trim, trimmed } from "./trim.js";

/** What a prediction costs: each row's own loss, or for `auc` one figure of all rows. */
export type RiskName = "squaredError" | "logLikelihood" | "auc";

/** A risk, and how far it may be off by chance. */
export interface Risk {
  readonly risk: number;
  /** Standard deviation of the rows' losses, divided by the root of their number. NaN for `auc`. */
  readonly standardError: number;
}

/**
 * Each row's loss: (y − p)², for several classes the sum over them (Brier 1950); or −log of the probability of the class
 * that came, trimmed to [0.001, 0.999] for two classes and raised to 0.001 for more.
 *
 * @param predictions `rows × classes`
 */
export function rowLosses(
  held: Pick<HeldOut, "rows" | "classes" | "targets">,
  predictions: Float64Array,
  name: Exclude<RiskName, "auc">,
): Float64Array {
  const { rows, classes, targets } = held;
  const term = name === "squaredError" ? squared : classes === 1 ? binaryLog : classLog;
  const losses = new Float64Array(rows);
  for (let i = 0; i < predictions.length; i++) {
    const row = Math.floor(i / classes);
    losses[row] = (losses[row] as number) + term(targets[i] as number, predictions[i] as number);
  }
  return losses;
}

const squared = (target: number, prediction: number): number => (target - prediction) ** 2;
const binaryLog = (target: number, p: number): number =>
  -(target * Math.log(trimmed(p)) + (1 - target) * Math.log(1 - trimmed(p)));
const classLog = (target: number, p: number): number =>
  target === 0 ? 0 : -target * Math.log(Math.max(trim, p));

/** A risk of predictions; weights of rows multiply the losses and are not normalised, as in R. For `auc`, 1 − AUC. */
export function riskOf(held: HeldOut, predictions: Float64Array, name: RiskName): Risk {
  if (name === "auc") return { risk: rankLoss(held, predictions), standardError: Number.NaN };
  return meanOf(rowLosses(held, predictions, name).map((loss, row) => loss * (held.weights[row] as number)));
}

/**
 * How much more `a` costs than `b`, row by row: sd of the differences / √n, which is smaller than two single errors suggest
 * since the same rows are hard for both. The standard error is NaN for `auc`.
 */
export function pairedDifference(held: HeldOut, a: Float64Array, b: Float64Array, name: RiskName): Risk {
  if (name === "auc") return { risk: rankLoss(held, a) - rankLoss(held, b), standardError: Number.NaN };
  const [left, right] = [rowLosses(held, a, name), rowLosses(held, b, name)];
  return meanOf(left.map((loss, row) => (held.weights[row] as number) * (loss - (right[row] as number))));
}

function meanOf(losses: Float64Array): Risk {
  const { length } = losses;
  const risk = losses.reduce((sum, loss) => sum + loss, 0) / length;
  const spread = losses.reduce((sum, loss) => sum + (loss - risk) ** 2, 0) / (length - 1);
  return { risk, standardError: Math.sqrt(spread / length) };
}

/** 1 − AUC; for several classes the mean over them, one against the rest, of those that occur. */
function rankLoss({ rows, classes, targets }: HeldOut, predictions: Float64Array): number {
  const column = (values: Float64Array, k: number): Float64Array =>
    Float64Array.from({ length: rows }, (_, row) => values[row * classes + k] as number);
  const losses = Array.from({ length: classes }, (_, k) => {
    const labels = column(targets, k);
    const occurs = labels.some((label) => label === 1) && labels.some((label) => label !== 1);
    return occurs ? 1 - aucOf(column(predictions, k), labels) : undefined;
  }).filter((loss) => loss !== undefined);
  return losses.length === 0 ? 0.5 : losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
