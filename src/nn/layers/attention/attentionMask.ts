import type { Graph, Value } from "../../../engine/graph/graph.js";
import { and } from "../../../engine/ops/and.js";
import { lessOrEqual } from "../../../engine/ops/lessOrEqual.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
import { type Shape, sizeOf } from "../../../engine/tensor/shape.js";
import { Tensor } from "../../../engine/tensor/tensor.js";

/** What says which queries may look at which keys. */
export interface AttentionMasks {
  /** `[batch, targets]` each: steps that count. */
  readonly query: Value | undefined;
  readonly value: Value | undefined;
  readonly key: Value | undefined;
  /** `[batch, targets, sources]`. */
  readonly given: Value | undefined;
}

/**
 * All masks as one bool that broadcasts to `[batch, targets, sources]`; `undefined` where every query may look
 * everywhere.
 *
 * @param causal whether a query may look at no step behind its own
 */
export function attentionMask(
  graph: Graph,
  { query, value, key, given }: AttentionMasks,
  { targets, sources, causal }: { targets: number; sources: number; causal: boolean },
): Value | undefined {
  const parts = [
    query && unsqueeze(query, [2]),
    value && unsqueeze(value, [1]),
    key && unsqueeze(key, [1]),
    causal ? causalMask(graph, targets, sources) : undefined,
    given,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.reduce((a, b) => and(a, b));
}

/** Compared when it runs, so that the graph is the same for other numbers of steps. */
function causalMask(graph: Graph, targets: number, sources: number): Value {
  return lessOrEqual(positions(graph, [1, 1, sources]), positions(graph, [1, targets, 1]));
}

function positions(graph: Graph, shape: Shape): Value {
  const data = BigInt64Array.from({ length: sizeOf(shape) }, (_, at) => BigInt(at));
  return graph.constant(new Tensor("int64", shape, data), "positions");
}
