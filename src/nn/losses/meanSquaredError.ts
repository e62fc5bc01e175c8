import { square } from "../../engine/ops/composed/square.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { sub } from "../../engine/ops/sub.js";
import { readOptions } from "../../engine/options.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";

/** The mean of (target − prediction)² over the last axis. */
export function meanSquaredError(options: LossOptions = {}): Loss {
  return lossOf(
    "meanSquaredError",
    readOptions("meanSquaredError", options, lossFields),
    (target, prediction) => reduceMean(square(sub(target, prediction)), { axes: [-1] }),
  );
}
