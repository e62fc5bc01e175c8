import { dense, globalAveragePooling2d, input, model, type SymbolicTensor } from "../../../src/index.js";

export type Part = (x: SymbolicTensor) => SymbolicTensor;

/** A softmax on the means of the channels that a part finds. */
export const means =
  (features: Part, classes = 10): Part =>
  (x) =>
    dense({ units: classes, activation: "softmax" })(globalAveragePooling2d()(features(x)));

/** A model of a part, on images `[batch, side, side, channels]`. */
export function imageModel(part: Part, side: number, channels = 3) {
  const image = input({ shape: [side, side, channels], name: "image" });
  return model({ inputs: image, outputs: part(image) });
}
