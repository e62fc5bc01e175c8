import { readdir, stat } from "node:fs/promises";
import { UsageError } from "../../shell/run.js";

/** What `write sample` leaves in a folder. */
const own = /^(items\.(abc|smi|txt|ndjson|svg|png)|\d+\.(mid|wav|svg|png))$/;

/**
 * Makes sure that nothing of others is written over: the folder is new, empty, or of earlier items.
 *
 * @throws UsageError where it is not, before anything is written
 */
export async function checkOut(out: string | undefined): Promise<void> {
  if (out === undefined) return;
  const there = await stat(out).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isDirectory()) throw new UsageError(`--out: ${out} is a file. Name a folder.`);
  const foreign = (await readdir(out)).filter((name) => !own.test(name));
  if (foreign.length === 0) return;
  throw new UsageError(
    `--out: ${out} is not empty: it holds ${foreign.slice(0, 3).join(", ")}. Choose another folder.`,
  );
}
