import { createHash } from "node:crypto";
import { join } from "node:path";
import { ImagoError } from "../../../../engine/errors.js";
import { atomicWrite } from "../../../../engine/files/atomicWrite.js";
import type { Lock } from "../../../../engine/files/lock/acquireLock.js";
import { makeFolder } from "../../../../engine/files/makeFolder.js";
import { parseJsonObject } from "../../../../engine/files/parseJson.js";
import type { DistillReport } from "../../../../methods/distill/report/reportOptions.js";
import { saveAsItGoes } from "../../../../nn/callbacks/saveAsItGoes.js";
import { loadModel } from "../../../../nn/files/loadModel.js";
import { saveHeld } from "../../../../nn/files/saveModel.js";
import type { Model } from "../../../../nn/models/model.js";
import type { Callback } from "../../../../nn/training/callback.js";
import type { TrainingPosition } from "../../../../nn/training/position.js";
import type { TrainableNetwork } from "../../../../nn/training/trainableNetwork.js";
import { classifierRecordName, readClassifierRecord } from "../../../../vision/classifierRecord.js";
import { Classifier } from "../../classifier.js";
import { jsonFile } from "../../files/classifierFolder.js";
import { featuresName } from "../../files/featureStore.js";
import type { StudentRole } from "../distillOptions.js";
import { type DistillRecord, readDistillRecord } from "../distillRecord.js";

/** The file beside a student that holds the {@link DistillRecord}. */
export const distillRecordName = "distill.json";
/** The folder in a student's that holds the one that had no teacher. */
const aloneName = "alone";
export const reportName = "report.json";
export const entropyName = "entropy.svg";

/** Where a student is. */
export const studentFolder = (folder: string, role: StudentRole): string =>
  role === "alone" ? join(folder, aloneName) : folder;

/** Where the answers of teachers that are asked once are kept. */
export async function answersFile(folder: string): Promise<string> {
  const place = join(folder, featuresName);
  await makeFolder(place);
  return join(place, "answers.safetensors");
}

/** What was found of a student. */
export interface SavedStudent {
  readonly classifier: Classifier;
  readonly record: DistillRecord;
  /** Where training stood. */
  readonly training: TrainingPosition | undefined;
  /** That the newest save is damaged and an earlier one was taken. */
  readonly notice: string | undefined;
}

/**
 * A student that a distillation saved.
 *
 * @throws ImagoError when there is none, or it is damaged
 */
export async function loadStudent(folder: string): Promise<SavedStudent> {
  const { model, training, notice, beside } = await loadModel(folder, { onNotice: () => {} });
  const file = (name: string): Record<string, unknown> => {
    const bytes = beside[name];
    if (bytes !== undefined) return parseJsonObject(new TextDecoder().decode(bytes), join(folder, name));
    throw new ImagoError(`${folder} holds a classifier that was not distilled: there is no ${name}.`, {
      help: "Choose another folder.",
    });
  };
  try {
    const record = readDistillRecord(join(folder, distillRecordName), file(distillRecordName));
    const own = readClassifierRecord(join(folder, classifierRecordName), file(classifierRecordName));
    return { classifier: new Classifier(model, own), record, training, notice };
  } catch (error) {
    await model.dispose();
    throw error;
  }
}

/** What is saved of a student. */
export interface StudentSave {
  readonly folder: string;
  readonly classifier: Classifier;
  readonly record: DistillRecord;
}

/**
 * Saves a student, for someone who holds the folder.
 *
 * @param network what trains it, where training is to go on
 */
export async function saveStudent(
  { folder, classifier, record }: StudentSave,
  network: TrainableNetwork = classifier.model,
  training?: TrainingPosition,
): Promise<void> {
  const beside = {
    [classifierRecordName]: jsonFile(classifier.record),
    [distillRecordName]: jsonFile(record),
  };
  await saveHeld(network, folder, { training, beside });
}

/** Saves before the first batch, after each epoch, every half a minute, and when training stops. */
export function studentCheckpoint(lock: Lock, save: StudentSave): Callback {
  return saveAsItGoes({
    name: "studentCheckpoint",
    save: async (context) => {
      lock.confirm();
      await saveStudent(save, context.model, context.position());
    },
  });
}

/** Writes the report's figures, and the picture of its entropies. */
export async function writeReport(folder: string, report: DistillReport): Promise<void> {
  const { svg, text: _, ...figures } = report;
  await atomicWrite(join(folder, entropyName), svg);
  await atomicWrite(join(folder, reportName), `${JSON.stringify(figures, undefined, 2)}\n`);
}

/** The SHA-256 of all that a network has learnt. */
export function digestOfWeights({ variables }: Model): string {
  const hash = createHash("sha256");
  for (const { path, variable } of variables) {
    hash.update(`${path} ${variable.value.shape.join()}\n`).update(variable.value.bytes);
  }
  return hash.digest("hex");
}
