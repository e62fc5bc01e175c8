import { ImagoError } from "../../engine/errors.js";
import type { Value } from "../../engine/graph/graph.js";
import { add } from "../../engine/ops/add.js";
import { clip } from "../../engine/ops/clip.js";
import { square } from "../../engine/ops/composed/square.js";
import { div } from "../../engine/ops/div.js";
import { max } from "../../engine/ops/max.js";
import { mul } from "../../engine/ops/mul.js";
import { reduceSum } from "../../engine/ops/reduceSum.js";
import { sqrt } from "../../engine/ops/sqrt.js";
import { sub } from "../../engine/ops/sub.js";
import { sum } from "../../engine/ops/sum.js";
import type { Clipping } from "./optimizer.js";

function sumOfSquares(gradient: Value): Value {
  return reduceSum(square(gradient));
}

/** The factor that brings a norm down to `limit`; 1 for a smaller one. */
function shortening(squares: Value, limit: number): Value {
  return div(limit, max(sqrt(squares), limit));
}

function clipTogether(gradients: readonly Value[], limit: number): Value[] {
  const [first, ...others] = gradients.map(sumOfSquares);
  if (first === undefined) return [];
  const squares = others.length === 0 ? first : sum(first, ...others);
  // An infinite norm minus itself is NaN: a step with an infinite gradient must not pass for a small one.
  const factor = add(shortening(squares, limit), sub(squares, squares));
  return gradients.map((gradient) => mul(gradient, factor));
}

/**
 * Emits shortened gradients.
 *
 * @param gradients floating-point values of one graph
 * @param clipping at most one limit; none gives the gradients as they are
 * @returns one value for each gradient, of its type
 * @throws {ImagoError} where more than one limit is given, or one that is not above 0
 */
export function clipGradients(gradients: readonly Value[], clipping: Clipping): Value[] {
  const { clipNorm, clipValue, globalClipNorm } = clipping;
  const given = Object.entries({ clipNorm, clipValue, globalClipNorm }).flatMap(([name, limit]) =>
    limit === undefined ? [] : [[name, limit] as const],
  );
  for (const [name, limit] of given) {
    if (!(limit > 0)) throw new ImagoError(`clipGradients: ${name} must be above 0, received ${limit}.`);
  }
  if (given.length > 1) {
    throw new ImagoError(
      `clipGradients: ${given.map(([name]) => `"${name}"`).join(" and ")} are both given; ` +
        "gradients are clipped in one way only.",
    );
  }
  if (clipNorm !== undefined) return gradients.map((g) => mul(g, shortening(sumOfSquares(g), clipNorm)));
  if (clipValue !== undefined) return gradients.map((g) => clip(g, -clipValue, clipValue));
  return globalClipNorm === undefined ? [...gradients] : clipTogether(gradients, globalClipNorm);
}
