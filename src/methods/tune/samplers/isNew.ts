import type { Point } from "../space/dimensions.js";
import { pointKey } from "../space/pointKey.js";
import type { Situation } from "./sampler.js";

/** Whether a point may be tried and was not. */
export function isNew({ seen, running, allows }: Situation): (point: Point) => boolean {
  const known = new Set([...seen.map(({ point }) => pointKey(point)), ...running.map(pointKey)]);
  return (point) => allows(point) && !known.has(pointKey(point));
}

/** Whether a point may be tried, again too where values are noisy. */
export function isFresh(situation: Situation): (point: Point) => boolean {
  return situation.noisy ? situation.allows : isNew(situation);
}
