import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { anyText } from "../../engine/arguments.js";
import { ImagoError, nearest } from "../../engine/errors.js";
import { atomicWrite } from "../../engine/files/atomicWrite.js";
import { fileError } from "../../engine/files/fileError.js";
import { codeOf } from "../../engine/files/layer.js";
import { acquireLock } from "../../engine/files/lock/acquireLock.js";
import { makeFolder } from "../../engine/files/makeFolder.js";
import { type RunSummary, summaryOf, summaryText } from "./summary.js";

/** Where runs are, if nothing else is said. */
export const defaultDir = "runs";

/** The names of what stands in a run's folder. */
export const summaryName = "run.json";
export const metricsName = "metrics.jsonl";
export const artifactsName = "artifacts";

/** Makes the folder of a new run: its name, and six random digits. @returns its id */
export async function makeRunFolder(dir: string, name: string): Promise<string> {
  const start = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").replaceAll(/^[.-]+|-+$/g, "") || "run";
  await makeFolder(dir);
  for (;;) {
    const id = `${start}-${randomBytes(3).toString("hex")}`;
    try {
      await mkdir(join(dir, id));
      return id;
    } catch (error) {
      if (codeOf(error) !== "EEXIST") throw fileError("write", join(dir, id), error);
    }
  }
}

/** The names of the folders in which a run can be. */
export function foldersOf(dir: string): string[] {
  try {
    const entries = readdirSync(dir, { withFileTypes: true });
    return entries
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith("."))
      .map(({ name }) => name);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return [];
    throw fileError("read", dir, error);
  }
}

/** The files in which a run's figures are. */
export const filesOfRun = (dir: string, id: string): string[] =>
  [summaryName, metricsName].map((name) => join(dir, id, name));

/** @returns `undefined` where the folder is none of a run @throws ImagoError when its summary cannot be read */
export function readSummary(dir: string, id: string): RunSummary | undefined {
  const path = join(dir, id, summaryName);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw fileError("read", path, error);
  }
  return summaryOf(id, text, path);
}

/**
 * Changes a run's summary. The run itself and whoever gives it tags take turns, so that neither undoes what the other wrote.
 *
 * @param change is given the summary as it stands; `undefined` if there is none yet
 */
export async function changeSummary(
  dir: string,
  id: string,
  change: (summary: RunSummary | undefined) => RunSummary,
): Promise<void> {
  const path = join(dir, id, summaryName);
  const lock = await acquireLock(join(dir, id, "run.lock"), { of: path });
  try {
    await atomicWrite(path, summaryText(change(readSummary(dir, id))));
  } finally {
    lock.release();
  }
}

/**
 * The id of the one run that is meant.
 *
 * @param given an id, its beginning, or a name that one run alone has
 * @throws ImagoError when none or several are meant
 */
export function idOf(where: string, dir: string, given: string): string {
  anyText.read(where, "run", given);
  const ids = foldersOf(dir);
  if (ids.includes(given)) return given;
  const found = ids.filter((id) => given !== "" && id.startsWith(given));
  if (found.length === 1) return found[0] as string;
  if (found.length > 1) {
    const shown = found.slice(0, 5).join(", ");
    throw new ImagoError(`${where}: ${found.length} runs in ${dir} begin with "${given}": ${shown}.`, {
      help: "Write more of its id.",
    });
  }
  const meant = nearest(given, ids) ?? ids.find((id) => nearest(given, [id.replace(/-[0-9a-f]{6}$/, "")]));
  throw new ImagoError(`${where}: there is no run "${given}" in ${dir}.`, {
    help: meant === undefined ? "imago runs list shows those that are there." : `Did you mean "${meant}"?`,
  });
}
