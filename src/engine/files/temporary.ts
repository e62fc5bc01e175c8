import { createHash, randomBytes } from "node:crypto";
import { readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { lifeOf, type Processes, type ProcessIdentity, realProcesses } from "./lock/processes.js";

const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 8);

/** What tells machines, their runs and their spaces of process numbers apart. */
const placeOf = ({ boot, host, space }: ProcessIdentity): string =>
  shortHash(JSON.stringify([boot, boot === undefined ? host : "", space]));

/** The names of long files are cut, since a name has 255 bytes at most. */
const startOf = (path: string): string => `.${basename(path).slice(0, 40)}.`;

/** Process, place, when it began, and what no two files have. */
const tag = /^(\d+)-([0-9a-f]{8})-([0-9a-f]{8})-[0-9a-f]{12}\./;

/**
 * A name beside a file under which it is written before it takes its own: in the same folder, as a rename cannot cross file systems.
 * It says who writes, so that {@link sweepTemporaries} knows what a killed process has left.
 *
 * @param extension what it ends with. Default: `.tmp`
 */
export function temporaryBeside(
  path: string,
  extension = ".tmp",
  processes: Processes = realProcesses,
): string {
  const self = processes.self();
  const own = [self.pid, placeOf(self), shortHash(self.start ?? ""), randomBytes(6).toString("hex")];
  return join(dirname(path), `${startOf(path)}${own.join("-")}${extension}`);
}

/** What nobody here can know to be dead is left for so long, in milliseconds. */
const patience = 24 * 3600 * 1000;

/** Removes what processes that are gone left of writing a file, or a folder. What cannot be removed stays. */
export async function sweepTemporaries(path: string, processes: Processes = realProcesses): Promise<void> {
  const folder = dirname(path);
  const start = startOf(path);
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(start)) continue;
    const found = tag.exec(name.slice(start.length));
    if (found === null) continue;
    const [, pid, place = "", began = ""] = found;
    const left = join(folder, name);
    if (await isLeft(left, { pid: Number(pid), place, began }, processes)) {
      await rm(left, { force: true, recursive: true }).catch(() => {});
    }
  }
}

interface Writer {
  readonly pid: number;
  readonly place: string;
  /** The hash of its start. */
  readonly began: string;
}

async function isLeft(path: string, { pid, place, began }: Writer, processes: Processes): Promise<boolean> {
  const self = processes.self();
  if (place !== placeOf(self)) {
    const changed = await stat(path).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    );
    return Date.now() - changed > patience;
  }
  // Another that has its number began at another time.
  const start = pid === self.pid ? self.start : processes.startOf(pid);
  if (start !== undefined && shortHash(start) !== began) return true;
  return lifeOf({ ...self, pid, start }, processes) === "dead";
}
