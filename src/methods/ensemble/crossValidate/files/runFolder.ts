import { existsSync } from "node:fs";
import { join } from "node:path";
import { ImagoError } from "../../../../engine/errors.js";
import { atomicWrite } from "../../../../engine/files/atomicWrite.js";
import type { Lock } from "../../../../engine/files/lock/acquireLock.js";
import { holdFolder } from "../../../../engine/files/lock/holdFolder.js";
import { isRecord, parseJsonObject } from "../../../../engine/files/parseJson.js";
import { readFileChecked } from "../../../../engine/files/readFileChecked.js";

/** What a run is of, by name: digests of data, and options that change numbers. */
export type RunIdentity = Readonly<Record<string, string | number | boolean>>;

const version = 1;

/**
 * Makes the folder of a run, or opens it again, and holds it.
 *
 * @throws ImagoError where it is of another run, naming what differs, where another process has it open, and where it cannot be
 *   written
 */
export async function openRun(where: string, folder: string, identity: RunIdentity): Promise<Lock> {
  const lock = await holdFolder(folder);
  try {
    await checkRun(where, folder, identity);
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Writes down what a new run is of; of one that was begun, looks whether it is the same. */
async function checkRun(where: string, folder: string, identity: RunIdentity): Promise<void> {
  const path = join(folder, "run.json");
  const found = await readRun(where, path);
  if (found === undefined) {
    const run = { format: where, version, run: identity };
    await atomicWrite(path, `${JSON.stringify(run, null, 2)}\n`);
    return;
  }
  const names = [...new Set([...Object.keys(identity), ...Object.keys(found)])];
  const differing = names.filter((name) => identity[name] !== found[name]);
  if (differing.length === 0) return;
  throw new ImagoError(`${where}: ${folder} holds another run, with other ${listed(differing)}.`, {
    help: "Go on with what it was begun with, or give another folder.",
  });
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

async function readRun(where: string, path: string): Promise<RunIdentity | undefined> {
  if (!existsSync(path)) return undefined;
  const { format, version: found, run } = await readRecord(path);
  if (format === where && found === version && isRecord(run)) return run as RunIdentity;
  throw new ImagoError(`${path}: expected a run of ${where}, of version ${version}.`, {
    help: "Give another folder.",
  });
}

/** What stands in it; nothing where it is no JSON. */
async function readRecord(path: string): Promise<Record<string, unknown>> {
  const bytes = await readFileChecked(path, { maxBytes: 2 ** 20 });
  try {
    return parseJsonObject(new TextDecoder().decode(bytes), path);
  } catch {
    return {};
  }
}
