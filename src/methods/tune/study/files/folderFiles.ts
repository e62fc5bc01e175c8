import { open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { atomicWrite } from "../../../../engine/files/atomicWrite.js";
import { fileError } from "../../../../engine/files/fileError.js";
import { makeFolder } from "../../../../engine/files/makeFolder.js";
import { readFileChecked } from "../../../../engine/files/readFileChecked.js";
import { digestOf } from "../../../../nn/files/folder.js";
import type { FileDigest } from "../../../../nn/files/manifest.js";
import type { TrialFiles } from "../ledger.js";

/** Names each file of a set with its digest. */
const digestsName = ".digests.json";

/**
 * Sets of files in a folder: `17/step-12`. A set is written under another name and takes its own when it is whole. One that was
 * altered since is taken for none.
 */
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
        await atomicWrite(join(temporary, digestsName), JSON.stringify(digestsOf(files)));
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
        const { [digestsName]: digests, ...files } = Object.fromEntries(await Promise.all(entries));
        // Older sets have none.
        const known = digests === undefined ? undefined : new TextDecoder().decode(digests);
        return known === undefined || known === JSON.stringify(digestsOf(files)) ? files : undefined;
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

function digestsOf(files: Readonly<Record<string, Uint8Array>>): Record<string, FileDigest> {
  const names = Object.keys(files).sort();
  return Object.fromEntries(names.map((name) => [name, digestOf(files[name] as Uint8Array)]));
}

async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
