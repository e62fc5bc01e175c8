import { join } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { makeFolder } from "../../../engine/files/makeFolder.js";
import { readTextChecked } from "../../../engine/files/readFileChecked.js";

/** What a search was begun with: kept beside it, since what it found of something else is of no use. */
export interface SearchRecord {
  readonly folder: string;
  readonly name: string;
  /** Plain JSON. */
  readonly begunWith: object;
  /** What a search that was begun with something else is of, for the error. */
  readonly of: string;
}

const textOf = ({ begunWith }: SearchRecord): string => JSON.stringify(begunWith);

/** Whether there is such a search already. @throws ImagoError where there is another one */
export async function isSearched(record: SearchRecord): Promise<boolean> {
  const kept = await readTextChecked(join(record.folder, record.name)).catch(() => undefined);
  if (kept === undefined || kept === textOf(record)) return kept !== undefined;
  throw new ImagoError(`${record.folder} is a search ${record.of}.`, {
    help: "Say what was said then, or choose another folder by --out.",
  });
}

export async function keepSearch(record: SearchRecord): Promise<void> {
  await makeFolder(record.folder);
  await atomicWrite(join(record.folder, record.name), textOf(record));
}
