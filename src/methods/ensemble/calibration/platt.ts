import type { Platt } from "../../../nn/layers/merging/pool.js";
import type { HeldOut } from "../heldOut.js";
import { logOdds } from "./poolRows.js";
import { softplus } from "./temperature.js";

type Labelled = Pick<HeldOut, "rows" | "targets" | "weights">;

const mostSteps = 100;

/**
 * Slope and intercept of the largest likelihood of σ(slope · logit p + intercept), by Newton's steps. Labels are drawn in a
 * little, to (n₁ + 1) / (n₁ + 2) and 1 / (n₀ + 2), as Platt (1999) has it: else classes that p parts would have no best slope.
 *
 * @param p of class 1, a row each
 */
export function plattOf(held: Labelled, p: Float64Array): Platt {
  const x = logOdds(p, 1);
  const targets = smoothed(held);
  const loss = (slope: number, intercept: number): number =>
    x.reduce((sum, score, row) => {
      const u = slope * score + intercept;
      return sum + (held.weights[row] as number) * (softplus(u) - (targets[row] as number) * u);
    }, 0);
  let [slope, intercept] = [1, 0];
  let value = loss(slope, intercept);
  for (let step = 0; step < mostSteps; step++) {
    const move = newtonStep(held, x, targets, slope, intercept);
    if (Math.hypot(move.slope, move.intercept) < 1e-12 * (1 + Math.hypot(slope, intercept))) break;
    // Near the end the loss is flat to its last digit, while the line still comes closer.
    const most = value + 1e-14 * Math.abs(value);
    let share = 1;
    while (share > 1e-10 && !(loss(slope - share * move.slope, intercept - share * move.intercept) <= most)) {
      share /= 2;
    }
    slope -= share * move.slope;
    intercept -= share * move.intercept;
    value = loss(slope, intercept);
  }
  return { slope, intercept };
}

function smoothed({ targets, weights }: Labelled): Float64Array {
  const ones = targets.reduce((sum, label, row) => sum + label * (weights[row] as number), 0);
  const zeros = weights.reduce((sum, weight) => sum + weight, 0) - ones;
  const [high, low] = [(ones + 1) / (ones + 2), 1 / (zeros + 2)];
  return targets.map((label) => label * high + (1 - label) * low);
}

/** The inverse of the 2 × 2 matrix of second derivatives times the gradient. */
function newtonStep(
  { weights }: Labelled,
  x: Float64Array,
  targets: Float64Array,
  slope: number,
  intercept: number,
): Platt {
  let [ga, gb, haa, hab, hbb] = [0, 0, 0, 0, 0];
  x.forEach((score, row) => {
    const weight = weights[row] as number;
    const q = 1 / (1 + Math.exp(-(slope * score + intercept)));
    const off = weight * (q - (targets[row] as number));
    const curved = weight * q * (1 - q);
    ga += off * score;
    gb += off;
    haa += curved * score * score;
    hab += curved * score;
    hbb += curved;
  });
  // Where all scores are alike the slope has nothing to go by; a little on the diagonal leaves it where it is.
  const more = 1e-12 * (haa + hbb) + 1e-300;
  const determinant = (haa + more) * (hbb + more) - hab * hab;
  return {
    slope: ((hbb + more) * ga - hab * gb) / determinant,
    intercept: ((haa + more) * gb - hab * ga) / determinant,
  };
}
