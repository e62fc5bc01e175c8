import { abs } from "../../engine/ops/abs.js";
import { div } from "../../engine/ops/div.js";
import { max } from "../../engine/ops/max.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { sub } from "../../engine/ops/sub.js";
import { readOptions } from "../../engine/options.js";
import { epsilon } from "../config/epsilon.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";

/** The mean of 100 · |target − prediction| / max(|target|, 1e-7) over the last axis: percent. */
export function meanAbsolutePercentageError(options: LossOptions = {}): Loss {
  return lossOf(
    "meanAbsolutePercentageError",
    readOptions("meanAbsolutePercentageError", options, lossFields),
    (target, prediction) =>
      mul(reduceMean(abs(div(sub(target, prediction), max(abs(target), epsilon))), { axes: [-1] }), 100),
  );
}
