import { join } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { readTextChecked } from "../../../engine/files/readFileChecked.js";
import { journalName } from "../../../methods/tune/study/files/journalLedger.js";

/** How a study's folder is gone on with. */
export interface RunRecord {
  readonly script: string;
  /** Flags of `tune run` that are no part of the study itself. */
  readonly run: Readonly<Record<string, unknown>>;
  /** Options of the study that flags gave. */
  readonly study: Readonly<Record<string, unknown>>;
}

const recordName = "run.json";
/** Whoever writes it asks the run to end. */
export const stopName = "stop";

/** The files by which a study's folder can be read and gone on with. */
export const filesOfStudy = (folder: string): string[] =>
  [journalName, recordName].map((name) => join(folder, name));

export function writeRunRecord(folder: string, record: RunRecord): Promise<void> {
  return atomicWrite(join(folder, recordName), `${JSON.stringify(record, null, 2)}\n`);
}

/** @throws ImagoError where the folder was not made by `imago tune run` */
export async function readRunRecord(folder: string): Promise<RunRecord> {
  try {
    return JSON.parse(await readTextChecked(join(folder, recordName))) as RunRecord;
  } catch (cause) {
    throw new ImagoError(`${folder} was not made by imago tune run, so how to go on is not known.`, {
      help: "Go on with it by the program that made it.",
      cause,
    });
  }
}
