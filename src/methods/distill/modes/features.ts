import { logits } from "./logits.js";
import type { Distance } from "./mode.js";

/**
 * ½ ‖ s W − t ‖², s a layer of the student, W a learnt projection, t a layer of the teacher (Romero et al. 2015, equation
 * 3). It is given the projected layer as the student.
 *
 * Maps are summed over channels and averaged over positions, so that the figure does not depend on their size.
 */
export const features: Distance = logits;
