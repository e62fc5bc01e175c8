import type { Value } from "../../engine/graph/graph.js";
import { argMax } from "../../engine/ops/argMax.js";
import { cast } from "../../engine/ops/cast.js";
import { toDtype } from "../../engine/ops/composed/toDtype.js";
import { equal } from "../../engine/ops/equal.js";
import { expand } from "../../engine/ops/expand.js";
import { matMul } from "../../engine/ops/matMul.js";
import { mul } from "../../engine/ops/mul.js";
import { reshape } from "../../engine/ops/reshape.js";
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

export interface MeanIoUOptions extends MetricOptions {
  /** How many classes there are. */
  readonly numClasses: number;
  /** A class number that is left out where it is the target. Default: none. */
  readonly ignoreClass?: number | undefined;
  /** Targets are class numbers, not one-hot. Default: true. */
  readonly sparseYTrue?: boolean | undefined;
  /** Predictions are class numbers, not scores. Default: true. */
  readonly sparseYPred?: boolean | undefined;
  /** The classes' axis of one-hot targets and of scores. Default: −1, the last. */
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

/** How often each class was taken for each other: rows are targets. Float32[classes · classes]. */
export function confusionMatrix(
  target: Value,
  prediction: Value,
  weight: Value | undefined,
  classes: number,
): Value {
  const rows = places(target, classes);
  const factors =
    weight === undefined ? undefined : reshape(expand(alignWeight(weight, target), target.shape), [-1, 1]);
  const counted = factors === undefined ? rows : mul(rows, factors);
  return reshape(matMul(transpose(counted), places(prediction, classes)), [-1]);
}

/** The mean of intersection over union of some classes, over those that occur. */
export function meanOverlap(sums: Float64Array, wanted: readonly number[], ignored?: number): number {
  const classes = Math.sqrt(sums.length);
  const at = (target: number, found: number): number =>
    target === ignored ? 0 : (sums[target * classes + found] as number);
  let [total, occurring] = [0, 0];
  for (const each of wanted) {
    let union = -at(each, each);
    for (let other = 0; other < classes; other++) union += at(each, other) + at(other, each);
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
  axis: number({ default: -1, integer: true }),
  ...metricFields,
} satisfies FieldsOf<MeanIoUOptions>;

const fields = {
  targetClassIds: numbers({ min: 0, integer: true }),
  ...meanFields,
} satisfies FieldsOf<IoUOptions>;

type ReadIoU = ReadOf<typeof meanFields>;

function iouOf(type: string, read: ReadIoU & { readonly targetClassIds?: readonly number[] }): Metric {
  const wanted = read.targetClassIds ?? Array.from({ length: read.numClasses }, (_, i) => i);
  return metricOf(type, read, {
    emit: (target, prediction, weight) =>
      confusionMatrix(
        read.sparseYTrue ? target : argMax(target, { axis: read.axis }),
        read.sparseYPred ? prediction : argMax(prediction, { axis: read.axis }),
        weight,
        read.numClasses,
      ),
    result: (sums) => meanOverlap(sums, wanted, read.ignoreClass),
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
