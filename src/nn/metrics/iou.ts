import type { Value } from "../../engine/graph/graph.js";
import { argMax } from "../../engine/ops/argMax.js";
import { cast } from "../../engine/ops/cast.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { concat } from "../../engine/ops/concat.js";
import { equal } from "../../engine/ops/equal.js";
import { expand } from "../../engine/ops/expand.js";
import { isNan } from "../../engine/ops/isNan.js";
import { matMul } from "../../engine/ops/matMul.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { reshape } from "../../engine/ops/reshape.js";
import { sub } from "../../engine/ops/sub.js";
import { transpose } from "../../engine/ops/transpose.js";
import {
  type FieldsOf,
  flag,
  number,
  numbers,
  optional,
  type ReadOf,
  readOptions,
} from "../../engine/options.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { epsilon } from "../config/epsilon.js";
import { alignWeight } from "../losses/reduceLoss.js";
import { type MetricOptions, metricFields, metricOf } from "./make.js";
import type { Metric } from "./metric.js";
import { bestClass } from "./nanScores.js";

export interface MeanIoUOptions extends MetricOptions {
  /** How many classes there are. */
  readonly numClasses: number;
  /** A class number that is left out where it is the target. Default: none. */
  readonly ignoreClass?: number | undefined;
  /** Targets are class numbers, not one-hot. Default: true. */
  readonly sparseYTrue?: boolean | undefined;
  /** Predictions are class numbers, not scores. Default: true. */
  readonly sparseYPred?: boolean | undefined;
  /** The classes' axis of one-hot targets and of scores. Default: that of the output's loss, which is the last in most. */
  readonly axis?: number | undefined;
}

export interface IoUOptions extends MeanIoUOptions {
  /** The classes whose mean is reported. */
  readonly targetClassIds: readonly number[];
}

/** 1 at each class number, [n, classes]; zeros for a number that is no class. */
function places(classes: Value, count: number): Value {
  const all = Float32Array.from({ length: count }, (_, i) => i);
  const column = reshape(toDtype(classes, "float32"), [-1, 1]);
  return cast(equal(column, new Tensor("float32", [count], all)), "float32");
}

/**
 * How often each class was taken for each other: rows are targets. The last two columns have what was taken for none of the classes,
 * and what for NaN. Float32[classes · (classes + 2)].
 */
function confusionMatrix(
  target: Value,
  prediction: Value,
  weight: Value | undefined,
  classes: number,
): Value {
  const rows = places(target, classes);
  const factors =
    weight === undefined ? undefined : reshape(expand(alignWeight(weight, target), target.shape), [-1, 1]);
  const counted = factors === undefined ? rows : mul(rows, factors);
  const numbers = reshape(toDtype(prediction, "float32"), [-1, 1]);
  const found = places(numbers, classes);
  const broken = cast(isNan(numbers), "float32");
  const none = sub(sub(1, broken), reduceSum(found, { axes: [-1], keepDims: true }));
  return reshape(matMul(transpose(counted), concat([found, none, broken], { axis: 1 })), [-1]);
}

/** The mean of intersection over union of some classes, over those that occur. */
function meanOverlap(
  sums: Float64Array,
  classes: number,
  wanted: readonly number[],
  ignored: number | undefined,
): number {
  const at = (target: number, found: number): number =>
    target === ignored ? 0 : (sums[target * (classes + 2) + found] as number);
  const all = Array.from({ length: classes }, (_, each) => each);
  // Found in place of every class, the right one too: NaN is right for none.
  const broken = all.reduce((sum, each) => sum + at(each, classes + 1), 0);
  let [total, occurring] = [0, 0];
  for (const each of wanted) {
    let union = at(each, classes) + broken - at(each, each);
    for (const other of all) union += at(each, other) + at(other, each);
    if (union <= 1e-9) continue;
    total += at(each, each) / (union + epsilon);
    occurring++;
  }
  return total / (occurring + epsilon);
}

const meanFields = {
  numClasses: number({ min: 1, integer: true }),
  ignoreClass: optional(number({ integer: true })),
  sparseYTrue: flag(true),
  sparseYPred: flag(true),
  axis: optional(number({ integer: true })),
  ...metricFields,
} satisfies FieldsOf<MeanIoUOptions>;

const fields = {
  targetClassIds: numbers({ min: 0, integer: true }),
  ...meanFields,
} satisfies FieldsOf<IoUOptions>;

type ReadIoU = ReadOf<typeof meanFields>;

function iouOf(type: string, read: ReadIoU & { readonly targetClassIds?: readonly number[] }): Metric {
  const wanted = read.targetClassIds ?? Array.from({ length: read.numClasses }, (_, i) => i);
  const { axis = -1 } = read;
  return metricOf(type, read, {
    followsLoss: read.axis === undefined,
    emit: (target, prediction, weight) =>
      confusionMatrix(
        read.sparseYTrue ? target : argMax(target, { axis }),
        read.sparseYPred ? prediction : bestClass(prediction, axis),
        weight,
        read.numClasses,
      ),
    direction: "max",
    result: (sums) => meanOverlap(sums, read.numClasses, wanted, read.ignoreClass),
  });
}

/** The mean over some classes of intersection over union: true positives / (true and false positives + false negatives). */
export function iou(options: IoUOptions): Metric {
  const read = readOptions("iou", options, fields);
  const known = numbers({ min: 0, below: read.numClasses, integer: true });
  known.read("iou", "targetClassIds", read.targetClassIds);
  return iouOf("iou", read);
}

/** {@link iou} over all classes. */
export function meanIoU(options: MeanIoUOptions): Metric {
  return iouOf("meanIoU", readOptions("meanIoU", options, meanFields));
}
