import { Worker } from "node:worker_threads";

const script = `
  const parent = require("node:worker_threads").workerData;
  function isGone() {
    // Where a process without a parent is given another.
    if (process.ppid !== parent) return true;
    try {
      return !process.kill(parent, 0);
    } catch (error) {
      return error.code === "ESRCH";
    }
  }
  setInterval(() => {
    if (isGone()) process.kill(process.pid, "SIGKILL");
  }, 1000);
`;

/**
 * Ends this process when its parent is gone. A process that computes without a pause does not notice that its channel was
 * closed, so a thread of its own looks every second.
 *
 * @param parent the number of the process that started this one; asked for here, it might be another's already
 */
export function watchParent(parent: number): void {
  process.on("disconnect", () => process.exit());
  // Without this process's flags, which would load its loaders once more.
  new Worker(script, { eval: true, execArgv: [], workerData: parent }).unref();
}
