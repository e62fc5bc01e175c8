import { cut } from "../../engine/graph/cut.js";
import { Graph } from "../../engine/graph/graph.js";
import type { Shape } from "../../engine/tensor/shape.js";
import type { EmittedCall } from "../layers/base/context.js";
import { Layer } from "../layers/base/layer.js";
import { Lambda } from "../layers/core/lambda.js";
import { layerTypes } from "../layers/table.js";
import { inferenceContext } from "../network/inferenceGraph.js";
import { ModelLayer } from "../network/modelLayer.js";
import type { Network } from "../network/network.js";
import { trace } from "../network/trace.js";

/** Whether a layer may compute something else at other sizes: a lambda, a layer of one's own, one that says so, or a layer around one. */
function isUsers(layer: unknown): boolean {
  // What is inside a model is told of by itself.
  if (!(layer instanceof Layer) || layer instanceof ModelLayer) return false;
  if (layer.branchesOnSizes) return true;
  return layer instanceof Lambda || !Object.hasOwn(layerTypes, layer.type) || layer.children.some(isUsers);
}

/** Whether a model holds functions of its user's, in models inside it too. */
export function hasFunctions({ functional: { layers } }: Pick<Network, "functional">): boolean {
  return layers.some((layer) =>
    layer instanceof ModelLayer ? hasFunctions(layer) : layer.type !== "input" && isUsers(layer),
  );
}

/**
 * What each call of a user's function computes, as a graph of its own from the call's inputs to its outputs.
 *
 * @param shapes concrete shapes of the model's inputs, by name
 * @throws ImagoError when a layer refuses them
 */
export function functionGraphs(model: Network, shapes: Readonly<Record<string, Shape>>): readonly Graph[] {
  const graph = new Graph();
  const inputs = model.inputs.map(({ name, tensor }) =>
    graph.input(name, { dtype: tensor.dtype, shape: shapes[name] as Shape }),
  );
  const calls: EmittedCall[] = [];
  const observe = (call: EmittedCall): void => void calls.push(call);
  trace(model.functional, inputs, { ...inferenceContext(model, graph, false), observe });
  return calls
    .filter(({ layer, outputs }) => isUsers(layer) && outputs.every((value) => value.graph === graph))
    .map((call) => {
      const outputs = call.outputs.map((value, index) => ({ name: `output/${index}`, value }));
      return cut(graph, { outputs, inputs: [...new Set(call.inputs)], keepInputs: false }).graph;
    });
}
