import type { Point } from "./dimensions.js";

/** A text that equal points share and others do not. */
export function pointKey(point: Point): string {
  return [...point]
    .map(([path, value]) => `${path}=${value}`)
    .sort()
    .join(";");
}
