import { dirname, join } from "node:path";
import { externalDataOf } from "../../../engine/files/externalData.js";
import type { ReadOptions } from "../../../engine/onnx/read/readOptions.js";
import { findPreprocessing } from "../../../io/images/readPreprocessing.js";
import { modelFile } from "../../../io/models/modelFile.js";
import { loadOnnx } from "../../../nn/files/loadOnnx.js";
import { OnnxModel } from "../../../nn/models/onnxModel.js";
import type { PreprocessingOptions } from "../../../vision/preprocessing.js";
import { isStandard, readStandardInput } from "../shell/standard.js";

/** A model with what is beside its file. What comes on standard input has nothing beside it. */
export interface OpenedModel {
  readonly model: OnnxModel;
  /** As errors call it. */
  readonly name: string;
  /** Its own, and those with its tensors. */
  readonly files: readonly string[];
  readonly externalData: ReadOptions["externalData"];
  readonly preprocessing: PreprocessingOptions | undefined;
}

/**
 * Opens a model by its file, by its name in the store, or from standard input.
 *
 * @throws ImagoError as `loadOnnx` and `modelFile` do
 */
export async function openModel(given: string): Promise<OpenedModel> {
  if (isStandard(given)) {
    const name = "standard input";
    const model = new OnnxModel(await readStandardInput(), { name });
    return { model, name, files: [], externalData: undefined, preprocessing: undefined };
  }
  const name = await modelFile(given);
  const model = await loadOnnx(name);
  const beside = model.description.externalFiles.map((file) => join(dirname(name), file));
  return {
    ...{ model, name, files: [name, ...beside] },
    externalData: externalDataOf(name),
    preprocessing: await findPreprocessing(name),
  };
}
