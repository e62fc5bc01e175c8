import { open, statfs } from "node:fs/promises";
import { dirname, win32 } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ReadEntry, Unpack } from "tar";
import { ImagoError, messageOf } from "../../../engine/errors.js";
import { fileError } from "../../../engine/files/fileError.js";
import { codeOf } from "../../../engine/files/layer.js";
import { extensionOf, isHiddenFile, isHiddenFolder, isPictureName, sizeText } from "../listing/names.js";

/** What is unpacked besides pictures: what may hold labels. */
const labelExtensions: ReadonlySet<string> = new Set(["csv", "tsv", "txt", "jsonl", "ndjson"]);

/** Bytes that are read at a time. */
const portion = 2 ** 20;

/** Members of an archive that were left in it, which a user should hear of. */
export interface LeftOut {
  readonly why: "absolute" | "outside" | "link";
  readonly count: number;
  readonly first: string;
}

/**
 * Unpacks the pictures and label files of an archive into a folder. Links, devices, hidden files, absolute paths and such as lead out of
 * the archive are left.
 *
 * @param name what errors call it
 * @param folder empty
 * @returns what was left of pictures, label files and links
 * @throws ImagoError where it is no tar archive, is cut or damaged, or has more in it than the disk holds; the signal's reason
 */
export async function unpackArchive(
  name: string,
  file: string,
  folder: string,
  signal: AbortSignal | undefined,
): Promise<readonly LeftOut[]> {
  const { Unpack } = await import("tar");
  const work = new Work(name, await freeBytes(folder));
  const unpack = new Unpack({
    cwd: folder,
    filter: (path, entry) => work.wants(path, entry as ReadEntry),
    onReadEntry: (entry) => {
      // What an archive forbids to read would be of no use.
      entry.mode = entry.type === "Directory" ? 0o755 : 0o644;
    },
    onwarn: (code, message, data) => work.warn(code, message, data),
    preserveOwner: false,
  });
  try {
    await feed(unpack, file, signal, work);
    return work.leftOut;
  } catch (error) {
    throw work.explain(error, signal);
  }
}

/** Milliseconds in which an unpacker that failed must have finished what it had begun to write. */
const patience = 1000;

/** Gives an unpacker a file's bytes, and waits until what it unpacked is written, or there is trouble. */
async function feed(
  unpack: Unpack,
  file: string,
  signal: AbortSignal | undefined,
  work: Work,
): Promise<void> {
  const closed = new Promise<void>((resolve) => unpack.once("close", () => resolve()));
  unpack.on("error", (error: unknown) => work.fail(error));
  let hasEnd = false;
  unpack.on("eof", () => {
    hasEnd = true;
  });
  const handle = await open(file, "r");
  try {
    for (;;) {
      signal?.throwIfAborted();
      work.check();
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(portion), 0, portion);
      if (bytesRead === 0) break;
      // An unpacker in trouble never takes more.
      if (!unpack.write(buffer.subarray(0, bytesRead))) await Promise.race([drained(unpack), work.trouble]);
    }
    unpack.end();
    await Promise.race([closed, work.trouble]);
    work.check();
    // It may have been cut between two files.
    if (!hasEnd) throw new Error("its end is missing");
  } catch (error) {
    // What is still being written would come into a folder that is removed.
    unpack.end();
    await Promise.race([closed, pause(patience)]);
    throw error;
  } finally {
    await handle.close();
  }
}

const drained = (unpack: Unpack): Promise<void> =>
  new Promise((resolve) => unpack.once("drain", () => resolve()));

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(dirname(folder));
  return bavail * bsize;
}

/** What unpacking one archive has shown. */
class Work {
  readonly #name: string;
  readonly #free: number;
  readonly #left = new Map<LeftOut["why"], LeftOut>();
  #bytes = 0;
  #fault: unknown;
  #tell: () => void = () => {};
  /** When something has gone wrong. */
  readonly trouble = new Promise<void>((resolve) => {
    this.#tell = resolve;
  });

  constructor(name: string, free: number) {
    this.#name = name;
    this.#free = free;
  }

  get leftOut(): readonly LeftOut[] {
    return [...this.#left.values()];
  }

  wants(path: string, { type, size }: ReadEntry): boolean {
    const names = path.split("/").filter((one) => one !== "" && one !== ".");
    const last = names.at(-1);
    if (last === undefined || names.slice(0, -1).some((one) => one !== ".." && isHiddenFolder(one)))
      return false;
    // On every system the same, whatever the one is that it was packed on.
    const why = win32.isAbsolute(path) ? "absolute" : names.includes("..") ? "outside" : undefined;
    if (type === "Directory") return why === undefined && !isHiddenFolder(last);
    if ((type === "SymbolicLink" || type === "Link") && !isHiddenFile(last))
      return this.#leave(why ?? "link", path);
    if (!["File", "OldFile", "ContiguousFile"].includes(type) || isHiddenFile(last)) return false;
    const extension = extensionOf(last);
    const isWanted = isPictureName(last) || extension === "" || labelExtensions.has(extension);
    if (isWanted && why !== undefined) return this.#leave(why, path);
    if (isWanted) this.#bytes += size;
    return isWanted;
  }

  #leave(why: LeftOut["why"], path: string): false {
    const { count, first } = this.#left.get(why) ?? { count: 0, first: path };
    this.#left.set(why, { why, count: count + 1, first });
    return false;
  }

  warn(code: string, message: string | Error, data: unknown): void {
    // What is told of and does not matter.
    if (code === "TAR_ENTRY_INFO" || code === "TAR_ENTRY_UNSUPPORTED") return;
    this.fail(message instanceof Error ? message : new Error(message, { cause: data }));
  }

  /** The first that goes wrong is what is told. */
  fail(error: unknown): void {
    this.#fault ??= error;
    this.#tell();
  }

  /** @throws what has gone wrong; ImagoError where the disk has less room than the archive takes */
  check(): void {
    if (this.#bytes > this.#free) {
      throw new ImagoError(
        `Cannot unpack ${this.#name}: its pictures take ${sizeText(this.#bytes)} or more, and the disk has ${sizeText(this.#free)} left.`,
        { help: "Free some space, or give cache a folder on another disk." },
      );
    }
    if (this.#fault !== undefined) throw this.#fault;
  }

  explain(error: unknown, signal: AbortSignal | undefined): unknown {
    if (error instanceof ImagoError || signal?.aborted === true) return error;
    const code = codeOf(error) || codeOf(error instanceof Error ? error.cause : undefined);
    if (code === "ENOSPC" || code === "EDQUOT") return fileError("write", this.#name, error);
    if (["ENOENT", "EACCES", "EISDIR"].includes(code)) return fileError("read", this.#name, error);
    return this.#damaged(messageOf(error), error);
  }

  #damaged(message: string, cause: unknown): ImagoError {
    return new ImagoError(`Cannot read ${this.#name}: it is no whole tar archive (${message}).`, {
      help: "Load it again: archives that are cut or damaged are not read in part.",
      cause,
    });
  }
}
