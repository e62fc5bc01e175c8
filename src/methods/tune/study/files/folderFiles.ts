import { open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { atomicWrite } from "../../../../engine/files/atomicWrite.js";
import { fileError } from "../../../../engine/files/fileError.js";
import { makeFolder } from "../../../../engine/files/makeFolder.js";
import { readFileChecked } from "../../../../engine/files/readFileChecked.js";
import type { TrialFiles } from "../ledger.js";

/** Sets of files in a folder: `17/step-12`. A set is written under another name and takes its own when it is whole. */
export function folderFiles(folder: string): TrialFiles {
  return {
    write: async (trial, name, files) => {
      const place = `${trial}/${name}`;
      const final = join(folder, place);
      const temporary = join(folder, `${trial}`, `.${name}.tmp`);
      try {
        await rm(temporary, { recursive: true, force: true });
        await makeFolder(temporary);
        for (const [file, bytes] of Object.entries(files)) await atomicWrite(join(temporary, file), bytes);
        await rm(final, { recursive: true, force: true });
        await rename(temporary, final);
        await syncFolder(dirname(final));
      } catch (error) {
        throw error instanceof Error && "code" in error ? fileError("write", final, error) : error;
      }
      return place;
    },
    read: async (place) => {
      const from = join(folder, place);
      try {
        const entries = (await readdir(from)).map(
          async (name) => [name, await readFileChecked(join(from, name))] as const,
        );
        return Object.fromEntries(await Promise.all(entries));
      } catch {
        return undefined;
      }
    },
    remove: async (place) => {
      // What is left lying costs space alone.
      await rm(join(folder, place), { recursive: true, force: true }).catch(() => {});
    },
    pathOf: (place) => join(folder, place),
  };
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
