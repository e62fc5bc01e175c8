import { ImagoError, shown } from "../../../engine/errors.js";
import type { Loss } from "../../../nn/losses/loss.js";
import { type LossSpec, loss as resolveLoss } from "../../../nn/losses/resolve.js";
import type { HeldOut } from "../heldOut.js";
import type { RiskName, RowLoss } from "../losses.js";
import { scalarLoss, scalarLossNames } from "./scalarLosses.js";

/** What all rows together cost: for anything that has no gradient and is no mean over rows. */
export type WholeRisk = (
  /** `rows × columns`, row by row. */
  predictions: Float64Array,
  held: Pick<HeldOut, "rows" | "classes" | "targets" | "weights">,
) => number;

/**
 * What weights are to make small: `squaredError`, `logLikelihood` or `auc` (1 − AUC), a loss of networks by name, saved form
 * or itself, a loss of one's own for each number, or a function of all rows, which greedy selection alone can take.
 */
export type PoolLossSpec = RiskName | LossSpec | RowLoss | WholeRisk;

/** {@link PoolLossSpec} as it is computed. */
export type PoolLoss = RiskName | RowLoss | WholeRisk;

const own: readonly string[] = ["squaredError", "logLikelihood", "auc"] satisfies RiskName[];

const isOwn = (spec: PoolLossSpec): spec is RiskName => typeof spec === "string" && own.includes(spec);
const isRowLoss = (spec: unknown): spec is RowLoss =>
  typeof spec === "object" &&
  spec !== null &&
  typeof Reflect.get(spec, "value") === "function" &&
  typeof Reflect.get(spec, "slope") === "function";

/** Whether a loss is of labels alone. */
export function isForLabels(spec: PoolLossSpec | undefined): boolean {
  return spec === "logLikelihood" || spec === "auc";
}

/**
 * @param where who asks
 * @param classes columns of a prediction
 * @throws ImagoError on a name nobody has, and on losses of networks that have no form here
 */
export function readPoolLoss(where: string, spec: PoolLossSpec, classes: number): PoolLoss {
  if (typeof spec === "function" || isOwn(spec)) return spec;
  if (isRowLoss(spec)) return spec;
  if (typeof spec !== "object" && typeof spec !== "string") {
    throw new ImagoError(
      `${where}: loss must be a name, a loss, { name, value, slope } or a function, received ${shown(spec)}.`,
    );
  }
  const loss: Loss = resolveLoss(spec as LossSpec, `${where}: loss`);
  const made = scalarLoss(loss, classes);
  if (made !== undefined) return made;
  throw new ImagoError(
    `${where}: the loss ${loss.name}, with these options and ${classes} columns, is not among those that weights are found for.`,
    {
      help: `Those are ${[...own, ...scalarLossNames].join(", ")}; or give { name, value, slope }, or with method: "greedy" a function of all rows.`,
    },
  );
}
