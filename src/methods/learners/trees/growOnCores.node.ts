import { entryFile } from "../../../engine/files/entryFile.node.js";
import { coresAvailable } from "../../../engine/runtime/threads.node.js";
import { WorkerPool } from "../../../engine/workers/workerPool.node.js";
import type { Ground, Stand } from "./growTrees.js";

/**
 * The trees of a forest from `first` on, on all cores.
 *
 * @returns in their order; `undefined` where this process has one core
 */
export async function growOnCores(
  { random, ...plain }: Ground,
  first: number,
  signal: AbortSignal | undefined,
  workers: number = coresAvailable(),
): Promise<Stand[] | undefined> {
  if (workers < 2) return undefined;
  const { trees } = plain.settings;
  const module = entryFile("methods/learners/trees/forest.worker.node");
  const pool = new WorkerPool({ module, workers, shared: { ...plain, random: random.state() } });
  // Several parts for each, as trees differ in size and cores in speed.
  const size = Math.max(1, Math.ceil((trees - first) / (4 * workers)));
  const parts = Array.from({ length: Math.ceil((trees - first) / size) }, (_, part) => first + part * size);
  try {
    const grow = (from: number) =>
      pool.run<Stand>("grow", { from, to: Math.min(trees, from + size) }, { signal });
    return await Promise.all(parts.map(grow));
  } finally {
    await pool.close();
  }
}
