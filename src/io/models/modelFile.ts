import { existsSync } from "node:fs";
import { isModelPath } from "./modelName.js";
import { ModelStore } from "./store.js";

/**
 * The file of a model that is given by its path or by its name in the store. A file that is there goes before a model
 * of the same name.
 *
 * @throws ImagoError when there is no model of the name, or it has not been downloaded. Paths are not looked at.
 */
export async function modelFile(model: string, store: ModelStore = new ModelStore()): Promise<string> {
  return isModelPath(model) || existsSync(model) ? model : (await store.path(model)).path;
}
