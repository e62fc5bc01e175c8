import { readOptions } from "../../../engine/options.js";
import type { Generator } from "../../../engine/random/generator.js";
import type { Dimension, Level, Point } from "../space/dimensions.js";
import type { Sampler } from "./sampler.js";

/** A value of one dimension, every place as likely: of numbers a value, of categories a place. */
export function drawOne(dimension: Dimension, random: Generator): number {
  if (dimension.kind === "category") return random.integer(dimension.count);
  const { low, high } = dimension;
  return dimension.value(low + (high - low) * random.uniform());
}

/** A point of a space; what is in branches that were not drawn is left out. */
export function drawPoint(
  level: Level,
  random: Generator,
  into = new Map<string, number>(),
): Map<string, number> {
  for (const dimension of level.dimensions) {
    // By path, so that one parameter's draws do not depend on which branches were drawn before it.
    const drawn = drawOne(dimension, random.split(dimension.path));
    into.set(dimension.path, drawn);
    const branch = dimension.kind === "category" ? dimension.branches?.[drawn] : undefined;
    if (branch !== undefined) drawPoint(branch, random, into);
  }
  return into;
}

/** How often a point is drawn again that may not be tried. */
const attempts = 1000;

/** Points drawn independently, each as likely. */
export function random(options: Readonly<Record<never, never>> = {}): Sampler {
  readOptions("random", options, {});
  return {
    name: "random",
    config: {},
    propose: ({ level, random: generator, allows }): Point => drawAllowed(level, generator, allows),
  };
}

/** A point that may be tried; the last one drawn where none of many may. */
export function drawAllowed(level: Level, random: Generator, allows: (point: Point) => boolean): Point {
  let point = drawPoint(level, random.split(0));
  for (let attempt = 1; attempt < attempts && !allows(point); attempt++) {
    point = drawPoint(level, random.split(attempt));
  }
  return point;
}
