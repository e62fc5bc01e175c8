import { add } from "../../engine/ops/add.js";
import { log } from "../../engine/ops/log.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { sub } from "../../engine/ops/sub.js";
import { readOptions } from "../../engine/options.js";
import { epsilon } from "../config/epsilon.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";

/** The mean of prediction − target · log(prediction + 1e-7) over the last axis, for counts and their expected values. */
export function poisson(options: LossOptions = {}): Loss {
  return lossOf("poisson", readOptions("poisson", options, lossFields), (target, prediction) =>
    reduceMean(sub(prediction, mul(target, log(add(prediction, epsilon)))), { axes: [-1] }),
  );
}
