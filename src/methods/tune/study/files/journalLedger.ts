import { join } from "node:path";
import { ImagoError } from "../../../../engine/errors.js";
import { type JournalRecord, openJournal } from "../../../../engine/files/journal/index.js";
import type { FileLayer } from "../../../../engine/files/layer.js";
import { checkEvents } from "../checkEvents.js";
import { checkHeader, checkIsHeader } from "../checkHeader.js";
import { encodeEvent, type StudyEvent } from "../events.js";
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
  const { header: first, records } = splitHeader(journal.records);
  try {
    checkHeader(`${where}: ${folder}`, studyIn(`${where}: ${folder}`, first), header, "in another folder");
  } catch (error) {
    await journal.close();
    throw error;
  }
  // A second time, since nothing can be understood without it.
  if (journal.records.length === 1) await journal.append({ ...header });
  const found = checkEvents(records);
  let unread = found.events;
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
    problems: [...journal.problems, ...found.problems],
    close: async () => {
      await last;
      await journal.close();
    },
  };
}

/** The header, or where its line was damaged its copy, and what is behind it. */
export function splitHeader(all: readonly JournalRecord[]): {
  readonly header: JournalRecord | undefined;
  readonly records: readonly JournalRecord[];
} {
  return { header: all.find(({ t }) => t === "study"), records: all.filter(({ t }) => t !== "study") };
}

function studyIn(where: string, first: JournalRecord | undefined): StudyHeader {
  if (first === undefined) {
    throw new ImagoError(`${where}: the journal there is not of a study.`, {
      help: "Choose another folder.",
    });
  }
  checkIsHeader(where, first);
  return first;
}
