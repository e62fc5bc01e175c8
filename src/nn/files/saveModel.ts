import { writeSafetensors } from "../../engine/formats/safetensors.js";
import { type FieldsOf, readOptions } from "../../engine/options.js";
import { saveArchitecture, weightsOf } from "../models/serialize.js";
import { positionField, type TrainingPosition } from "../training/position.js";
import { writeTraining } from "../training/savedTraining.js";
import type { TrainableNetwork } from "../training/trainableNetwork.js";
import { digestOf, replaceFiles } from "./folder.js";
import { writeManifest } from "./manifest.js";

/** The names of the files beside `model.json`. */
export const weightsName = "weights.safetensors";
export const trainingName = "training.safetensors";

export interface SaveOptions {
  /**
   * Where training stands, so that it can go on: a callback's `context.position()`, a history's `position`, or an
   * epoch and the number of its finished batches. Default: the model is saved for use alone.
   */
  readonly training?: TrainingPosition | undefined;
}

const fields = { training: positionField } satisfies FieldsOf<SaveOptions>;

/**
 * Saves a model to a folder, which is made if need be: `model.json` (architecture, compile options, and the SHA-256
 * of the other files), `weights.safetensors` (every variable by its path) and, with `training`,
 * `training.safetensors` (optimiser slots, generator, steps, callbacks).
 *
 * Whatever happens meanwhile, the folder holds a complete saved model: this one or the one before, which stays in
 * the folder `previous` inside. One writer at a time; the model may be trained on while this is being written.
 *
 * @throws ImagoError when a layer cannot be saved, and when the folder cannot be written
 */
export async function saveModel(
  model: TrainableNetwork,
  folder: string,
  options: SaveOptions = {},
): Promise<void> {
  const { training } = readOptions("saveModel", options, fields);
  const trainer = training === undefined ? undefined : await model.trainer();
  // From here to the bytes nothing waits, so that a step of training cannot come in between.
  const architecture = saveArchitecture(model);
  const run = trainer?.state.run ?? model.run;
  const files: Record<string, Uint8Array> = {
    [weightsName]: writeSafetensors(weightsOf(model), { format: "imago weights", version: "1" }),
  };
  if (trainer !== undefined && training !== undefined) {
    files[trainingName] = writeTraining({ trainer: trainer.save(), position: training });
  }
  const digests = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, digestOf(bytes)]));
  await replaceFiles(folder, writeManifest({ files: digests, run, model: architecture }), files);
}
