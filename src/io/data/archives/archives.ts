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
import { counted } from "../../../engine/words.js";
import { holdCache } from "../cache/cacheFolder.js";
import { below, type Place } from "../listing/place.js";
import { type LeftOut, unpackArchive } from "./unpack.js";

/** The file in an unpacked archive that says what it was; its name is hidden, so that it is not listed. */
const markName = ".imago-archive.json";

/** Which archive, as it was when it was unpacked. */
interface Source {
  readonly file: string;
  readonly bytes: number;
  readonly changed: number;
}

/** Raised when something else is unpacked of an archive: what was unpacked before is removed. */
const form = 2;

const idOf = (source: Source, by = form): string => {
  const known = JSON.stringify(by === 1 ? source : [by, source]);
  return createHash("sha256").update(known).digest("hex").slice(0, 16);
};

/**
 * Unpacks archives, each once: into the cache, where later runs find them, or into a folder of this process's own that is removed when it
 * is done.
 */
export class Archives {
  readonly #cache: string | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #own = new Set<string>();
  readonly #warnings: string[] = [];
  readonly #atExit = (): void => {
    for (const folder of this.#own) rmSync(folder, { recursive: true, force: true });
  };

  constructor(cache: string | undefined, signal: AbortSignal | undefined) {
    this.#cache = cache;
    this.#signal = signal;
  }

  /** What a user should hear of the archives that were opened. */
  get warnings(): readonly string[] {
    return this.#warnings;
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
    this.#tell(name, await unpackArchive(name, source.file, folder, this.#signal));
    return folder;
  }

  async #forAll(source: Source, name: string, cache: string): Promise<string> {
    const folder = join(cache, `archive-${idOf(source)}`);
    const before = await markOf(folder);
    if (before !== undefined && folder.endsWith(idOf(before.source))) {
      this.#tell(name, before.leftOut);
      return folder;
    }
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
        const leftOut = await unpackArchive(name, source.file, temporary, this.#signal);
        await atomicWrite(join(temporary, markName), `${JSON.stringify({ ...source, leftOut })}\n`);
        await rename(temporary, folder).catch((error: unknown) => {
          throw fileError("write", folder, error);
        });
        this.#tell(name, leftOut);
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

  #tell(name: string, leftOut: readonly LeftOut[]): void {
    if (leftOut.length === 0) return;
    const all = leftOut.reduce((sum, { count }) => sum + count, 0);
    const each = leftOut.map(({ why, count, first }) => `${counted(count, ...reasons[why])}, first ${first}`);
    this.#warnings.push(
      `${counted(all, "member")} of ${name} ${all === 1 ? "was" : "were"} left out (${each.join("; ")}).`,
    );
  }
}

const reasons: Readonly<Record<LeftOut["why"], readonly [one: string, several: string]>> = {
  absolute: ["absolute path", "absolute paths"],
  outside: ["path that leads out of it", "paths that lead out of it"],
  link: ["link", "links"],
};

/** Again where something was still written into it. */
const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });

async function makeEmpty(folder: string): Promise<void> {
  await mkdir(folder).catch((error: unknown) => {
    throw fileError("write", folder, error);
  });
}

interface Mark {
  readonly source: Source;
  readonly leftOut: readonly LeftOut[];
}

/** What an unpacked archive was; `undefined` where it is none, or not whole. */
async function markOf(folder: string): Promise<Mark | undefined> {
  const path = join(folder, markName);
  try {
    const mark = parseJson(await readTextChecked(path, { maxBytes: 2 ** 16 }), path);
    if (!isRecord(mark)) return undefined;
    const { file, bytes, changed, leftOut = [] } = mark;
    const isSource = typeof file === "string" && typeof bytes === "number" && typeof changed === "number";
    if (!isSource || !Array.isArray(leftOut) || !leftOut.every(isLeftOut)) return undefined;
    return { source: { file, bytes, changed }, leftOut };
  } catch {
    return undefined;
  }
}

function isLeftOut(value: unknown): value is LeftOut {
  if (!isRecord(value)) return false;
  const { why, count, first } = value;
  const isReason = typeof why === "string" && Object.hasOwn(reasons, why);
  return isReason && Number.isSafeInteger(count) && typeof first === "string";
}

/** Removes what the same archive held before it was changed; nothing but what was unpacked here. */
async function removeOlder(cache: string, { file }: Source, current: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const folder = join(cache, name);
    if (!/^archive-[0-9a-f]{16}$/.test(name) || folder === current) continue;
    const source = (await markOf(folder))?.source;
    if (source?.file !== file) continue;
    if (name.endsWith(idOf(source)) || name.endsWith(idOf(source, 1))) await removeFolder(folder);
  }
}
