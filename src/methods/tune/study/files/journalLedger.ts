import { join } from "node:path";
import { ImagoError } from "../../../../engine/errors.js";
import { type JournalRecord, openJournal } from "../../../../engine/files/journal/index.js";
import type { FileLayer } from "../../../../engine/files/layer.js";
import { checkSameSpace } from "../../space/describeSpace.js";
import { decodeEvent, encodeEvent, type StudyEvent } from "../events.js";
import type { Decision, Ledger } from "../ledger.js";
import type { StudyHeader } from "../openStudy.js";
import { folderFiles } from "./folderFiles.js";

export const journalName = "journal.jsonl";

/**
 * A study's events in a journal, in its folder.
 *
 * @param files what writes them. Default: the real ones
 *
 * @throws ImagoError where the study there was begun with other options, where another process has it open, and where the folder
 *   cannot be written
 */
export async function openJournalLedger(
  where: string,
  folder: string,
  header: StudyHeader,
  files?: FileLayer,
): Promise<Ledger> {
  const journal = await openJournal(join(folder, journalName), {
    header: { ...header },
    ...(files === undefined ? {} : { files }),
  });
  const [first, ...records] = journal.records;
  try {
    checkHeader(`${where}: ${folder}`, first, header);
  } catch (error) {
    await journal.close();
    throw error;
  }
  let unread: readonly StudyEvent[] = records.map((record) =>
    decodeEvent(record as StudyEvent & JournalRecord),
  );
  journal.forgetRecords();
  let last: Promise<unknown> = Promise.resolve();
  const write = async <T>(
    { events, result, durable = false }: Decision<T>,
    count: (events: readonly StudyEvent[]) => void,
  ): Promise<T> => {
    // What cannot be written now is written before anything else is; so it counts.
    count(events);
    const encoded: JournalRecord[] = events.map(encodeEvent);
    await Promise.all(encoded.map((record) => (durable ? journal.append(record) : journal.note(record))));
    return result;
  };
  return {
    transact: (decide, count) => {
      const turn = last.then(() => {
        const news = unread;
        unread = [];
        if (journal.backlog > 0) return journal.flush().then(() => write(decide(news), count));
        return write(decide(news), count);
      });
      last = turn.catch(() => {});
      return turn;
    },
    files: folderFiles(join(folder, "trials")),
    lasts: true,
    problems: journal.problems,
    close: async () => {
      await last;
      await journal.close();
    },
  };
}

function checkHeader(where: string, kept: JournalRecord | undefined, given: StudyHeader): void {
  if (kept === undefined || kept.t !== "study") {
    throw new ImagoError(`${where}: the journal there is not of a study.`, {
      help: "Choose another folder.",
    });
  }
  const before = kept as StudyHeader & JournalRecord;
  if (before.space !== null && given.space !== null) checkSameSpace(where, before.space, given.space);
  for (const name of ["space", "directions", "sampler", "pruner", "seed", "noisy"] as const) {
    const [was, is] = [JSON.stringify(before[name]), JSON.stringify(given[name])];
    if (was === is) continue;
    throw new ImagoError(
      `${where}: the study there was begun with ${name} ${was}, and is opened with ${is}.`,
      {
        help: "Open it as it was, or begin a new study in another folder.",
      },
    );
  }
}
