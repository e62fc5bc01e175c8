import { basename, dirname, join } from "node:path";
import { codeOf, type FileLayer, readAllSync } from "../layer.js";
import type { ProcessIdentity } from "./processes.js";

/** What a lock's file says of its holder. */
export interface Holder extends ProcessIdentity {
  /** No two locks have the same. */
  readonly token: string;
  /** When it was taken, for people. */
  readonly at: string;
  /** That it is held for a moment only. */
  readonly brief?: boolean;
  /** That the file is touched all the while its holder lives. */
  readonly beats?: boolean;
}

/** A lock's file as it was found. */
export interface FoundLock {
  readonly path: string;
  readonly text: string;
  /** `undefined` where the text is none of ours, or not whole. */
  readonly holder: Holder | undefined;
}

/** `undefined` if there is no such file. */
export function readLock(files: FileLayer, path: string): FoundLock | undefined {
  try {
    const file = files.openSync(path, "r");
    try {
      const text = new TextDecoder().decode(readAllSync(files, file));
      return { path, text, holder: holderOf(text) };
    } finally {
      files.closeSync(file);
    }
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function holderOf(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHolder(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== "object" || value === null) return false;
  const { pid, host, token } = value as Partial<Record<keyof Holder, unknown>>;
  return typeof pid === "number" && typeof host === "string" && typeof token === "string";
}

/** Writes a lock's file, if there is none. @returns whether it was written */
export function createLock(files: FileLayer, path: string, holder: Holder): boolean {
  let file: number;
  try {
    file = files.openSync(path, "wx");
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    const bytes = new TextEncoder().encode(`${JSON.stringify(holder)}\n`);
    if (files.writeSync(file, bytes) < bytes.length) {
      throw Object.assign(new Error("ENOSPC: the lock could not be written whole"), { code: "ENOSPC" });
    }
  } catch (error) {
    removeQuietly(files, path);
    throw error;
  } finally {
    files.closeSync(file);
  }
  return true;
}

const asideMark = ".taken-";

/** The name under which a lock's file is put while it is looked at once more. */
export function asidePath(path: string, token: string): string {
  return `${path}${asideMark}${token}`;
}

/** The locks that someone has put aside, and not yet put back or removed. */
export function asideLocks(files: FileLayer, path: string): FoundLock[] {
  const start = `${basename(path)}${asideMark}`;
  const names = files.readdirSync(dirname(path)).filter((name) => name.startsWith(start));
  return names.flatMap((name) => readLock(files, join(dirname(path), name)) ?? []);
}

export function removeQuietly(files: FileLayer, path: string): void {
  try {
    files.unlinkSync(path);
  } catch {
    // Someone else was faster, or the folder is gone.
  }
}
