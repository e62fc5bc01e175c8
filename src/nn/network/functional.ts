import { ImagoError } from "../../engine/errors.js";
import { formatShape } from "../../engine/tensor/shape.js";
import type { Layer } from "../layers/base/layer.js";
import type { LayerCall, SymbolicTensor } from "../layers/base/symbolic.js";
import { InputLayer } from "../layers/core/input.js";
import { ModelLayer } from "./modelLayer.js";
import type { NamedTensor } from "./structure.js";

/** A cut of the graph of layer calls, from inputs to outputs. */
export interface Functional {
  readonly inputs: readonly NamedTensor[];
  readonly outputs: readonly NamedTensor[];
  /** The calls in between, each behind those that it depends on; the inputs' own calls first. */
  readonly calls: readonly LayerCall[];
  /** Every layer once, in the order of its first call. */
  readonly layers: readonly Layer[];
  /** Each layer's name in this model. */
  readonly nameOf: ReadonlyMap<Layer, string>;
}

/**
 * Finds every call of a layer between the inputs and the outputs and names the layers.
 *
 * @throws when an output depends on an input that is not among the inputs, or two layers were given one name
 */
export function functional(inputs: readonly NamedTensor[], outputs: readonly NamedTensor[]): Functional {
  const sources = new Set(inputs.map(({ tensor }) => tensor));
  const inputCalls = inputs
    .map(({ tensor }) => tensor.call)
    .filter((call) => call.layer instanceof InputLayer);
  const calls = sortCalls(sources, outputs);
  const all = [...new Set([...inputCalls, ...calls])];
  const layers = [...new Set(all.map(({ layer }) => layer))];
  const limited = inputs.map((named) => {
    const { layer } = named.tensor.call;
    const missing = layer instanceof InputLayer && layer.missing;
    return { ...named, limit: limitOf(named.tensor, calls), missing };
  });
  return { inputs: limited, outputs, calls: all, layers, nameOf: nameLayers(layers, inputs) };
}

/** How many ids the layers have that look a tensor up; `undefined` where none does. */
function limitOf(tensor: SymbolicTensor, calls: readonly LayerCall[]): number | undefined {
  const limits = calls
    .filter(({ inputs }) => inputs.includes(tensor))
    .flatMap(({ layer }) => layer.inputLimit ?? []);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function sortCalls(sources: ReadonlySet<SymbolicTensor>, outputs: readonly NamedTensor[]): LayerCall[] {
  const sorted: LayerCall[] = [];
  const done = new Set<LayerCall>();
  // A stack of our own: a thousand layers behind each other must not exhaust the engine's.
  const stack = outputs.map(({ tensor }) => ({ tensor, entered: false })).reverse();
  while (stack.length > 0) {
    const top = stack.pop() as { tensor: SymbolicTensor; entered: boolean };
    const { call } = top.tensor;
    if (sources.has(top.tensor) || done.has(call)) continue;
    if (top.entered) {
      done.add(call);
      sorted.push(call);
      continue;
    }
    if (call.layer instanceof InputLayer) throw unconnected(top.tensor);
    stack.push({ tensor: top.tensor, entered: true });
    for (const input of [...call.inputs].reverse()) stack.push({ tensor: input, entered: false });
  }
  return sorted;
}

function unconnected(tensor: SymbolicTensor): ImagoError {
  return new ImagoError(
    `model: an output depends on ${tensor.call.layer.label} ${formatShape(tensor.shape)}, which is not among the ` +
      "model's inputs. Add it to inputs.",
  );
}

/** Given names as they are; other layers by their type, numbered: dense, dense_1, dense_2 …, and models by their own names. */
function nameLayers(layers: readonly Layer[], inputs: readonly NamedTensor[]): Map<Layer, string> {
  const names = new Map<Layer, string>();
  const taken = new Set<string>();
  const take = (layer: Layer, name: string): void => {
    if (taken.has(name)) {
      throw new ImagoError(`model: two layers are named "${name}". Give one of them another name.`);
    }
    taken.add(name);
    names.set(layer, name);
  };
  for (const { name, tensor } of inputs)
    if (tensor.call.layer instanceof InputLayer) take(tensor.call.layer, name);
  for (const layer of layers)
    if (layer.name !== undefined && !isNumbered(layer) && !names.has(layer)) take(layer, layer.name);
  for (const layer of layers) {
    if (names.has(layer)) continue;
    const base = layer.name ?? layer.type;
    let count = 0;
    while (taken.has(numbered(base, count))) count++;
    take(layer, numbered(base, count));
  }
  return names;
}

/** Whether a layer's name is a model's own, which nobody gave to the layer. */
function isNumbered(layer: Layer): boolean {
  return layer instanceof ModelLayer && layer.isNumbered;
}

function numbered(base: string, count: number): string {
  return count === 0 ? base : `${base}_${count}`;
}
