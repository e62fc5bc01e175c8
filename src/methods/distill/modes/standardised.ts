import type { Value } from "../../../engine/graph/graph.js";
import { add } from "../../../engine/ops/add.js";
import { div } from "../../../engine/ops/div.js";
import { mul } from "../../../engine/ops/mul.js";
import { reduceMean } from "../../../engine/ops/reduceMean.js";
import { sqrt } from "../../../engine/ops/sqrt.js";
import { centredLogits } from "./logits.js";
import type { Distance } from "./mode.js";
import { soft } from "./soft.js";

/** Below the square of any spread that matters, and above 0, where a root has no gradient. */
const tiny = 1e-30;

/** (x − mean) / (1e-7 + sd), the standard deviation over all K classes (not K − 1). */
function standardise(x: Value): Value {
  const centred = centredLogits(x);
  const variance = reduceMean(mul(centred, centred), { axes: [-1], keepDims: true });
  return div(centred, add(sqrt(add(variance, tiny)), 1e-7));
}

/**
 * {@link soft} of standardised logits (Sun et al. 2024): the student learns their order and proportions, and need not
 * reach the teacher's scale.
 */
export const standardised: Distance = ({ student, teacher, ...more }) =>
  soft({ ...more, student: standardise(student), teacher: standardise(teacher) });
