import { ImagoError } from "../errors.js";
import { abortSignal, type FieldsOf, number, optional, readOptions, text, unchecked } from "../options.js";
import { coresAvailable } from "../runtime/threads.node.js";
import { moduleUrl } from "./moduleUrl.node.js";
import { Thread } from "./thread.node.js";

export interface ThreadPoolOptions {
  /** The module whose exported functions are the tasks: its `file:` URL or absolute path. */
  readonly module: URL | string;
  /** Threads at most; each is started when there is a job for it. Default: one for each core. */
  readonly threads?: number | undefined;
}

export interface ThreadJobOptions {
  /** What the job does, as errors say it. Default: the task's name. */
  readonly what?: string | undefined;
  /** Gives the job up: it is left out if it has not begun, and nobody hears of it if it has. */
  readonly signal?: AbortSignal | undefined;
}

const poolFields = {
  module: unchecked<URL | string>("a module"),
  threads: optional(number({ min: 1, max: 1024, integer: true })),
} satisfies FieldsOf<ThreadPoolOptions>;

const jobFields = { what: optional(text()), signal: abortSignal } satisfies FieldsOf<ThreadJobOptions>;

/** The jobs that one signal may give up, by their numbers. */
interface Watch {
  readonly jobs: Map<number, (reason: unknown) => void>;
  readonly listener: () => void;
}

/**
 * Threads of this process that run tasks beside it. A job goes to the thread with the fewest, at once, and waits there: so threads go on
 * from job to job while this thread computes. Results are copied, but for the buffers of a {@link Handed} one, which change hands. A
 * thread that dies costs the job that it was at, which is told so; another takes the others. Idle threads do not keep the process alive.
 */
export class ThreadPool {
  /** Threads at most. */
  readonly threads: number;
  readonly #module: string;
  readonly #running = new Set<Thread>();
  readonly #rejects = new Set<(reason: unknown) => void>();
  readonly #watches = new Map<AbortSignal, Watch>();
  #jobs = 0;
  #closed: Promise<void> | undefined;

  /** @throws ImagoError on unknown options, and on a module that is given by a relative path */
  constructor(options: ThreadPoolOptions) {
    const { module, threads } = readOptions("threads", options, poolFields);
    this.threads = threads ?? coresAvailable();
    this.#module = moduleUrl("threads", "module", module);
  }

  /**
   * Runs a task.
   *
   * @param task the name of a function that the module exports
   * @param argument copied
   * @throws what the task throws, an ImagoError with its help; the signal's reason when it aborts; ImagoError when its thread dies, the
   *   module cannot be loaded, something cannot be copied, or the pool is closed
   */
  async run<T>(task: string, argument: unknown, options: ThreadJobOptions = {}): Promise<T> {
    const { what = `task "${task}"`, signal } = readOptions("threads: run", options, jobFields);
    signal?.throwIfAborted();
    if (this.#closed !== undefined) throw new ImagoError(`threads: ${what}: the pool was closed.`);
    const id = this.#jobs++;
    let forget = (): void => {};
    try {
      const value = await new Promise<unknown>((resolve, reject) => {
        forget = this.#watch(signal, id, reject);
        this.#leastLoaded().run({ id, task, argument, what, resolve, reject });
      });
      return value as T;
    } finally {
      forget();
    }
  }

  /** Gives a job up when its signal aborts, or the pool is closed. @returns what ends the watch */
  #watch(signal: AbortSignal | undefined, id: number, reject: (reason: unknown) => void): () => void {
    this.#rejects.add(reject);
    if (signal === undefined) return () => this.#rejects.delete(reject);
    const watch = this.#watches.get(signal) ?? this.#begin(signal);
    watch.jobs.set(id, reject);
    return () => {
      this.#rejects.delete(reject);
      watch.jobs.delete(id);
      if (watch.jobs.size > 0) return;
      signal.removeEventListener("abort", watch.listener);
      this.#watches.delete(signal);
    };
  }

  /** Listens once to a signal, however many jobs it has: signals warn of many listeners. */
  #begin(signal: AbortSignal): Watch {
    const jobs: Watch["jobs"] = new Map();
    const listener = (): void => {
      for (const [id, reject] of jobs) {
        for (const thread of this.#running) thread.cancel(id);
        reject(signal.reason);
      }
    };
    signal.addEventListener("abort", listener, { once: true });
    const watch = { jobs, listener };
    this.#watches.set(signal, watch);
    return watch;
  }

  /** Ends every thread, each when it is done with what it is at. Jobs that are not over are rejected. The pool takes no more. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    const closing = new ImagoError("threads: the pool was closed before the job was over.");
    for (const reject of this.#rejects) reject(closing);
    await Promise.all([...this.#running].map((thread) => thread.close()));
  }

  #leastLoaded(): Thread {
    const [least] = [...this.#running].sort((a, b) => a.load - b.load);
    if (least !== undefined && (least.load === 0 || this.#running.size >= this.threads)) return least;
    return this.#start();
  }

  #start(): Thread {
    const thread = new Thread(this.#module);
    this.#running.add(thread);
    void thread.ended.then((left) => {
      this.#running.delete(thread);
      if (this.#closed === undefined) for (const job of left) this.#leastLoaded().run(job);
    });
    return thread;
  }
}
