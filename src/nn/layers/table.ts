import * as all from "./all.js";
import type { Layer } from "./base/layer.js";
import {
  type LayerFactory,
  type LayerMaker,
  type LayerTypes,
  layerMaker,
  restoreLayer,
} from "./base/layerMaker.js";
import { InputLayer } from "./core/input.js";
import { OnnxLayer } from "./core/onnx.js";

/** Layers that are saved and that no function of `layers/all.ts` makes. */
const others: LayerTypes = {
  input: layerMaker(InputLayer).restore,
  onnx: layerMaker(OnnxLayer).restore,
};

function makers(): (readonly [string, LayerFactory])[] {
  const entries: [string, LayerMaker<object>][] = Object.entries(all);
  return entries.map(([name, { restore }]) => [name, restore]);
}

/**
 * Every layer that can be saved. To load a model with a layer of your own, give its factory as one of `customLayers`:
 * `loadModel(folder, { customLayers: { mine: mine.restore } })`, where `const mine = layerMaker(Mine)`.
 */
export const layerTypes: LayerTypes = Object.freeze({ ...others, ...Object.fromEntries(makers()) });

/**
 * Makes a layer from its saved form, without weights.
 *
 * @param saved as `savedLayer` gives it, perhaps read from a file
 * @param types default: the layers of this package
 * @throws where it is no saved layer, or its type is unknown, naming the nearest one
 */
export function layerFrom(saved: unknown, types: LayerTypes = layerTypes): Layer {
  return restoreLayer(saved, types);
}
