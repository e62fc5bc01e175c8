import { abs } from "../../engine/ops/abs.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { sub } from "../../engine/ops/sub.js";
import { readOptions } from "../../engine/options.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";

/** The mean of |target − prediction| over the last axis. */
export function meanAbsoluteError(options: LossOptions = {}): Loss {
  return lossOf(
    "meanAbsoluteError",
    readOptions("meanAbsoluteError", options, lossFields),
    (target, prediction) => reduceMean(abs(sub(target, prediction)), { axes: [-1] }),
  );
}
