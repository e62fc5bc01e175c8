import { ImagoError } from "../../../../engine/errors.js";
import type { StudyEvent } from "../events.js";
import type { TrialFiles } from "../ledger.js";
import type { StudyHeader } from "../openStudy.js";
import { Database } from "./database.node.js";
import { databaseFiles } from "./databaseFiles.js";
import { checkVersion } from "./openTables.js";
import { loadPackages } from "./packages.node.js";

export interface ReadPostgres {
  readonly where: string;
  readonly header: StudyHeader;
  readonly events: readonly StudyEvent[];
  readonly files: TrialFiles;
  close(): Promise<void>;
}

/**
 * What a database holds of a study; nobody who works on it is held up.
 *
 * @throws ImagoError where there is no such study, naming those that are there, or no server
 */
export async function readPostgres(where: string, url: string, name = "study"): Promise<ReadPostgres> {
  const database = new Database(where, await loadPackages(where), url, { max: 1, patience: 10_000 });
  const at = `${where}: ${database.shown}`;
  try {
    await database.reach();
    const studies = await studiesIn(at, database);
    const found = studies.find((study) => study.name === name);
    if (found === undefined) {
      const others = studies.map((study) => study.name).join(", ");
      throw new ImagoError(`${at}: there is no study "${name}".`, {
        help: others === "" ? "There is none at all." : `There are: ${others}.`,
      });
    }
    const { id: study, header } = found;
    const rows = await database.query<{ readonly body: StudyEvent }>(
      "SELECT body FROM imago.event WHERE study = $1 ORDER BY n",
      [study],
    );
    return {
      ...{ where: `${at}: ${name}`, header, events: rows.map(({ body }) => body) },
      ...{ files: databaseFiles(database, study), close: () => database.close() },
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/**
 * What a study was begun with, as options of `openStudy`; `undefined` where there is none yet.
 *
 * @throws ImagoError where there is no server
 */
export async function begunWith(
  where: string,
  url: string,
  name = "study",
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const database = new Database(where, await loadPackages(where), url, { max: 1, patience: 10_000 });
  try {
    await database.reach();
    const studies = await studiesIn(`${where}: ${database.shown}`, database);
    const header = studies.find((study) => study.name === name)?.header;
    if (header === undefined) return undefined;
    const { directions: direction, sampler, pruner, seed, noisy } = header;
    return { direction, sampler, seed, noisy, ...(pruner === null ? {} : { pruner }) };
  } finally {
    await database.close();
  }
}

interface FoundStudy {
  readonly id: number;
  readonly name: string;
  readonly header: StudyHeader;
}

function studiesIn(where: string, database: Database): Promise<readonly FoundStudy[]> {
  return database.transaction(async (client) => {
    const there = await client.query("SELECT WHERE to_regclass('imago.study') IS NOT NULL");
    if (there.rows.length === 0) return [];
    await checkVersion(where, client);
    return (await client.query<FoundStudy>("SELECT id, name, header FROM imago.study ORDER BY id")).rows;
  });
}
