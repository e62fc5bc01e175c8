import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { relu } from "../../engine/ops/relu.js";
import { sub } from "../../engine/ops/sub.js";
import { readOptions } from "../../engine/options.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";
import { signLabels } from "./signLabels.js";

/** The mean of max(0, 1 − target · prediction) over the last axis; targets are −1 and 1, or 0 and 1. */
export function hinge(options: LossOptions = {}): Loss {
  return lossOf(
    "hinge",
    readOptions("hinge", options, lossFields),
    (target, prediction) => reduceMean(relu(sub(1, mul(signLabels(target), prediction))), { axes: [-1] }),
    "labels",
  );
}
