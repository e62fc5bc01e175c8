import { existsSync } from "node:fs";
import { anyText } from "../../engine/arguments.js";
import { ImagoError, messageOf } from "../../engine/errors.js";
import { isRecord, parseJson } from "../../engine/files/parseJson.js";
import { readTextChecked } from "../../engine/files/readFileChecked.js";
import { Preprocessing, type PreprocessingOptions } from "../../vision/preprocessing.js";

/** The file beside a model that says how it wants its images: `photo.onnx` has `photo.preprocessing.json`. */
export function preprocessingPath(modelPath: string): string {
  anyText.read("preprocessingPath", "modelPath", modelPath);
  return `${modelPath.replace(/\.onnx$/i, "")}.preprocessing.json`;
}

/**
 * Reads {@link PreprocessingOptions} from a JSON file: `{ "preset": "caffe", "size": 227 }`.
 *
 * @throws ImagoError when it is missing, no JSON object, or says what makes no sense; it names the file
 */
export async function readPreprocessing(path: string): Promise<Preprocessing> {
  const text = await readTextChecked(path, { maxBytes: 2 ** 20 });
  try {
    const options = parseJson(text, "it");
    if (!isRecord(options)) {
      throw new ImagoError(
        "expected an object with preset, channelOrder, range, mean, deviation, layout, size",
      );
    }
    return new Preprocessing(options as PreprocessingOptions);
  } catch (cause) {
    const why = messageOf(cause);
    throw new ImagoError(`Cannot read ${path}: ${why}`, { cause });
  }
}

/**
 * What the file beside a model says; `undefined` where there is none.
 *
 * @throws ImagoError as {@link readPreprocessing}
 */
export async function findPreprocessing(modelPath: string): Promise<PreprocessingOptions | undefined> {
  const path = preprocessingPath(modelPath);
  if (!existsSync(path)) return undefined;
  const { size, ...settings } = (await readPreprocessing(path)).settings;
  return size === undefined ? settings : { ...settings, size };
}
