import { ImagoError } from "../../engine/errors.js";
import { Graph, type Value } from "../../engine/graph/graph.js";
import type { Runtime } from "../../engine/runtime/runtime.js";
import { formatShape } from "../../engine/tensor/shape.js";
import { Tensor } from "../../engine/tensor/tensor.js";
import type { ImageNetwork } from "../../vision/imageNetwork.js";
import { type ImageSize, type Planes, sizeOfPlanes, toPlanes } from "../../vision/pixels.js";
import { resample } from "../../vision/resample.js";
import { type DreamLayer, featureRows, type GuideFeatures } from "./objective.js";
import { readTile, wideEnough } from "./tiles.js";

/** Longer side at which a guide is looked at: about what classifiers were trained at. */
const guideSide = 224;
/** Most positions of a guide that are compared with each position of the image; others in between are left out. */
const mostPositions = 1024;

/**
 * The features of a guide image, for a dream to match.
 *
 * @param image `[height, width, 3]` from 0 to 255
 * @throws when a layer asks for a single channel, which leaves nothing to compare
 */
export async function guideFeatures(
  network: ImageNetwork,
  image: Tensor,
  layers: readonly DreamLayer[],
  runtime: Runtime,
): Promise<GuideFeatures> {
  refuseSingleChannels(layers);
  const planes = toPlanes(image);
  const pixels = await resample(planes, within(sizeOfPlanes(planes), guideSide), runtime);
  const names = [...new Set(layers.map(({ name }) => name))];
  const features = await featuresOfAny(network, pixels, names, runtime);
  return new Map(names.map((name) => [name, thinned(features.get(name) as Tensor)]));
}

/** @throws ImagoError when a layer asks for a single channel, which leaves nothing to compare with a guide */
export function refuseSingleChannels(layers: readonly DreamLayer[]): void {
  const single = layers.find(({ channel }) => channel !== undefined);
  if (single !== undefined) {
    throw new ImagoError(
      `dream: with a guide, layers are matched whole; leave out channel ${single.channel} of "${single.name}"`,
    );
  }
}

/**
 * The features of pixels. A guide that is too narrow for the network's windows, or has not the one size that it takes, is
 * continued by its mirror image, as the dreamt image is.
 */
async function featuresOfAny(
  network: ImageNetwork,
  pixels: Planes,
  names: readonly string[],
  runtime: Runtime,
): Promise<GuideFeatures> {
  try {
    return await featuresOf(network, pixels, names, runtime);
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    const { height, width } = sizeOfPlanes(pixels);
    const larger = [
      { height: Math.max(height, wideEnough), width: Math.max(width, wideEnough) },
      ...(network.declaredSize === undefined ? [] : [network.declaredSize]),
    ];
    for (const size of larger) {
      const whole: Planes = Tensor.zeros([1, 3, size.height, size.width]);
      readTile(pixels, 0, 0, whole);
      const features = await featuresOf(network, whole, names, runtime).catch(() => undefined);
      if (features !== undefined) return features;
    }
    throw error;
  }
}

/** The features of pixels at every position of some activations. */
export async function featuresOf(
  network: ImageNetwork,
  pixels: Planes,
  names: readonly string[],
  runtime: Runtime,
): Promise<GuideFeatures> {
  const graph = new Graph();
  const input = graph.input("pixels", { dtype: "float32", shape: pixels.shape });
  const activations = network.emit(graph, input, names);
  names.forEach((name, index) => {
    const activation = activations.get(name) as Value;
    if (activation.rank < 2 || activation.shape[0] !== 1) {
      throw new ImagoError(
        `dream: layer "${name}" is ${formatShape(activation.shape)} and has no channels to match a guide in`,
      );
    }
    graph.output(`layer${index}`, featureRows(activation));
  });
  const program = await runtime.compile(graph);
  try {
    const results = await program.run({ pixels });
    return new Map(names.map((name, index) => [name, results[`layer${index}`] as Tensor]));
  } finally {
    await program.dispose();
  }
}

function within({ height, width }: ImageSize, side: number): ImageSize {
  const factor = side / Math.max(height, width);
  return { height: Math.max(1, Math.round(height * factor)), width: Math.max(1, Math.round(width * factor)) };
}

/** At most `mostPositions` rows, evenly chosen. */
function thinned(rows: Tensor): Tensor {
  const [count, channels] = [rows.sizeAt(0), rows.sizeAt(1)];
  if (count <= mostPositions) return rows;
  const kept = new Float32Array(mostPositions * channels);
  for (let row = 0; row < mostPositions; row++) {
    const from = Math.floor((row * count) / mostPositions) * channels;
    kept.set((rows.data as Float32Array).subarray(from, from + channels), row * channels);
  }
  return new Tensor("float32", [mostPositions, channels], kept);
}
