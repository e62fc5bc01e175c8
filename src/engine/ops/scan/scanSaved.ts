import type { Graph, Value } from "../../graph/graph.js";
import type { Operator } from "../../graph/operator.js";
import { isFloat } from "../../tensor/dtype.js";
import { cast } from "../cast.js";
import { expand } from "../expand.js";
import { reshape } from "../reshape.js";
import { transpose } from "../transpose.js";
import { unsqueeze } from "../unsqueeze.js";

/** How the values of a differentiated body are shared between the forward and the backward loop. */
export interface BodySplit {
  /** What the backward loop computes itself: the operators of the backward walk, and what is had for nothing. */
  readonly computed: ReadonlySet<Value>;
  /** What the forward loop hands on, in order of first use. */
  readonly saved: ReadonlySet<Value>;
}

/** Operators that only give elements another form. */
const rearrangements: ReadonlySet<Operator> = new Set(
  [cast, expand, reshape, transpose, unsqueeze].map(({ operator }) => operator),
);

/**
 * Splits what `roots` need.
 *
 * @param isBackward whether the backward walk emitted a value
 * @param given inputs of the backward loop, which are neither computed nor saved
 * @param elements the body's inputs that are elements of sequences, which the backward loop can read itself
 */
export function splitBody(
  body: Graph,
  roots: readonly Value[],
  isBackward: (value: Value) => boolean,
  given: ReadonlySet<Value>,
  elements: ReadonlySet<Value>,
): BodySplit {
  const computed = new Set<Value>();
  const saved = new Set<Value>();
  const free = (value: Value): boolean => {
    if (value.graph !== body || value.constant !== undefined || elements.has(value)) return true;
    const node = value.producer;
    if (node === undefined || (isFloat(value.dtype) && !rearrangements.has(node.operator))) return false;
    return node.dependencies.every(free);
  };
  const open = [...roots].reverse();
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (value.graph !== body || given.has(value) || computed.has(value)) continue;
    if (isBackward(value) || (!elements.has(value) && free(value))) {
      computed.add(value);
      open.push(...(value.producer?.dependencies ?? []));
    } else {
      saved.add(value);
    }
  }
  return { computed, saved };
}
