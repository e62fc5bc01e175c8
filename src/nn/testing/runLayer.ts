import { Graph, type Value } from "../../engine/graph/graph.js";
import { verify } from "../../engine/graph/verify.js";
import { randomUniform } from "../../engine/ops/composed/randomUniform.js";
import { Generator } from "../../engine/random/generator.js";
import { Tensor, type TensorLike, tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import type { CallContext } from "../layers/base/context.js";
import type { Layer } from "../layers/base/layer.js";
import type { Variable } from "../layers/base/variable.js";

export interface RunLayerOptions {
  /** Default: false. */
  readonly training?: boolean;
  /** For each input its mask; `null` for none. */
  readonly masks?: readonly (TensorLike | null)[];
  /** Of what the layer draws. Default: 1. */
  readonly seed?: number;
}

export interface LayerRun {
  readonly outputs: readonly Tensor[];
  /** For each output its mask, where there is one. */
  readonly masks: readonly (Tensor | undefined)[];
  /** What the layer adds to the loss. */
  readonly losses: readonly Tensor[];
}

/** Builds and runs a layer on tensors, and keeps what its variables become. */
export async function runLayer(
  { layer }: { readonly layer: Layer },
  inputs: readonly TensorLike[],
  options: RunLayerOptions = {},
): Promise<LayerRun> {
  const graph = new Graph();
  const given = inputs.map((input) => tensor(input));
  const values = given.map(({ dtype, shape }, index) => graph.input(`x${index}`, { dtype, shape }));
  const weights = new Map<Variable, Value>();
  const updates = new Map<Variable, Value>();
  const context = {
    ...testContext(graph, options, weights, updates),
    isFrozen: () => !layer.trainable,
  };
  layer.ensureBuilt(values);
  layer.initialize(new Generator(1));
  const made = layer.inErrors(() => layer.call(layer.taken(values), context));
  const outputs: readonly Value[] = Array.isArray(made) ? made : [made as Value];
  const masks = layer.mask(values, context, outputs);
  const named: [string, Value | undefined][] = [
    ...outputs.map((value, index): [string, Value] => [`y${index}`, value]),
    ...outputs.map((_, index): [string, Value | undefined] => [`mask${index}`, masks[index]]),
    ...context.losses.map((value, index): [string, Value] => [`loss${index}`, value]),
    ...[...updates].map(([variable, value]): [string, Value] => [`update ${variable.name}`, value]),
  ];
  for (const [name, value] of named) if (value !== undefined) graph.output(name, value);
  const results = await run(graph, given, weights);
  for (const variable of updates.keys()) variable.value = results[`update ${variable.name}`] as Tensor;
  return {
    outputs: outputs.map((_, index) => results[`y${index}`] as Tensor),
    masks: outputs.map((_, index) => results[`mask${index}`]),
    losses: context.losses.map((_, index) => results[`loss${index}`] as Tensor),
  };
}

function testContext(
  graph: Graph,
  { training = false, masks = [], seed = 1 }: RunLayerOptions,
  weights: Map<Variable, Value>,
  updates: Map<Variable, Value>,
): Omit<CallContext, "isFrozen"> & { readonly losses: Value[] } {
  const words = graph.constant(new Tensor("uint32", [2], Uint32Array.of(seed, 7)));
  const losses: Value[] = [];
  let streams = 0;
  return {
    graph,
    training,
    losses,
    masks: masks.map((mask) =>
      mask === null ? undefined : graph.constant(tensor(mask, { dtype: "bool" }), "mask"),
    ),
    weight(variable) {
      const known = updates.get(variable) ?? weights.get(variable);
      if (known !== undefined) return known;
      const value = graph.bodyInput(variable.name, { dtype: variable.dtype, shape: variable.shape });
      weights.set(variable, value);
      return value;
    },
    update: (variable, value) => updates.set(variable, value),
    random: (shape) => randomUniform(words, streams++, shape),
    addLoss: (loss) => losses.push(loss),
  };
}

async function run(
  graph: Graph,
  inputs: readonly Tensor[],
  weights: ReadonlyMap<Variable, Value>,
): Promise<Readonly<Record<string, Tensor>>> {
  verify(graph, "tracing");
  const program = await testRuntime().compile(graph);
  try {
    return await program.run({
      ...Object.fromEntries(inputs.map((input, index) => [`x${index}`, input])),
      ...Object.fromEntries([...weights].map(([variable, { name }]) => [name, variable.value])),
    });
  } finally {
    await program.dispose();
  }
}
