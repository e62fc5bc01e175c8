import { constants } from "node:fs";
import { access, lstat, readdir, readlink, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import { fileError } from "../../../engine/files/fileError.js";
import { UsageError } from "./run.js";
import { isStandard } from "./standard.js";

/** A file that a command reads or writes, and the argument or flag that names it. */
export interface NamedFile {
  /** As help says it: `<image>`, `--out`. */
  readonly name: string;
  readonly path: string;
  /** Of what is written: bytes that say nothing to a reader, which no terminal gets. Default: false. */
  readonly isBinary?: boolean | undefined;
}

/** What a command reads and writes. */
export interface FilePlan {
  readonly reads: readonly NamedFile[];
  readonly writes: readonly NamedFile[];
  /** What is read may be written over. Default: false. */
  readonly force?: boolean | undefined;
}

/** What every command with a file to write says of `--force`. */
export const forceHelp = "write over a file that is read, too";

/** Files by their names; what is not given is left out. */
export function namedFiles(
  files: Readonly<Record<string, string | readonly string[] | undefined>>,
): NamedFile[] {
  return Object.entries(files).flatMap(([name, given]) =>
    (typeof given === "string" ? [given] : (given ?? [])).map((path) => ({ name, path })),
  );
}

/**
 * Refuses, before any work is done, what would lose a file or could not be written after it: two things that go to one
 * file, results in the place of what is read, folders that are missing or not permitted.
 *
 * @throws UsageError naming the flags, ImagoError naming the file
 */
export async function checkFiles({ reads, writes, force = false }: FilePlan): Promise<void> {
  checkStandard(reads, "read from standard input, which can be read once alone");
  checkStandard(writes, "go to standard output, which takes one alone");
  const binary = writes.find(({ path, isBinary }) => isBinary === true && isStandard(path));
  if (binary !== undefined && process.stdout.isTTY === true) {
    throw new UsageError(`${binary.name}: what is written is no text, and standard output is a terminal.`, {
      help: "Name a file, or send it on, as in `imago … > FILE`.",
    });
  }
  const written = await located(writes);
  for (const [index, one] of written.entries()) {
    await checkWritable(one.path);
    const twin = written.slice(0, index).find((other) => isSame(one, other));
    if (twin !== undefined) {
      throw new UsageError(`${twin.name} and ${one.name} are the same file, ${one.path}.`, {
        help: "Name two.",
      });
    }
  }
  if (force) return;
  const read = await located(reads);
  for (const one of written) {
    const source = read.find((other) => isSame(one, other));
    if (source === undefined) continue;
    throw new UsageError(`${one.name} would write over ${source.path}, which is read (${source.name}).`, {
      help: "Name another file, or add --force.",
    });
  }
}

function checkStandard(files: readonly NamedFile[], what: string): void {
  const [one, other] = files.filter(({ path }) => isStandard(path));
  if (one === undefined || other === undefined) return;
  const names = one.name === other.name ? `${one.name}: two` : `${one.name} and ${other.name} both`;
  throw new UsageError(`${names} ${what}.`);
}

interface Located extends NamedFile {
  /** Without links: of what is not there yet, by its folder. */
  readonly place: string;
  /** Which file it is on its disk, whatever it is called; `undefined` for what is not there. */
  readonly id: string | undefined;
}

async function located(files: readonly NamedFile[]): Promise<Located[]> {
  const paths = files.filter(({ path }) => !isStandard(path));
  return await Promise.all(paths.map(async (file) => ({ ...file, ...(await placeOf(file.path)) })));
}

async function placeOf(path: string): Promise<Pick<Located, "place" | "id">> {
  const info = await stat(path).catch(() => undefined);
  const id = info === undefined ? undefined : `${info.dev}:${info.ino}`;
  return { place: await withoutLinks(resolve(path), 0), id };
}

/** As many links as systems follow. */
const mostLinks = 40;

/** The path that a write would reach; what is not there yet is taken by its name. */
async function withoutLinks(path: string, depth: number): Promise<string> {
  const real = await realpath(path).catch(() => undefined);
  if (real !== undefined || depth > mostLinks) return real ?? path;
  // A link to what is not there yet.
  const isLink = await lstat(path).then(
    (info) => info.isSymbolicLink(),
    () => false,
  );
  if (isLink) return withoutLinks(resolve(dirname(path), await readlink(path)), depth + 1);
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return join(folder, basename(path));
}

const isSame = (a: Located, b: Located): boolean =>
  a.id !== undefined && b.id !== undefined ? a.id === b.id : a.place === b.place;

/**
 * Refuses, before any work is done, a file that could not be written after it.
 *
 * @throws ImagoError naming the folder that is missing or not permitted
 */
async function checkWritable(path: string): Promise<void> {
  const folder = dirname(path);
  try {
    await access(folder, constants.W_OK);
    if (!(await stat(folder)).isDirectory())
      throw new ImagoError(`Cannot write ${path}: ${folder} is not a folder.`);
  } catch (error) {
    throw error instanceof ImagoError ? error : fileError("write", path, error);
  }
  const there = await stat(path).catch(() => undefined);
  if (there?.isDirectory() === true) throw new ImagoError(`Cannot write ${path}: it is a folder.`);
}

/**
 * The files that are there already of those that a pattern with the place of a number stands for.
 *
 * @param at the name of the file of a number
 * @param count numbers from 0 to below this
 */
export async function filesOfPattern(at: (index: number) => string, count: number): Promise<string[]> {
  const folders = new Map<string, ReadonlySet<string>>();
  const found: string[] = [];
  for (let index = 0; index < count; index++) {
    const path = at(index);
    const folder = dirname(path);
    let names = folders.get(folder);
    if (names === undefined) {
      names = new Set(await readdir(folder).catch(() => []));
      folders.set(folder, names);
    }
    if (names.has(basename(path))) found.push(path);
  }
  return found;
}
