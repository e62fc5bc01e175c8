import { ImagoError, messageOf } from "../../engine/errors.js";
import { readSafetensors } from "../../engine/formats/safetensors.js";
import { callable, type FieldsOf, optional, readOptions, refusal as refused } from "../../engine/options.js";
import { type RestoreOptions, restoreFields, restoreModel } from "../models/deserialize.js";
import type { Model } from "../models/model.js";
import type { TrainingPosition } from "../training/position.js";
import { readTraining } from "../training/savedTraining.js";
import { type FoundFiles, previousName, readFiles } from "./folder.js";
import { manifestName } from "./manifest.js";
import { trainingName, weightsName } from "./modelFiles.js";

export interface LoadOptions extends RestoreOptions {
  /** Told what `notice` says. Default: a warning of the process, so that older weights are not taken unnoticed. */
  readonly onNotice?: ((notice: string) => void) | undefined;
}

const fields = {
  ...restoreFields,
  onNotice: optional(callable<NonNullable<LoadOptions["onNotice"]>>()),
} satisfies FieldsOf<LoadOptions>;

function warn(notice: string): void {
  process.emitWarning(notice, { type: "ImagoWarning" });
}

/** What {@link loadModel} found. */
export interface LoadedModel {
  /** Compiled, if it was when it was saved. */
  readonly model: Model;
  /** Where training stood, for the `resume` of `fit`. Absent for a model that was saved for use alone. */
  readonly training?: TrainingPosition | undefined;
  /** Further files that were saved with it, by name. */
  readonly beside: Readonly<Record<string, Uint8Array>>;
  /** What a user should know: that the newest save is damaged, why, and that an earlier one was taken. */
  readonly notice?: string | undefined;
}

/**
 * Loads a model that `saveModel` saved. When the files in the folder are damaged, the save before is taken, and
 * `notice` says so. With `training`, optimiser, generator and steps are as they were, so that
 * `model.fit(x, y, { resume: training, … })` ends with the same bytes as if it had never been interrupted.
 *
 * @throws ImagoError when there is no undamaged saved model, saying which file is missing, truncated or altered;
 *   and when it needs a type of layer that is unknown
 */
export async function loadModel(folder: string, options: LoadOptions = {}): Promise<LoadedModel> {
  if (typeof folder !== "string") throw refused("loadModel", "folder", "the path of a folder", folder);
  const { onNotice = warn, ...read } = readOptions("loadModel", options, fields);
  const found = await readFiles(folder);
  try {
    const loaded = await restore(folder, found, read);
    const notice = noticeOf(folder, found);
    if (notice === undefined) return loaded;
    onNotice(notice);
    return { ...loaded, notice };
  } catch (cause) {
    throw refusal(`${folder}/${manifestName}`, cause);
  }
}

async function restore(
  folder: string,
  { manifest, files }: FoundFiles,
  options: LoadOptions,
): Promise<LoadedModel> {
  const bytes = files[weightsName];
  if (bytes === undefined) throw new ImagoError(`it names no ${weightsName}`);
  const { tensors } = readSafetensors(bytes, { name: `${folder}/${weightsName}` });
  const model = restoreModel(manifest.model, tensors, options);
  model.run = manifest.run;
  const { [weightsName]: _weights, [trainingName]: saved, ...beside } = files;
  if (saved === undefined) return { model, beside };
  const { trainer, position } = readTraining(saved, `${folder}/${trainingName}`);
  (await model.trainer()).restore({ run: manifest.run, ...trainer });
  return { model, training: position, beside };
}

function noticeOf(folder: string, { refused }: FoundFiles): string | undefined {
  if (refused === undefined) return undefined;
  return `${refused.replace(/\.$/, "")}. Loaded the save before it, from ${folder}/${previousName}.`;
}

/** The files are as they were written, so what is left to go wrong is what they say. */
function refusal(path: string, cause: unknown): ImagoError {
  // What runs out of stack or of memory is no form that a model was saved in.
  const why = cause instanceof RangeError ? "it is nested too deeply, or too large" : messageOf(cause);
  const what = cause instanceof ImagoError ? why : `it does not describe a model (${why})`;
  return new ImagoError(`${path}: ${what}`, { cause });
}
