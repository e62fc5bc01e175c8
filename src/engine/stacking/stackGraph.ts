import { ImagoError } from "../errors.js";
import { copyNode, reach } from "../graph/cut.js";
import { Graph, type Node, type Value } from "../graph/graph.js";
import { stackingRules } from "./rules.js";
import { type Stacked, spread } from "./stacked.js";
import { unrolled } from "./unrolled.js";

export interface StackOptions {
  /** How many, from 1. */
  readonly members: number;
  /** Whether an input of this name is each member's own; else it is the same for all. */
  readonly varies: (input: string) => boolean;
}

/**
 * A graph that computes for several members at once what `graph` computes for one: each input that varies gets a first
 * axis that counts members, and so does each output. Products become batched products, what works on elements one operator
 * on all of them; an operator without such a rule is applied to each member in turn.
 *
 * @returns another graph, of the same names
 * @throws ImagoError where an operator with a graph of its own (a loop) would have to vary, naming it
 */
export function stackGraph(graph: Graph, { members, varies }: StackOptions): Graph {
  const result = new Graph();
  const found = new Map<Value, Stacked>();
  for (const input of graph.inputs) {
    const own = varies(input.name);
    const shape = own ? [members, ...input.shape] : input.shape;
    found.set(input, { value: result.input(input.name, { dtype: input.dtype, shape }), varies: own });
  }
  for (const constant of graph.constants) {
    if (constant.constant === undefined) continue;
    found.set(constant, { value: result.constant(constant.constant, constant.name), varies: false });
  }
  const needed = reach(graph, graph.outputs);
  for (const node of graph.nodes) {
    if (node.outputs.some((output) => needed.has(output))) stackNode(node, result, found, members);
  }
  for (const { name, value } of graph.outputs) {
    result.output(name, spread(found.get(value) as Stacked, members));
  }
  return result;
}

function stackNode(node: Node, graph: Graph, found: Map<Value, Stacked>, members: number): void {
  if (!node.dependencies.some((value) => found.get(value)?.varies === true)) {
    const copies = new Map(node.dependencies.map((value) => [value, (found.get(value) as Stacked).value]));
    copyNode(node, graph, copies);
    for (const output of node.outputs)
      found.set(output, { value: copies.get(output) as Value, varies: false });
    return;
  }
  const inputs = node.inputs.map((input) => input && found.get(input));
  const rule = stackingRules[node.operator.type] ?? unrolled;
  const outputs = rule({ node, graph, inputs, members });
  node.outputs.forEach((output, place) => {
    const value = outputs[place];
    if (value === undefined)
      throw new ImagoError(`${node.operator.type} "${node.name}": no output ${place}.`);
    found.set(output, { value, varies: true });
  });
}
