import { ImagoError } from "../errors.js";
import { valueField, valuesField } from "../graph/fields.js";
import type { Graph, Node, Value } from "../graph/graph.js";
import type { InputGradients } from "../graph/operator.js";
import { add } from "../ops/add.js";
import { sumTo } from "../ops/composed/sumTo.js";
import { expand } from "../ops/expand.js";
import { isFloat } from "../tensor/dtype.js";
import { sameShape } from "../tensor/shape.js";
import { formatType } from "../tensor/tensor.js";

/** One value for each of `W`, so that `const [dx, dw] = gradients(loss, [x, w])` needs no check. */
export type Gradients<W extends readonly Value[]> = { -readonly [K in keyof W]: Value };

/**
 * Reverse-mode differentiation: appends to the graph of `loss` the operators that compute the gradient of
 * `loss`, summed where it is no scalar, with respect to each of `wrt`.
 *
 * The gradients are ordinary values, so they can be differentiated again.
 *
 * @param loss a floating-point value
 * @param wrt values of the same graph: inputs, constants or results of nodes
 * @returns for each of `wrt`, in their order, a value of its type; zeros where `loss` does not depend on it
 * @throws when the only way from `loss` to one of `wrt` leads through an operator without a gradient,
 * naming the node; when a value is not floating-point or of another graph
 */
export function gradients<const W extends readonly Value[]>(loss: Value, wrt: W): Gradients<W> {
  valuesField.read("gradients", "wrt", wrt);
  const { graph } = valueField.read("gradients", "loss", loss);
  for (const value of [loss, ...wrt]) {
    if (!isFloat(value.dtype)) {
      throw new ImagoError(
        `gradients: expected floating-point values, received %${value.name}: ${value.dtype}`,
      );
    }
    if (value.graph !== graph)
      throw new ImagoError(`gradients: %${value.name} is of another graph than the loss`);
  }
  const seed = expand(graph.scalar(1, loss.dtype), loss.shape);
  const found = backward(graph, new Map([[loss, seed]]), wrt);
  const reached = wrt.map((value) => found.get(value) ?? expand(graph.scalar(0, value.dtype), value.shape));
  return reached as Gradients<W>;
}

/**
 * The backward walk: from gradients that arrive at some values to the gradients of `wrt`.
 *
 * @param seeds the gradient of the loss with respect to values of `graph`, of their types
 * @returns the gradients that reach `wrt`; an entry is missing where none does
 */
export function backward(
  graph: Graph,
  seeds: ReadonlyMap<Value, Value>,
  wrt: readonly Value[],
): Map<Value, Value> {
  const arrived = new Map(seeds);
  const nodes = [...graph.nodes];
  const active = dependents(nodes, wrt);
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index] as Node;
    if (!node.outputs.some((output) => arrived.has(output) && active.has(output))) continue;
    const targets = node.inputs.concat(node.captures);
    const contributions = applyRule(node, arrived, active);
    targets.forEach((target, position) => {
      const contribution = contributions[position];
      if (target === undefined || contribution === undefined || !active.has(target)) return;
      const fitted = shapedAs(node, target, contribution);
      const known = arrived.get(target);
      arrived.set(target, known === undefined ? fitted : add(known, fitted));
    });
  }
  return new Map(
    wrt.flatMap((value) => {
      const gradient = arrived.get(value);
      return gradient === undefined ? [] : [[value, gradient] as const];
    }),
  );
}

/** `wrt` and all floating-point values computed from them: a gradient for any other would be thrown away. */
function dependents(nodes: readonly Node[], wrt: readonly Value[]): Set<Value> {
  const active = new Set(wrt);
  for (const node of nodes) {
    if (!node.dependencies.some((value) => active.has(value))) continue;
    for (const output of node.outputs) if (isFloat(output.dtype)) active.add(output);
  }
  return active;
}

function applyRule(
  node: Node,
  arrived: ReadonlyMap<Value, Value>,
  active: ReadonlySet<Value>,
): InputGradients {
  const { operator, inputs, attributes, outputs } = node;
  if (typeof operator.gradient !== "function") {
    throw new ImagoError(
      `${operator.type} "${node.name}" has no gradient (${operator.gradient.none}), and a gradient must pass through it`,
    );
  }
  const outputGradients = outputs.map((output): Value => {
    const gradient = arrived.get(output);
    if (gradient !== undefined || operator.partialGradients || !isFloat(output.dtype))
      return gradient as Value;
    return expand(output.graph.scalar(0, output.dtype), output.shape);
  });
  try {
    return operator.gradient({
      node,
      inputs,
      attributes,
      outputs: outputs as [Value, ...Value[]],
      outputGradients: outputGradients as [Value, ...Value[]],
      active,
      backward,
    });
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    throw new ImagoError(`gradient of ${operator.type} "${node.name}": ${error.message}`, { cause: error });
  }
}

/** The contribution in its target's shape: summed over what the operator broadcast. */
function shapedAs(node: Node, target: Value, contribution: Value): Value {
  const fitted = node.operator.broadcasts ? sumTo(contribution, target.shape) : contribution;
  if (!sameShape(fitted.shape, target.shape) || fitted.dtype !== target.dtype) {
    throw new ImagoError(
      `gradient of ${node.operator.type} "${node.name}": the gradient for %${target.name} is ` +
        `${formatType(fitted.type)}, expected ${formatType(target.type)}`,
    );
  }
  return fitted;
}
