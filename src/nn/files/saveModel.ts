import { ImagoError } from "../../engine/errors.js";
import { whileHolding } from "../../engine/files/lock/holdFolder.js";
import { accepting, byName, type FieldsOf, optional, readOptions, refusal } from "../../engine/options.js";
import { positionField, type TrainingPosition } from "../training/position.js";
import type { TrainableNetwork } from "../training/trainableNetwork.js";
import { previousName, replaceFiles } from "./folder.js";
import { manifestName } from "./manifest.js";
import { modelFiles, trainingName, weightsName } from "./modelFiles.js";

export interface SaveOptions {
  /**
   * Where training stands, so that it can go on: a callback's `context.position()`, a history's `position`, or an
   * epoch and the number of its finished batches. Default: the model is saved for use alone.
   */
  readonly training?: TrainingPosition | undefined;
  /** Further files that belong to the model, by name: saved with it, whole or not at all, and given back by `loadModel`. */
  readonly beside?: Readonly<Record<string, Uint8Array>> | undefined;
}

const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;

const fields = {
  training: positionField,
  beside: optional(byName(accepting("bytes", isBytes), "bytes by the names of their files")),
} satisfies FieldsOf<SaveOptions>;

/**
 * Saves a model to a folder, which is made if need be: `model.json` (architecture, compile options, and the SHA-256
 * of the other files), `weights.safetensors` (every variable by its path) and, with `training`,
 * `training.safetensors` (optimiser slots, generator, steps, callbacks).
 *
 * Whatever happens meanwhile, the folder holds a complete saved model: this one or the one before, which stays in
 * the folder `previous` inside. The model may be trained on while this is being written. Two that save to one folder at the same
 * time, in one process or several, do so one after the other.
 *
 * @throws ImagoError when a layer cannot be saved, when the folder cannot be written, and when a training saves there that still
 *   goes on
 */
export async function saveModel(
  model: TrainableNetwork,
  folder: string,
  options: SaveOptions = {},
): Promise<void> {
  const set = await savedSet(model, folder, options);
  await whileHolding(folder, () => replaceFiles(folder, ...set));
}

/** {@link saveModel} for someone who holds the folder. */
export async function saveHeld(
  model: TrainableNetwork,
  folder: string,
  options: SaveOptions = {},
): Promise<void> {
  await replaceFiles(folder, ...(await savedSet(model, folder, options)));
}

/** The manifest of a model as it stands now, and all other files. */
async function savedSet(
  model: TrainableNetwork,
  folder: string,
  options: SaveOptions,
): Promise<[manifest: string, files: Readonly<Record<string, Uint8Array>>]> {
  checkArguments(model, folder);
  const { training, beside } = readOptions("saveModel", options, fields);
  checkNames(beside ?? {});
  const trainer = training === undefined ? undefined : await model.trainer();
  // From here to the bytes nothing waits, so that a step of training cannot come in between.
  const state =
    trainer === undefined || training === undefined
      ? undefined
      : { trainer: trainer.save(), position: training };
  const { [manifestName]: manifest, ...files } = modelFiles(
    model,
    state,
    trainer?.state.run ?? model.run,
    beside,
  );
  return [new TextDecoder().decode(manifest), files];
}

function checkArguments(model: unknown, folder: unknown): void {
  if (typeof model !== "object" || model === null || !("trainer" in model)) {
    throw refusal("saveModel", "model", "a model, as model and sequential make them", model);
  }
  if (typeof folder !== "string") throw refusal("saveModel", "folder", "the path of a folder", folder);
}

/** @throws ImagoError on names that are the save's own, or no file in its folder */
function checkNames(beside: Readonly<Record<string, Uint8Array>>): void {
  const own = [manifestName, weightsName, trainingName, previousName];
  const bad = Object.keys(beside).find((name) => own.includes(name) || !/^[\w-][\w.-]*$/.test(name));
  if (bad === undefined) return;
  throw new ImagoError(`saveModel: beside: "${bad}" is not the name of a file beside ${own.join(", ")}.`);
}
