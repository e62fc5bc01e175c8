import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { ImagoError } from "../../engine/errors.js";
import { atomicWrite } from "../../engine/files/atomicWrite.js";
import { fileError } from "../../engine/files/fileError.js";
import { readTextChecked } from "../../engine/files/readFileChecked.js";
import { isSha256 } from "./digests.js";
import type { DownloadFile } from "./download.js";
import { isModelName } from "./modelName.js";

/** What is kept of a model that is not pinned in the catalogue: where it came from, and what it was checked by. */
export interface PulledModel extends DownloadFile {
  readonly name: string;
  /** When, as ISO 8601 has it. */
  readonly pulled: string;
}

const suffix = ".onnx.json";

/** The file that says where a downloaded model came from: `photo.onnx` has `photo.onnx.json`. */
export function recordPath(folder: string, name: string): string {
  return join(folder, `${name}${suffix}`);
}

/**
 * Reads what is kept of a model.
 *
 * @returns `undefined` where there is nothing
 * @throws ImagoError when the file cannot be read or is something else; it names the file
 */
export async function readRecord(folder: string, name: string): Promise<PulledModel | undefined> {
  const path = recordPath(folder, name);
  if (!existsSync(path)) return undefined;
  const text = await readTextChecked(path, { maxBytes: 2 ** 16 });
  const record = parsed(text);
  if (record !== undefined) return { name, ...record };
  throw new ImagoError(
    `${path} does not say where the model came from: it is damaged, or of another program.`,
    {
      help: `Pull the model again by its address, or remove it: imago models remove ${name}`,
    },
  );
}

/** Writes it whole, or leaves what was there. */
export async function writeRecord(folder: string, model: PulledModel): Promise<void> {
  const { address, bytes, sha256, pulled } = model;
  const text = JSON.stringify({ address, bytes, sha256, pulled }, null, 2);
  await atomicWrite(recordPath(folder, model.name), `${text}\n`);
}

/**
 * What is kept in a folder, by name. Files that cannot be read are passed over: who asks for one by its name learns
 * why.
 *
 * @throws ImagoError when the folder cannot be read
 */
export async function listRecords(folder: string): Promise<PulledModel[]> {
  const files = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && /^ENO(ENT|TDIR)$/.test(String(error.code))) return [];
    throw fileError("read", folder, error);
  });
  const names = files.filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));
  const records = await Promise.all(
    names
      .filter(isModelName)
      .sort()
      .map((name) => readRecord(folder, name).catch(() => undefined)),
  );
  return records.filter((record) => record !== undefined);
}

function parsed(text: string): Omit<PulledModel, "name"> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { address, bytes, sha256, pulled } = value as Readonly<Record<string, unknown>>;
  const isRecord =
    typeof address === "string" &&
    URL.canParse(address) &&
    typeof bytes === "number" &&
    Number.isSafeInteger(bytes) &&
    bytes > 0 &&
    typeof sha256 === "string" &&
    isSha256(sha256) &&
    typeof pulled === "string";
  // Nothing in a normal form does anything to a terminal.
  return isRecord ? { address: new URL(address).href, bytes, sha256, pulled } : undefined;
}
