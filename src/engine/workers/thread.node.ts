import type { Worker } from "node:worker_threads";
import { ImagoError, messageOf } from "../errors.js";
import { entryFile } from "../files/entryFile.node.js";
import { startThread } from "../files/startThread.node.js";
import { unpackError } from "./sentError.js";
import type { FromThread, ThreadData, ToThread } from "./threadMessages.js";

/** A job of a thread, from when it is asked for until it is answered, which happens once. */
export interface ThreadJob {
  readonly id: number;
  readonly task: string;
  readonly argument: unknown;
  /** What it does, as errors say it. */
  readonly what: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

/** Milliseconds in which a thread that is to end has to finish what it is at. */
const patience = 10_000;

/** One thread of a pool. Keeps the process alive only while it has jobs. */
export class Thread {
  readonly #worker: Worker;
  readonly #module: string;
  /** In the order in which they were given. */
  readonly #jobs = new Map<number, ThreadJob>();
  /** When it has ended, with the jobs that it had not begun. */
  readonly ended: Promise<readonly ThreadJob[]>;
  #failure: unknown;
  #isReady = false;
  #begun: number | undefined;

  constructor(module: string) {
    this.#module = module;
    const data: ThreadData = { module };
    this.#worker = startThread(entryFile("engine/workers/thread.worker.node"), data);
    this.#worker.unref();
    this.#worker.on("message", (message: FromThread) => this.#hear(message));
    this.#worker.on("error", (error) => {
      this.#failure = error;
    });
    this.ended = new Promise((resolve) => {
      this.#worker.once("exit", (code) => resolve(this.#end(code)));
    });
  }

  /** How many jobs it has. */
  get load(): number {
    return this.#jobs.size;
  }

  run(job: ThreadJob): void {
    this.#jobs.set(job.id, job);
    this.#worker.ref();
    try {
      this.#send({ kind: "job", id: job.id, task: job.task, argument: job.argument });
    } catch (cause) {
      this.#finish(job.id)?.reject(
        new ImagoError(`threads: the argument of task "${job.task}" cannot be sent: ${messageOf(cause)}`, {
          cause,
        }),
      );
    }
  }

  /** Forgets a job: it is left out if it has not begun, and its answer is not heard if it has. */
  cancel(id: number): void {
    if (this.#finish(id) !== undefined) this.#send({ kind: "cancel", id });
  }

  /** Ends it when the job that it is at is over: decoders must not be torn out of their work. */
  async close(): Promise<void> {
    this.#jobs.clear();
    // Whoever waits for its end must not be left waiting by a process with nothing else to do.
    this.#worker.ref();
    this.#send({ kind: "end" });
    const clock = setTimeout(() => void this.#worker.terminate(), patience);
    await this.ended;
    clearTimeout(clock);
  }

  #send(message: ToThread): void {
    this.#worker.postMessage(message);
  }

  #finish(id: number): ThreadJob | undefined {
    const job = this.#jobs.get(id);
    this.#jobs.delete(id);
    if (this.#begun === id) this.#begun = undefined;
    if (this.#jobs.size === 0) this.#worker.unref();
    return job;
  }

  #hear(message: FromThread): void {
    if (message.kind === "ready") this.#isReady = true;
    else if (message.kind === "unloaded") this.#failure = unpackError(message.error);
    else if (message.kind === "begun") this.#begun = message.id;
    else if (message.kind === "result") this.#finish(message.id)?.resolve(message.value);
    else this.#finish(message.id)?.reject(unpackError(message.error));
  }

  /** @returns the jobs that another thread can do */
  #end(code: number): readonly ThreadJob[] {
    const jobs = [...this.#jobs.values()];
    this.#jobs.clear();
    const cause = this.#failure;
    const why = cause === undefined ? `it ended with exit code ${code}` : messageOf(cause);
    if (!this.#isReady) {
      const message = `threads: the module ${this.#module} could not be loaded: ${why}`;
      for (const job of jobs) job.reject(new ImagoError(message, { cause }));
      return [];
    }
    const begun = jobs.find(({ id }) => id === this.#begun);
    begun?.reject(
      new ImagoError(`threads: ${begun.what} came to no end: its thread died (${why}).`, {
        help: "If memory ran out, use fewer threads.",
        cause,
      }),
    );
    return jobs.filter((job) => job !== begun);
  }
}
