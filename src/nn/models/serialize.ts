import { ImagoError } from "../../engine/errors.js";
import { formatType, type Tensor } from "../../engine/tensor/tensor.js";
import type { Config, ConfigValue } from "../config/config.js";
import { type Saved, saved } from "../config/resolver.js";
import type { Layer } from "../layers/base/layer.js";
import { type SavedLayer, savedLayer } from "../layers/base/saved.js";
import { type OpenShape, SymbolicTensor } from "../layers/base/symbolic.js";
import { InputLayer } from "../layers/core/input.js";
import type { MetricSpec } from "../metrics/resolve.js";
import type { Functional } from "../network/functional.js";
import type { Head } from "../network/heads.js";
import { ModelLayer } from "../network/modelLayer.js";
import type { Network } from "../network/network.js";
import type { Structure } from "../network/structure.js";

/** A tensor: which entry of `inputs` and `calls`, counted through both, and which of its outputs. */
export type SavedReference = readonly [source: number, output: number];

/** Where data enters: an input layer, or a tensor inside a larger graph at which the model was cut. */
export type SavedInput =
  | { readonly name: string; readonly layer: number }
  | { readonly name: string; readonly as: string; readonly dtype: string; readonly shape: OpenShape };

/** Calls of layers between inputs and outputs. */
export type SavedGraph = {
  readonly inputs: readonly SavedInput[];
  /** In order; each layer by its place among `layers`. */
  readonly calls: readonly { readonly layer: number; readonly inputs: readonly SavedReference[] }[];
  readonly outputs: readonly { readonly name: string; readonly from: SavedReference }[];
};

export type StructureKind = "single" | "list" | "record";

/** What `compile` was given, for each output in order. */
export interface SavedHead {
  readonly loss: Saved | null;
  readonly weight: number;
  readonly metrics: readonly (string | Saved)[];
  readonly weightedMetrics: readonly (string | Saved)[];
}

/** A model without its weights, as plain JSON. */
export interface SavedArchitecture {
  readonly name: string;
  readonly seed: number;
  /** Every layer once, those of models inside too. */
  readonly layers: readonly SavedLayer[];
  readonly graph: SavedGraph;
  readonly structure: { readonly inputs: StructureKind; readonly outputs: StructureKind };
  readonly compile?: { readonly optimizer: Saved; readonly heads: readonly SavedHead[] } | undefined;
}

/**
 * A model as plain JSON, weights apart.
 *
 * @throws when a layer cannot be saved, such as a lambda
 */
export function saveArchitecture(model: Network): SavedArchitecture {
  const table = new LayerTable();
  const graph = table.graph(model.functional);
  return {
    name: model.name,
    seed: model.seed,
    layers: table.layers,
    graph,
    structure: { inputs: kindOf(model.inputStructure), outputs: kindOf(model.outputStructure) },
    ...(model.isCompiled ? { compile: saveCompile(model) } : {}),
  };
}

function kindOf(structure: Structure): StructureKind {
  if (structure instanceof SymbolicTensor) return "single";
  return Array.isArray(structure) ? "list" : "record";
}

/** Numbers the layers of a model and of the models inside it. */
class LayerTable {
  readonly layers: SavedLayer[] = [];
  readonly #places = new Map<Layer, number>();

  graph({ inputs, outputs, calls }: Functional): SavedGraph {
    const sources = inputs.map(({ tensor }) => tensor);
    const own = calls.filter((call) => !sources.some((tensor) => tensor.call === call && isInput(tensor)));
    const reference = (tensor: SymbolicTensor): SavedReference => {
      const source = sources.indexOf(tensor);
      if (source >= 0) return [source, 0];
      return [sources.length + own.indexOf(tensor.call), tensor.index];
    };
    return {
      inputs: inputs.map(({ name, tensor }) => this.#input(name, tensor)),
      calls: own.map((call) => ({ layer: this.#place(call.layer), inputs: call.inputs.map(reference) })),
      outputs: outputs.map(({ name, tensor }) => ({ name, from: reference(tensor) })),
    };
  }

  #input(name: string, tensor: SymbolicTensor): SavedInput {
    const { layer } = tensor.call;
    if (isInput(tensor)) return { name, layer: this.#place(layer) };
    return { name, as: layer.name ?? layer.type, dtype: tensor.dtype, shape: tensor.shape };
  }

  #place(layer: Layer): number {
    const known = this.#places.get(layer);
    if (known !== undefined) return known;
    const saved = { ...savedLayer(layer), config: this.#config(layer) };
    const place = this.layers.length;
    this.#places.set(layer, place);
    this.layers.push(saved);
    return place;
  }

  /** A layer's config; what models compute, the layer itself or ones that it wraps, stands there as `graph`. */
  #config(layer: Layer): Config {
    if (layer instanceof ModelLayer) {
      const graph = this.graph(layer.functional);
      return layer.isNumbered ? { graph, numbered: true } : { graph };
    }
    const children = [...layer.children];
    const entries = Object.entries(layer.config).map(([key, value]): [string, ConfigValue] => {
      const child = isSavedLayer(value) ? children.shift() : undefined;
      return [key, child === undefined ? value : { ...savedLayer(child), config: this.#config(child) }];
    });
    return Object.fromEntries(entries);
  }
}

function isSavedLayer(value: ConfigValue): boolean {
  return typeof value === "object" && value !== null && "layer" in value && "config" in value;
}

function isInput(tensor: SymbolicTensor): boolean {
  return tensor.call.layer instanceof InputLayer;
}

function saveCompile({ compiled }: Network): NonNullable<SavedArchitecture["compile"]> {
  return { optimizer: saved(compiled.optimizer), heads: compiled.heads.map(saveHead) };
}

function saveHead({ loss, weight, metrics, weightedMetrics }: Head): SavedHead {
  return {
    loss: loss === undefined ? null : saved(loss),
    weight,
    metrics: metrics.map(saveMetric),
    weightedMetrics: weightedMetrics.map(saveMetric),
  };
}

function saveMetric(spec: MetricSpec): string | Saved {
  return typeof spec === "string" ? spec : { name: spec.name, config: spec.config };
}

/** Every variable of a model by its path, looking at the same memory. */
export function weightsOf(model: Network): Record<string, Tensor> {
  return Object.fromEntries(model.variables.map(({ path, variable }) => [path, variable.value]));
}

/**
 * Sets every variable by its path, from copies.
 *
 * @throws when one is missing, superfluous or of another type, naming it; nothing is set then
 */
export function setWeights(variables: Network["variables"], weights: Readonly<Record<string, Tensor>>): void {
  for (const { path, variable } of variables) {
    const given = weights[path];
    if (given !== undefined && formatType(given) === formatType(variable)) continue;
    const came = given === undefined ? "there is none" : `found ${formatType(given)}`;
    throw new ImagoError(`weight "${path}": expected ${formatType(variable)}, ${came}`);
  }
  const paths = new Set(variables.map(({ path }) => path));
  const unknown = Object.keys(weights).find((path) => !paths.has(path));
  if (unknown !== undefined) throw new ImagoError(`the model has no weight "${unknown}"`);
  for (const { path, variable } of variables) variable.value = (weights[path] as Tensor).clone();
}
