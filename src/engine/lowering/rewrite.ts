import { ImagoError } from "../errors.js";
import { Attributes } from "../graph/attributes.js";
import { Graph, type Node, type Value } from "../graph/graph.js";
import type { Inputs, Operator } from "../graph/operator.js";
import { sameShape } from "../tensor/shape.js";
import { formatType } from "../tensor/tensor.js";

/** A node whose turn it is to be copied. */
export interface Site {
  /** As it stands in the old graph. */
  readonly node: Node;
  /** What its inputs have become: values of the new graph and of those around it. */
  readonly inputs: Inputs;
  /** The new graph, whose end the rule may append to. */
  readonly graph: Graph;
  /** How often nodes, bodies and outputs use a value of the old graph. */
  readonly uses: (value: Value) => number;
}

/**
 * What stands in for a node: values equal to its outputs and of their types, or `undefined` where the rule
 * does not apply and the node is copied.
 */
export type Rule = (site: Site) => readonly Value[] | undefined;

export interface Rules {
  /** The first rule that applies is taken. */
  readonly nodes?: readonly Rule[];
  /** A value equal to a constant, in place of a copy of it in `graph`. */
  readonly constant?: (constant: Value, graph: Graph) => Value | undefined;
}

/**
 * A copy of a graph, and of all sub-graphs in it, in which `rules` have replaced nodes and constants. One
 * walk in the order of the nodes, so a rule sees inputs that are rewritten already. Nodes that are needed no
 * more stay, without users, for `cut` to leave out.
 */
export function rewrite(graph: Graph, rules: Rules): Graph {
  const result = new Graph();
  const became = new Map<Value, Value>();
  for (const input of graph.inputs) became.set(input, result.input(input.name, input.type));
  const counts = rules.nodes === undefined ? new Map<Value, number>() : countUses(graph, new Map());
  fill(graph, result, { became, rules, uses: (value) => counts.get(value) ?? 0 });
  return result;
}

interface Walk {
  readonly became: Map<Value, Value>;
  readonly rules: Rules;
  readonly uses: Site["uses"];
}

function countUses(graph: Graph, counts: Map<Value, number>): Map<Value, number> {
  const count = (value: Value | undefined): void => {
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  };
  for (const node of graph.nodes) {
    node.inputs.forEach(count);
    for (const body of node.attributes.graphs()) countUses(body, counts);
  }
  for (const { value } of graph.outputs) count(value);
  return counts;
}

/** Copies what computes into `target`, then the outputs. */
function fill(source: Graph, target: Graph, walk: Walk): void {
  const { became, rules } = walk;
  for (const value of source.constants) {
    if (value.constant === undefined) continue;
    became.set(value, rules.constant?.(value, target) ?? target.constant(value.constant, value.name));
  }
  for (const node of source.nodes) {
    const inputs = node.inputs.map((input) => (input === undefined ? input : (became.get(input) ?? input)));
    const outputs = replaced({ node, inputs, graph: target, uses: walk.uses }, rules.nodes ?? []);
    (outputs ?? copied(node, inputs, target, walk)).forEach((value, index) => {
      became.set(node.outputs[index] as Value, value);
    });
  }
  for (const { name, value } of source.outputs) target.output(name, became.get(value) ?? value);
}

function replaced(site: Site, rules: readonly Rule[]): readonly Value[] | undefined {
  for (const rule of rules) {
    const values = rule(site);
    if (values === undefined) continue;
    site.node.outputs.forEach(({ name, type }, index) => {
      const found = values[index]?.type;
      if (found?.dtype !== type.dtype || !sameShape(found.shape, type.shape)) {
        const what = found === undefined ? "nothing" : formatType(found);
        throw new ImagoError(
          `lowering: ${site.node.operator.type} "${site.node.name}": ${what} took the place of ` +
            `%${name}: ${formatType(type)}`,
        );
      }
    });
    return values;
  }
  return undefined;
}

function copied(node: Node, inputs: Inputs, target: Graph, walk: Walk): readonly Value[] {
  const attributes =
    node.attributes.graphs().length === 0
      ? node.attributes
      : node.attributes.mapGraphs((body) => {
          const copy = new Graph(target);
          for (const input of body.inputs) walk.became.set(input, copy.bodyInput(input.name, input.type));
          fill(body, copy, walk);
          return copy;
        });
  return emitAs(node, target, node.operator, inputs, attributes);
}

/** Emits an operator under the names of the node that it stands in for. */
export function emitAs(
  node: Node,
  graph: Graph,
  operator: Operator,
  inputs: Inputs,
  attributes: Attributes = Attributes.none,
): Value[] {
  return graph.emit(operator, inputs, attributes, {
    node: node.name,
    outputs: node.outputs.map(({ name }) => name),
  });
}

/** The node of these types in the graph itself that computes an input, where nothing else uses what it computes. */
export function ownProducer(site: Site, position: number, types: ReadonlySet<string>): Node | undefined {
  const producer = producerOf(site.inputs[position], types);
  const isOwn = site.uses(site.node.inputs[position] as Value) === 1;
  return producer?.outputs[0]?.graph === site.graph && isOwn ? producer : undefined;
}

/** Whether a node applies one of ONNX's own operators of these types. */
export function isStandard({ operator }: Node, types: ReadonlySet<string>): boolean {
  return operator.domain === "" && types.has(operator.type);
}

/** The node that computes `value`, where it applies one of ONNX's own operators of these types. */
export function producerOf(value: Value | undefined, types: ReadonlySet<string>): Node | undefined {
  const producer = value?.producer;
  return producer !== undefined && isStandard(producer, types) ? producer : undefined;
}
