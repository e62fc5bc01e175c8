import { ImagoError, messageOf, shown } from "../../errors.js";
import { crc32c, hexOf } from "./crc32c.js";

/**
 * One record: a kind `t` and further fields that JSON can hold. NaN and infinities are refused; fields declared as numbers
 * are written with `toJsonNumber` and read with `fromJsonNumber`. The names `v`, `n` and `c` are the journal's own; `at`, the
 * time, is added where it is not given.
 */
export interface JournalRecord {
  readonly t: string;
  readonly [field: string]: unknown;
}

/** The format that is written, and the highest that is read. */
export const formatVersion = 1;

const own = ["v", "n", "c"];

/** The length of `,"c":"xxxxxxxx"}`. */
const tailLength = 16;

/**
 * A record's fields as they stand in its line, from `"t"` on: what does not depend on its place in the journal.
 *
 * @throws ImagoError naming the field that JSON cannot hold, or that belongs to the journal
 */
export function fieldsText(record: JournalRecord): string {
  if (typeof record?.t !== "string" || record.t === "") {
    throw new ImagoError(`journal: a record needs a kind t, a text; received ${shown(record)}.`);
  }
  const taken = own.find((name) => Object.hasOwn(record, name));
  const where = `journal: record ${JSON.stringify(record.t)}`;
  if (taken !== undefined) {
    throw new ImagoError(`${where}: the field ${JSON.stringify(taken)} belongs to the journal.`, {
      help: "Choose another name.",
    });
  }
  const { t, at = new Date().toISOString(), ...rest } = record;
  const check = (name: string, value: unknown): unknown => {
    if (typeof value !== "number" || Number.isFinite(value)) return value;
    throw new ImagoError(`${where}: the field ${JSON.stringify(name)} is ${value}, which JSON has not.`, {
      help: "Write it with toJsonNumber.",
    });
  };
  try {
    return JSON.stringify({ t, at, ...rest }, check).slice(1, -1);
  } catch (cause) {
    if (cause instanceof ImagoError) throw cause;
    throw new ImagoError(`${where}: JSON cannot hold it: ${messageOf(cause)}.`, { cause });
  }
}

const encoder = new TextEncoder();

/** The bytes of a record's line, its end included. */
export function lineOf(number: number, fields: string): Uint8Array {
  const body = `{"v":${formatVersion},"n":${number},${fields}`;
  return encoder.encode(`${body},"c":"${hexOf(crc32c(encoder.encode(body)))}"}\n`);
}

/** What a sound line holds. */
export interface ReadLine {
  readonly version: number;
  readonly number: number;
  /** `undefined` where a later format has something else. */
  readonly record: JournalRecord | undefined;
}

const decoder = new TextDecoder();

/** The text of some bytes; `Buffer` decodes short ones several times faster. */
function decode(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.isBuffer(bytes)
    ? bytes.toString("utf8", start, end)
    : decoder.decode(bytes.subarray(start, end));
}

const opening = /^\{"v":(\d+),"n":(\d+),/;
/** Longer than any opening: two whole numbers and eleven letters. */
const openingLength = 48;

/** Reads the line from `start` to before its end at `end`; `undefined` if it is not what was once written. */
export function readLine(bytes: Uint8Array, start: number, end: number): ReadLine | undefined {
  const bodyEnd = end - tailLength;
  if (bodyEnd <= start) return undefined;
  const tail = decode(bytes, bodyEnd, end);
  if (!tail.startsWith(',"c":"') || !tail.endsWith('"}')) return undefined;
  // As a number, since making a text of the sum takes longer than the sum.
  if (Number.parseInt(tail.slice(6, -2), 16) !== crc32c(bytes, start, bodyEnd)) return undefined;
  const found = opening.exec(decode(bytes, start, Math.min(bodyEnd, start + openingLength)));
  if (found === null) return undefined;
  const [all, version, number] = found;
  const fields = decode(bytes, start + all.length, bodyEnd);
  return { version: Number(version), number: Number(number), record: recordOf(`{${fields}}`) };
}

function recordOf(json: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is JournalRecord {
  return typeof value === "object" && value !== null && "t" in value && typeof value.t === "string";
}
