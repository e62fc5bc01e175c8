import { envelope, type FromWorker, type ToWorker } from "./messages.js";
import { packError, unpackError } from "./sentError.js";
import type { Task, TaskContext } from "./task.js";
import { watchParent } from "./watchParent.node.js";

// What each process of a pool runs: it loads the module of the tasks, and then runs job after job.

let tasks: Readonly<Record<string, unknown>> = {};
let shared: Readonly<Record<string, unknown>> = {};

/** Questions that wait for their answers, by number; numbers are never used again. */
const questions = new Map<
  number,
  { readonly resolve: (value: unknown) => void; readonly reject: (reason: unknown) => void }
>();
let asked = 0;

function ask(value: unknown): Promise<unknown> {
  const question = asked++;
  return new Promise((resolve, reject) => {
    questions.set(question, { resolve, reject });
    send({ kind: "question", question, value });
  });
}

function hearAnswer(message: ToWorker & { readonly kind: "answer" | "refusal" }): void {
  const waiting = questions.get(message.question);
  questions.delete(message.question);
  if (message.kind === "answer") waiting?.resolve(message.value);
  else waiting?.reject(unpackError(message.error));
}

function send(message: FromWorker): void {
  process.send?.({ [envelope]: message });
}

async function start(message: ToWorker & { readonly kind: "start" }): Promise<void> {
  shared = message.shared;
  tasks = (await import(message.module)) as Readonly<Record<string, unknown>>;
  send({ kind: "ready" });
}

async function run({ task, argument }: ToWorker & { readonly kind: "job" }): Promise<void> {
  const found = tasks[task];
  if (typeof found !== "function") throw new Error(`the module exports no function "${task}"`);
  let running = true;
  const context: TaskContext = {
    shared,
    tell: (value) => {
      // What comes late would be taken for the next job's.
      if (running) send({ kind: "message", value });
    },
    ask: (value) =>
      running ? ask(value) : Promise.reject(new Error("the job is over, so nobody answers any more")),
  };
  try {
    const value = await (found as Task)(argument as never, context);
    running = false;
    send({ kind: "result", value });
  } finally {
    running = false;
  }
}

watchParent(Number(process.argv[2]));
// Ctrl-C goes to every process of a terminal; whether to end is the parent's to decide.
process.on("SIGINT", () => {});
process.on("message", (message: ToWorker) => {
  if (message.kind === "answer" || message.kind === "refusal") {
    hearAnswer(message);
    return;
  }
  const done = message.kind === "start" ? start(message) : run(message);
  done.catch((thrown: unknown) => send({ kind: "error", error: packError(thrown) }));
});
