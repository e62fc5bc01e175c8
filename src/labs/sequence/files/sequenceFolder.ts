import { createHash } from "node:crypto";
import { join } from "node:path";
import { anyText } from "../../../engine/arguments.js";
import { ImagoError } from "../../../engine/errors.js";
import { folderEntries } from "../../../engine/files/folderEntries.js";
import type { Lock } from "../../../engine/files/lock/acquireLock.js";
import { folderLockName } from "../../../engine/files/lock/holdFolder.js";
import { DigestList, writeDigestList } from "../../../engine/formats/digestList.js";
import type { Runtime } from "../../../engine/runtime/runtime.js";
import { saveAsItGoes } from "../../../nn/callbacks/saveAsItGoes.js";
import { hasFiles, previousName } from "../../../nn/files/folder.js";
import { loadModel } from "../../../nn/files/loadModel.js";
import { trainingName, weightsName } from "../../../nn/files/modelFiles.js";
import { saveHeld } from "../../../nn/files/saveModel.js";
import type { Model } from "../../../nn/models/model.js";
import type { Callback } from "../../../nn/training/callback.js";
import type { TrainingPosition } from "../../../nn/training/position.js";
import type { Learnt } from "../kinds/judgement.js";
import {
  readSequenceRecord,
  type SequenceRecord,
  sequenceRecordFile,
  sequenceRecordName,
} from "./sequenceRecord.js";

/** The file beside a network that says which items it has learnt from. */
const learntName = "learnt.txt";

/** What {@link loadSequence} found in a folder. */
export interface SavedSequence {
  readonly record: SequenceRecord;
  readonly network: Model;
  /** Where training stood. */
  readonly training: TrainingPosition | undefined;
  /** The items that were learnt from. */
  readonly learnt: Learnt;
  /** That the newest save is damaged and an earlier one was taken. */
  readonly notice: string | undefined;
}

/**
 * Loads a network for items that was trained into a folder.
 *
 * @throws ImagoError when there is none, or it is damaged
 */
export async function loadSequence(folder: string, runtime?: Runtime): Promise<SavedSequence> {
  anyText.read("loadSequence", "folder", folder);
  const entries = await folderEntries(folder);
  const none = new ImagoError(`${folder} holds no items: there is no ${sequenceRecordName}.`, {
    help: "Name a folder that `imago write train` made of tunes, molecules or dialogues.",
  });
  if (!entries.some((name) => ownNames.includes(name))) throw none;
  const { model, training, notice, beside } = await loadModel(folder, { runtime, onNotice: () => {} });
  try {
    const own = beside[sequenceRecordName];
    if (own === undefined) throw none;
    const record = readSequenceRecord(join(folder, sequenceRecordName), own);
    const learnt = learntIn(join(folder, learntName), beside[learntName]);
    return { record, network: model, training, learnt, notice };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

function learntIn(path: string, bytes: Uint8Array | undefined): Learnt {
  const list = bytes && new DigestList(path, bytes);
  return { has: (key) => list?.has(digestOfItem(key)) === true };
}

const digestOfItem = (key: string): string => createHash("sha256").update(key).digest("hex");

/** What an item file of the items that are learnt from says; made once, since it hashes each of them. */
export function learntItemsFile(items: Iterable<string>): Uint8Array {
  const digests = function* (): Iterable<string> {
    for (const item of items) yield digestOfItem(item);
  };
  return writeDigestList(digests());
}

/** Whether anything of items was ever saved in a folder, damaged or not. */
export async function hasSequence(folder: string): Promise<boolean> {
  const entries = await folderEntries(folder, []);
  return entries.includes(sequenceRecordName) || (entries.length > 0 && (await hasFiles(folder)));
}

/** Whether what was saved in a folder is of items, and not of a text. */
export async function holdsItems(folder: string): Promise<boolean> {
  const places = [folder, join(folder, ".next"), join(folder, previousName)];
  const entries = await Promise.all(places.map((place) => folderEntries(place, [])));
  return entries.some((names) => names.includes(sequenceRecordName));
}

/** What a training leaves in a folder. */
const ownNames: readonly string[] = [
  ...[sequenceRecordName, learntName, "model.json", weightsName, trainingName],
  ...[previousName, ".next", folderLockName],
];

/**
 * Makes sure that a new network can go into a folder: there is none yet, and nothing of others.
 *
 * @throws ImagoError when it holds anything else
 */
export async function checkSequenceFree(folder: string): Promise<void> {
  const entries = await folderEntries(folder, []);
  const foreign = entries.filter((name) => !ownNames.includes(name));
  if (await hasSequence(folder)) {
    throw new ImagoError(
      `${folder} holds a model already. Go on with it by --resume, or choose another folder by --out.`,
    );
  }
  if (foreign.length === 0) return;
  throw new ImagoError(
    `${folder} is not empty: it holds ${foreign.slice(0, 3).join(", ")}. Choose a new folder by --out.`,
  );
}

/** What is saved of a training. */
export interface SequenceSave {
  readonly folder: string;
  readonly network: Model;
  readonly record: () => SequenceRecord;
  /** As {@link learntItemsFile} makes it. */
  readonly learnt: Uint8Array;
  readonly training?: TrainingPosition | undefined;
}

/** Saves a network for items and what training needs to go on, for someone who holds the folder. */
export async function saveSequenceHeld({
  folder,
  network,
  record,
  learnt,
  training,
}: SequenceSave): Promise<void> {
  const beside = { [sequenceRecordName]: sequenceRecordFile(record()), [learntName]: learnt };
  await saveHeld(network, folder, { training, beside });
}

/** Saves before the first batch, after each report, every half a minute, and when training stops. */
export function sequenceCheckpoint(lock: Lock, save: Omit<SequenceSave, "training">): Callback {
  return saveAsItGoes({
    name: "sequenceCheckpoint",
    save: async (context) => {
      lock.confirm();
      await saveSequenceHeld({ ...save, training: context.position() });
    },
  });
}
