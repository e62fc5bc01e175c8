import { join } from "node:path";
import { anyText } from "../../../../engine/arguments.js";
import { ImagoError } from "../../../../engine/errors.js";
import { readJournal } from "../../../../engine/files/journal/index.js";
import { readOptions } from "../../../../engine/options.js";
import { pruner as prunerOf } from "../../pruners/resolve.js";
import { sampler as samplerOf } from "../../samplers/resolve.js";
import { spaceFromDescription } from "../../space/describeSpace.js";
import type { Space } from "../../space/parameters.js";
import { checkEvents } from "../checkEvents.js";
import { checkIsHeader } from "../checkHeader.js";
import { StudyCore } from "../core.js";
import { decodeEvent, type StudyEvent } from "../events.js";
import type { Ledger } from "../ledger.js";
import type { StudyHeader } from "../openStudy.js";
import { type Direction, isStorage, studyFields } from "../options.js";
import { Study } from "../study.js";
import { folderFiles } from "./folderFiles.js";
import { journalName, splitHeader } from "./journalLedger.js";

/**
 * A study as it stands in a folder or a database, to be looked at: others may go on with it meanwhile. Nothing can be asked or told.
 * Choices whose values JSON does not hold, such as functions, stand as `{ shown }`.
 *
 * @param place a folder, or the URL of a PostgreSQL database
 * @param name what it is called in the database. Default: `study`
 *
 * @throws ImagoError where there is none, or it was written by a later version
 */
export async function readStudy(place: string, name?: string): Promise<Study<Space>> {
  anyText.read("readStudy", "place", place);
  if (isStorage(place)) {
    const { readPostgres } = await import("../postgres/readPostgres.node.js");
    const { where, header, events, files, close } = await readPostgres("readStudy", place, name);
    return studyFrom(where, header, events, { files, problems: [], close });
  }
  const where = `readStudy: ${place}`;
  const { records, problems } = await readJournal(join(place, journalName));
  const { header: first, records: others } = splitHeader(records);
  if (first === undefined) {
    throw new ImagoError(`${where}: the journal there is not of a study.`);
  }
  checkIsHeader(where, first);
  const found = checkEvents(others);
  const files = folderFiles(join(place, "trials"));
  return studyFrom(where, first, found.events, {
    files,
    problems: [...problems, ...found.problems],
    close: async () => {},
  });
}

function studyFrom(
  where: string,
  { space, directions, sampler, pruner, seed, noisy }: StudyHeader,
  events: readonly StudyEvent[],
  rest: Pick<Ledger, "files" | "problems" | "close">,
): Study<Space> {
  const read = readOptions(
    where,
    {
      ...{ seed, noisy, direction: directions as readonly Direction[] },
      ...(space === null ? {} : { space: spaceFromDescription(space) }),
    },
    studyFields,
  );
  const core = new StudyCore(
    { ...read, sampler: restored(sampler), pruner: restoredPruner(pruner) },
    readOnly(where, rest),
  );
  for (const event of events) core.state.apply(decodeEvent(event));
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

function readOnly(where: string, rest: Pick<Ledger, "files" | "problems" | "close">): Ledger {
  return {
    transact: () => {
      throw new ImagoError(`${where}: the study was read to be looked at.`, {
        help: "Open it by openStudy to go on.",
      });
    },
    lasts: true,
    ...rest,
  };
}
