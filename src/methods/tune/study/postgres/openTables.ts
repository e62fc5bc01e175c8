import { ImagoError } from "../../../../engine/errors.js";
import type { StudyHeader } from "../openStudy.js";
import type { Client, Database } from "./database.node.js";
import type { Packages } from "./packages.node.js";
import { schema, schemaVersion } from "./schema.js";
import { WakeQueue } from "./wakeQueue.js";

/** Any number, so long as nobody else locks by it. */
const openingLock = 727_281_001;

export interface OpenedStudy {
  readonly study: number;
  readonly queue: WakeQueue;
  /** What the study there was begun with. */
  readonly begun: StudyHeader;
}

/** Finds a study by its name, or makes it; with the tables where they are not there. By one process at a time. */
export function openTables(
  where: string,
  packages: Packages,
  database: Database,
  { name, header }: { readonly name: string; readonly header: StudyHeader },
): Promise<OpenedStudy> {
  return database.transaction(async (client) => {
    await client.query("SELECT pg_advisory_xact_lock($1)", [openingLock]);
    await makeTables(`${where}: ${database.shown}`, client);
    await client.query("INSERT INTO imago.study (name, header) VALUES ($1, $2) ON CONFLICT DO NOTHING", [
      name,
      JSON.stringify(header),
    ]);
    const { rows } = await client.query<{ readonly id: number; readonly header: StudyHeader }>(
      "SELECT id, header FROM imago.study WHERE name = $1",
      [name],
    );
    const [found] = rows;
    if (found === undefined) throw new ImagoError(`${where}: ${name} was removed while it was opened.`);
    const queue = await WakeQueue.open(packages, database, found.id);
    return { study: found.id, queue, begun: found.header };
  });
}

/** Only where they are not there: whoever may write need not be allowed to make tables. */
async function makeTables(where: string, client: Client): Promise<void> {
  const there = await client.query<{ readonly is: boolean }>(
    "SELECT to_regclass('imago.version') IS NOT NULL AS is",
  );
  if (there.rows[0]?.is !== true) await client.query(schema);
  await checkVersion(where, client);
}

/** @throws ImagoError where a later Imago made the tables */
export async function checkVersion(where: string, client: Client): Promise<void> {
  const { rows } = await client.query<{ readonly version: number }>("SELECT version FROM imago.version");
  const version = rows[0]?.version;
  if (version === schemaVersion) return;
  throw new ImagoError(
    `${where}: the tables there are of version ${version}, and this Imago knows version ${schemaVersion}.`,
    { help: "Take the version of Imago by which they were made." },
  );
}
