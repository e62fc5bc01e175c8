import {
  abortSignal,
  accepting,
  callable,
  type FieldsOf,
  list,
  number,
  optional,
  type ReadOf,
  text,
} from "../options.js";

export interface WorkerPoolOptions {
  /** The module whose exported functions are the tasks: its `file:` URL or absolute path. */
  readonly module: URL | string;
  /** Processes at most; each is started when there is a job for it. Default: one for each core. */
  readonly workers?: number | undefined;
  /**
   * Threads that ONNX Runtime has in each worker. Default: the cores divided among the workers, at least 1, so that there
   * are no more threads than cores.
   */
  readonly threads?: number | undefined;
  /** Modules that tasks load besides: for TypeScript among them, workers are started so that they can. Default: none. */
  readonly loads?: readonly string[] | undefined;
  /**
   * What each worker is given once, when it starts, for all its jobs: data that would be dear to send with each. All of it
   * may have up to 2 GiB. Default: nothing.
   */
  readonly shared?: Readonly<Record<string, unknown>> | undefined;
}

export interface JobOptions {
  /** Ends the job at once, its process with it. */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that the job may take, from when a worker begins with it. Default: as many as it needs. */
  readonly timeLimit?: number | undefined;
  /** Hears what the task tells before it is over. */
  readonly onMessage?: ((message: unknown) => void) | undefined;
  /** Answers what the task asks before it is over. Default: there is no answer, and who asks is told so. */
  readonly onQuestion?: ((question: unknown) => unknown) | undefined;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isModule = (value: unknown): value is URL | string => value instanceof URL || typeof value === "string";

/** How {@link WorkerPoolOptions} are read. */
export const poolFields = {
  module: accepting("the URL or the absolute path of a module", isModule),
  workers: optional(number({ min: 1, integer: true })),
  threads: optional(number({ min: 1, integer: true })),
  loads: optional(list(text(), "an array of paths")),
  shared: optional(accepting("an object", isRecord)),
} satisfies FieldsOf<WorkerPoolOptions>;

/** How {@link JobOptions} are read. A longer time than this, 24 days, no timer can wait. */
export const jobFields = {
  signal: abortSignal,
  timeLimit: optional(number({ above: 0, max: 2 ** 31 - 1 })),
  onMessage: optional(callable<(message: unknown) => void>()),
  onQuestion: optional(callable<(question: unknown) => unknown>()),
} satisfies FieldsOf<JobOptions>;

/** {@link JobOptions} in full. */
export type JobSettings = ReadOf<typeof jobFields>;
