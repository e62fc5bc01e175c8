import { ImagoError } from "../../../../engine/errors.js";
import { atomicWrite } from "../../../../engine/files/atomicWrite.js";
import { readTextChecked } from "../../../../engine/files/readFileChecked.js";
import { pack, unpack } from "../../../../nn/training/pack.js";
import { isRestorable } from "../../../learners/restoreFitted.js";
import type { FittedSuperLearner, SuperLearnerState } from "../fittedSuperLearner.js";
import { restoreSuperLearner } from "../restoreSuperLearner.js";

const format = "imago super learner";
const version = 1;

/**
 * Writes all that a super learner has learnt: learners, weights, risks, failures and the honest risk. For its predictions
 * alone, `model()` and `exportOnnxFile` make a file that any program reads.
 *
 * @param path of a `.json` file, which is written whole or not at all
 * @throws ImagoError where it cannot be written
 */
export async function saveSuperLearner(learnt: FittedSuperLearner, path: string): Promise<void> {
  const { state } = learnt;
  const own = Object.entries(state.learnt).find(([, one]) => !isRestorable(one));
  if (own !== undefined) {
    throw new ImagoError(
      `saveSuperLearner: "${own[0]}" is a learner of your own, and what it learnt cannot be made again.`,
      {
        help: "Where it has emit, model() and exportOnnxFile keep its predictions.",
      },
    );
  }
  await atomicWrite(path, JSON.stringify({ format, version, ...(pack(state, "state", {}) as object) }));
}

/**
 * Reads what {@link saveSuperLearner} wrote.
 *
 * @throws ImagoError where the file is missing, is no such file, of a newer version, or altered
 */
export async function loadSuperLearner(path: string): Promise<FittedSuperLearner> {
  const text = await readTextChecked(path);
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (cause) {
    throw new ImagoError(`${path}: this is no JSON; the file is cut off or altered.`, { cause });
  }
  const found = typeof read === "object" && read !== null ? (read as Readonly<Record<string, unknown>>) : {};
  if (found.format !== format) throw new ImagoError(`${path}: this is no saved super learner.`);
  if (found.version !== version) {
    throw new ImagoError(`${path}: version ${String(found.version)} is not known; expected ${version}.`, {
      help: "A newer Imago wrote it: update yours.",
    });
  }
  try {
    return restoreSuperLearner(unpack(found, {}) as SuperLearnerState);
  } catch (cause) {
    if (cause instanceof ImagoError) throw new ImagoError(`${path}: ${cause.message}`, { cause });
    throw new ImagoError(`${path}: parts of it are missing; the file is altered.`, { cause });
  }
}
