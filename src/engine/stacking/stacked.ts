import { Attributes } from "../graph/attributes.js";
import type { Graph, Node, Value } from "../graph/graph.js";
import { expand } from "../ops/expand.js";
import { reshape } from "../ops/reshape.js";
import type { Shape } from "../tensor/shape.js";

/** What a value of the single graph is in the stacked one. */
export interface Stacked {
  readonly value: Value;
  /** Whether its first axis counts members; else it is the same for all. */
  readonly varies: boolean;
}

/** A node whose inputs are not the same for all members, and what stands for them in the stacked graph. */
export interface StackedCall {
  readonly node: Node;
  readonly graph: Graph;
  readonly inputs: readonly (Stacked | undefined)[];
  readonly members: number;
}

/** Emits for all members at once what a node computes for one; the results' first axis counts members. */
export type StackingRule = (call: StackedCall) => Value[];

/** The shape that one member's value has. */
export function memberShape({ value, varies }: Stacked): Shape {
  return varies ? value.shape.slice(1) : value.shape;
}

/** With a first axis that counts members, and `rank` axes behind it, those that are missing in front with size 1. */
export function aligned(input: Stacked, rank: number, members: number): Value {
  const shape = memberShape(input);
  const ones = Array.from({ length: rank - shape.length }, () => 1);
  return input.varies ? reshape(input.value, [members, ...ones, ...shape]) : input.value;
}

/** The same, repeated for each member where it does not vary. */
export function spread(input: Stacked, members: number): Value {
  return input.varies ? input.value : expand(input.value, [members, ...input.value.shape]);
}

/** Applies the node's operator to other inputs, with its own attributes but for those given. */
export function again(
  { node, graph }: StackedCall,
  inputs: readonly (Value | undefined)[],
  changed: ConstructorParameters<typeof Attributes>[0] = {},
): Value[] {
  const attributes = new Attributes({ ...Object.fromEntries(node.attributes), ...changed });
  const last = inputs.findLastIndex((input) => input !== undefined);
  return graph.emit(node.operator, inputs.slice(0, last + 1), attributes);
}
