import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { anyText } from "../../engine/arguments.js";
import { ImagoError } from "../../engine/errors.js";
import { externalDataOf } from "../../engine/files/externalData.js";
import { parseJsonObject } from "../../engine/files/parseJson.js";
import { type FieldsOf, having, optional, readOptions, unchecked } from "../../engine/options.js";
import { loadModel } from "../../nn/files/loadModel.js";
import { loadOnnx } from "../../nn/files/loadOnnx.js";
import { exportOnnx } from "../../nn/models/exportOnnx.js";
import { type OnnxActivation, OnnxModel } from "../../nn/models/onnxModel.js";
import {
  type ClassifierRecord,
  classifierMetadata,
  classifierMetadataKey,
  classifierRecordName,
  readClassifierRecord,
} from "../../vision/classifierRecord.js";
import { type ImageNetwork, onnxImageNetwork } from "../../vision/imageNetwork.js";
import { inputSize } from "../../vision/inputSize.js";
import { layoutOf } from "../../vision/layoutOf.js";
import { type Preprocessing, type PreprocessingOptions, preprocessing } from "../../vision/preprocessing.js";
import { findPreprocessing } from "../images/readPreprocessing.js";
import type { KnownModel } from "./catalogue.js";
import { isModelPath } from "./modelName.js";
import { ModelStore, type StoredModel } from "./store.js";

export interface OpenClassifierOptions {
  /** Default: what the file beside the model says, else the catalogue, else `torchvision`. */
  readonly preprocessing?: PreprocessingOptions | undefined;
  /** Default: the user's cache folder with the models that Imago knows. */
  readonly store?: ModelStore | undefined;
}

const fields = {
  preprocessing: optional(unchecked<PreprocessingOptions>("an object")),
  store: optional(having<ModelStore>("a ModelStore", "folder", "path", "list")),
} satisfies FieldsOf<OpenClassifierOptions>;

/** A classifier ready to be looked into. */
export interface Classifier {
  /** As the user named it. */
  readonly name: string;
  readonly network: ImageNetwork;
  readonly model: OnnxModel;
  readonly preprocessing: Preprocessing;
  /** Whether nobody said how the network wants its images. */
  readonly assumed: boolean;
  /** What Imago knows of it, where it came with Imago or is of the catalogue. */
  readonly entry: KnownModel | undefined;
  /** Its classes and how it wants its pictures, where it was trained here. */
  readonly record: ClassifierRecord | undefined;
}

/**
 * Opens an image classifier by its file, by the folder that it was trained into, or by its name in the catalogue or among those that
 * were pulled.
 *
 * @param model a path of a file or folder, or a name that was pulled; default: the first that was pulled, else the one that comes with Imago
 * @throws ImagoError on unknown options, when there is no such model, or it is no ONNX model with one image input
 */
export async function openClassifier(
  model: string | undefined,
  options: OpenClassifierOptions = {},
): Promise<Classifier> {
  if (model !== undefined) anyText.read("openClassifier", "model", model);
  const read = readOptions("openClassifier", options, fields);
  const { name, path, entry } = await locate(model, read.store ?? new ModelStore());
  const loaded = (await isFolder(path)) ? await savedClassifier(path) : await loadOnnx(path);
  const record = recordIn(loaded);
  const known =
    read.preprocessing ?? (record === undefined ? await findPreprocessing(path) : preprocessingOf(record));
  const wanted = known ?? entry?.preprocessing ?? { preset: "torchvision" };
  // Where nobody says it, the file does.
  const layout = wanted.layout ?? layoutOf(loaded.inputs[0]?.sizes ?? []);
  const way = preprocessing(layout === undefined ? wanted : { ...wanted, layout });
  const network = onnxImageNetwork(loaded.bytes, way, {
    name: basename(path),
    externalData: externalDataOf(path),
  });
  const assumed = known === undefined && entry === undefined;
  return { name, network, model: loaded, preprocessing: way, assumed, entry, record };
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );

/**
 * A classifier that was trained here, as the file that it would be exported as.
 *
 * @throws ImagoError when the folder holds none
 */
async function savedClassifier(folder: string): Promise<OnnxModel> {
  const { model, beside } = await loadModel(folder);
  const bytes = beside[classifierRecordName];
  if (bytes === undefined) {
    throw new ImagoError(`${folder} holds a network, and no ${classifierRecordName} beside it.`, {
      help: "Name a folder that `imago classify train` made, or an .onnx file.",
    });
  }
  const path = join(folder, classifierRecordName);
  const record = readClassifierRecord(path, parseJsonObject(new TextDecoder().decode(bytes), path));
  return new OnnxModel(exportOnnx(model, { metadata: classifierMetadata(record) }), { name: folder });
}

/** What a file that Imago exported says of itself; `undefined` for those of others. */
function recordIn({ name, description: { metadata } }: OnnxModel): ClassifierRecord | undefined {
  const text = metadata[classifierMetadataKey];
  if (text === undefined) return undefined;
  const where = `${name}: metadata ${classifierMetadataKey}`;
  return readClassifierRecord(where, parseJsonObject(text, where));
}

/** Such a network takes pixels as they are. */
const preprocessingOf = ({ size }: ClassifierRecord): PreprocessingOptions => ({
  preset: "raw",
  layout: "channelsLast",
  size: [...size],
});

/**
 * The classifier's activations at the size that it was trained at.
 *
 * @throws ImagoError as `readModel` does
 */
export function activationsOf(classifier: Classifier): OnnxActivation[] {
  const [height, width] = inputSize(classifier.model, classifier.preprocessing);
  const isFirst = classifier.preprocessing.settings.layout === "channelsFirst";
  const { name = "", sizes } = classifier.model.inputs[0] ?? {};
  // A file may have been exported for one number of images alone, as for one size.
  const batch = typeof sizes?.[0] === "number" ? sizes[0] : 1;
  const shape = isFirst ? [batch, 3, height, width] : [batch, height, width, 3];
  return classifier.model.activations({ inputShapes: { [name]: shape } });
}

interface Located {
  readonly name: string;
  readonly path: string;
  readonly entry: KnownModel | undefined;
}

async function locate(model: string | undefined, store: ModelStore): Promise<Located> {
  if (model !== undefined && (isModelPath(model) || existsSync(model))) {
    return { name: model, path: model, entry: undefined };
  }
  if (model !== undefined) {
    const stored = await store.path(model);
    return { name: model, path: stored.path, entry: listed(stored) };
  }
  const here = await store.standing();
  return { name: here.model.name, path: here.path, entry: listed(here) };
}

const listed = ({ model }: StoredModel): KnownModel | undefined => ("pulled" in model ? undefined : model);
