import { ImagoError } from "../../engine/errors.js";
import { cut } from "../../engine/graph/cut.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { having } from "../../engine/options.js";
import type { Shape } from "../../engine/tensor/shape.js";
import type { CallContext } from "../layers/base/context.js";
import type { Variable } from "../layers/base/variable.js";
import type { Network } from "./network.js";
import { trace } from "./trace.js";

const modelField = having<Network>("a model", "inputs", "outputs", "functional");
const shapesField = having<Readonly<Record<string, Shape>>>("shapes by the inputs' names");

/**
 * A model for inference as one graph: weights are constants, inputs and outputs have the model's names.
 *
 * States that a stateful layer would carry on are not written back.
 *
 * @param shapes concrete shapes of the inputs, by name
 * @throws when a shape is missing or does not fit
 */
export function inferenceGraph(model: Network, shapes: Readonly<Record<string, Shape>>): Graph {
  modelField.read("inferenceGraph", "model", model);
  shapesField.read("inferenceGraph", "shapes", shapes);
  const graph = new Graph();
  const inputs = model.inputs.map(({ name, tensor }) => {
    const shape = shapes[name];
    if (shape === undefined) throw new ImagoError(`${model.name}: there is no shape for input "${name}"`);
    return graph.input(name, { dtype: tensor.dtype, shape });
  });
  const { outputs } = trace(model.functional, inputs, inferenceContext(model, graph));
  outputs.forEach((value, index) => {
    graph.output(model.outputs[index]?.name as string, value);
  });
  // Not lowered: files keep to ONNX's own operators, and change with the batch only where shapes stand.
  return cut(graph, { outputs: graph.outputs, keepInputs: true }).graph;
}

/** What a model's layers are given at inference: weights are constants of `graph`, nothing is written back. */
export function inferenceContext(model: Network, graph: Graph): Omit<CallContext, "masks"> {
  const constants = new Map<Variable, Value>();
  const paths = new Map(model.variables.map(({ path, variable }) => [variable, path]));
  return {
    graph,
    training: false,
    isFrozen: () => false,
    weight(variable) {
      let value = constants.get(variable);
      if (value === undefined) {
        // A copy, because training writes to the variable's own buffers.
        value = graph.constant(variable.value.clone(), paths.get(variable) ?? variable.name);
        constants.set(variable, value);
      }
      return value;
    },
    update() {},
    random() {
      throw new ImagoError(`${model.name}: a layer draws random numbers at inference`);
    },
    addLoss() {},
  };
}
