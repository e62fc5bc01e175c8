import type { HeldOut } from "./heldOut.js";
import { trim, trimmed } from "./trim.js";

/** What a prediction costs: each row's own loss, or for `auc` one figure of all rows. */
export type RiskName = "squaredError" | "logLikelihood" | "auc";

/** A loss of one number against another, which is added up over a row's columns. */
export interface RowLoss {
  /** As reports name it. */
  readonly name: string;
  readonly value: (target: number, prediction: number) => number;
  /** Its derivative by the prediction. */
  readonly slope: (target: number, prediction: number) => number;
  /** Its second derivative by the prediction. Default: differences of the slope. */
  readonly curvature?: ((target: number, prediction: number) => number) | undefined;
  /** Where the loss is a factor times |prediction − target|: that factor. Its kinks are met exactly then. */
  readonly absolute?: ((target: number) => number) | undefined;
}

/** What a row costs by itself. */
export type RowRisk = Exclude<RiskName, "auc"> | RowLoss;

/**
 * Each row's loss: (y − p)², for several classes the sum over them (Brier 1950); or −log of the probability of the class
 * that came, trimmed to [0.001, 0.999] for two classes and raised to 0.001 for more; or a loss of one's own.
 *
 * @param predictions `rows × classes`
 */
export function rowLosses(
  held: Pick<HeldOut, "rows" | "classes" | "targets">,
  predictions: Float64Array,
  loss: RowRisk,
): Float64Array {
  const { rows, classes, targets } = held;
  const term = termOf(loss, classes);
  const losses = new Float64Array(rows);
  for (let i = 0; i < predictions.length; i++) {
    const row = Math.floor(i / classes);
    losses[row] = (losses[row] as number) + term(targets[i] as number, predictions[i] as number);
  }
  return losses;
}

function termOf(loss: RowRisk, classes: number): RowLoss["value"] {
  if (typeof loss === "object") return loss.value;
  if (loss === "squaredError") return squared;
  return classes === 1 ? binaryLog : classLog;
}

const squared = (target: number, prediction: number): number => (target - prediction) ** 2;
const binaryLog = (target: number, p: number): number =>
  -(target * Math.log(trimmed(p)) + (1 - target) * Math.log(1 - trimmed(p)));
const classLog = (target: number, p: number): number =>
  target === 0 ? 0 : -target * Math.log(Math.min(1, Math.max(trim, p)));
