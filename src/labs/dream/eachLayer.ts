import { aTensor } from "../../engine/arguments.js";
import { Graph } from "../../engine/graph/graph.js";
import { defaultRuntime } from "../../engine/runtime/default.js";
import type { Tensor } from "../../engine/tensor/tensor.js";
import { type ImageNetwork, imageNetwork } from "../../vision/imageNetwork.js";
import { type ImageSize, sizeOfPlanes, toPlanes } from "../../vision/pixels.js";
import { type DreamPreview, dream } from "./dream.js";
import { type DreamOptions, type DreamSettings, readDream } from "./dreamOptions.js";
import { refuseSingleChannels } from "./guide.js";
import { type DreamLayer, dreamObjective } from "./objective.js";
import { openTiles } from "./openTiles.js";

/** Where the dreams of several layers stand after a step. */
export interface DreamLayerPreview extends DreamPreview {
  /** The layer that is dreamt on now. */
  readonly layer: DreamLayer;
  /** Which of the pictures, from 0. */
  readonly picture: number;
  readonly pictures: number;
}

/**
 * The same image dreamt on once for each layer, to choose one by eye. The pictures are the previews whose `last` is true, in the
 * order of the layers.
 *
 * @param image `[height, width, 3]` from 0 to 255
 * @param options as of {@link dream}; each of its layers gives a picture of its own
 * @throws as {@link dream}; layers and channels that there are not are refused before the first step
 */
export async function* dreamEachLayer(
  network: ImageNetwork,
  image: Tensor,
  options: DreamOptions,
): AsyncGenerator<DreamLayerPreview, void, undefined> {
  imageNetwork.read("dreamEachLayer", "network", network);
  aTensor.read("dreamEachLayer", "image", image);
  const settings = readDream(options);
  await checkLayers(network, sizeOfPlanes(toPlanes(image)), settings);
  const runtime = settings.runtime ?? (await defaultRuntime());
  const pictures = settings.layers.length;
  for (const [picture, layer] of settings.layers.entries()) {
    for await (const preview of dream(network, image, { ...settings, runtime, layers: [layer] })) {
      yield { ...preview, layer, picture, pictures };
    }
  }
}

/** A mistyped layer would be found only after the pictures before it. */
async function checkLayers(network: ImageNetwork, size: ImageSize, settings: DreamSettings): Promise<void> {
  const { layers, guide } = settings;
  if (guide !== undefined) refuseSingleChannels(layers);
  const names = [...new Set(layers.map(({ name }) => name))];
  await openTiles(network, size, settings, ({ height, width }) => {
    const graph = new Graph();
    const pixels = graph.input("pixels", { dtype: "float32", shape: [1, 3, height, width] });
    return dreamObjective(network.emit(graph, pixels, names), layers);
  });
}
