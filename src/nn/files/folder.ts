import { createHash } from "node:crypto";
import { open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ImagoError } from "../../engine/errors.js";
import { atomicWrite } from "../../engine/files/atomicWrite.js";
import { fileError } from "../../engine/files/fileError.js";
import { makeFolder } from "../../engine/files/makeFolder.js";
import { longestText, readFileChecked } from "../../engine/files/readFileChecked.js";
import { type FileDigest, type Manifest, manifestName, readManifest } from "./manifest.js";

/** Where a save is written before it takes its place. */
const nextName = ".next";
/** Where the save before stays. */
export const previousName = "previous";

/** A complete, verified set of files. */
export interface SavedFiles {
  readonly manifest: Manifest;
  readonly files: Readonly<Record<string, Uint8Array>>;
}

/** A file's size and SHA-256. */
export function digestOf(bytes: Uint8Array): FileDigest {
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/**
 * Puts a set of files into a folder so that whenever the process or the machine stops, a complete set is there:
 * the one before, or this one. The files are written to `.next`; then those in place move to `previous`, and the
 * new ones move up, the manifest last. Other files in the folder are left alone.
 *
 * @param manifest the text that names all other files with their digests
 * @throws ImagoError when the folder cannot be written; what was there is there still
 */
export async function replaceFiles(
  folder: string,
  manifest: string,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<void> {
  const next = join(folder, nextName);
  await makeFolder(folder);
  await settle(folder);
  try {
    await makeFolder(next);
    for (const [name, bytes] of Object.entries(files)) await atomicWrite(join(next, name), bytes);
    await atomicWrite(join(next, manifestName), manifest);
  } catch (error) {
    await rm(next, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
  await promote(folder, Object.keys(files));
}

/** Finishes a save that was interrupted when it was complete, or removes what there is of it. */
async function settle(folder: string): Promise<void> {
  const next = join(folder, nextName);
  if (!(await exists(next))) return;
  // The manifest comes there last and leaves last.
  const waits = await exists(join(next, manifestName));
  const saved = waits ? await readSet([next, folder]).catch(() => undefined) : undefined;
  if (saved === undefined) await removeFolder(next);
  else await promote(folder, Object.keys(saved.files));
}

/**
 * Moves a complete `.next` up. Can be interrupted anywhere and called again: a file is looked for in `.next` and
 * then in the folder, so the new set is complete all the while.
 */
async function promote(folder: string, names: readonly string[]): Promise<void> {
  const next = join(folder, nextName);
  const previous = join(folder, previousName);
  const old = await readSet([folder]).catch(() => undefined);
  try {
    if (old !== undefined) {
      await removeFolder(previous);
      await makeFolder(previous);
      for (const name of [...Object.keys(old.files), manifestName]) {
        await rename(join(folder, name), join(previous, name));
      }
      await syncFolder(previous);
    }
    const waiting = new Set(await readdir(next));
    for (const name of [...names, manifestName]) {
      if (waiting.has(name)) await rename(join(next, name), join(folder, name));
    }
    await syncFolder(folder);
    await removeFolder(next);
  } catch (error) {
    throw error instanceof ImagoError ? error : fileError("write", folder, error);
  }
}

/** Which set of files {@link readFiles} found, and what was wrong with others. */
export interface FoundFiles extends SavedFiles {
  /** `folder`, or `previous` when the files in place are damaged. */
  readonly from: "folder" | "previous";
  /** Why the files in place were not taken; absent when they were. */
  readonly refused?: string | undefined;
}

/** How often, and after how many milliseconds, files are read again that someone was moving. */
const tries = { times: 20, pause: 50 };

/**
 * Reads the newest complete set of files: one that was being saved and only not yet moved, the one in place, or
 * the one before. Someone may be writing there meanwhile.
 *
 * @throws ImagoError when there is none, saying what is wrong with the files in place
 */
export async function readFiles(folder: string): Promise<FoundFiles> {
  for (let left = tries.times; left > 0; left--) {
    const before = await stateOf(folder);
    const found = await readOnce(folder).catch(() => undefined);
    if (found?.from === "folder") return found;
    // Damage stays as it is.
    if (before.isStill && (await stateOf(folder)).text === before.text) break;
    await pause(tries.pause);
  }
  return readOnce(folder);
}

/** What shows that files are moved: those that are being written, and what is in place. */
async function stateOf(folder: string): Promise<{ readonly isStill: boolean; readonly text: string }> {
  const text = await readFile(join(folder, manifestName), "utf8").catch(() => "");
  return { isStill: !(await exists(join(folder, nextName))), text };
}

async function readOnce(folder: string): Promise<FoundFiles> {
  const next = join(folder, nextName);
  if (await exists(join(next, manifestName))) {
    const saved = await readSet([next, folder]).catch(() => undefined);
    if (saved !== undefined) return { ...saved, from: "folder" };
  }
  try {
    return { ...(await readSet([folder])), from: "folder" };
  } catch (error) {
    if (!(error instanceof ImagoError)) throw error;
    const saved = await readSet([join(folder, previousName)]).catch(() => undefined);
    if (saved === undefined) throw error;
    return { ...saved, from: "previous", refused: error.message };
  }
}

/** Whether anything was ever saved in a folder, damaged or not. */
export async function hasFiles(folder: string): Promise<boolean> {
  for (const place of [".", nextName, previousName]) {
    if (await exists(join(folder, place, manifestName))) return true;
  }
  return false;
}

/** Reads and verifies a set whose files each are in the first of `folders` that has them. */
async function readSet(folders: readonly string[]): Promise<SavedFiles> {
  const manifestPath = await locate(folders, manifestName);
  const manifest = readManifest(await readFileChecked(manifestPath, { maxBytes: longestText }), manifestPath);
  const files: Record<string, Uint8Array> = {};
  for (const [name, expected] of Object.entries(manifest.files)) {
    const path = await locate(folders, name);
    const bytes = await readFileChecked(path);
    checkDigest(path, bytes, expected);
    files[name] = bytes;
  }
  return { manifest, files };
}

async function locate(folders: readonly string[], name: string): Promise<string> {
  for (const folder of folders) if (await exists(join(folder, name))) return join(folder, name);
  return join(folders.at(-1) as string, name);
}

function checkDigest(path: string, bytes: Uint8Array, expected: FileDigest): void {
  const found = digestOf(bytes);
  if (found.bytes < expected.bytes) {
    throw new ImagoError(`${path} is truncated: it has ${found.bytes} of ${expected.bytes} bytes`);
  }
  if (found.bytes !== expected.bytes || found.sha256 !== expected.sha256) {
    throw new ImagoError(
      `${path} was altered: expected ${expected.bytes} bytes with SHA-256 ${expected.sha256}, ` +
        `found ${found.bytes} with ${found.sha256}`,
    );
  }
}

async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    throw fileError("write", path, error);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await (await open(path, "r")).close();
    return true;
  } catch {
    return false;
  }
}

/** Makes renames durable, where a system can do this to a folder. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}
