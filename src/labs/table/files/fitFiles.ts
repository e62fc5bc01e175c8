import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { makeFolder } from "../../../engine/files/makeFolder.js";
import { isRecord, parseJson } from "../../../engine/files/parseJson.js";
import type { FitOutcome } from "../../../methods/ensemble/superLearner/fitJob.js";
import type { SavedFitted } from "../../../methods/learners/learner.js";
import { packNumbers, unpackNumbers } from "../../../methods/learners/savedNumbers.js";
import type { FitStore } from "../training/fitStore.js";
import type { TableTrainingOptions } from "../training/options.js";

/**
 * Finished fits as files of a folder, each whole or not at all, so that a training which is interrupted or killed goes on with what it had.
 *
 * @param of what the fits are of, see {@link trainingDigest}
 * @throws ImagoError where the folder holds fits of anything else
 */
export async function fitFiles(folder: string, of: string): Promise<FitStore> {
  await makeFolder(folder);
  await checkOwn(folder, of);
  return {
    get: (key) => readFit(join(folder, fileName(key)), key, of),
    put: (key, { milliseconds, predictions, learnt }) => {
      const given = predictions === undefined ? null : packNumbers(predictions);
      const whole = { version: 1, of, key, milliseconds, predictions: given, learnt: learnt ?? null };
      return atomicWrite(join(folder, fileName(key)), JSON.stringify(whole));
    },
  };
}

/** @throws ImagoError where what lies there is of another training: to go on would be to lose it */
async function checkOwn(folder: string, of: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".json")) continue;
    const found = await recordAt(join(folder, name));
    if (typeof found?.of !== "string") continue;
    if (found.of === of) return;
    throw new ImagoError(
      `${folder} holds finished fits of another training: of another table, target or seed, or other columns.`,
      { help: "Go on with the command that was interrupted, name another folder, or remove this one." },
    );
  }
}

/** Nothing where it is not there, or damaged. */
async function recordAt(path: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const found = parseJson(text, path);
    return isRecord(found) ? found : undefined;
  } catch (error) {
    if (error instanceof ImagoError) return undefined;
    throw error;
  }
}

/** Names of learners have spaces and commas, and keys have slashes, which not every file may. */
function fileName(key: string): string {
  const readable = key.replaceAll(/[^\w+]+/g, "-");
  return `${readable}-${createHash("sha256").update(key).digest("hex").slice(0, 8)}.json`;
}

/** What there is under a key: nothing where it is of another training, or was damaged; then it is made anew. */
async function readFit(path: string, key: string, of: string): Promise<FitOutcome | undefined> {
  const found = await recordAt(path);
  if (found?.version !== 1 || found.of !== of || found.key !== key) return undefined;
  try {
    const { milliseconds, predictions, learnt } = found;
    return {
      milliseconds: Number(milliseconds),
      screenings: [],
      predictions: predictions === null ? undefined : unpackNumbers(path, predictions, Float64Array),
      learnt: learnt === null ? undefined : (learnt as SavedFitted),
    };
  } catch (error) {
    if (error instanceof ImagoError) return undefined;
    throw error;
  }
}

/** What fits are of: the table, the target and what else their numbers follow from. */
export function trainingDigest(options: TableTrainingOptions): string {
  const { table, y, task, classes = 1, weights, groups, byTime = false, seed = 0 } = options;
  const hash = createHash("sha256");
  hash.update(JSON.stringify({ version: 1, columns: table.columns, task, classes, byTime, seed }));
  for (const values of [table.x.data, y, weights]) {
    if (values !== undefined)
      hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    hash.update(";");
  }
  if (groups !== undefined) hash.update(JSON.stringify(Array.from(groups)));
  return hash.digest("hex");
}
