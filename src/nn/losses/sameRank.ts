import type { Value } from "../../engine/graph/graph.js";
import { reshape } from "../../engine/ops/reshape.js";

/**
 * Two values whose ranks differ by one are given the same rank, as Keras does: a last axis of size 1 is
 * dropped from the one of higher rank, or, where the other is a vector, added to that one.
 */
export function sameRank(a: Value, b: Value): readonly [Value, Value] {
  if (a.rank === b.rank + 1 && a.shape.at(-1) === 1) {
    return b.rank === 1 ? [a, reshape(b, [...b.shape, 1])] : [reshape(a, a.shape.slice(0, -1)), b];
  }
  if (b.rank === a.rank + 1 && b.shape.at(-1) === 1) {
    const [second, first] = sameRank(b, a);
    return [first, second];
  }
  return [a, b];
}
