import { arcSegments, ellipse } from "./arc.js";
import { type Point, readLength, readNumbers } from "./matrix.js";
import type { Outline, Segment } from "./outline.js";
import { readPathData } from "./pathData.js";
import type { Tag } from "./scanTags.js";

/** What an element draws, or why it draws nothing. */
export interface ShapeRead {
  readonly outlines: readonly Outline[];
  readonly problem?: string | undefined;
}

/** Elements that draw lines. */
export const shapeNames: ReadonlySet<string> = new Set([
  "path",
  "line",
  "polyline",
  "polygon",
  "rect",
  "circle",
  "ellipse",
]);

const none = (problem?: string): ShapeRead => ({ outlines: [], problem });

/** The outlines of an element of {@link shapeNames}, in its own coordinates. */
export function readShape({ name, attributes }: Tag): ShapeRead {
  if (name === "path") return readPathData(attributes.get("d") ?? "");
  if (name === "polyline" || name === "polygon")
    return polyline(attributes.get("points") ?? "", name === "polygon");
  const lengths = lengthsOf(attributes);
  if (typeof lengths === "string") return none(lengths);
  const at = (key: string): number => lengths.get(key) ?? 0;
  if (name === "line")
    return { outlines: [{ start: [at("x1"), at("y1")], segments: [[[at("x2"), at("y2")]]] }] };
  if (name === "rect") return rectangle(at, lengths);
  const radii: Point = name === "circle" ? [at("r"), at("r")] : [at("rx"), at("ry")];
  return radii.some((radius) => !(radius > 0))
    ? none()
    : { outlines: [ellipse([at("cx"), at("cy")], radii)] };
}

/** The lengths among attributes, or what is wrong with one. */
function lengthsOf(attributes: ReadonlyMap<string, string>): ReadonlyMap<string, number> | string {
  const lengths = new Map<string, number>();
  for (const key of ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height"]) {
    const text = attributes.get(key);
    if (text === undefined || text.trim() === "auto") continue;
    const length = readLength(text);
    if (length === undefined) return `${key}="${text}" is no length in pixels or millimetres`;
    lengths.set(key, length);
  }
  return lengths;
}

function polyline(text: string, isClosed: boolean): ShapeRead {
  const values = readNumbers(text);
  if (values === undefined) return none(`points="${text.slice(0, 40)}" are no numbers`);
  const points = Array.from({ length: Math.floor(values.length / 2) }, (_, index): Point => {
    return [values[2 * index] as number, values[2 * index + 1] as number];
  });
  const [start, ...rest] = points;
  if (start === undefined || rest.length === 0) return none();
  const all = isClosed ? [...rest, start] : rest;
  const outlines = [{ start, segments: all.map((point): Segment => [point]) }];
  return { outlines, problem: values.length % 2 === 1 ? "points have a number left over" : undefined };
}

function rectangle(at: (key: string) => number, lengths: ReadonlyMap<string, number>): ShapeRead {
  const [left, top, width, height] = [at("x"), at("y"), at("width"), at("height")];
  if (!(width > 0 && height > 0)) return none();
  // A radius that is not given is as large as the other.
  const radiusX = Math.min(width / 2, Math.max(0, lengths.get("rx") ?? at("ry")));
  const radiusY = Math.min(height / 2, Math.max(0, lengths.get("ry") ?? at("rx")));
  const [right, bottom] = [left + width, top + height];
  if (radiusX === 0 || radiusY === 0) {
    const corners: Point[] = [
      [right, top],
      [right, bottom],
      [left, bottom],
      [left, top],
    ];
    return { outlines: [{ start: [left, top], segments: corners.map((corner): Segment => [corner]) }] };
  }
  const start: Point = [left + radiusX, top];
  // Each side, and where its corner ends.
  const ways: (readonly [Point, Point])[] = [
    [
      [right - radiusX, top],
      [right, top + radiusY],
    ],
    [
      [right, bottom - radiusY],
      [right - radiusX, bottom],
    ],
    [
      [left + radiusX, bottom],
      [left, bottom - radiusY],
    ],
    [[left, top + radiusY], start],
  ];
  const arc = { radii: [radiusX, radiusY] as const, turned: 0, isLarge: false, isClockwise: true };
  const segments = ways.flatMap(([side, corner]): Segment[] => [[side], ...arcSegments(side, corner, arc)]);
  return { outlines: [{ start, segments }] };
}
