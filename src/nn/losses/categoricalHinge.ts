import { add } from "../../engine/ops/add.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceMax } from "../../engine/ops/reduceMax.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { relu } from "../../engine/ops/relu.js";
import { sub } from "../../engine/ops/sub.js";
import { readOptions } from "../../engine/options.js";
import type { Loss } from "./loss.js";
import { type LossOptions, lossFields, lossOf } from "./make.js";

/** max(0, 1 + the largest score of a wrong class − the score of the right one); targets are one-hot (Crammer and Singer 2001). */
export function categoricalHinge(options: LossOptions = {}): Loss {
  return lossOf(
    "categoricalHinge",
    readOptions("categoricalHinge", options, lossFields),
    (target, prediction) => {
      const right = reduceSum(mul(target, prediction), { axes: [-1] });
      const wrong = reduceMax(mul(sub(1, target), prediction), { axes: [-1] });
      return relu(add(sub(wrong, right), 1));
    },
    "oneHot",
  );
}
