import type { TrialFiles } from "../ledger.js";
import type { Database } from "./database.node.js";

/** Rows of so many bytes are read and written without trouble; a value of a row ends at a gigabyte. */
const partSize = 2 ** 20;

interface Part {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Sets of files in the database, cut into parts; a set is written as one transaction. */
export function databaseFiles(database: Database, study: number): TrialFiles {
  return {
    write: async (trial, name, files) => {
      const place = `${trial}/${name}`;
      await database.transaction(async (client) => {
        await client.query("DELETE FROM imago.file WHERE study = $1 AND place = $2", [study, place]);
        for (const [file, bytes] of Object.entries(files)) {
          for (let part = 0; part === 0 || part * partSize < bytes.length; part++) {
            const own = bytes.subarray(part * partSize, (part + 1) * partSize);
            await client.query(
              "INSERT INTO imago.file (study, place, name, part, bytes) VALUES ($1, $2, $3, $4, $5)",
              [study, place, file, part, own],
            );
          }
        }
      });
      return place;
    },
    read: async (place) => {
      const parts = await database.query<Part>(
        "SELECT name, bytes FROM imago.file WHERE study = $1 AND place = $2 ORDER BY name, part",
        [study, place],
      );
      if (parts.length === 0) return undefined;
      const names = [...new Set(parts.map(({ name }) => name))];
      return Object.fromEntries(
        names.map((name) => [name, joined(parts.filter((part) => part.name === name))]),
      );
    },
    remove: async (place) => {
      // What is left lying costs space alone.
      await database
        .query("DELETE FROM imago.file WHERE study = $1 AND place = $2", [study, place])
        .catch(() => {});
    },
    pathOf: (place) => `${database.shown} (imago.file, study ${study}, place ${place})`,
  };
}

/** In memory of its own, which may be sent to others, and begins where numbers of any size may. */
function joined(parts: readonly Part[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of parts) {
    whole.set(bytes, at);
    at += bytes.length;
  }
  return whole;
}
