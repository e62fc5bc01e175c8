import type { Point } from "./dimensions.js";

/** Points do not change once they are asked for by their key. */
const known = new WeakMap<Point, string>();

/** A text that equal points share and others do not. */
export function pointKey(point: Point): string {
  const kept = known.get(point);
  if (kept !== undefined) return kept;
  const parts: string[] = [];
  for (const [path, value] of point) parts.push(`${path}=${value}`);
  const key = parts.sort().join(";");
  known.set(point, key);
  return key;
}
