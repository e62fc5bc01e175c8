import type { Points } from "../../nn/layers/activation/piecewiseLinear.js";

/** Points that a distribution is kept by, at most. */
const mostPoints = 256;
/** Share of the scores from which on equal ones are a jump of their own; fewer are lost among their neighbours. */
const jump = 1 / 128;
/** How far beside a jump its ends stand, in parts of the score: so near that float32 just tells them apart. */
const beside = 2 ** -20;

interface Knot {
  readonly x: number;
  readonly y: number;
  /** Whether it is a part of a jump. */
  readonly fixed: boolean;
}

/**
 * The distribution function of scores: at each score the share of scores below it, and half of those equal to it, with
 * straight lines between; a score that many rows have is a jump, before which the share below it holds and behind which that
 * up to it. Of many distinct scores so many points are kept, at nearly equal steps of the share, that there are at most 256,
 * and no share is off by more than a hundredth.
 *
 * @param scores finite, at least one, in any order
 */
export function distributionOf(scores: Float64Array): Points {
  const sorted = scores.slice().sort();
  const n = sorted.length;
  const values = new Set(sorted).size;
  const knots: Knot[] = [];
  for (let from = 0; from < n; ) {
    let to = from;
    while (to < n && sorted[to] === sorted[from]) to++;
    // Of few distinct scores every tie is kept as a jump.
    const isJump = to - from > 1 && (3 * values <= mostPoints || (to - from) / n >= jump);
    knots.push(...knotsAt(sorted[from] as number, from / n, to / n, isJump));
    from = to;
  }
  const kept = rising(knots.length <= mostPoints ? knots : thinned(knots));
  return { x: kept.map(({ x }) => x), y: kept.map(({ y }) => y) };
}

function knotsAt(x: number, below: number, upTo: number, isJump: boolean): Knot[] {
  const middle = { x, y: (below + upTo) / 2, fixed: isJump };
  if (!isJump) return [middle];
  const gap = Math.max(Math.abs(x) * beside, 1e-30);
  return [{ x: x - gap, y: below, fixed: true }, middle, { x: x + gap, y: upTo, fixed: true }];
}

/** Jumps, both ends, and of the others one at each step of the share. */
function thinned(knots: readonly Knot[]): Knot[] {
  const jumps = knots.filter(({ fixed }) => fixed).length;
  const risen = knots.reduce((sum, { y, fixed }, i) => {
    const before = knots[i - 1];
    return sum + (before === undefined || (fixed && before.fixed) ? 0 : y - before.y);
  }, 0);
  const step = risen / (mostPoints - jumps - 2);
  let last = Number.NEGATIVE_INFINITY;
  return knots.filter(({ y, fixed }, i) => {
    const keep = fixed || i === 0 || i === knots.length - 1 || y - last >= step;
    if (keep) last = y;
    return keep;
  });
}

/** Where the ends of two jumps meet, the first stands for both. */
function rising(knots: readonly Knot[]): Knot[] {
  const kept: Knot[] = [];
  for (const knot of knots) if (kept.length === 0 || knot.x > (kept.at(-1) as Knot).x) kept.push(knot);
  return kept;
}
