import { anyText, aTensor } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import { type FieldsOf, having, optional, readOptions } from "../../engine/options.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import { type ImageNetwork, imageNetwork } from "../../vision/imageNetwork.js";
import { toPlanes } from "../../vision/pixels.js";
import { requirePositions } from "../../vision/requirePositions.js";

export interface ActivationMapOptions {
  readonly runtime?: Runtime | undefined;
}

const mapFields = {
  runtime: optional(having<Runtime>("a Runtime", "compile")),
} satisfies FieldsOf<ActivationMapOptions>;

/** Where in an image one channel answers, and how strongly. */
export interface ActivationMap {
  readonly channel: number;
  readonly largest: number;
  /** Grey `[height, width, 3]` at the layer's own size, from black (the smallest answer) to white (the largest). */
  readonly image: Tensor<"float32">;
}

/**
 * The activations of a layer for an image, channel by channel, those that answer most strongly first.
 *
 * @param image `[height, width, 3]` from 0 to 255
 * @throws on unknown options and layers, and on those without positions in the image
 */
export async function activationMaps(
  network: ImageNetwork,
  image: Tensor,
  layer: string,
  options: ActivationMapOptions = {},
): Promise<ActivationMap[]> {
  imageNetwork.read("activationMaps", "network", network);
  aTensor.read("activationMaps", "image", image);
  anyText.read("activationMaps", "layer", layer);
  const read = readOptions("activationMaps", options, mapFields);
  const runtime = read.runtime ?? (await defaultRuntime());
  const pixels = toPlanes(image);
  const graph = new Graph();
  const input = graph.input("pixels", { dtype: "float32", shape: pixels.shape });
  const activation = activationOf(network, graph, input, layer);
  requirePositions(layer, activation);
  graph.output("activation", activation);
  const program = await runtime.compile(graph);
  try {
    const result = (await program.run({ pixels })).activation as Tensor<"float32">;
    return mapsOf(result).sort((a, b) => b.largest - a.largest);
  } finally {
    await program.dispose();
  }
}

/** Pixels of a side that every network of pictures can look at. */
const largeSide = 256;

/** @throws ImagoError on a layer that there is not, and on an image too small for the network to look at, saying so */
function activationOf(network: ImageNetwork, graph: Graph, pixels: Value, layer: string): Value {
  const emitted = (into: Graph, value: Value): Value =>
    network.emit(into, value, [layer]).get(layer) as Value;
  try {
    return emitted(graph, pixels);
  } catch (cause) {
    const [, , height = 0, width = 0] = pixels.shape;
    if (!(cause instanceof ImagoError) || Math.min(height, width) >= largeSide) throw cause;
    const larger = new Graph();
    const shape = [1, 3, Math.max(height, largeSide), Math.max(width, largeSide)];
    // Of a layer that there is not this says the same.
    emitted(larger, larger.input("pixels", { dtype: "float32", shape }));
    throw new ImagoError(
      `activationMaps: an image of ${width} × ${height} pixels is too small for "${layer}".`,
      {
        help: "Take a larger one.",
        cause,
      },
    );
  }
}

function mapsOf({ shape, data }: Tensor<"float32">): ActivationMap[] {
  const [, channels, height, width] = shape as readonly [number, number, number, number];
  return Array.from({ length: channels }, (_, channel) => {
    const map = data.subarray(channel * height * width, (channel + 1) * height * width);
    let [smallest, largest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const value of map) {
      smallest = Math.min(smallest, value);
      largest = Math.max(largest, value);
    }
    const image = Tensor.zeros([height, width, 3]);
    const range = largest > smallest ? largest - smallest : 1;
    map.forEach((value, at) => {
      image.data.fill((255 * (value - smallest)) / range, at * 3, at * 3 + 3);
    });
    return { channel, largest, image };
  });
}
