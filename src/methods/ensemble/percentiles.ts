import type { Points } from "../../nn/layers/activation/piecewiseLinear.js";

/** Points that a distribution is kept by, at most. */
const mostPoints = 256;

/**
 * The distribution function of scores: at each score the share of scores below it, and half of those equal to it, with
 * straight lines between. Of more than 256 distinct scores 256 points are kept, at equal steps of the share, so that no
 * share is off by more than 1/255.
 *
 * @param scores finite, at least one, in any order
 */
export function distributionOf(scores: Float64Array): Points {
  const sorted = scores.slice().sort();
  const whole: { x: number[]; y: number[] } = { x: [], y: [] };
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to] === sorted[from]) to++;
    whole.x.push(sorted[from] as number);
    whole.y.push((from + to) / (2 * sorted.length));
    from = to;
  }
  return whole.x.length <= mostPoints ? whole : thinned(whole);
}

/** The same curve by fewer points, whose shares lie at equal distances. */
function thinned({ x, y }: Points): Points {
  const [first, last] = [y[0] as number, y.at(-1) as number];
  const kept: { x: number[]; y: number[] } = { x: [], y: [] };
  let segment = 0;
  for (let point = 0; point < mostPoints; point++) {
    const share = point === mostPoints - 1 ? last : first + ((last - first) * point) / (mostPoints - 1);
    while (segment + 2 < y.length && (y[segment + 1] as number) < share) segment++;
    const [from, to] = [x[segment] as number, x[segment + 1] as number];
    const [low, high] = [y[segment] as number, y[segment + 1] as number];
    const value = from + (to - from) * Math.min(1, Math.max(0, (share - low) / (high - low)));
    // Scores a rounding apart may fall together; the first point stands for both.
    if (kept.x.length > 0 && !(value > (kept.x.at(-1) as number))) continue;
    kept.x.push(value);
    kept.y.push(share);
  }
  return kept;
}
