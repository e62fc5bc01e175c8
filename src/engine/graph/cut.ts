import { ImagoError } from "../errors.js";
import { accepting, type FieldsOf, flag, having, list, optional, readOptions } from "../options.js";
import { graphField } from "./fields.js";
import { Graph, type GraphOutput, type Node, Value } from "./graph.js";

/** A copy of a graph, and what each original value became in it. */
export interface GraphCopy {
  readonly graph: Graph;
  readonly copyOf: ReadonlyMap<Value, Value>;
}

export interface CutOptions {
  /** The outputs to keep or to add. */
  readonly outputs: readonly GraphOutput[];
  /**
   * Values that become inputs of the new graph, whatever computes them now, under their own names or,
   * as `[name, value]`, under another. Inputs of the old graph that are needed are kept as well, in
   * their order, before these.
   */
  readonly inputs?: readonly (Value | readonly [string, Value])[];
  /** Keep inputs of the old graph that no output needs. Default: false. */
  readonly keepInputs?: boolean;
}

type CutInput = NonNullable<CutOptions["inputs"]>[number];

const isInput = (value: unknown): value is CutInput =>
  value instanceof Value || (Array.isArray(value) && value.length === 2 && value[1] instanceof Value);

const fields = {
  outputs: list(having<GraphOutput>("{ name, value }", "name", "value"), "an array of outputs"),
  inputs: optional(list(accepting("a value or [name, value]", isInput), "an array of values")),
  keepInputs: flag(false),
} satisfies FieldsOf<CutOptions>;

/**
 * The part of `graph` that computes `outputs`: nodes and constants that do not reach them are left out, in
 * sub-graphs too.
 * ONNX Runtime computes all of a graph whatever is fetched, so every program is cut to what is asked.
 *
 * @throws when an output belongs to another graph
 */
export function cut(graph: Graph, options: CutOptions): GraphCopy {
  graphField.read("cut", "graph", graph);
  const { outputs, inputs = [], keepInputs } = readOptions("cut", options, fields);
  const given = inputs.map((input): readonly [string, Value] =>
    input instanceof Value ? [input.name, input] : input,
  );
  const sources = new Set(given.map(([, value]) => value));
  const needed = reach(graph, outputs, sources);
  const result = new Graph();
  const copyOf = new Map<Value, Value>();
  for (const input of graph.inputs) {
    if (!sources.has(input) && (needed.has(input) || keepInputs)) {
      copyOf.set(input, result.input(input.name, input.type));
    }
  }
  for (const [name, value] of given) copyOf.set(value, result.input(name, value.type));
  copyNodes(graph, result, copyOf, needed);
  for (const { name, value } of outputs) result.output(name, copyOf.get(value) as Value);
  return { graph: result, copyOf };
}

/** The values that `outputs` depend on, not looking behind `sources`. */
export function reach(
  graph: Graph,
  outputs: readonly GraphOutput[],
  sources: ReadonlySet<Value> = new Set(),
): Set<Value> {
  for (const { name, value } of outputs) {
    if (value.graph !== graph)
      throw new ImagoError(`cut: output "${name}" (%${value.name}) is of another graph`);
  }
  return behind(graph, outputs, sources);
}

/** As `reach`, where outputs may also be values of graphs around this one. */
function behind(graph: Graph, outputs: readonly GraphOutput[], sources: ReadonlySet<Value>): Set<Value> {
  const needed = new Set(outputs.map(({ value }) => value));
  for (let index = graph.nodes.length - 1; index >= 0; index--) {
    const node = graph.nodes[index] as Node;
    if (!node.outputs.some((output) => needed.has(output) && !sources.has(output))) continue;
    for (const value of node.dependencies) needed.add(value);
  }
  return needed;
}

/**
 * Copies constants and nodes whose results are in `needed` (all of them when it is absent) from `source`
 * to the end of `target`, and records in `copyOf` what each value became. Values without an entry that
 * belong to enclosing graphs stay as they are.
 */
export function copyNodes(
  source: Graph,
  target: Graph,
  copyOf: Map<Value, Value>,
  needed?: ReadonlySet<Value>,
): void {
  for (const constant of source.constants) {
    if (copyOf.has(constant) || needed?.has(constant) === false || constant.constant === undefined) continue;
    copyOf.set(constant, target.constant(constant.constant, constant.name));
  }
  for (const node of source.nodes) {
    if (node.outputs.every((output) => copyOf.has(output) || needed?.has(output) === false)) continue;
    copyNode(node, target, copyOf);
  }
}

/** Appends a copy of `node` to `target`, its inputs and captures replaced as `copyOf` says. */
export function copyNode(node: Node, target: Graph, copyOf: Map<Value, Value>): void {
  const inputs = node.inputs.map((input) => (input === undefined ? undefined : (copyOf.get(input) ?? input)));
  const attributes =
    node.attributes.graphs().length === 0
      ? node.attributes
      : node.attributes.mapGraphs((body) => copyBody(body, target, copyOf));
  const outputs = target.emit(node.operator, inputs, attributes, {
    node: node.name,
    outputs: node.outputs.map((output) => output.name),
  });
  node.outputs.forEach((output, index) => {
    // A value that was cut at (made an input) keeps its input.
    if (!copyOf.has(output)) copyOf.set(output, outputs[index] as Value);
  });
}

/** A copy of a sub-graph inside `parent`, without what its outputs do not need, with captured values replaced as `copyOf` says. */
function copyBody(body: Graph, parent: Graph, copyOf: Map<Value, Value>): Graph {
  const copy = new Graph(parent);
  for (const input of body.inputs) {
    copyOf.set(input, copy.bodyInput(input.name, input.type));
  }
  copyNodes(body, copy, copyOf, behind(body, body.outputs, new Set()));
  for (const { name, value } of body.outputs) copy.output(name, copyOf.get(value) ?? value);
  // Forgotten again, rather than kept in a map for each body: that would be as large as all around it.
  for (const value of [...body.inputs, ...body.constants]) copyOf.delete(value);
  for (const node of body.nodes) for (const output of node.outputs) copyOf.delete(output);
  return copy;
}
