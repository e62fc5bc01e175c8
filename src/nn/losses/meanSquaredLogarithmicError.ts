import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { square } from "../../engine/ops/composed/square.js";
import { log } from "../../engine/ops/log.js";
import { max } from "../../engine/ops/max.js";
import { reduceMean } from "../../engine/ops/reduceMean.js";
import { sub } from "../../engine/ops/sub.js";
import { readOptions } from "../../engine/options.js";
import { epsilon } from "../config/epsilon.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";

function logarithm(x: Value): Value {
  return log(add(max(x, epsilon), 1));
}

/** The mean of (log(1 + target) − log(1 + prediction))² over the last axis; both are at least 1e-7. */
export function meanSquaredLogarithmicError(options: LossOptions = {}): Loss {
  return lossOf(
    "meanSquaredLogarithmicError",
    readOptions("meanSquaredLogarithmicError", options, lossFields),
    (target, prediction) => reduceMean(square(sub(logarithm(prediction), logarithm(target))), { axes: [-1] }),
  );
}
