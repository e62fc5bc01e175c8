import { type Matrix, moved, type Point } from "./matrix.js";

/** A line or a curve from where the pen is: a straight one to the last of one point, a Bézier curve by three. */
export type Segment = readonly [end: Point] | readonly [first: Point, second: Point, end: Point];

/** What is drawn without lifting the pen. */
export interface Outline {
  readonly start: Point;
  readonly segments: readonly Segment[];
}

/** An outline elsewhere. */
export function movedOutline({ start, segments }: Outline, matrix: Matrix): Outline {
  return {
    start: moved(matrix, start),
    segments: segments.map((segment): Segment => {
      if (segment.length === 1) return [moved(matrix, segment[0])];
      const [first, second, end] = segment;
      return [moved(matrix, first), moved(matrix, second), moved(matrix, end)];
    }),
  };
}

type Curve = readonly [Point, Point, Point, Point];

/** How far a curve is from a straight line: the largest second difference of its points. */
function bend([a, b, c, d]: Curve): number {
  const off = (one: Point, two: Point, three: Point): number =>
    Math.hypot(one[0] - 2 * two[0] + three[0], one[1] - 2 * two[1] + three[1]);
  return Math.max(off(a, b, c), off(b, c, d));
}

/** Most straight lines for a curve. */
const mostParts = 1000;

/**
 * Points of an outline, curves made straight lines that lie nowhere further from them than a tolerance: n = √(6 b / (8 t)) parts, where
 * b is the largest second difference of the curve's points (Wang, 1984; for Bézier curves of the third degree).
 */
export function flattened({ start, segments }: Outline, tolerance: number): Point[] {
  const points: Point[] = [start];
  for (const segment of segments) {
    if (segment.length === 3) {
      const curve: Curve = [points.at(-1) as Point, ...segment];
      const parts = Math.min(mostParts, Math.ceil(Math.sqrt((0.75 * bend(curve)) / tolerance)));
      for (let part = 1; part < parts; part++) points.push(onCurve(curve, part / parts));
    }
    points.push(segment.at(-1) as Point);
  }
  return points;
}

function onCurve([a, b, c, d]: Curve, share: number): Point {
  const rest = 1 - share;
  const [first, second, third, fourth] = [
    rest ** 3,
    3 * rest * rest * share,
    3 * rest * share * share,
    share ** 3,
  ];
  const on = (axis: 0 | 1): number => first * a[axis] + second * b[axis] + third * c[axis] + fourth * d[axis];
  return [on(0), on(1)];
}
