import type { SymbolicTensor } from "../../../nn/layers/base/symbolic.js";
import { input } from "../../../nn/layers/core/input.js";
import { globalAveragePooling2d } from "../../../nn/layers/pooling/globalAveragePooling2d.js";
import { type Model, model } from "../../../nn/models/model.js";
import { pixelsName } from "../networks/scratchModel.js";
import { preparedPixels } from "./pixelLayer.js";
import type { TransferBase } from "./transferBase.js";

/** The layer that a base is. */
export const baseName = "base";

/** A base's features on symbolic tensors. */
export interface Features {
  readonly pixels: SymbolicTensor;
  /** `[batch, features]`. */
  readonly features: SymbolicTensor;
}

/**
 * All of a base but its head: from pixels, `[batch, height, width, 3]` from 0 to 255, to features, `[batch, features]`; those with
 * positions are averaged over them.
 *
 * @param trainable whether training changes the base's weights
 */
export function featuresOf(base: TransferBase, trainable: boolean): Features {
  const pixels = input({ shape: [...base.size, 3], name: pixelsName });
  const own = base.model.asLayer({ to: base.cut, trainable, name: baseName });
  const found = own(preparedPixels(pixels, base.preprocessing));
  const { shape } = base;
  const features =
    shape.length === 2
      ? found
      : globalAveragePooling2d({
          dataFormat: isChannelsLast(base) ? "channelsLast" : "channelsFirst",
          name: "mean",
        })(found);
  return { pixels, features };
}

/** By the two sides that are equal, since pictures are square as a rule; else by the file's own layout. */
function isChannelsLast({ shape: [, a, b, c], preprocessing }: TransferBase): boolean {
  if (a === b && b !== c) return true;
  if (b === c && a !== b) return false;
  return preprocessing.settings.layout === "channelsLast";
}

/** The base as a model of its own, to compute features with. */
export function featureModel(base: TransferBase): Model {
  const { pixels, features } = featuresOf(base, false);
  return model({ inputs: { [pixelsName]: pixels }, outputs: { features }, name: "features" }) as Model;
}
