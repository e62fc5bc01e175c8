import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { ImagoError, shown } from "../../../engine/errors.js";
import { fileError } from "../../../engine/files/fileError.js";
import { readOptions } from "../../../engine/options.js";
import { previousName } from "../../../nn/files/folder.js";
import { loadModel } from "../../../nn/files/loadModel.js";
import { manifestName } from "../../../nn/files/manifest.js";
import { type RestoreOptions, restoreFields } from "../../../nn/models/deserialize.js";
import type { Model } from "../../../nn/models/model.js";

const where = "loadCheckpoints";

/** A saved model, and where it was. */
export interface LoadedCheckpoint {
  readonly path: string;
  readonly model: Model;
}

/**
 * Models that training left in files, as members of an ensemble, the oldest first.
 *
 * @param from a folder with one saved model in each folder inside, as `modelCheckpoint({ folder: "run/{epoch}" })` leaves
 *   them, in the order of their names; or a folder that is a saved model, which gives the save before it too, if there is
 *   one; or the folders of saved models themselves
 * @throws ImagoError where there are none, and where one is damaged, saying how
 */
export async function loadCheckpoints(
  from: string | readonly string[],
  options: RestoreOptions = {},
): Promise<Model[]> {
  const read = readOptions(where, options, restoreFields);
  return (await openCheckpoints(where, from, read)).map(({ model }) => model);
}

/** {@link loadCheckpoints}, with their places, for another function that errors are to name. */
export async function openCheckpoints(
  asking: string,
  from: string | readonly string[],
  options: RestoreOptions,
): Promise<LoadedCheckpoint[]> {
  const isList = Array.isArray(from) && from.every((path) => typeof path === "string");
  if (typeof from !== "string" && !isList) {
    throw new ImagoError(`${asking}: expected a folder or an array of them, received ${shown(from)}.`);
  }
  const paths = typeof from === "string" ? await pathsIn(asking, from) : from;
  const loaded: LoadedCheckpoint[] = [];
  for (const path of paths) {
    const { model, notice } = await loadModel(path, { ...options, onNotice: () => {} });
    // The save before it would stand for it, and count twice.
    if (notice !== undefined)
      throw new ImagoError(`${asking}: ${notice}`, { help: "Leave it out, or name the folders to take." });
    loaded.push({ path, model });
  }
  return loaded;
}

async function pathsIn(asking: string, folder: string): Promise<string[]> {
  if (await exists(join(folder, manifestName))) {
    const before = join(folder, previousName);
    return (await exists(join(before, manifestName))) ? [before, folder] : [folder];
  }
  const names = await readdir(folder).catch((error: unknown) => {
    throw fileError("read", folder, error);
  });
  const order = new Intl.Collator("en", { numeric: true });
  const found: string[] = [];
  for (const name of names.sort(order.compare)) {
    if (await exists(join(folder, name, manifestName))) found.push(join(folder, name));
  }
  if (found.length > 0) return found;
  throw new ImagoError(`${asking}: ${folder} holds no saved model, nor does a folder in it.`, {
    help: 'modelCheckpoint({ folder: "run/{epoch}" }) leaves one for each epoch.',
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
