import { join } from "node:path";
import { ImagoError } from "../../../../engine/errors.js";
import { readJournal } from "../../../../engine/files/journal/index.js";
import { readOptions } from "../../../../engine/options.js";
import { pruner as prunerOf } from "../../pruners/resolve.js";
import { sampler as samplerOf } from "../../samplers/resolve.js";
import { spaceFromDescription } from "../../space/describeSpace.js";
import type { Space } from "../../space/parameters.js";
import { StudyCore } from "../core.js";
import { decodeEvent, type StudyEvent } from "../events.js";
import type { Ledger } from "../ledger.js";
import type { StudyHeader } from "../openStudy.js";
import { type Direction, studyFields } from "../options.js";
import { Study } from "../study.js";
import { folderFiles } from "./folderFiles.js";
import { journalName } from "./journalLedger.js";

/**
 * A study as it stands in a folder, to be looked at: another process may go on with it meanwhile. Nothing can be asked or told.
 * Choices whose values JSON does not hold, such as functions, stand as `{ shown }`.
 *
 * @throws ImagoError where there is none, or it was written by a later version
 */
export async function readStudy(folder: string): Promise<Study<Space>> {
  const where = `readStudy: ${folder}`;
  const { records, problems } = await readJournal(join(folder, journalName));
  const [first, ...others] = records;
  if (first === undefined || first.t !== "study") {
    throw new ImagoError(`${where}: the journal there is not of a study.`);
  }
  const { space, directions, sampler, pruner, seed, noisy } = first as StudyHeader & typeof first;
  const read = readOptions(
    where,
    {
      ...{ seed, noisy, folder, direction: directions as readonly Direction[] },
      ...(space === null ? {} : { space: spaceFromDescription(space) }),
    },
    studyFields,
  );
  const ledger = readOnly(where, folder, problems);
  const core = new StudyCore({ ...read, sampler: restored(sampler), pruner: restoredPruner(pruner) }, ledger);
  for (const record of others) core.state.apply(decodeEvent(record as StudyEvent & typeof record));
  return new Study(core);
}

/** One of somebody's own cannot be made from its name; none is needed to look. */
function restored(saved: unknown) {
  try {
    return samplerOf(saved as never);
  } catch {
    return samplerOf("random");
  }
}

function restoredPruner(saved: unknown) {
  try {
    return saved === null ? undefined : prunerOf(saved as never);
  } catch {
    return undefined;
  }
}

function readOnly(where: string, folder: string, problems: readonly string[]): Ledger {
  return {
    transact: () => {
      throw new ImagoError(`${where}: the study was read to be looked at.`, {
        help: "Open it by openStudy to go on.",
      });
    },
    files: folderFiles(join(folder, "trials")),
    lasts: true,
    problems,
    close: async () => {},
  };
}
