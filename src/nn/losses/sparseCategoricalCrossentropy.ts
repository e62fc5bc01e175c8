import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { cast } from "../../engine/ops/cast.js";
import { clip } from "../../engine/ops/clip.js";
import { div } from "../../engine/ops/div.js";
import { equal } from "../../engine/ops/equal.js";
import { gatherElements } from "../../engine/ops/gatherElements.js";
import { log } from "../../engine/ops/log.js";
import { logSoftmax } from "../../engine/ops/logSoftmax.js";
import { neg } from "../../engine/ops/neg.js";
import { not } from "../../engine/ops/not.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { reshape } from "../../engine/ops/reshape.js";
import { where } from "../../engine/ops/where.js";
import { type FieldsOf, flag, number, optional, readOptions } from "../../engine/options.js";
import { formatShape, normalizeAxis, sameShape } from "../../engine/tensor/shape.js";
import { configOf } from "../config/config.js";
import { epsilon } from "../config/epsilon.js";
import { softmaxLogits } from "./logits.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields } from "./make.js";

export interface SparseCategoricalCrossentropyOptions extends LossOptions {
  /** The predictions are logits, not probabilities. Default: false. */
  readonly fromLogits?: boolean | undefined;
  /** A class number that counts nothing: its positions have loss 0 and are not in the mean. Default: none. */
  readonly ignoreClass?: number | undefined;
  /** The classes' axis. Default: −1, the last. */
  readonly axis?: number | undefined;
}

/**
 * Class numbers as whole numbers with an axis of size 1 where the prediction has its classes.
 *
 * @throws {ImagoError} where there is not one for each position of the prediction
 */
export function classNumbers(name: string, target: Value, prediction: Value, axis: number): Value {
  const shape = prediction.shape.with(normalizeAxis(axis, prediction.rank), 1);
  const positions = prediction.shape.toSpliced(normalizeAxis(axis, prediction.rank), 1);
  if (!sameShape(target.shape, shape) && !sameShape(target.shape, positions)) {
    const oneHot = sameShape(target.shape, prediction.shape);
    throw new ImagoError(
      `${name}: expected class numbers of shape ${formatShape(positions)} for a prediction of shape ` +
        `${formatShape(prediction.shape)}, received a target of shape ${formatShape(target.shape)}.`,
      oneHot
        ? {
            help: `For one-hot targets use ${name.replace(/^sparse(.)/, (_, first: string) => first.toLowerCase())}.`,
          }
        : {},
    );
  }
  const whole = target.dtype === "int32" || target.dtype === "int64" ? target : cast(target, "int64");
  return reshape(whole, shape);
}

/** log of the probability of the class that `classes` gives at each position. */
function logProbability(prediction: Value, classes: Value, axis: number, fromLogits: boolean): Value {
  const logits = fromLogits ? prediction : softmaxLogits(prediction, axis);
  if (logits !== undefined) return gatherElements(logSoftmax(logits, axis), classes, { axis });
  const share = div(
    gatherElements(prediction, classes, { axis }),
    reduceSum(prediction, { axes: [axis], keepDims: true }),
  );
  return log(clip(share, epsilon, 1 - epsilon));
}

const fields = {
  fromLogits: flag(false),
  ignoreClass: optional(number({ integer: true })),
  axis: number({ default: -1, integer: true }),
  ...lossFields,
} satisfies FieldsOf<SparseCategoricalCrossentropyOptions>;

/**
 * −log of the probability of the right class, for targets that are class numbers from 0: the same as
 * {@link categoricalCrossentropy} with one-hot targets, without making them. What is said there of predictions
 * that come straight from a softmax holds here too.
 *
 * Targets are `[batch, …]`, or have an axis of size 1 where the prediction has its classes. A class number that
 * the prediction has no place for is an error when the step runs.
 *
 * @returns `[batch, …]`: the prediction's shape without `axis`
 */
export function sparseCategoricalCrossentropy(options: SparseCategoricalCrossentropyOptions = {}): Loss {
  const name = "sparseCategoricalCrossentropy";
  const config = readOptions(name, options, fields);
  const { fromLogits, ignoreClass, axis } = config;
  const ignored = (classes: Value): Value => equal(classes, ignoreClass ?? 0);
  const positions = (x: Value, prediction: Value): Value =>
    reshape(x, prediction.shape.toSpliced(normalizeAxis(axis, prediction.rank), 1));
  return {
    name,
    config: configOf(config),
    reduction: config.reduction,
    targetDtype: "int32",
    targetKind: "classNumbers",
    targetHelp: "For one-hot targets use categoricalCrossentropy.",
    ignoreClass,
    emit: (target, prediction) => {
      const classes = classNumbers(name, target, prediction, axis);
      const known = ignoreClass === undefined ? classes : where(ignored(classes), 0, classes);
      const each = neg(logProbability(prediction, known, axis, fromLogits));
      const counted = ignoreClass === undefined ? each : where(ignored(classes), 0, each);
      return positions(counted, prediction);
    },
    mask:
      ignoreClass === undefined
        ? undefined
        : (target, prediction) =>
            positions(not(ignored(classNumbers(name, target, prediction, axis))), prediction),
  };
}
