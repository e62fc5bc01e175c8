import type { Value } from "../../../engine/graph/graph.js";
import { or } from "../../../engine/ops/or.js";
import { where } from "../../../engine/ops/where.js";
import type { CallContext } from "../base/context.js";
import { maskOfRank } from "./merge.js";

/**
 * The smallest or largest of several values by `choose`, where a step that is masked in one of them takes no
 * part: the others decide.
 */
export function mergeExtremum(
  inputs: readonly Value[],
  masks: CallContext["masks"],
  choose: (a: Value, b: Value) => Value,
): Value {
  const [first, ...more] = inputs as readonly [Value, ...Value[]];
  if (masks.every((mask) => mask === undefined)) return more.reduce(choose, first);
  let best = first;
  let bestMask = masks[0] && maskOfRank(masks[0], first.rank);
  more.forEach((x, index) => {
    const given = masks[index + 1];
    const mask = given && maskOfRank(given, x.rank);
    const left = bestMask === undefined ? best : where(bestMask, best, x);
    const right = mask === undefined ? x : where(mask, x, best);
    best = choose(left, right);
    bestMask = bestMask === undefined || mask === undefined ? undefined : or(bestMask, mask);
  });
  return best;
}
