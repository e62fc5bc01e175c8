import { incompleteBeta } from "../../numerics/incompleteBeta.js";

/** How likely Student's t is to be at least as far from 0 as `t`: I_x(ν/2, ½) with x = ν / (ν + t²). */
export function twoSidedP(t: number, freedom: number): number {
  return incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
}
