import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { ImagoError } from "../../../engine/errors.js";
import { atomicWrite } from "../../../engine/files/atomicWrite.js";
import { codeOf } from "../../../engine/files/layer.js";
import { isRecord, parseJson } from "../../../engine/files/parseJson.js";
import { readTextChecked } from "../../../engine/files/readFileChecked.js";
import type { PictureSettings } from "../../images/pictureFields.js";
import type { KnownFile } from "../threads/jobs.js";

/** Raised when pictures are made ready in another way, or the form of the files changes. */
const version = 1;

/** Bytes before the first picture. */
export const headBytes = 64;

/** What a file of pictures begins with. */
export const magic = "IMAGOPIC";

/** A picture of the cache. */
export interface CacheRecord extends KnownFile {
  readonly path: string;
  readonly digest: string;
  readonly sum: number;
  /** Its number in the file of pictures; -1 where it cannot be read. */
  readonly slot: number;
  readonly reason: string;
}

/** The files of one cache: of one folder, made ready in one way. */
export interface CacheNames {
  readonly folder: string;
  /** What its files begin with. */
  readonly stem: string;
  readonly index: string;
}

export function cacheNames(folder: string, root: string, settings: PictureSettings): CacheNames {
  const { size, fit, background, maxPixels } = settings;
  const whole = JSON.stringify([version, resolve(root), size, fit, background, maxPixels]);
  const stem = `pictures-${createHash("sha256").update(whole).digest("hex").slice(0, 16)}`;
  return { folder, stem, index: join(folder, `${stem}.jsonl`) };
}

/** What an index says. */
export interface CacheIndex {
  /** The name of the file of pictures. */
  readonly data: string;
  /** How many places it has. */
  readonly slots: number;
  readonly records: readonly CacheRecord[];
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Writes an index, whole or not at all. */
export async function writeIndex(names: CacheNames, { data, slots, records }: CacheIndex): Promise<void> {
  const head = { imago: "pictures", version, data, slots, count: records.length };
  const lines = records.map(({ path, bytes, changed, digest, sum, slot, reason }) =>
    JSON.stringify(
      reason === "" ? [path, bytes, changed, digest, sum, slot] : [path, bytes, changed, digest, reason],
    ),
  );
  const body = `${[JSON.stringify(head), ...lines].join("\n")}\n`;
  await atomicWrite(names.index, `${body}${JSON.stringify({ sha256: digestOf(body) })}\n`);
}

/**
 * Reads an index and looks whether its pictures are there.
 *
 * @returns `undefined` where there is none
 * @throws ImagoError naming the file where it is damaged, or the file of pictures is gone or shorter than it was
 */
export async function readIndex(names: CacheNames, recordBytes: number): Promise<CacheIndex | undefined> {
  let text: string;
  try {
    text = await readTextChecked(names.index);
  } catch (error) {
    if (error instanceof ImagoError && codeOf(error.cause) === "ENOENT") return undefined;
    throw error;
  }
  const index = parsedIndex(names.index, names.stem, text);
  const data = join(names.folder, index.data);
  if (sizeOf(data) < headBytes + index.slots * recordBytes) {
    throw new ImagoError(`Cannot read ${data}: it is gone, or shorter than it was.`);
  }
  return index;
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return -1;
  }
}

function parsedIndex(path: string, stem: string, text: string): CacheIndex {
  const damaged = (why: string): ImagoError => new ImagoError(`Cannot read ${path}: it is damaged (${why}).`);
  const end = text.lastIndexOf("\n", text.length - 2) + 1;
  const body = text.slice(0, end);
  const seal = parseJson(text.slice(end), path);
  if (!isRecord(seal) || seal.sha256 !== digestOf(body)) throw damaged("its checksum is another");
  const lines = body.split("\n").slice(0, -1);
  const head = parseJson(lines[0] ?? "", path);
  if (!isRecord(head)) throw damaged("it does not say what it is");
  const { data, slots, count } = head;
  const isData = typeof data === "string" && data.startsWith(`${stem}-`) && /^[-a-z0-9]+\.bin$/.test(data);
  if (!isData || !isCount(slots) || count !== lines.length - 1) throw damaged("it does not say what it is");
  const records = lines
    .slice(1)
    .map((line) => recordOf(parseJson(line, path), slots) ?? damaged("a picture is not described"));
  const wrong = records.find((record) => record instanceof ImagoError);
  if (wrong !== undefined) throw wrong;
  return { data, slots, records: records as CacheRecord[] };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function recordOf(value: unknown, slots: number): CacheRecord | undefined {
  if (!Array.isArray(value)) return undefined;
  const [path, bytes, changed, digest, last, slot] = value as readonly unknown[];
  if (
    typeof path !== "string" ||
    !isCount(bytes) ||
    typeof changed !== "number" ||
    typeof digest !== "string"
  ) {
    return undefined;
  }
  const known = { path, bytes, changed, digest };
  if (typeof last === "string") return { ...known, sum: 0, slot: -1, reason: last };
  return isCount(last) && isCount(slot) && slot < slots
    ? { ...known, sum: last, slot, reason: "" }
    : undefined;
}
