import { moved, type Point, scaling, times } from "./matrix.js";
import type { Segment } from "./outline.js";

/** An arc of an ellipse as path data give it. */
export interface Arc {
  readonly radii: Point;
  /** How far the ellipse is turned, in degrees. */
  readonly turned: number;
  readonly isLarge: boolean;
  /** Whether it goes clockwise on the screen. */
  readonly isClockwise: boolean;
}

/**
 * An arc from one point to another as Bézier curves, none longer than a quarter of the ellipse (the way from two ends to the centre is
 * SVG 1.1's, appendix F.6). A radius of 0 is a straight line, radii that are too small are made as large as need be.
 */
export function arcSegments(from: Point, to: Point, { radii, turned, isLarge, isClockwise }: Arc): Segment[] {
  if (from[0] === to[0] && from[1] === to[1]) return [];
  let [radiusX, radiusY] = radii.map(Math.abs) as [number, number];
  if (!(radiusX > 0 && radiusY > 0)) return [[to]];
  const angle = (turned * Math.PI) / 180;
  const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
  // Half the way between the ends, in the ellipse's own directions.
  const [halfX, halfY] = [(from[0] - to[0]) / 2, (from[1] - to[1]) / 2];
  const [x, y] = [cosine * halfX + sine * halfY, cosine * halfY - sine * halfX];
  const reach = (x / radiusX) ** 2 + (y / radiusY) ** 2;
  if (reach > 1) [radiusX, radiusY] = [radiusX * Math.sqrt(reach), radiusY * Math.sqrt(reach)];
  // On the unit circle the centre lies across the way, as far as is left of the radius.
  const [unitX, unitY] = [x / radiusX, y / radiusY];
  const square = unitX * unitX + unitY * unitY;
  const across = (isLarge === isClockwise ? -1 : 1) * Math.sqrt(Math.max(0, 1 / square - 1));
  const [centreX, centreY] = [across * unitY, -across * unitX];
  const begins = Math.atan2(unitY - centreY, unitX - centreX);
  let sweep = Math.atan2(-unitY - centreY, -unitX - centreX) - begins;
  if (isClockwise && sweep < 0) sweep += 2 * Math.PI;
  if (!isClockwise && sweep > 0) sweep -= 2 * Math.PI;
  const middle: Point = [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2];
  const matrix = times([cosine, sine, -sine, cosine, ...middle], scaling(radiusX, radiusY));
  const curves = unitArc(begins, sweep).map((points): Segment => {
    const [one, two, end] = points.map(([px, py]) => moved(matrix, [px + centreX, py + centreY]));
    return [one as Point, two as Point, end as Point];
  });
  // Ends exactly where it is said to.
  const [one, two] = curves.at(-1) as Segment;
  return [...curves.slice(0, -1), [one, two as Point, to]];
}

/** An arc of the unit circle around 0. */
function unitArc(begins: number, sweep: number): (readonly [Point, Point, Point])[] {
  const parts = Math.max(1, Math.ceil(Math.abs(sweep) / (Math.PI / 2) - 1e-9));
  const step = sweep / parts;
  const handle = (4 / 3) * Math.tan(step / 4);
  return Array.from({ length: parts }, (_, part) => {
    const [start, end] = [begins + part * step, begins + (part + 1) * step];
    const [x, y, endX, endY] = [Math.cos(start), Math.sin(start), Math.cos(end), Math.sin(end)];
    return [
      [x - handle * y, y + handle * x],
      [endX + handle * endY, endY - handle * endX],
      [endX, endY],
    ];
  });
}

/** A whole ellipse, clockwise from its right end, as SVG draws it. */
export function ellipse([x, y]: Point, [radiusX, radiusY]: Point): { start: Point; segments: Segment[] } {
  const segments = unitArc(0, 2 * Math.PI).map((points): Segment => {
    const [one, two, end] = points.map(([px, py]): Point => [x + radiusX * px, y + radiusY * py]);
    return [one as Point, two as Point, end as Point];
  });
  return { start: [x + radiusX, y], segments };
}
