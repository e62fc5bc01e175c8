import { WorkerPool } from "../workerPool.node.js";

// node --import tsx parent.ts idle|hang: a process with a pool. It prints its workers' numbers, one that hangs among them.
const pool = new WorkerPool({ module: new URL("./tasks.worker.node.ts", import.meta.url), workers: 2 });
process.stdout.write(`${await pool.run<number>("processId", undefined)}\n`);
if (process.argv[2] === "hang") {
  await pool.run("hang", undefined, { onMessage: (pid) => process.stdout.write(`${String(pid)}\n`) });
}
