import { ImagoError } from "../../../../engine/errors.js";
import { longestText, readFileChecked } from "../../../../engine/files/readFileChecked.js";
import { type OptunaFile, readOptunaJournal } from "../readJournal.js";
import { readOptunaDatabase } from "./readDatabase.js";

const magic = "SQLite format 3\0";

/**
 * The studies of a file of Optuna's: a journal (`JournalFileBackend`) or an SQLite database.
 *
 * @param read its bytes, where they came by another way, such as standard input
 * @throws ImagoError where it cannot be read, or holds no study
 */
export async function readOptuna(path: string, read?: Uint8Array): Promise<OptunaFile> {
  const bytes = read ?? (await readFileChecked(path));
  const isDatabase = new TextDecoder("latin1").decode(bytes.subarray(0, magic.length)) === magic;
  const file = isDatabase ? await readOptunaDatabase(path, bytes) : readOptunaJournal(textOf(path, bytes));
  if (file.studies.length > 0) return file;
  const [problem] = file.problems;
  throw new ImagoError(
    `${path}: there is no study of Optuna in it${problem === undefined ? "" : `; ${problem}`}.`,
    {
      help: "Give the file of a JournalStorage, or the SQLite database of an RDBStorage.",
    },
  );
}

function textOf(path: string, bytes: Uint8Array): string {
  if (bytes.length <= longestText) return new TextDecoder().decode(bytes);
  throw new ImagoError(`${path} is no SQLite database, and too large for a journal: ${bytes.length} bytes.`, {
    help: `A journal has ${longestText} bytes at most.`,
  });
}
