import { existsSync } from "node:fs";
import { join } from "node:path";
import { ImagoError, messageOf } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { parseJson } from "../../../engine/files/parseJson.js";
import { readTextChecked } from "../../../engine/files/readFileChecked.js";
import { byName, readOptions, text, unchecked } from "../../../engine/options.js";
import { journalName } from "../../../methods/tune/study/files/journalLedger.js";
import { shellWord } from "../shell/output.js";
import { programName } from "../shell/programName.js";
import { runFlags, studyFlags } from "./runFlags.js";

/** How a study's folder is gone on with. */
export interface RunRecord {
  readonly script: string;
  /** Flags of `tune run` that are no part of the study itself. */
  readonly run: Readonly<Record<string, unknown>>;
  /** Options of the study that flags gave. */
  readonly study: Readonly<Record<string, unknown>>;
}

const fields = {
  script: text(),
  run: byName(unchecked<unknown>("anything"), "an object"),
  study: byName(unchecked<unknown>("anything"), "an object"),
};

const recordName = "run.json";
/** Whoever writes it asks the run to end. */
export const stopName = "stop";

/** The files by which a study's folder can be read and gone on with. */
export const filesOfStudy = (folder: string): string[] =>
  [journalName, recordName].map((name) => join(folder, name));

export function writeRunRecord(folder: string, record: RunRecord): Promise<void> {
  return atomicWrite(join(folder, recordName), `${JSON.stringify(record, null, 2)}\n`);
}

/** @throws ImagoError where the folder was not made by `imago tune run`, or what it says was altered */
export async function readRunRecord(folder: string): Promise<RunRecord> {
  const path = join(folder, recordName);
  try {
    const record = readOptions(
      path,
      parseJson(await readTextChecked(path, { maxBytes: 2 ** 20 }), path),
      fields,
    );
    runFlags.read(record.run);
    studyFlags.read(record.study);
    return record;
  } catch (cause) {
    if (existsSync(path)) {
      throw new ImagoError(`${path} does not say how to go on: ${messageOf(cause)}`, {
        help: `To go on: ${programName()} tune run SCRIPT --out ${shellWord(folder)}`,
        cause,
      });
    }
    throw new ImagoError(`${folder} was not made by imago tune run, so how to go on is not known.`, {
      help: "Go on with it by the program that made it.",
      cause,
    });
  }
}
