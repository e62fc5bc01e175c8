import { access } from "node:fs/promises";
import {
  type Preprocessing,
  type PreprocessingOptions,
  preprocessing,
} from "../../labs/vision/preprocessing.js";
import { preprocessingPath, readPreprocessing } from "../images/readPreprocessing.js";
import type { CatalogueModel } from "./catalogue.js";
import { ModelStore } from "./store.js";

/** A network to look at images with. */
export interface ResolvedModel {
  /** The `.onnx` file. */
  readonly path: string;
  readonly preprocessing: Preprocessing;
  /** Nothing said how it wants its images, and torchvision's way was taken, which most exported classifiers have. */
  readonly assumed: boolean;
  /** What the catalogue says of it, for a model that was given by its name there. */
  readonly catalogued: CatalogueModel | undefined;
}

/**
 * A network given as a file (a path with a separator, or ending in `.onnx`) or by its name in the catalogue.
 *
 * How it wants its images is what `options` say; else the JSON file beside it (`photo.onnx` has
 * `photo.preprocessing.json`); else the catalogue's; else torchvision's.
 *
 * @throws ImagoError when the catalogue has no such name or the model has not been pulled, and when the JSON file
 *   makes no sense
 */
export async function resolveModel(
  fileOrName: string,
  options?: PreprocessingOptions,
  store: ModelStore = new ModelStore(),
): Promise<ResolvedModel> {
  const isFile = /[\\/]|\.onnx$/i.test(fileOrName);
  const stored = isFile ? undefined : await store.path(fileOrName);
  const path = stored?.path ?? fileOrName;
  const catalogued = stored?.model;
  const found = { path, catalogued, assumed: false };
  if (options !== undefined) return { ...found, preprocessing: preprocessing(options) };
  const beside = preprocessingPath(path);
  const exists = await access(beside).then(
    () => true,
    () => false,
  );
  if (exists) return { ...found, preprocessing: await readPreprocessing(beside) };
  if (catalogued !== undefined) return { ...found, preprocessing: preprocessing(catalogued.preprocessing) };
  return { ...found, preprocessing: preprocessing("torchvision"), assumed: true };
}
