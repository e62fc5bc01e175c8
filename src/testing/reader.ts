import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { ImagoError } from "../engine/errors.js";
import { type Chance, type Damage, damaged, oneOf } from "./damage.js";

/** Changes what a file says, and leaves its form and its digests as they must be. */
export type Rewrite = (bytes: Uint8Array, chance: Chance) => Damage;

/** Something that reads files which others may have damaged, or written. */
export interface Reader {
  readonly name: string;
  /** The sources whose reading is tried, below src/. */
  readonly sources: readonly string[];
  /** Writes sound files into an empty folder. */
  readonly make: (folder: string) => Promise<void>;
  /** What is damaged, below the folder. Default: all files. */
  readonly files?: RegExp;
  /** Reads them; gives all that makes one result different from another, as plain data. */
  readonly read: (folder: string) => Promise<unknown>;
  /** How what a file says is changed beneath its form, by its path below the folder. */
  readonly rewrite?: (path: string) => Rewrite | undefined;
  /** Makes digests elsewhere in the folder right again after a rewrite. */
  readonly reseal?: (folder: string, path: string) => Promise<void>;
  /**
   * Where bytes are covered by digests: whether something that was read from altered ones may be read, given what the sound
   * ones say. Default: whatever it is, since nothing tells.
   */
  readonly mayBe?: (value: unknown, sound: unknown) => boolean;
  /** Whether the files are programs, whose own errors are quoted. */
  readonly isProgram?: boolean;
  /** Whether errors need not name the file: where it is the reader's caller that knows it. */
  readonly nameless?: boolean;
}

/** A folder's files, by their paths. */
export type Files = Readonly<Record<string, Uint8Array>>;

export async function filesIn(folder: string): Promise<Files> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const read = paths
    .sort()
    .map(async (path) => [path.slice(folder.length + 1), new Uint8Array(await readFile(path))] as const);
  return Object.fromEntries(await Promise.all(read));
}

async function put(folder: string, files: Files): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [path, bytes] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), bytes);
  }
}

/** What came of a reader and a damaged file. */
export interface Outcome {
  readonly end: "refused" | "read" | "fault";
  readonly file: string;
  readonly how: string;
  /** What is wrong. */
  readonly fault?: string;
  /** What it said. */
  readonly message?: string;
  /** Milliseconds. */
  readonly time: number;
  /** Bytes that it took on the way. */
  readonly memory: number;
}

/** What only the program itself could understand. */
const internal =
  /Cannot (read|set) propert|Cannot (destructure|convert|mix)|is not (a function|iterable|a constructor|defined|extensible)|Invalid (typed )?(array|string) length|Maximum call stack|Array buffer allocation|out of memory|\[object |\bundefined\b|offset is out of bounds|\bE(NOENT|ISDIR|NOTDIR|MFILE|RR_)|reading '|Unexpected token|in JSON at|is not valid JSON/;
/** What tells where a JSON parser stumbled is of use when it stands in brackets, behind words of our own. */
const explained = /\([^()]*(JSON|position)[\s\S]*\)/;

const longestMessage = 2000;
/** A file of a few kilobytes never takes longer, in milliseconds, nor more, in bytes. */
const mostTime = 5000;
const mostMemory = 256 * 2 ** 20;

function faultOf(
  error: unknown,
  folder: string,
  file: string,
  { nameless, isProgram }: Reader,
): string | undefined {
  if (!(error instanceof ImagoError)) {
    return `not an ImagoError: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const { message } = error;
  if (message.length > longestMessage) return `${message.length} characters: ${message.slice(0, 300)}`;
  if (isProgram !== true && internal.test(message.replace(explained, "")))
    return `words of the program's own: ${message}`;
  const isNamed = message.includes(folder) || message.includes(basename(file));
  return isNamed || nameless === true ? undefined : `it does not name the file: ${message}`;
}

/** Bytes that the process holds just now, what is to be collected included. */
function held(): number {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** A reader with its sound files, to be tried with damaged ones. */
export class Trial {
  readonly #reader: Reader;
  readonly #folder: string;
  readonly #files: Files;
  readonly #sound: unknown;
  #count = 0;

  private constructor(reader: Reader, folder: string, files: Files, sound: unknown) {
    this.#reader = reader;
    this.#folder = folder;
    this.#files = files;
    this.#sound = sound;
  }

  /** @throws where the sound files are not read */
  static async of(reader: Reader, folder: string): Promise<Trial> {
    await mkdir(folder, { recursive: true });
    await reader.make(folder);
    const files = await filesIn(folder);
    const sound = await reader.read(folder);
    return new Trial(reader, folder, files, sound);
  }

  get paths(): string[] {
    return Object.keys(this.#files).filter((path) => this.#reader.files?.test(path) ?? true);
  }

  /** Damages one file in one way, and has it read. */
  async once(chance: Chance): Promise<Outcome> {
    const path = oneOf(chance, this.paths);
    const bytes = this.#files[path] as Uint8Array;
    const rewrite = chance() < 0.5 ? this.#reader.rewrite?.(path) : undefined;
    const damage = (rewrite ?? damaged)(bytes, chance);
    return this.with(path, damage, rewrite !== undefined);
  }

  /** @param resealed whether digests are to be made right again */
  async with(path: string, { how, bytes }: Damage, resealed = false): Promise<Outcome> {
    const reader = this.#reader;
    // Another each time: scripts are loaded once from each place.
    const folder = `${this.#folder}-${this.#count++}`;
    await put(folder, { ...this.#files, [path]: bytes });
    if (resealed) await reader.reseal?.(folder, path);
    const [begin, before] = [performance.now(), held()];
    let end: Outcome["end"] = "read";
    let fault: string | undefined;
    let message: string | undefined;
    try {
      const value = await reader.read(folder);
      if (!resealed && reader.mayBe?.(value, this.#sound) === false) {
        fault = "what was read is not what was written";
      }
    } catch (error) {
      end = "refused";
      message = error instanceof Error ? error.message : String(error);
      fault = faultOf(error, folder, path, reader);
    }
    const [time, memory] = [performance.now() - begin, held() - before];
    await rm(folder, { recursive: true, force: true });
    if (time > mostTime) fault ??= `it took ${Math.round(time)} ms`;
    if (memory > mostMemory) fault ??= `it took ${Math.round(memory / 2 ** 20)} MiB`;
    const rest = { file: path, how, time, memory, ...(message === undefined ? {} : { message }) };
    return fault === undefined ? { end, ...rest } : { end: "fault", fault, ...rest };
  }
}
