import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { backward } from "../../engine/autodiff/gradients.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { verify } from "../../engine/graph/verify.js";
import { add } from "../../engine/ops/add.js";
import { zeros } from "../../engine/ops/composed/zeros.js";
import { Generator } from "../../engine/random/generator.js";
import { isFloat } from "../../engine/tensor/dtype.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import { testRuntime } from "../../engine/testing/evaluate.js";
import { expectClose, type Tolerance } from "../../engine/testing/expectClose.js";
import { type GoldenTensor, goldenTensor } from "../../engine/testing/goldenTensor.js";
import type { Config, ConfigValue } from "../config/config.js";
import type { CallContext } from "../layers/base/context.js";
import type { Layer } from "../layers/base/layer.js";
import type { Variable } from "../layers/base/variable.js";

interface GoldenCall {
  readonly inputs: readonly GoldenTensor[];
  readonly outputs: readonly GoldenTensor[];
}

interface GoldenLayer {
  readonly layer: string;
  readonly config: Config;
  readonly weights: readonly GoldenTensor[];
  readonly weightGradients: readonly (GoldenTensor | null)[];
}

/** One case of goldens/layers/*.json: a layer, or a chain of layers, with what Keras computes. */
export interface LayerCase extends Partial<GoldenLayer>, GoldenCall {
  readonly name: string;
  readonly chain?: readonly GoldenLayer[];
  /** Keras's arguments of the call: plain ones are merged into the config, tensors are further inputs. */
  readonly call?: Readonly<Record<string, ConfigValue | GoldenTensor>>;
  readonly training?: boolean;
  /** Calls before the one that counts, for layers with a state. */
  readonly earlierCalls?: readonly GoldenCall[];
  readonly masks?: readonly (GoldenTensor | null)[];
  readonly initialState?: readonly GoldenTensor[];
  readonly upstream: readonly (GoldenTensor | null)[];
  readonly inputGradients: readonly (GoldenTensor | null)[];
  readonly initialStateGradients?: readonly (GoldenTensor | null)[];
  readonly weightsAfter?: readonly GoldenTensor[];
}

/** Makes layers by the name of their function; wrapped layers in the config are made already. */
export type LayerFactories = Readonly<Record<string, (config: never) => { readonly layer: Layer }>>;

/** The cases of `goldens/layers/<file>.json`. */
export function layerCases(file: string): LayerCase[] {
  const path = new URL(`../../../goldens/layers/${file}.json`, import.meta.url);
  return (JSON.parse(readFileSync(path, "utf8")) as { cases: LayerCase[] }).cases;
}

/**
 * Builds a case's layers, sets their weights and compares outputs, gradients for inputs, initial states
 * and weights, and what the variables are after the call, with the case.
 */
export async function checkLayerCase(
  golden: LayerCase,
  factories: LayerFactories,
  tolerance: Tolerance = { relative: 2e-5, absolute: 2e-6 },
): Promise<void> {
  const rows = golden.chain ?? [golden as LayerCase & GoldenLayer];
  const extra = Object.values(golden.call ?? {}).filter(isTensor);
  const options = Object.fromEntries(
    Object.entries(golden.call ?? {}).filter(([, value]) => !isTensor(value)),
  );
  const layers = rows.map(({ layer, config }, index) =>
    makeLayer(factories, layer, index === 0 ? { ...config, ...(options as Config) } : config),
  );
  const inputs = [...golden.inputs, ...extra, ...(golden.initialState ?? [])].map(goldenTensor);
  const masks = (golden.masks ?? []).map((mask) => (mask === null ? undefined : goldenTensor(mask)));
  const run = { layers, rows, masks, training: golden.training ?? false };
  for (const earlier of golden.earlierCalls ?? []) {
    const { outputs } = await runLayers({ ...run, inputs: earlier.inputs.map(goldenTensor) });
    compare("earlier output", outputs, earlier.outputs, tolerance);
  }
  const found = await runLayers({ ...run, inputs, upstream: golden.upstream.map(orUndefined) });
  compare("output", found.outputs, golden.outputs, tolerance);
  const wanted = [
    ...golden.inputGradients,
    ...extra.map(() => null),
    ...(golden.initialStateGradients ?? []),
  ];
  compare("input gradient", found.inputGradients, wanted, tolerance);
  rows.forEach(({ weightGradients }, index) => {
    compare("weight gradient", found.weightGradients[index] ?? [], weightGradients, tolerance);
  });
  const after = layers[0]?.variables.slice(0, golden.weightsAfter?.length).map(({ value }) => value);
  if (golden.weightsAfter !== undefined) compare("weight after", after ?? [], golden.weightsAfter, tolerance);
}

function isTensor(value: ConfigValue | GoldenTensor): value is GoldenTensor {
  return typeof value === "object" && value !== null && "data" in value;
}

function orUndefined(golden: GoldenTensor | null): Tensor | undefined {
  return golden === null ? undefined : goldenTensor(golden);
}

function compare(
  what: string,
  found: readonly (Tensor | undefined)[],
  wanted: readonly (GoldenTensor | null)[],
  tolerance: Tolerance,
): void {
  wanted.forEach((golden, index) => {
    if (golden === null) return;
    const actual = found[index];
    if (actual === undefined) expect.fail(`${what} ${index} is missing`);
    try {
      expectClose(actual, goldenTensor(golden), tolerance);
    } catch (error) {
      expect.fail(`${what} ${index}: ${(error as Error).message}`);
    }
  });
}

function makeLayer(factories: LayerFactories, type: string, config: Config): Layer {
  const factory = factories[type];
  if (factory === undefined) expect.fail(`no factory for "${type}"`);
  const options = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      isLayerConfig(value) ? wrapped(factories, value) : value,
    ]),
  );
  return factory(options as never).layer;
}

interface LayerConfig {
  readonly layer: string;
  readonly config: Config;
}

function isLayerConfig(value: unknown): value is LayerConfig {
  return typeof value === "object" && value !== null && "layer" in value && "config" in value;
}

function wrapped(factories: LayerFactories, { layer, config }: LayerConfig): { readonly layer: Layer } {
  const inner = makeLayer(factories, layer, config);
  return Object.assign(() => {}, { layer: inner });
}

interface Found {
  readonly outputs: readonly Tensor[];
  readonly inputGradients: readonly (Tensor | undefined)[];
  readonly weightGradients: readonly (readonly (Tensor | undefined)[])[];
}

interface LayerRun {
  readonly layers: readonly Layer[];
  readonly rows: readonly GoldenLayer[];
  readonly inputs: readonly Tensor[];
  readonly masks: readonly (Tensor | undefined)[];
  readonly training: boolean;
  /** Weights of the outputs in what is differentiated; without them nothing is. */
  readonly upstream?: readonly (Tensor | undefined)[];
}

/** Traces, compiles and runs layers once, and keeps what their variables become. */
async function runLayers(run: LayerRun): Promise<Found> {
  const graph = new Graph();
  const values = run.inputs.map(({ dtype, shape }, index) => graph.input(`x${index}`, { dtype, shape }));
  const weights = new Map<Variable, Value>();
  const updates = new Map<Variable, Value>();
  const outputs = callLayers(run, values, traceContext(graph, run.training, weights, updates));
  outputs.forEach((output, index) => {
    graph.output(`y${index}`, output);
  });
  const wrt = [...values.filter(({ dtype }) => isFloat(dtype)), ...weights.values()];
  if (run.upstream !== undefined) differentiate(graph, outputs, run.upstream, wrt);
  for (const [variable, value] of updates) graph.output(`update of ${weights.get(variable)?.name}`, value);
  const results = await runGraph(graph, run.inputs, weights);
  const gradientOf = (value: Value | undefined): Tensor | undefined => results[`gradient of ${value?.name}`];
  for (const [variable, { name }] of weights) variable.value = results[`update of ${name}`] ?? variable.value;
  return {
    outputs: outputs.map((_, index) => results[`y${index}`] as Tensor),
    inputGradients: values.map(gradientOf),
    weightGradients: run.layers.map((layer) =>
      layer.variables.map((variable) => gradientOf(weights.get(variable))),
    ),
  };
}

function callLayers(
  { layers, rows, masks }: LayerRun,
  inputs: readonly Value[],
  context: Omit<CallContext, "masks">,
): readonly Value[] {
  let given = inputs;
  let givenMasks = inputs.map((_, index) => {
    const mask = masks[index];
    return mask === undefined ? undefined : context.graph.constant(mask);
  });
  layers.forEach((layer, index) => {
    layer.ensureBuilt(given);
    setWeights(layer, rows[index] as GoldenLayer);
    const own = { ...context, masks: givenMasks };
    const made = layer.call(layer.taken(given), own);
    const list: readonly Value[] = Array.isArray(made) ? made : [made as Value];
    givenMasks = [...layer.mask(given, own, list)];
    given = list;
  });
  return given;
}

/**
 * Sets the weights at the layer's first call. They come first among the variables; states behind them
 * take their first elements.
 */
function setWeights(layer: Layer, { weights }: GoldenLayer): void {
  if (layer.variables.every(({ initialized }) => initialized)) return;
  layer.initialize(new Generator(1));
  const own = layer.variables.slice(0, weights.length);
  expect(
    own.map(({ shape }) => shape),
    "shapes of the weights",
  ).toEqual(weights.map(({ shape }) => shape));
  weights.forEach((weight, index) => {
    (own[index] as Variable).value = goldenTensor(weight);
  });
}

function traceContext(
  graph: Graph,
  training: boolean,
  weights: Map<Variable, Value>,
  updates: Map<Variable, Value>,
): Omit<CallContext, "masks"> {
  const weight = (variable: Variable): Value => {
    let value = weights.get(variable);
    if (value === undefined) {
      value = graph.bodyInput(variable.name, { dtype: variable.dtype, shape: variable.shape });
      weights.set(variable, value);
    }
    return value;
  };
  return {
    graph,
    training,
    weight,
    update(variable, value) {
      weight(variable);
      updates.set(variable, value);
    },
    random: () => expect.fail("a golden case must not be random"),
    isFrozen: () => false,
    addLoss() {},
  };
}

function differentiate(
  graph: Graph,
  outputs: readonly Value[],
  upstream: readonly (Tensor | undefined)[],
  wrt: readonly Value[],
): void {
  const seeds = new Map<Value, Value>();
  outputs.forEach((output, index) => {
    const weight = upstream[index];
    if (weight === undefined) return;
    const seed = graph.constant(weight);
    const known = seeds.get(output);
    seeds.set(output, known === undefined ? seed : add(known, seed));
  });
  const found = backward(graph, seeds, wrt);
  for (const value of wrt) {
    graph.output(`gradient of ${value.name}`, found.get(value) ?? zeros(value));
  }
}

async function runGraph(
  graph: Graph,
  inputs: readonly Tensor[],
  weights: ReadonlyMap<Variable, Value>,
): Promise<Readonly<Record<string, Tensor>>> {
  verify(graph, "tracing");
  const program = await testRuntime().compile(graph);
  try {
    const feeds: Record<string, Tensor> = {};
    inputs.forEach((input, index) => {
      feeds[`x${index}`] = input;
    });
    for (const [variable, { name }] of weights) feeds[name] = variable.value;
    return await program.run(feeds);
  } finally {
    await program.dispose();
  }
}
