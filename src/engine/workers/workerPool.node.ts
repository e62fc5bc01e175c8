import { ImagoError } from "../errors.js";
import { readOptions } from "../options.js";
import { coresAvailable } from "../runtime/threads.node.js";
import { Job } from "./job.node.js";
import { moduleUrl } from "./moduleUrl.node.js";
import { type JobOptions, jobFields, poolFields, type WorkerPoolOptions } from "./options.js";
import { WorkerProcess, type WorkerSettings } from "./workerProcess.node.js";

/**
 * Processes that run tasks beside each other. A process that dies, or that is ended because its job took too long or was
 * aborted, costs no other job, and another takes its place; all end when this process does. Idle workers do not keep it
 * alive.
 *
 * @example
 * const pool = new WorkerPool({ module: entryFile("methods/tune/trial.worker.node") });
 * const risks = await Promise.all(trials.map((trial) => pool.run<number>("train", trial)));
 * await pool.close();
 */
export class WorkerPool {
  /** Processes at most. */
  readonly workers: number;
  /** Threads that ONNX Runtime has in each. */
  readonly threads: number;
  readonly #settings: WorkerSettings;
  readonly #processes = new Set<WorkerProcess>();
  /** Jobs without a process, first come, first served. */
  readonly #waiting = new Set<Job>();
  readonly #jobs = new Set<Job>();
  #closed = false;

  /** @throws ImagoError on unknown options, and on a module that is given by a relative path */
  constructor(options: WorkerPoolOptions) {
    const { module, shared = {}, loads = [], ...given } = readOptions("workers", options, poolFields);
    const cores = coresAvailable();
    this.workers = given.workers ?? cores;
    this.threads = given.threads ?? Math.max(1, Math.floor(cores / this.workers));
    this.#settings = { module: moduleUrl("workers", "module", module), loads, shared, threads: this.threads };
  }

  /**
   * Runs a task on the next free worker.
   *
   * @param task the name of a function that the module exports
   * @param argument copied, see `Task`
   * @returns what the task gives, copied
   * @throws what the task throws, an ImagoError with its help; the signal's reason when it aborts; ImagoError when the time
   *   is over, the process dies, the module cannot be loaded, something cannot be copied, or the pool is closed
   */
  async run<T>(task: string, argument: unknown, options: JobOptions = {}): Promise<T> {
    const settings = readOptions("workers: run", options, jobFields);
    if (this.#closed) throw new ImagoError(`workers: task "${task}": the pool was closed.`);
    settings.signal?.throwIfAborted();
    const value = await new Promise<unknown>((resolve, reject) => {
      const over = (): void => {
        this.#jobs.delete(job);
        this.#waiting.delete(job);
        // Not from within, since many jobs may come to their end by each other.
        queueMicrotask(() => this.#deal());
      };
      const job = new Job(task, argument, settings, { resolve, reject, over });
      this.#jobs.add(job);
      this.#waiting.add(job);
      this.#deal();
    });
    return value as T;
  }

  /** Ends every process. Jobs that are not over are rejected. The pool takes no more. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#jobs)
      job.stop(new ImagoError("workers: the pool was closed before the job was over."));
    const ends = [...this.#processes].map((process) => {
      process.kill();
      return process.ended;
    });
    await Promise.all(ends);
  }

  /** Gives waiting jobs to free workers. */
  #deal(): void {
    if (this.#closed) return;
    for (const job of this.#waiting) {
      const process = this.#freeProcess(job);
      if (process === undefined) return;
      this.#waiting.delete(job);
      job.start(process);
    }
  }

  /** @returns nothing where all have jobs, and where none can be started, which the job is told */
  #freeProcess(job: Job): WorkerProcess | undefined {
    for (const process of this.#processes) if (process.isFree) return process;
    // One that was ended counts until it has gone, so that there are never more.
    if (this.#processes.size >= this.workers) return undefined;
    try {
      const made = new WorkerProcess(this.#settings);
      this.#processes.add(made);
      void made.ended.then(() => {
        this.#processes.delete(made);
        this.#deal();
      });
      return made;
    } catch (error) {
      job.reject(error);
      return undefined;
    }
  }
}
