import { ImagoError } from "../errors.js";
import { sameShape } from "../tensor/shape.js";
import { formatType, type TensorType } from "../tensor/tensor.js";
import { type Graph, inferTypes, type Node, type Value } from "./graph.js";

/**
 * Checks that a graph is well formed: every value assigned once and before its use, every name used
 * once, and every type as the operators infer it. Run after each stage that makes or changes a graph.
 *
 * @throws naming the stage, the node and what is wrong: a defect of Imago, not of its user
 */
export function verify(graph: Graph, stage: string): void {
  verifyGraph(graph, stage, new Set(), new Set());
}

/** `assigned` grows by the graph's values while it is looked at, and is as before when that is done. */
function verifyGraph(graph: Graph, stage: string, assigned: Set<Value>, names: Set<string>): void {
  const assign = (value: Value, where: string): void => {
    if (assigned.has(value)) throw defect(stage, where, `%${value.name} is assigned twice`);
    if (names.has(value.name)) throw defect(stage, where, `the name %${value.name} is used twice`);
    if (value.graph !== graph) throw defect(stage, where, `%${value.name} belongs to another graph`);
    assigned.add(value);
    names.add(value.name);
  };
  for (const value of graph.inputs) assign(value, "an input");
  for (const value of graph.constants) assign(value, "a constant");
  for (const node of graph.nodes) {
    const where = `${node.operator.type} "${node.name}"`;
    for (const input of node.inputs) {
      if (input !== undefined && !assigned.has(input)) {
        throw defect(stage, where, `%${input.name} is used before it is assigned`);
      }
    }
    for (const body of node.attributes.graphs()) verifyGraph(body, stage, assigned, names);
    verifyTypes(node, stage, where);
    for (const output of node.outputs) assign(output, where);
  }
  for (const { name, value } of graph.outputs) {
    if (!assigned.has(value)) throw defect(stage, `output "${name}"`, `%${value.name} is not assigned`);
  }
  for (const value of [...graph.inputs, ...graph.constants]) assigned.delete(value);
  for (const node of graph.nodes) for (const output of node.outputs) assigned.delete(output);
}

function verifyTypes(node: Node, stage: string, where: string): void {
  const types = inferredTypes(node, stage);
  node.outputs.forEach((output, index) => {
    const type = types[index];
    if (type === undefined || type.dtype !== output.dtype || !sameShape(type.shape, output.shape)) {
      const inferred = type === undefined ? "nothing" : formatType(type);
      throw defect(stage, where, `%${output.name} is ${formatType(output.type)}, inferred ${inferred}`);
    }
  });
}

function inferredTypes(node: Node, stage: string): readonly TensorType[] {
  try {
    return inferTypes(node.operator, node.name, node.inputs, node.attributes);
  } catch (error) {
    // The message names the node already.
    if (error instanceof ImagoError)
      throw new ImagoError(`graph after ${stage}: ${error.message}`, { cause: error });
    throw error;
  }
}

function defect(stage: string, where: string, what: string): ImagoError {
  return new ImagoError(`graph after ${stage}: ${where}: ${what}`);
}
