import { createHash } from "node:crypto";
import { anyText } from "../../../../engine/arguments.js";
import { ImagoError, shown } from "../../../../engine/errors.js";
import { atomicWrite } from "../../../../engine/files/atomicWrite.js";
import { isRecord, parseJson } from "../../../../engine/files/parseJson.js";
import { readTextChecked } from "../../../../engine/files/readFileChecked.js";
import { having } from "../../../../engine/options.js";
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
  having<FittedSuperLearner>("a super learner that has learnt", "state").read(
    "saveSuperLearner",
    "learnt",
    learnt,
  );
  anyText.read("saveSuperLearner", "path", path);
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
  const packed = pack(state, "state", {}) as object;
  const sha256 = digestOf(JSON.stringify(packed));
  await atomicWrite(path, JSON.stringify({ format, version, sha256, ...packed }));
}

/**
 * Reads what {@link saveSuperLearner} wrote.
 *
 * @throws ImagoError where the file is missing, is no such file, of a newer version, or altered
 */
export async function loadSuperLearner(path: string): Promise<FittedSuperLearner> {
  const found = parseJson(await readTextChecked(path), path);
  if (!isRecord(found) || found.format !== format) {
    throw new ImagoError(`${path}: this is no saved super learner.`);
  }
  const { format: _, version: written, sha256, ...state } = found;
  if (written !== version) {
    throw new ImagoError(`${path}: version ${shown(written)} is not known; expected ${version}.`, {
      help: "A newer Imago wrote it: update yours.",
    });
  }
  // Files of the first days have none.
  if (sha256 !== undefined && sha256 !== digestOf(JSON.stringify(state))) {
    throw new ImagoError(`${path} was altered: its SHA-256 is not the one it holds.`);
  }
  try {
    return restoreSuperLearner(unpack(state, {}) as SuperLearnerState);
  } catch (cause) {
    const why = cause instanceof ImagoError ? cause.message : "parts of it are missing; the file is altered.";
    throw new ImagoError(`${path}: ${why}`, { cause });
  }
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");
