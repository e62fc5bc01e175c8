import { type Model, model } from "../../../nn/models/model.js";
import { pixelsName } from "../networks/scratchModel.js";
import { baseName, featuresOf } from "./featureModel.js";
import type { HeadLayers } from "./trainHead.js";
import type { TransferBase } from "./transferBase.js";

/**
 * A base and a head of one's own: from `pixels`, float32 `[batch, height, width, 3]` from 0 to 255, to probabilities `[batch, classes]`.
 *
 * @param trainable whether training changes the base's weights
 */
export function transferModel(
  base: TransferBase,
  { standardised, classes }: HeadLayers,
  { trainable, seed }: { readonly trainable: boolean; readonly seed: number },
): Model {
  const { pixels, features } = featuresOf(base, trainable);
  const outputs = classes(standardised(features));
  return model({
    inputs: { [pixelsName]: pixels },
    outputs: { classes: outputs },
    name: "transfer",
    seed,
  }) as Model;
}

/** Lets training change the base's weights; it takes effect when the model is compiled. */
export function releaseBase({ layers }: Model): void {
  for (const layer of layers) if (layer.name === baseName) layer.trainable = true;
}
