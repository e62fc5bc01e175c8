import { having } from "../../engine/options.js";
import { exportOnnx } from "../../nn/models/exportOnnx.js";
import { classifierMetadata } from "../../vision/classifierRecord.js";
import type { Classifier } from "./classifier.js";

/**
 * A classifier as the bytes of one `.onnx` file: input `pixels`, float32 `[batch, height, width, 3]`, RGB from 0 to 255, so that what
 * prepares the colours is inside; output `classes`, probabilities. Its metadata hold the classes' names under `classes`, a JSON array,
 * and under `imago.classifier` size, fit and background, so that pictures are resized as they were in training.
 *
 * @throws ImagoError as `exportOnnx` does
 */
export function exportClassifier(classifier: Classifier): Uint8Array {
  having<Classifier>("a Classifier", "model", "record").read("exportClassifier", "classifier", classifier);
  const { model, record } = classifier;
  return exportOnnx(model, { metadata: classifierMetadata(record) });
}
