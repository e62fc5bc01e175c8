import type { Graph, Value } from "../../../engine/graph/graph.js";
import { and } from "../../../engine/ops/and.js";
import { unsqueeze } from "../../../engine/ops/unsqueeze.js";
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
    causal ? graph.constant(causalMask(targets, sources), "causal") : undefined,
    given,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.reduce((a, b) => and(a, b));
}

function causalMask(targets: number, sources: number): Tensor {
  const data = Uint8Array.from({ length: targets * sources }, (_, at) =>
    at % sources <= Math.floor(at / sources) ? 1 : 0,
  );
  return new Tensor("bool", [1, targets, sources], data);
}
