import { weightsField } from "../../engine/onnx/write/write.js";
import { type FieldsOf, having, readOptions } from "../../engine/options.js";
import { type ExportOptions, exportOnnx } from "../../nn/models/exportOnnx.js";
import { classifierMetadata } from "../../vision/classifierRecord.js";
import type { Classifier } from "./classifier.js";

/** Those of the options of `exportOnnx` that a classifier leaves open. */
export type ExportClassifierOptions = Pick<ExportOptions, "weights">;

export const exportClassifierFields = {
  weights: weightsField,
} satisfies FieldsOf<ExportClassifierOptions>;

/**
 * A classifier as the bytes of one `.onnx` file: input `pixels`, float32 `[batch, height, width, 3]`, RGB from 0 to 255, so that what
 * prepares the colours is inside; output `classes`, probabilities. Its metadata hold the classes' names under `classes`, a JSON array,
 * and under `imago.classifier` size, fit and background, so that pictures are resized as they were in training.
 *
 * @param options.weights `"float16"`: weights in half precision, for a file about half as large, see `exportOnnx`. Default: `"float32"`
 * @throws ImagoError as `exportOnnx` does
 */
export function exportClassifier(classifier: Classifier, options: ExportClassifierOptions = {}): Uint8Array {
  having<Classifier>("a Classifier", "model", "record").read("exportClassifier", "classifier", classifier);
  const { weights } = readOptions("exportClassifier", options, exportClassifierFields);
  const { model, record } = classifier;
  return exportOnnx(model, { metadata: classifierMetadata(record), weights });
}
