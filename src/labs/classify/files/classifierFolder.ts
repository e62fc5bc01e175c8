import { createHash } from "node:crypto";
import { join } from "node:path";
import { anyText } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import { folderEntries } from "../../../engine/files/folderEntries.js";
import type { Lock } from "../../../engine/files/lock/acquireLock.js";
import { folderLockName } from "../../../engine/files/lock/holdFolder.js";
import { parseJsonObject } from "../../../engine/files/parseJson.js";
import { having } from "../../../engine/options.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { saveAsItGoes } from "../../../nn/callbacks/saveAsItGoes.js";
import { previousName } from "../../../nn/files/folder.js";
import { loadModel } from "../../../nn/files/loadModel.js";
import { trainingName, weightsName } from "../../../nn/files/modelFiles.js";
import { saveHeld, saveModel } from "../../../nn/files/saveModel.js";
import type { Callback } from "../../../nn/training/callback.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import { classifierRecordName, readClassifierRecord } from "../../../vision/classifierRecord.js";
import { Classifier } from "../classifier.js";
import type { PictureData } from "../pictureData.js";
import { readTrainingRecord, type TrainingRecord } from "../trainingRecord.js";
import type { TransferBase } from "../transfer/transferBase.js";
import { featuresName } from "./featureStore.js";
import { LearntPictures, learntPicturesName } from "./learntPictures.js";

/** The file beside the network that holds the {@link TrainingRecord}. */
const trainingRecordName = "classify.json";

/** What {@link loadClassifier} found. */
export interface SavedClassifier {
  readonly classifier: Classifier;
  /** How it was trained; absent where it was saved by `saveClassifier`. */
  readonly record: TrainingRecord | undefined;
  /** Where training stood. */
  readonly training: TrainingPosition | undefined;
  /** What it has learnt from; absent where that is not known. */
  readonly learnt: LearntPictures | undefined;
  /** That the newest save is damaged and an earlier one was taken. */
  readonly notice: string | undefined;
}

/**
 * Loads a classifier that was trained or saved into a folder.
 *
 * @throws ImagoError when there is none, or it is damaged
 */
export async function loadClassifier(folder: string, runtime?: Runtime): Promise<SavedClassifier> {
  anyText.read("loadClassifier", "folder", folder);
  const entries = await folderEntries(folder);
  if (!entries.includes(classifierRecordName) && !entries.includes(previousName)) {
    throw new ImagoError(`${folder} holds no classifier: there is no ${classifierRecordName}.`, {
      help: "Name a folder that `imago classify train` made.",
    });
  }
  const { model, training, notice, beside } = await loadModel(folder, { runtime, onNotice: () => {} });
  try {
    const own = jsonIn(folder, classifierRecordName, beside);
    if (own === undefined)
      throw new ImagoError(`${folder} holds a network, and no ${classifierRecordName} beside it.`);
    const record = readClassifierRecord(join(folder, classifierRecordName), own);
    const run = jsonIn(folder, trainingRecordName, beside);
    const learnt = beside[learntPicturesName];
    return {
      classifier: new Classifier(model, record),
      record: run && readTrainingRecord(join(folder, trainingRecordName), run),
      training,
      learnt: learnt && new LearntPictures(join(folder, learntPicturesName), learnt),
      notice,
    };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function jsonIn(
  folder: string,
  name: string,
  files: Readonly<Record<string, Uint8Array>>,
): Record<string, unknown> | undefined {
  const bytes = files[name];
  return bytes && parseJsonObject(new TextDecoder().decode(bytes), join(folder, name));
}

/**
 * Saves a classifier for use: its network with its weights, and `classifier.json` with classes, size and fit.
 *
 * @throws ImagoError when the folder cannot be written, and while a training saves there
 */
export async function saveClassifier(classifier: Classifier, folder: string): Promise<void> {
  having<Classifier>("a Classifier", "model", "record").read("saveClassifier", "classifier", classifier);
  anyText.read("saveClassifier", "folder", folder);
  await saveModel(classifier.model, folder, { beside: besideOf(classifier, undefined) });
}

/** What is saved of a training. */
export interface TrainingSave {
  readonly folder: string;
  readonly classifier: Classifier;
  readonly record: TrainingRecord;
  readonly training?: TrainingPosition | undefined;
  /** As `learntPicturesFile` makes it. */
  readonly learnt?: Uint8Array | undefined;
}

/** Saves a classifier and what training needs to go on, for someone who holds the folder. */
export async function saveTraining(save: TrainingSave): Promise<void> {
  const { folder, classifier, record, training, learnt } = save;
  const known = learnt === undefined ? {} : { [learntPicturesName]: learnt };
  await saveHeld(classifier.model, folder, {
    training,
    beside: { ...besideOf(classifier, record), ...known },
  });
}

/** A value as a file of JSON. */
export const jsonFile = (value: object): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value, undefined, 2)}\n`);

function besideOf({ record }: Classifier, training: TrainingRecord | undefined): Record<string, Uint8Array> {
  return {
    [classifierRecordName]: jsonFile(record),
    ...(training === undefined ? {} : { [trainingRecordName]: jsonFile(training) }),
  };
}

/** Saves before the first batch, after each epoch, every half a minute, and when training stops. */
export function classifierCheckpoint(lock: Lock, save: Omit<TrainingSave, "training">): Callback {
  return saveAsItGoes({
    name: "classifierCheckpoint",
    save: async (context) => {
      lock.confirm();
      await saveTraining({ ...save, training: context.position() });
    },
  });
}

/** The lock of someone who has work to do in the folder before its training begins. */
export const preparationLockName = ".prepare.lock";

/** What a training leaves in a folder. */
const ownNames: ReadonlySet<string> = new Set([
  ...[classifierRecordName, trainingRecordName, learntPicturesName, "model.json", weightsName, trainingName],
  ...[previousName, ".next", folderLockName, preparationLockName, "cache", featuresName],
]);

/**
 * Whether a folder holds a training that can be gone on with.
 *
 * @throws ImagoError when it is no folder, or may not be read
 */
export async function hasClassifier(folder: string): Promise<boolean> {
  return (await folderEntries(folder, [])).includes(classifierRecordName);
}

/**
 * Makes sure that a new classifier can go into a folder: there is none yet, and nothing of others.
 *
 * @throws ImagoError when it holds anything else
 */
export async function checkFree(folder: string): Promise<void> {
  const entries = await folderEntries(folder, []);
  const foreign = entries.filter((name) => !ownNames.has(name));
  if (entries.includes(classifierRecordName)) {
    throw new ImagoError(
      `${folder} holds a classifier already. Go on with it by resume, or choose another folder.`,
    );
  }
  if (foreign.length === 0 && !entries.includes("model.json")) return;
  const held = (foreign.length === 0 ? entries : foreign).slice(0, 3).join(", ");
  throw new ImagoError(`${folder} is not empty: it holds ${held}. Choose a new folder.`);
}

/**
 * Which pictures a training is of: the SHA-256 of their names and classes, in their order; behind it, where all have been read, that of
 * their contents.
 */
export function digestOfPictures({ classes, train, validation }: PictureData): string {
  const names = createHash("sha256").update(JSON.stringify(classes));
  const contents = createHash("sha256");
  let isRead = true;
  for (const { items } of [train, validation]) {
    names.update("\n\n");
    for (const { path, label, digest } of items) {
      // Without what stands before the class's folder, which is another from another place.
      names.update(`${label} ${path.split(/[\\/]/).slice(-2).join("/")}\n`);
      contents.update(`${digest}\n`);
      isRead &&= digest !== undefined;
    }
  }
  return isRead ? `${names.digest("hex")} ${contents.digest("hex")}` : names.digest("hex");
}

/** How pictures differ by their digests; contents count where both tell them. */
export function differenceOfPictures(one: string, other: string): "names" | "contents" | undefined {
  const [[name, content], [otherName, otherContent]] = [one.split(" "), other.split(" ")] as const;
  if (name !== otherName) return "names";
  const areKnown = content !== undefined && otherContent !== undefined;
  return areKnown && content !== otherContent ? "contents" : undefined;
}

/** What a base is: its file, where it is cut, and how it wants its pictures. */
export function baseIdentity({
  name,
  cut,
  model,
  preprocessing,
}: TransferBase): NonNullable<TrainingRecord["base"]> {
  const sha256 = createHash("sha256").update(model.bytes).digest("hex");
  return { name, cut, sha256, preprocessing: JSON.stringify(preprocessing.settings) };
}
