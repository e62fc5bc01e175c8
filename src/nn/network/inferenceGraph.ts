import { ImagoError } from "../../engine/errors.js";
import { cut } from "../../engine/graph/cut.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { type FieldsOf, flag, having, oneOf, readOptions } from "../../engine/options.js";
import { Generator } from "../../engine/random/generator.js";
import type { Shape } from "../../engine/tensor/shape.js";
import type { CallContext } from "../layers/base/context.js";
import type { Variable } from "../layers/base/variable.js";
import type { Network } from "./network.js";
import { trace } from "./trace.js";

const modelField = having<Network>("a model", "inputs", "outputs", "functional");
const shapesField = having<Readonly<Record<string, Shape>>>("shapes by the inputs' names");

/** What becomes of the states of stateful layers in a graph that keeps none. */
export type StatesInGraph = "zeros" | "inputs";

export const statesField = oneOf<StatesInGraph>(["zeros", "inputs"], "zeros");

export interface InferenceGraphOptions {
  /**
   * The states of stateful layers: `"zeros"` lets every run begin as after `resetStates`; `"inputs"` makes each a
   * further input under its variable's path, `lstm/h`, and what it has become an output, `next/lstm/h`, so that whoever
   * runs the graph carries them on. Default: `"zeros"`, whatever the layers' states are now.
   */
  readonly states?: StatesInGraph | undefined;
  /** `false` for a graph that is done with before anything trains: its weights are then those of the model. Default: true. */
  readonly copyWeights?: boolean | undefined;
}

const fields = { states: statesField, copyWeights: flag(true) } satisfies FieldsOf<InferenceGraphOptions>;

/**
 * A model for inference as one graph: weights are constants, inputs and outputs have the model's names.
 *
 * @param shapes concrete shapes of the inputs, by name
 * @throws when a shape is missing or does not fit
 */
export function inferenceGraph(
  model: Network,
  shapes: Readonly<Record<string, Shape>>,
  options: InferenceGraphOptions = {},
): Graph {
  modelField.read("inferenceGraph", "model", model);
  shapesField.read("inferenceGraph", "shapes", shapes);
  const { states, copyWeights } = readOptions("inferenceGraph", options, fields);
  const graph = new Graph();
  const inputs = model.inputs.map(({ name, tensor }) => {
    const shape = shapes[name];
    if (shape === undefined) throw new ImagoError(`${model.name}: there is no shape for input "${name}"`);
    return graph.input(name, { dtype: tensor.dtype, shape });
  });
  const context = inferenceContext(model, graph, copyWeights);
  const carried = states === "inputs" ? carriedStates(model, context) : undefined;
  const { outputs } = trace(model.functional, inputs, carried?.context ?? context);
  outputs.forEach((value, index) => {
    graph.output(model.outputs[index]?.name as string, value);
  });
  carried?.finish();
  // Not lowered: files keep to ONNX's own operators, and change with the batch only where shapes stand.
  return cut(graph, { outputs: graph.outputs, keepInputs: true }).graph;
}

interface CarriedStates {
  readonly context: Omit<CallContext, "masks">;
  /** Makes outputs of what the states have become. */
  finish(): void;
}

/** `context` with the states as inputs of the graph, and as outputs. */
function carriedStates(model: Network, context: Omit<CallContext, "masks">): CarriedStates {
  const { graph } = context;
  const states = model.variables.filter(({ variable }) => variable.isState);
  const now = new Map<Variable, Value>(
    states.map(({ path, variable }) => [
      variable,
      graph.input(path, { dtype: variable.dtype, shape: variable.shape }),
    ]),
  );
  return {
    context: {
      ...context,
      weight: (variable) => now.get(variable) ?? context.weight(variable),
      update: (variable, value) => {
        if (now.has(variable)) now.set(variable, value);
      },
    },
    finish() {
      for (const { path, variable } of states) graph.output(`next/${path}`, now.get(variable) as Value);
    },
  };
}

/**
 * What a model's layers are given at inference: weights are constants of `graph`, states begin as their initialisers
 * make them, nothing is written back.
 */
export function inferenceContext(
  model: Network,
  graph: Graph,
  copyWeights = true,
): Omit<CallContext, "masks"> {
  const values = new Map<Variable, Value>();
  const paths = new Map(model.variables.map(({ path, variable }) => [variable, path]));
  return {
    graph,
    training: false,
    isFrozen: () => false,
    weight(variable) {
      let value = values.get(variable);
      if (value === undefined) {
        // A copy, because training writes to the variable's own buffers.
        const elements = variable.isState ? variable.fresh(new Generator(0)) : variable.value;
        value = graph.constant(
          copyWeights ? elements.clone() : elements,
          paths.get(variable) ?? variable.name,
        );
        values.set(variable, value);
      }
      return value;
    },
    // A layer that is called again goes on from there; nothing is written back.
    update(variable, value) {
      if (variable.isState) values.set(variable, value);
    },
    random() {
      throw new ImagoError(`${model.name}: a layer draws random numbers at inference`);
    },
    addLoss() {},
  };
}
