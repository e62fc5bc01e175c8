import { add } from "../../engine/ops/add.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { softplus } from "../../engine/ops/softplus.js";
import { sub } from "../../engine/ops/sub.js";
import { readOptions } from "../../engine/options.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";

/** The mean of log cosh(prediction − target) over the last axis: the square for small errors, the absolute value for large ones. */
export function logCosh(options: LossOptions = {}): Loss {
  return lossOf("logCosh", readOptions("logCosh", options, lossFields), (target, prediction) => {
    const error = sub(prediction, target);
    return reduceMean(sub(add(error, softplus(mul(error, -2))), Math.LN2), { axes: [-1] });
  });
}
