import { parentPort, workerData } from "node:worker_threads";
import { packError } from "./sentError.js";
import { type FromThread, Handed, type ThreadData, type ToThread } from "./threadMessages.js";

// What each thread of a pool runs: it loads the module of the tasks, and then runs job after job, in the order in which they come.

type Job = ToThread & { readonly kind: "job" };

const waiting: Job[] = [];
let isEnding = false;
let isRunning = false;
let tasks: Readonly<Record<string, unknown>> | undefined;

function send(message: FromThread, buffers: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, buffers);
}

async function runAll(): Promise<void> {
  if (isRunning || tasks === undefined) return;
  isRunning = true;
  for (let job = waiting.shift(); job !== undefined && !isEnding; job = waiting.shift()) await run(job);
  isRunning = false;
  // Nothing else keeps a thread alive.
  if (isEnding) parentPort?.close();
}

async function run({ id, task, argument }: Job): Promise<void> {
  send({ kind: "begun", id });
  try {
    const found = tasks?.[task];
    if (typeof found !== "function") throw new Error(`the module exports no function "${task}"`);
    const given: unknown = await found(argument);
    if (given instanceof Handed) send({ kind: "result", id, value: given.value }, given.buffers);
    else send({ kind: "result", id, value: given });
  } catch (thrown) {
    send({ kind: "error", id, error: packError(thrown) });
  }
}

parentPort?.on("message", (message: ToThread) => {
  if (message.kind === "job") waiting.push(message);
  else if (message.kind === "end") isEnding = true;
  else {
    const at = waiting.findIndex(({ id }) => id === message.id);
    if (at >= 0) waiting.splice(at, 1);
  }
  void runAll();
});

try {
  tasks = (await import((workerData as ThreadData).module)) as Readonly<Record<string, unknown>>;
  send({ kind: "ready" });
  void runAll();
} catch (thrown) {
  send({ kind: "unloaded", error: packError(thrown) });
  parentPort?.close();
}
