import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/**
 * A thread without this process's own flags, of which some would load what threads do not need, and others are not for threads.
 *
 * @param main the file that it runs, as `entryFile` finds it
 * @param workerData what it is started with
 */
export function startThread(main: string, workerData: unknown): Worker {
  if (!main.endsWith(".ts")) return new Worker(main, { workerData, execArgv: [] });
  // From source, a loader of TypeScript comes first; as a flag it does not reach threads.
  const loader = new URL("./esm/api/index.mjs", pathToFileURL(createRequire(import.meta.url).resolve("tsx")));
  const script = `
    import(${JSON.stringify(loader.href)}).then(({ register }) => {
      register();
      return import(${JSON.stringify(pathToFileURL(main).href)});
    });`;
  return new Worker(script, { eval: true, workerData, execArgv: [] });
}
