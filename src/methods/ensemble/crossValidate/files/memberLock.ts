import { readFile, rm, writeFile } from "node:fs/promises";
import { ImagoError } from "../../../../engine/errors.js";
import { fileError } from "../../../../engine/files/fileError.js";

/** Milliseconds that a process whose parent was killed may need until it ends, too. */
const patience = 10_000;

/**
 * Lets one process at a time write a member. Where a run was killed, one of its workers may still be at the end of a step;
 * it is waited for.
 *
 * @param folder the member's; the lock is a file beside it, which is gone when the member is done
 * @returns gives the member up
 * @throws ImagoError where another process goes on with it
 */
export async function lockMember(folder: string): Promise<() => Promise<void>> {
  const path = `${folder}.lock`;
  const own = await processName(process.pid);
  const end = performance.now() + patience;
  while (!(await create(path, own))) {
    const other = await readFile(path, "utf8").catch(() => "");
    if (other === own || !(await isAlive(other))) await rm(path, { force: true });
    else if (performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 50));
    else {
      throw new ImagoError(`${folder} is being written by process ${other.split(" ")[0]}.`, {
        help: `Wait for its end, or give another folder. If it has nothing to do with this, remove ${path}.`,
      });
    }
  }
  return () => rm(path, { force: true });
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw fileError("write", path, error);
  }
}

/** The number of a process and, where the system tells, when it began: numbers come again, in containers at once. */
async function processName(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  // The 22nd field; the second is a name in parentheses, which may have spaces.
  const start = text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  return start === undefined ? `${pid}` : `${pid} ${start}`;
}

async function isAlive(name: string): Promise<boolean> {
  const pid = Number.parseInt(name, 10);
  // A lock without a number was not written to its end.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Someone else's process is alive as well.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  return (await processName(pid)) === name;
}
