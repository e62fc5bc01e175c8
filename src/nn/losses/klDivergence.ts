import { clip } from "../../engine/ops/clip.js";
import { div } from "../../engine/ops/div.js";
import { log } from "../../engine/ops/log.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { readOptions } from "../../engine/options.js";
import { epsilon } from "../config/epsilon.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";

/** The sum of target · log(target / prediction) over the last axis, both between 1e-7 and 1 (Kullback and Leibler 1951). */
export function klDivergence(options: LossOptions = {}): Loss {
  return lossOf("klDivergence", readOptions("klDivergence", options, lossFields), (target, prediction) => {
    const wanted = clip(target, epsilon, 1);
    return reduceSum(mul(wanted, log(div(wanted, clip(prediction, epsilon, 1)))), { axes: [-1] });
  });
}
