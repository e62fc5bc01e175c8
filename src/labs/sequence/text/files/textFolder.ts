import { ImagoError } from "../../../../engine/errors.js";
import { folderEntries } from "../../../../engine/files/folderEntries.js";
import type { Lock } from "../../../../engine/files/lock/acquireLock.js";
import { folderLockName, holdFolder } from "../../../../engine/files/lock/holdFolder.js";
import {
  callable,
  type FieldsOf,
  having,
  number,
  optional,
  readOptions,
  text,
} from "../../../../engine/options.js";
import type { Runtime } from "../../../../engine/runtime/runtime.js";
import { saveAsItGoes } from "../../../../nn/callbacks/saveAsItGoes.js";
import { hasFiles, previousName } from "../../../../nn/files/folder.js";
import { loadModel } from "../../../../nn/files/loadModel.js";
import { trainingName, weightsName } from "../../../../nn/files/modelFiles.js";
import { saveHeld } from "../../../../nn/files/saveModel.js";
import type { Model } from "../../../../nn/models/model.js";
import type { Callback, FitContext } from "../../../../nn/training/callback.js";
import type { TrainingPosition } from "../../../../nn/training/position.js";
import type { TextTrainer } from "../trainer.js";
import { type Corpus, type CorpusIdentity, corpusOf, readCorpus } from "./readCorpus.js";
import { readTextRecord, type TextRecord, textRecordFile, textRecordName } from "./textRecord.js";

export { type Corpus, type CorpusIdentity, corpusOf, readCorpus, type TextRecord };

/** What {@link loadText} found in a folder. */
export interface SavedText {
  readonly record: TextRecord;
  readonly network: Model;
  /** Where training stood. */
  readonly training: TrainingPosition | undefined;
  /** That the newest save is damaged and an earlier one was taken. */
  readonly notice?: string | undefined;
}

/**
 * Loads what {@link textCheckpoint} saved.
 *
 * @throws when there is nothing of that kind in the folder, or it is damaged
 */
export async function loadText(folder: string, runtime?: Runtime): Promise<SavedText> {
  const entries = await folderEntries(folder);
  const none = new ImagoError(
    `${folder} holds no text model: there is no ${textRecordName}, nor anything else that imago write train made. Name a folder of its.`,
  );
  if (!entries.some((name) => ownNames.includes(name))) throw none;
  const { model, training, notice, beside } = await loadModel(folder, { runtime, onNotice: () => {} });
  try {
    const own = beside[textRecordName];
    if (own === undefined && !entries.includes(textRecordName)) throw none;
    const record = await readTextRecord(folder, own);
    return { record, network: model, training, notice };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** Whether anything of a text was ever saved in a folder, damaged or not. */
export async function hasText(folder: string): Promise<boolean> {
  const entries = await folderEntries(folder, []);
  return entries.includes(textRecordName) || (entries.length > 0 && (await hasFiles(folder)));
}

/**
 * Makes sure that a new model can go into a folder: there is none yet, or it is empty, or holds what a first save left that came to no
 * end.
 *
 * @throws when it holds anything else
 */
export async function checkFree(folder: string): Promise<void> {
  const entries = await folderEntries(folder, []);
  const isOwn = entries.every((name) => ownNames.includes(name));
  const isModel = await hasText(folder);
  if (isOwn && !isModel) return;
  // Of a first save that came to no end, the whole of it may be there.
  if (entries.includes(textRecordName) || (isOwn && isModel)) {
    throw new ImagoError(
      `${folder} holds a model already. Go on with it by --resume, or choose another folder by --out.`,
    );
  }
  if (entries.length > 0) {
    throw new ImagoError(
      `${folder} is not empty: it holds ${entries.slice(0, 3).join(", ")}. Choose a new folder by --out.`,
    );
  }
}

/** What {@link textCheckpoint} leaves in a folder. */
const ownNames = [
  textRecordName,
  "model.json",
  weightsName,
  trainingName,
  previousName,
  ".next",
  folderLockName,
];

/**
 * Makes sure that a folder holds nothing but an earlier model, which may be replaced, or is not there.
 *
 * @param others names of further files that may be there
 * @throws when it holds anything else
 */
export async function checkReplaceable(folder: string, others: readonly string[]): Promise<void> {
  const allowed = new Set([...ownNames, ...others]);
  const entries = await folderEntries(folder, []);
  const foreign = entries.filter((name) => !allowed.has(name));
  if (foreign.length === 0) return;
  throw new ImagoError(
    `${folder} holds something else: ${foreign.slice(0, 3).join(", ")}. Choose another folder by --out.`,
  );
}

export interface TextCheckpointOptions {
  readonly folder: string;
  readonly trainer: TextTrainer;
  readonly corpus: CorpusIdentity;
  /** The epoch at which training is to end, from 1. */
  readonly epochs: number;
  /** Seconds after which an epoch is saved in between, from 0. Default: 30. */
  readonly everySeconds?: number | undefined;
  /** Milliseconds that pass. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

const checkpointFields = {
  folder: text(),
  trainer: having<TextTrainer>("a TextTrainer", "network", "config"),
  corpus: having<CorpusIdentity>("a corpus", "name", "bytes", "sha256"),
  epochs: number({ min: 1, integer: true }),
  everySeconds: number({ default: 30, min: 0 }),
  now: optional(callable<() => number>()),
} satisfies FieldsOf<TextCheckpointOptions>;

/**
 * Saves a text's network with all that training needs to go on: before the first batch, after each epoch, every
 * so many seconds, and when training stops. While training goes on, the folder is held: a second training that would save there
 * is refused before its first batch.
 *
 * @throws on unknown options and values outside their range; before training, when the folder cannot be written or another
 *   training saves there
 */
export function textCheckpoint(options: TextCheckpointOptions): Callback {
  return checkpointUnder(undefined, options);
}

/** Saves a text's network as {@link textCheckpoint} does, for someone who holds the folder. */
export async function saveTextHeld(
  folder: string,
  { trainer, corpus, epochs, training }: TextSave,
): Promise<void> {
  const { config, figures, network } = trainer;
  const record = textRecordFile({ corpus, config, epochs, figures });
  await saveHeld(network, folder, { training, beside: { [textRecordName]: record } });
}

interface TextSave extends Pick<TextCheckpointOptions, "trainer" | "corpus" | "epochs"> {
  readonly training: TrainingPosition;
}

/** {@link textCheckpoint} for someone who holds the folder already, and gives it back. */
export function checkpointUnder(held: Lock | undefined, options: TextCheckpointOptions): Callback {
  const read = readOptions("textCheckpoint", options, checkpointFields);
  const { folder, trainer, corpus, epochs, everySeconds, now } = read;
  let lock = held;
  const save = async (context: FitContext): Promise<void> => {
    lock?.confirm();
    await saveTextHeld(folder, { trainer, corpus, epochs, training: context.position() });
  };
  return {
    ...saveAsItGoes({ name: "textCheckpoint", save, everySeconds, now }),
    onTrainBegin: async () => {
      lock ??= await holdFolder(folder);
    },
    onTrainEnd: () => {
      if (held !== undefined) return;
      lock?.release();
      lock = undefined;
    },
  };
}
