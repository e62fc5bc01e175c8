import { readSafetensors, writeSafetensors } from "../../engine/formats/safetensors.js";
import { type RestoreOptions, restoreModel } from "../models/deserialize.js";
import type { Model } from "../models/model.js";
import { saveArchitecture, weightsOf } from "../models/serialize.js";
import type { SavedTraining } from "../training/savedTraining.js";
import { writeTraining } from "../training/savedTraining.js";
import type { TrainableNetwork } from "../training/trainableNetwork.js";
import { digestOf } from "./folder.js";
import { manifestName, readManifest, writeManifest } from "./manifest.js";

/** The names of the files beside `model.json`. */
export const weightsName = "weights.safetensors";
export const trainingName = "training.safetensors";

/**
 * A model as the files of its folder, by name; `model.json`, which names the others with their digests, is among them.
 *
 * @param training where its training stands. Default: it is for use alone
 * @param run what tells the run of training. Default: the model's own
 * @param beside further files of the same set, by name
 */
export function modelFiles(
  model: TrainableNetwork,
  training?: SavedTraining,
  run = model.run,
  beside: Readonly<Record<string, Uint8Array>> = {},
): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {
    ...beside,
    [weightsName]: writeSafetensors(weightsOf(model), { format: "imago weights", version: "1" }),
  };
  if (training !== undefined) files[trainingName] = writeTraining(training);
  const digests = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digestOf(bytes)]));
  const manifest = writeManifest({ files: digests, run, model: saveArchitecture(model) });
  return { ...files, [manifestName]: new TextEncoder().encode(manifest) };
}

/**
 * A model from its files, for use alone.
 *
 * @param name what errors call them
 * @throws ImagoError where one is missing or altered
 */
export function modelFromFiles(
  files: Readonly<Record<string, Uint8Array>>,
  name: string,
  options: RestoreOptions = {},
): Model {
  const none = new Uint8Array();
  const manifest = readManifest(files[manifestName] ?? none, `${name}/${manifestName}`);
  const path = `${name}/${weightsName}`;
  const model = restoreModel(
    manifest.model,
    readSafetensors(files[weightsName] ?? none, { name: path }).tensors,
    options,
  );
  model.run = manifest.run;
  return model;
}
