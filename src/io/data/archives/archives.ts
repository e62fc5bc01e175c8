import { createHash } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { fileError } from "../../../engine/files/fileError.js";
import { isRecord, parseJson } from "../../../engine/files/parseJson.js";
import { readTextChecked } from "../../../engine/files/readFileChecked.js";
import { sweepTemporaries, temporaryBeside } from "../../../engine/files/temporary.js";
import { holdCache } from "../cache/cacheFolder.js";
import { below, type Place } from "../listing/place.js";
import { unpackArchive } from "./unpack.js";

/** The file in an unpacked archive that says what it was; its name is hidden, so that it is not listed. */
const markName = ".imago-archive.json";

/** Which archive, as it was when it was unpacked. */
interface Source {
  readonly file: string;
  readonly bytes: number;
  readonly changed: number;
}

const idOf = (source: Source): string =>
  createHash("sha256").update(JSON.stringify(source)).digest("hex").slice(0, 16);

/**
 * Unpacks archives, each once: into the cache, where later runs find them, or into a folder of this process's own that is removed when it
 * is done.
 */
export class Archives {
  readonly #cache: string | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #own = new Set<string>();
  readonly #atExit = (): void => {
    for (const folder of this.#own) rmSync(folder, { recursive: true, force: true });
  };

  constructor(cache: string | undefined, signal: AbortSignal | undefined) {
    this.#cache = cache;
    this.#signal = signal;
  }

  /** An archive in a place, whose contents are called by its name: `train.tar.gz/cats/1.jpg`. */
  async open(place: Place, archive: string, root: string): Promise<Place> {
    const path = below(place, archive);
    return { directory: await this.#unpacked(join(place.directory, archive), `${root}/${path}`), path };
  }

  /** An archive that is all there is. */
  async openFile(file: string, name: string): Promise<Place> {
    return { directory: await this.#unpacked(file, name), path: "" };
  }

  /** Removes what was unpacked for this process alone. */
  async release(): Promise<void> {
    for (const folder of this.#own) await removeFolder(folder);
    this.#own.clear();
    process.off("exit", this.#atExit);
  }

  async #unpacked(file: string, name: string): Promise<string> {
    const { size, mtimeMs } = await stat(file).catch((error: unknown) => {
      throw fileError("read", name, error);
    });
    const source = { file: resolve(file), bytes: size, changed: mtimeMs };
    return this.#cache === undefined
      ? this.#forThisProcess(source, name)
      : this.#forAll(source, name, this.#cache);
  }

  async #forThisProcess(source: Source, name: string): Promise<string> {
    const place = join(tmpdir(), "imago-archive");
    await sweepTemporaries(place);
    const folder = temporaryBeside(place, ".unpacked");
    if (this.#own.size === 0) process.on("exit", this.#atExit);
    this.#own.add(folder);
    await makeEmpty(folder);
    await unpackArchive(name, source.file, folder, this.#signal);
    return folder;
  }

  async #forAll(source: Source, name: string, cache: string): Promise<string> {
    const folder = join(cache, `archive-${idOf(source)}`);
    if (await isUnpacked(folder)) return folder;
    if (existsSync(folder)) {
      throw new ImagoError(
        `Cannot unpack ${name}: what stands in ${folder} is not what was unpacked there.`,
        {
          help: "Remove that folder; it is unpacked again.",
        },
      );
    }
    const lock = await holdCache(cache);
    try {
      await sweepTemporaries(folder);
      const temporary = temporaryBeside(folder);
      try {
        await makeEmpty(temporary);
        await unpackArchive(name, source.file, temporary, this.#signal);
        await atomicWrite(join(temporary, markName), `${JSON.stringify(source)}\n`);
        await rename(temporary, folder).catch((error: unknown) => {
          throw fileError("write", folder, error);
        });
      } catch (error) {
        await removeFolder(temporary);
        throw error;
      }
      await removeOlder(cache, source, folder);
    } finally {
      lock.release();
    }
    return folder;
  }
}

/** Again where something was still written into it. */
const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });

async function makeEmpty(folder: string): Promise<void> {
  await mkdir(folder).catch((error: unknown) => {
    throw fileError("write", folder, error);
  });
}

/** What an unpacked archive was; `undefined` where it is none, or not whole. */
async function sourceOf(folder: string): Promise<Source | undefined> {
  const path = join(folder, markName);
  try {
    const mark = parseJson(await readTextChecked(path, { maxBytes: 2 ** 16 }), path);
    if (!isRecord(mark)) return undefined;
    const { file, bytes, changed } = mark;
    const isSource = typeof file === "string" && typeof bytes === "number" && typeof changed === "number";
    return isSource ? { file, bytes, changed } : undefined;
  } catch {
    return undefined;
  }
}

async function isUnpacked(folder: string): Promise<boolean> {
  const source = await sourceOf(folder);
  return source !== undefined && folder.endsWith(idOf(source));
}

/** Removes what the same archive held before it was changed; nothing but what was unpacked here. */
async function removeOlder(cache: string, { file }: Source, current: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = join(cache, name);
    if (!/^archive-[0-9a-f]{16}$/.test(name) || folder === current) continue;
    const source = await sourceOf(folder);
    if (source?.file === file && name.endsWith(idOf(source))) await removeFolder(folder);
  }
}
