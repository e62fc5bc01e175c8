import { cut } from "../../engine/graph/cut.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import type { ImageNetwork } from "../../vision/imageNetwork.js";
import type { Planes } from "../../vision/pixels.js";
import { requirePositions } from "../../vision/requirePositions.js";
import { gramMatrix } from "./gramMatrix.js";
import { emitActivations, type StyleLayer } from "./objective.js";

/** What an image is measured with. */
export interface Measure {
  readonly network: ImageNetwork;
  readonly layers: readonly StyleLayer[];
  /** Pixels mirrored beyond the image's edges. */
  readonly padding: number;
  readonly runtime: Runtime;
}

/** The activations of an image, by the layers' names. */
export function activationsOf(image: Planes, measure: Measure): Promise<Map<string, Tensor>> {
  return measured(image, measure, (activation) => activation);
}

/** The Gram matrices of an image, by the layers' names. */
export function gramsOf(image: Planes, measure: Measure): Promise<Map<string, Tensor>> {
  return measured(image, measure, (activation, name) => {
    requirePositions(name, activation);
    return gramMatrix(activation);
  });
}

async function measured(
  image: Planes,
  { network, layers, padding, runtime }: Measure,
  emit: (activation: Value, name: string) => Value,
): Promise<Map<string, Tensor>> {
  const graph = new Graph();
  const pixels = graph.input("pixels", { dtype: "float32", shape: image.shape });
  const activations = emitActivations(network, graph, pixels, layers, padding);
  const outputs = [...activations].map(([name, activation]) => ({ name, value: emit(activation, name) }));
  const program = await runtime.compile(cut(graph, { outputs }).graph);
  try {
    const results = await program.run({ pixels: image });
    return new Map(Object.entries(results));
  } finally {
    await program.dispose();
  }
}
